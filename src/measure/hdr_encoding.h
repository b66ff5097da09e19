// A Histogram as text that other people's tools read: base64 of HdrHistogram's V2 compressed
// format, as its Java, C, Go, Python and JavaScript versions write it (the text begins with
// "HISTFAAA"). Values are nanoseconds: lowest discernible value 1, highest 2^42-1, three
// significant digits. Source: AbstractHistogram.encodeIntoCompressedByteBuffer and ZigZagEncoding
// of HdrHistogram 2.1.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "measure/histogram.h"

namespace doorbuster {

std::string encode(const Histogram& histogram);

// Takes what encode() writes, and anybody's V2 histogram with the same slots (three digits, lowest
// discernible value 1, no more than our highest). Any other text is an error, in bounded memory and
// time.
Result<Histogram> decode(std::string_view text);

}  // namespace doorbuster
