#include "cli/saved_reports.h"

#include "report/reports.h"
#include "results/folder.h"

namespace doorbuster {
namespace {

std::string save_report(const ReportForm& form, const std::filesystem::path& folder,
                        const RunResult& result) {
  const auto saved = write_file(folder / form.file, form.text(result));
  return saved ? "" : saved.error().message();
}

}  // namespace

std::string save_first_report(const std::filesystem::path& folder, const RunResult& result) {
  return save_report(report_forms().front(), folder, result);
}

std::string save_reports(const std::filesystem::path& folder, const RunResult& result) {
  std::string unsaved;
  for (const ReportForm& form : report_forms()) {
    if (auto failed = save_report(form, folder, result); !failed.empty()) unsaved = failed;
  }
  return unsaved;
}

}  // namespace doorbuster
