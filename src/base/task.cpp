#include "base/task.h"

namespace doorbuster {

void exception_left_a_task() noexcept {
  try {
    throw;
  } catch (const std::exception& exception) {
    check_failed(__FILE__, __LINE__, "no exception leaves a Task", exception.what());
  } catch (...) {
    check_failed(__FILE__, __LINE__, "no exception leaves a Task", "not a std::exception");
  }
}

}  // namespace doorbuster
