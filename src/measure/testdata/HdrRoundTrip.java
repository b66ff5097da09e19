// The original HdrHistogram, asked by hdr_encoding_test.cpp. One request a line on stdin, one answer a line:
//   decode TEXT       count min max mean-rounded p50 p90 p99 p99.9 p100, then the text encoded again
//   record V V ...    the text of a histogram of these values
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Scanner;
import org.HdrHistogram.Histogram;

public class HdrRoundTrip {
  static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer);
    byte[] bytes = new byte[length];
    buffer.rewind();
    buffer.get(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  static String decode(String text) throws Exception {
    ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(text));
    Histogram histogram = Histogram.decodeFromCompressedByteBuffer(buffer, 0);
    StringBuilder answer = new StringBuilder();
    answer.append(histogram.getTotalCount());
    answer.append(' ').append(histogram.getMinValue());
    answer.append(' ').append(histogram.getMaxValue());
    answer.append(' ').append(Math.round(histogram.getMean()));
    for (double percentile : new double[] {50, 90, 99, 99.9, 100}) {
      answer.append(' ').append(histogram.getValueAtPercentile(percentile));
    }
    return answer.append(' ').append(encode(histogram)).toString();
  }

  public static void main(String[] arguments) throws Exception {
    Scanner in = new Scanner(System.in);
    while (in.hasNextLine()) {
      String[] words = in.nextLine().split(" ");
      if (words[0].equals("decode")) {
        System.out.println(decode(words[1]));
        continue;
      }
      Histogram histogram = new Histogram(1, (1L << 42) - 1, 3);
      for (int i = 1; i < words.length; ++i) histogram.recordValue(Long.parseLong(words[i]));
      System.out.println(encode(histogram));
    }
  }
}
