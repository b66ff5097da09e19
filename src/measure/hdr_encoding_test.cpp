#include "measure/hdr_encoding.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/random.h"
#include "base/source_tree.h"
#include "measure/base64.h"

namespace doorbuster {
namespace {

std::vector<Duration> squares() {
  std::vector<Duration> values;
  for (std::int64_t i = 0; i < 1000; ++i) values.push_back(Duration{i * i * 1000});
  return values;
}

Histogram recorded(const std::vector<Duration>& values) {
  Histogram histogram;
  for (const Duration value : values) histogram.record(value);
  return histogram;
}

Histogram some_histogram(Random& random) {
  Histogram histogram;
  const std::uint64_t count = random.below(2000);
  const double spread = random.uniform() * 42;
  for (std::uint64_t i = 0; i < count; ++i) {
    histogram.record(Duration{static_cast<Duration::rep>(std::exp2(random.uniform() * spread))});
  }
  return histogram;
}

void expect_error(std::string_view text, std::string_view why) {
  const auto decoded = decode(text);
  ASSERT_FALSE(decoded.ok()) << why;
  EXPECT_EQ(decoded.error().cause(), Cause::invalid);
  EXPECT_NE(decoded.error().message().find(why), std::string::npos) << decoded.error().message();
}

// The format's two envelopes around any inner bytes.
std::string envelope(const std::vector<unsigned char>& inner) {
  uLongf size = compressBound(inner.size());
  std::vector<unsigned char> bytes(8 + size);
  EXPECT_EQ(compress(bytes.data() + 8, &size, inner.data(), inner.size()), Z_OK);
  bytes.resize(8 + size);
  const unsigned char head[] = {0x1c, 0x84, 0x93, 0x14};
  std::copy(std::begin(head), std::end(head), bytes.begin());
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[4 + i] = static_cast<unsigned char>(size >> (24 - 8 * i));
  }
  return to_base64(bytes);
}

std::vector<unsigned char> inner_of(std::string_view text) {
  const auto bytes = *from_base64(text);
  std::vector<unsigned char> inner(1'000'000);
  uLongf size = inner.size();
  EXPECT_EQ(uncompress(inner.data(), &size, bytes.data() + 8, bytes.size() - 8), Z_OK);
  inner.resize(size);
  return inner;
}

void state_length(std::vector<unsigned char>& inner) {
  const std::size_t length = inner.size() - 40;
  for (std::size_t i = 0; i < 4; ++i) {
    inner[4 + i] = static_cast<unsigned char>(length >> (24 - 8 * i));
  }
}

TEST(HdrEncoding, WhatIsEncodedDecodesToTheSame) {
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  for (int i = 0; i < 100; ++i) {
    const Histogram histogram = some_histogram(random);
    const std::string text = encode(histogram);
    EXPECT_TRUE(text.starts_with("HISTFAAA")) << text;
    const auto decoded = decode(text);
    ASSERT_TRUE(decoded.ok()) << decoded.error().message();
    EXPECT_EQ(*decoded, histogram);
  }
}

TEST(HdrEncoding, TheEmptyAndTheFullestHistogramComeBack) {
  std::vector<Histogram::Slot> fullest(Histogram::kSlots,
                                       std::numeric_limits<Histogram::Slot>::max());
  Random random(1);
  std::vector<Histogram::Slot> unlike(Histogram::kSlots);  // nothing for deflate to find
  for (auto& slot : unlike) slot = static_cast<Histogram::Slot>(random.next());
  for (const Histogram& histogram :
       {Histogram(), Histogram::from_slots(fullest), Histogram::from_slots(unlike)}) {
    const auto decoded = decode(encode(histogram));
    ASSERT_TRUE(decoded.ok()) << decoded.error().message();
    EXPECT_EQ(*decoded, histogram);
  }
}

// The file was written by HdrHistogram 2.1.11 for squares(); see testdata/HdrRoundTrip.java.
TEST(HdrEncoding, ReadsWhatTheOriginalWroteAndWritesTheSameBytesWithinTheCompression) {
  std::ifstream file(DOORBUSTER_SOURCE_DIR "/src/measure/testdata/squares.hdr");
  std::string text;
  ASSERT_TRUE(file >> text);
  const auto decoded = decode(text);
  ASSERT_TRUE(decoded.ok()) << decoded.error().message();
  EXPECT_EQ(*decoded, recorded(squares()));
  EXPECT_EQ(inner_of(text), inner_of(encode(recorded(squares()))));
}

TEST(HdrEncoding, EveryTruncationIsAnError) {
  Random random(7);
  const std::string text = encode(some_histogram(random));
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(decode(text.substr(0, length)).ok()) << length;
  }
}

TEST(HdrEncoding, SaysWhatIsWrong) {
  const Histogram some = recorded(squares());
  const auto good = inner_of(encode(some));
  ASSERT_TRUE(decode(envelope(good)).ok());

  expect_error("", "cut short");
  expect_error("hello, world", "not base64");
  expect_error("AAAAAAAAAAAA", "cookie");
  const std::string text = encode(some);
  expect_error(text.substr(0, text.size() - 4), "length");
  expect_error(std::string(10'000'000, 'A'), "too long");

  auto other_cookie = good;
  other_cookie[3] = 0x11;
  expect_error(envelope(other_cookie), "inner cookie");
  auto two_digits = good;
  two_digits[15] = 2;
  expect_error(envelope(two_digits), "slots are not ours");
  auto shifted = good;
  shifted[11] = 1;
  expect_error(envelope(shifted), "slots are not ours");
  auto wider = good;
  wider[24] = 0x7f;
  expect_error(envelope(wider), "slots are not ours");
  expect_error(envelope({good.begin(), good.begin() + 20}), "header");
  auto longer = good;
  longer.push_back(0);
  expect_error(envelope(longer), "length");
}

