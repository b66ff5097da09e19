#include "report/reports.h"

#include "report/hdr_log.h"
#include "report/html.h"
#include "report/markdown.h"
#include "report/run_junit.h"
#include "report/series_csv.h"

namespace doorbuster {

const std::vector<ReportForm>& report_forms() {
  static const std::vector<ReportForm> forms = {{"markdown", "report.md", markdown_report},
                                                {"html", kPageFile, html_report},
                                                {"junit", "junit.xml", junit_report},
                                                {"csv", "series.csv", series_csv},
                                                {"hlog", "latency.hlog", hdr_log}};
  return forms;
}

}  // namespace doorbuster
