// The original HdrHistogram's reader of logs, asked by hdr_log_test.cpp: a line for each histogram of the log
// named first: tag, start and length in ms, count, p50, p99 and maximum.
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

public class HdrLog {
  public static void main(String[] arguments) throws Exception {
    HistogramLogReader reader = new HistogramLogReader(arguments[0]);
    while (reader.hasNext()) {
      EncodableHistogram next = reader.nextIntervalHistogram();
      if (next == null) break;
      Histogram histogram = (Histogram) next;
      System.out.println(histogram.getTag() + " " + histogram.getStartTimeStamp() + " "
          + (histogram.getEndTimeStamp() - histogram.getStartTimeStamp()) + " " + histogram.getTotalCount() + " "
          + histogram.getValueAtPercentile(50) + " " + histogram.getValueAtPercentile(99) + " "
          + histogram.getMaxValue());
    }
  }
}