TEST(HdrEncoding, CountsThatDoNotFitAreErrors) {
  const auto good = inner_of(encode(recorded(squares())));
  const std::vector<unsigned char> header(good.begin(), good.begin() + 40);
  const auto with = [&](const std::vector<unsigned char>& counts) {
    auto inner = header;
    inner.insert(inner.end(), counts.begin(), counts.end());
    state_length(inner);
    return envelope(inner);
  };
  expect_error(with(std::vector<unsigned char>(Histogram::kSlots + 1, 0)), "more slots");
  expect_error(with(std::vector<unsigned char>(9, 0xff)), "more slots");  // a run of 2^63
  expect_error(with({0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}), "beyond");
  expect_error(with({0x80}), "within a count");
  EXPECT_TRUE(decode(with({0x02})).ok());
}

TEST(HdrEncoding, ABombIsRefusedInBoundedMemory) {
  const std::string bomb = envelope(std::vector<unsigned char>(10'000'000, 0));
  expect_error(bomb, "damaged or too long");
}

TEST(HdrEncoding, RandomDamageIsAnErrorOrAHistogramButNeverACrash) {
  const std::uint64_t seed = entropy();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  const auto good = inner_of(encode(recorded(squares())));
  for (int i = 0; i < 1000; ++i) {
    std::vector<unsigned char> garbage(random.below(200));
    for (auto& byte : garbage) byte = static_cast<unsigned char>(random.next());
    EXPECT_FALSE(decode(to_base64(garbage)).ok());

    auto text = encode(recorded({1ms, 3ms}));
    text[random.below(text.size())] = static_cast<char>(random.next());
    static_cast<void>(decode(text));

    auto inner = good;  // damage that deflate's checksum does not see
    for (std::uint64_t n = random.below(8); n > 0; --n) {
      inner[40 + random.below(inner.size() - 40)] = static_cast<unsigned char>(random.next());
    }
    const auto decoded = decode(envelope(inner));
    if (!decoded.ok()) continue;
    EXPECT_LE(static_cast<std::uint64_t>(decoded->max().count()), Histogram::kHighest);
  }
}

// The original Java implementation, asked through testdata/HdrRoundTrip.java.
class HdrOriginal : public testing::Test {
 protected:
  static constexpr const char* kJar = "/usr/share/java/hdrhistogram.jar";

  void SetUp() override {
    if (!std::filesystem::exists(kJar)) {
      GTEST_SKIP() << "NOT CHECKED against the original HdrHistogram: " << kJar
                   << " is absent; install libhdrhistogram-java";
    }
    if (std::system("javac -version >/dev/null 2>&1") != 0) {
      GTEST_SKIP() << "NOT CHECKED against the original HdrHistogram: there is no Java compiler; "
                      "install openjdk-17-jdk-headless (a JRE is not enough)";
    }
    folder_ =
        std::filesystem::path(testing::TempDir()) / ("doorbuster-hdr-" + std::to_string(entropy()));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  std::vector<std::string> ask(const std::vector<std::string>& requests) {
    const std::string in = folder_ / "requests";
    const std::string out = folder_ / "answers";
    std::ofstream file(in);
    for (const std::string& request : requests) file << request << '\n';
    file.close();
    const std::string command = std::string("java -cp ") + kJar +
                                " '" DOORBUSTER_SOURCE_DIR
                                "/src/measure/testdata/HdrRoundTrip.java' <'" +
                                in + "' >'" + out + "'";
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream answers(out);
    std::vector<std::string> lines;
    for (std::string line; std::getline(answers, line);) lines.push_back(line);
    EXPECT_EQ(lines.size(), requests.size());
    lines.resize(requests.size());
    return lines;
  }

 private:
  std::filesystem::path folder_;
};

std::string figures(const Histogram& histogram) {
  std::ostringstream out;
  out << histogram.count() << ' ' << histogram.min().count() << ' ' << histogram.max().count()
      << ' ' << histogram.mean().count();
  for (const double percentile : {50.0, 90.0, 99.0, 99.9, 100.0}) {
    out << ' ' << histogram.percentile(percentile).count();
  }
  return out.str();
}

TEST_F(HdrOriginal, ReadsOursTellsTheSameFiguresAndWritesWhatWeRead) {
  Random random(entropy());
  std::vector<Histogram> histograms = {recorded(squares()), recorded({2h, 1h, 1us})};
  for (int i = 0; i < 4; ++i) {
    Histogram histogram;
    for (int n = 0; n < 100'000; ++n) {
      histogram.record(from_seconds(random.lognormal(0.003, 1.5)));
    }
    histograms.push_back(std::move(histogram));
  }
  std::vector<std::string> requests;
  for (const Histogram& histogram : histograms) requests.push_back("decode " + encode(histogram));
  std::string record = "record";
  for (const Duration value : squares()) record += ' ' + std::to_string(value.count());
  requests.push_back(record);

  const auto answers = ask(requests);
  for (std::size_t i = 0; i < histograms.size(); ++i) {
    const std::size_t last_space = answers[i].rfind(' ');
    EXPECT_EQ(answers[i].substr(0, last_space), figures(histograms[i]));
    const auto decoded = decode(answers[i].substr(last_space + 1));
    ASSERT_TRUE(decoded.ok()) << decoded.error().message();
    EXPECT_EQ(*decoded, histograms[i]);
  }
  const auto decoded = decode(answers.back());
  ASSERT_TRUE(decoded.ok()) << decoded.error().message();
  EXPECT_EQ(*decoded, recorded(squares()));
}

}  // namespace
}  // namespace doorbuster
