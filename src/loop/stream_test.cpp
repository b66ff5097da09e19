#include "loop/stream.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <thread>

#include "loop/real_clock.h"

namespace doorbuster {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

// What the stream under test receives, until the number of bytes waited for.
class Inbox : public Stream::Reader {
 public:
  explicit Inbox(EventLoop& loop) : loop_(loop) {}
  void received(const char* bytes, std::size_t size) override {
    text.append(bytes, size);
    if (text.size() >= wanted) loop_.stop();
  }
  void lost(Error why) override {
    ending = why.message();
    loop_.stop();
  }
  std::string text, ending;
  std::size_t wanted = 1;

 private:
  EventLoop& loop_;
};

class StreamTest : public ::testing::Test {
 protected:
  Result<std::shared_ptr<Stream>> connect(Endpoint endpoint, Duration delay = {}) {
    return loop_.run_until_done(Stream::connect(loop_, endpoint, 1s, delay));
  }
  // The other end is blocking, on this same thread: the kernel's buffers are between.
  std::shared_ptr<Stream> connected(Duration delay = {}) {
    auto stream = connect(acceptor_.local_endpoint(), delay);
    EXPECT_TRUE(stream.ok());
    acceptor_.accept(peer_);
    return *stream;
  }
  std::string read_peer(std::size_t size) {
    std::string text(size, '\0');
    asio::read(peer_, asio::buffer(text));
    return text;
  }

