// Throwaway servers for the user's own use: started, announced, kept until a signal or the death of
// one.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"

namespace doorbuster {

// `announce` is given both URLs, passwords included: that is what they are asked for. An error when
// they cannot start or one dies.
Result<Done> hold_sandbox(bool durable,
                          const std::function<void(const std::string& redis_url,
                                                   const std::string& postgres_url)>& announce);

}  // namespace doorbuster
