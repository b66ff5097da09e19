#include "report/reports.h"

#include "report/html.h"
#include "report/markdown.h"

namespace doorbuster {

const std::vector<ReportForm>& report_forms() {
  static const std::vector<ReportForm> forms = {{"markdown", "report.md", markdown_report},
                                                {"html", "report.html", html_report}};
  return forms;
}

}  // namespace doorbuster