  asio::io_context blocking_;
  Tcp::acceptor acceptor_{blocking_, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  Tcp::socket peer_{blocking_};
  EventLoop loop_;
  RealClock clock_{loop_, steady_now(), 0us};
};

TEST_F(StreamTest, SendsWhatOneTurnWroteInOneSystemCall) {
  const auto stream = connected();
  std::string sent;
  for (int i = 0; i < 1000; ++i) {
    stream->write(std::to_string(i));
    sent += std::to_string(i);
  }
  EXPECT_TRUE(stream->turn_is_open());
  (void)loop_.run_until_done(loop_.next_turn());
  EXPECT_FALSE(stream->turn_is_open());
  EXPECT_EQ(read_peer(sent.size()), sent);
  EXPECT_EQ(stream->system_calls(), 1u);
  EXPECT_EQ(stream->bytes_sent(), sent.size());
}

TEST_F(StreamTest, SendsTheBeginningOfALongTurnAheadOfItsEndAndTheRestTogether) {
  const auto stream = connected();
  const std::string page(4096, 'a');
  stream->write(page.substr(1));
  EXPECT_EQ(stream->bytes_sent(), 0U) << "no long turn yet";
  stream->write("b");
  EXPECT_EQ(read_peer(4096), page.substr(1) + "b");
  stream->write(page);
  stream->write("c");
  EXPECT_EQ(stream->bytes_sent(), 4096U);
  EXPECT_EQ(stream->bytes_written(), 8193U);
  EXPECT_TRUE(stream->turn_is_open());
  (void)loop_.run_until_done(loop_.next_turn());
  EXPECT_FALSE(stream->turn_is_open());
  EXPECT_EQ(read_peer(4097), page + "c");
  EXPECT_EQ(stream->system_calls(), 2U);
  stream->write(page);
  EXPECT_EQ(read_peer(4096), page) << "of the next turn again";
}

TEST_F(StreamTest, TellsOfALossAtTheEndOfTheTurnNotToWhoWrites) {
  const auto stream = connected();
  Inbox inbox(loop_);
  stream->read_to(&inbox);
  peer_.set_option(asio::socket_base::linger(true, 0));
  peer_.close();  // a reset
  stream->write(std::string(4096, 'a'));
  ASSERT_EQ(inbox.ending, "");
  EXPECT_TRUE(stream->open());
  loop_.run();
  EXPECT_NE(inbox.ending, "");
  EXPECT_EQ(stream->bytes_sent(), 0U);
}

TEST_F(StreamTest, KeepsTheOrderOfMoreThanTheKernelTakes) {
  const auto stream = connected();
  std::string sent;
  for (int i = 0; sent.size() < 16'000'000; ++i) sent += std::to_string(i);
  std::string received;
  std::thread reader([&] { received = read_peer(sent.size()); });
  stream->write(std::string_view(sent).substr(0, 15'000'000));
  (void)loop_.run_until_done(loop_.next_turn());
  stream->write(std::string_view(sent).substr(15'000'000));
  Inbox inbox(loop_);
  stream->read_to(&inbox);
  std::thread end([&] {
    reader.join();
    peer_.close();
  });
  loop_.run();
  end.join();
  EXPECT_TRUE(received == sent);
  EXPECT_NE(inbox.ending, "");
}

TEST_F(StreamTest, HandsOverWhatArrivesAndThenTheEnd) {
  const auto stream = connected();
  Inbox inbox(loop_);
  inbox.wanted = 5;
  stream->read_to(&inbox);
  asio::write(peer_, asio::buffer("hello", 5));
  loop_.run();
  EXPECT_EQ(inbox.text, "hello");
  EXPECT_EQ(inbox.ending, "");
  peer_.close();
  loop_.run();
  EXPECT_EQ(inbox.ending, "the server closed it");
  EXPECT_FALSE(stream->open());
}

TEST_F(StreamTest, CallsNobodyAfterClose) {
  const auto stream = connected();
  Inbox inbox(loop_);
  stream->read_to(&inbox);
  stream->write("x");
  stream->close();
  stream->write("y");
  peer_.close();
  (void)loop_.run_until_done(loop_.next_turn());
  (void)loop_.run_until_done(loop_.next_turn());
  EXPECT_EQ(inbox.text + inbox.ending, "");
}

TEST_F(StreamTest, HoldsBytesBackByTheAddedDelayInOrder) {
  const auto stream = connected(5ms);
  const Instant begin = clock_.now();
  const std::string page(4096, 'a');
  stream->write(page);
  (void)loop_.run_until_done(loop_.next_turn());
  stream->write("b");
  (void)loop_.run_until_done(loop_.next_turn());
  while (stream->bytes_sent() < 4096) (void)loop_.run_until_done(loop_.next_turn());
  EXPECT_GE(clock_.now(), begin + 5ms);
  while (stream->bytes_sent() < 4097) (void)loop_.run_until_done(loop_.next_turn());
  EXPECT_EQ(read_peer(4097), page + "b");
}

TEST_F(StreamTest, SaysWhenNobodyListens) {
  const auto endpoint = acceptor_.local_endpoint();
  acceptor_.close();
  const auto stream = connect(endpoint);
  ASSERT_FALSE(stream.ok());
  EXPECT_EQ(stream.error().cause(), Cause::not_connected);
}

TEST_F(StreamTest, GivesUpConnectingWhenNobodyAnswersInTime) {
  Tcp::acceptor full(blocking_);
  full.open(Tcp::v4());
  full.bind(Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  full.listen(0);  // room for one; the kernel lets the next call go unanswered
  Tcp::socket first(blocking_);
  first.connect(full.local_endpoint());
  const auto stream =
      loop_.run_until_done(Stream::connect(loop_, full.local_endpoint(), 20ms, Duration::zero()));
  ASSERT_FALSE(stream.ok());
  EXPECT_EQ(stream.error().cause(), Cause::timed_out);
}

TEST_F(StreamTest, SpeaksThroughUnixSockets) {
  const std::string path =
      std::filesystem::temp_directory_path() / ("doorbuster_stream_" + std::to_string(getpid()));
  std::filesystem::remove(path);
  asio::local::stream_protocol::acceptor acceptor(blocking_,
                                                  asio::local::stream_protocol::endpoint(path));
  auto stream = connect(socket_endpoint(path));
  ASSERT_TRUE(stream.ok()) << stream.error().message();
  asio::local::stream_protocol::socket peer(blocking_);
  acceptor.accept(peer);
  (*stream)->write("ping");
  (void)loop_.run_until_done(loop_.next_turn());
  std::string text(4, '\0');
  asio::read(peer, asio::buffer(text));
  EXPECT_EQ(text, "ping");
  std::filesystem::remove(path);
}

TEST(Resolve, FindsLoopbackAndNamesWhatItCannotFind) {
  const auto found = resolve("127.0.0.1", 80);
  ASSERT_TRUE(found.ok());
  EXPECT_FALSE(found->empty());
  const auto missing = resolve("no such host", 80);
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message().find("no such host"), std::string::npos);
}

}  // namespace
}  // namespace doorbuster
