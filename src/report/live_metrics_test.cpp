#include "report/live_metrics.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "base/source_tree.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string get(const std::string& url) {
  const std::size_t colon = url.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1))));
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  std::string answer;
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
    EXPECT_EQ(::write(socket, request.data(), request.size()),
              static_cast<ssize_t>(request.size()));
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(socket, buffer, sizeof buffer)) > 0;) {
      answer.append(buffer, static_cast<std::size_t>(n));
    }
  }
  ::close(socket);
  return answer;
}

Progress some_progress() {
  Progress progress;
  progress.trial = 2;
  progress.trials = 6;
  progress.strategy = "a\"b\n\x1b[2J";
  progress.elapsed = 1500ms;
  progress.duration = 20s;
  progress.now.arrived = 900;
  progress.now.in_flight = 12;
  return progress;
}

TEST(LiveMetrics, AnswersWithTheTrialThatIsUnderWay) {
  const auto metrics = LiveMetrics::listen("127.0.0.1:0");
  ASSERT_TRUE(metrics) << metrics.error().message();
  EXPECT_THAT(get((*metrics)->url()), Not(HasSubstr("purchases"))) << "nothing has begun";

  Progress progress = some_progress();
  (*metrics)->show(progress);
  const std::string first = get((*metrics)->url());
  EXPECT_THAT(first, HasSubstr("200 OK"));
  EXPECT_THAT(first, HasSubstr("# TYPE doorbuster_purchases_wanted_total counter\n"));
  EXPECT_THAT(first,
              HasSubstr("doorbuster_purchases_wanted_total{strategy=\"a\\\"b ?[2J\",trial=\"2\"} "
                        "900\n"));
  EXPECT_THAT(first,
              HasSubstr("doorbuster_trial_elapsed_seconds{strategy=\"a\\\"b ?[2J\",trial=\"2\"} "
                        "1.5\n"));
  EXPECT_THAT(first, Not(HasSubstr("stock_left"))) << "nobody saw it";
  EXPECT_THAT(first, Not(HasSubstr("recent")));

  progress.now.stock_left = 7;
  progress.now.recent_p50 = 250us;
  progress.now.recent_p99 = 2ms;
  (*metrics)->show(progress);
  const std::string then = get((*metrics)->url());
  EXPECT_THAT(then,
              HasSubstr("doorbuster_stock_left_units{strategy=\"a\\\"b ?[2J\",trial=\"2\"} 7\n"));
  EXPECT_THAT(then, HasSubstr("trial=\"2\",quantile=\"0.99\"} 0.002\n"));
}

TEST(LiveMetrics, ListensOnLoopbackAloneAndSaysWhereItCannot) {
  for (const char* elsewhere :
       {"0.0.0.0:9464", "10.0.0.1:9464", "example.org:9464", "[::]:9464", "127.0.0.1",
        "127.0.0.1:", "127.0.0.1:65536", "-1", "", "x:y", "127.0.0.1:9464,0.0.0.0:9465"}) {
    const auto refused = LiveMetrics::listen(elsewhere);
    ASSERT_FALSE(refused) << elsewhere;
    EXPECT_THAT(refused.error().message(), HasSubstr("loopback"));
  }
  const auto first = LiveMetrics::listen("localhost:0");
  ASSERT_TRUE(first);
  const std::string url = (*first)->url();
  const std::string port = url.substr(17, url.find("/metrics") - 17);
  const auto second = LiveMetrics::listen(port);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message(), HasSubstr("is the port taken?"));
}

// docker/grafana-dashboard.json asks for no metric that is not there.
TEST(LiveMetrics, HaveEveryMetricOfTheDashboard) {
  std::ostringstream dashboard;
  dashboard << std::ifstream(DOORBUSTER_SOURCE_DIR "/docker/grafana-dashboard.json").rdbuf();
  const auto metrics = LiveMetrics::listen("0");
  ASSERT_TRUE(metrics) << metrics.error().message();
  Progress progress = some_progress();
  progress.now.stock_left = 7;
  progress.now.recent_p50 = progress.now.recent_p99 = 2ms;
  (*metrics)->show(progress);
  const std::string answer = get((*metrics)->url());
  const std::string text = dashboard.str();
  const std::regex name("doorbuster_[a-z_]+");
  std::set<std::string> asked;
  for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) {
    asked.insert(at->str());
  }
  EXPECT_GE(asked.size(), 8U);
  for (const std::string& each : asked) EXPECT_THAT(answer, HasSubstr("\n" + each + "{")) << each;
}

}  // namespace
}  // namespace doorbuster
