// How many coroutine frames this thread has made and not yet freed: what a test counts before and
// after, to see that none was left behind. Only for frames that stay on their thread.
#pragma once

#include <cstdint>

namespace doorbuster {

std::int64_t frames_alive();

}  // namespace doorbuster
