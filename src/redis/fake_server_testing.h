// For tests: a server of our own making, on the test's own loop, that does what a real Redis does
// not do on demand. Tests only.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "loop/event_loop.h"
#include "redis/reply.h"

namespace doorbuster {

// Answers each command as it is told to; without parse, answers each portion of bytes.
class FakeServer {
 public:
  using Answer = std::function<std::string(const std::vector<std::string>& words)>;

  FakeServer(EventLoop& loop, Answer answer, int port = 0)
      : acceptor_(loop.context(),
                  boost::asio::ip::tcp::endpoint(boost::asio::ip::address_v4::loopback(),
                                                 static_cast<boost::asio::ip::port_type>(port))),
        answer_(std::move(answer)) {
    accept();
  }
  ~FakeServer() { hang_up(); }

  int port() const { return acceptor_.local_endpoint().port(); }
  int accepted() const { return static_cast<int>(sessions_.size()); }
  // How many commands came, by session.
  std::vector<int> asked() const {
    std::vector<int> asked;
    for (const auto& session : sessions_) asked.push_back(session->asked);
    return asked;
  }

  void say(const std::string& text) {
    boost::system::error_code ignored;
    boost::asio::write(sessions_.back()->socket, boost::asio::buffer(text), ignored);
  }
  void hang_up() {
    for (const auto& session : sessions_) {
      boost::system::error_code ignored;
      session->socket.close(ignored);
    }
  }

 private:
  struct Session {
    explicit Session(boost::asio::ip::tcp::socket s) : socket(std::move(s)) {}
    boost::asio::ip::tcp::socket socket;
    ReplyReader commands;
    int asked = 0;
    char bytes[4096];
  };

  void accept() {
    acceptor_.async_accept(
        [this](const boost::system::error_code& error, boost::asio::ip::tcp::socket socket) {
          if (error) return;
          sessions_.push_back(std::make_shared<Session>(std::move(socket)));
          read(sessions_.back());
          accept();
        });
  }
  void read(std::shared_ptr<Session> session) {
    session->socket.async_read_some(
        boost::asio::buffer(session->bytes),
        [this, session](const boost::system::error_code& error, std::size_t size) {
          if (error) {
            boost::system::error_code ignored;
            session->socket.close(ignored);
            return;
          }
          session->commands.feed(session->bytes, size);
          for (;;) {
            const auto command = session->commands.next();
            if (!command || *command == nullptr) break;
            std::vector<std::string> words;
            for (std::size_t i = 0; i < (*command)->leaves(); ++i) {
              words.emplace_back((*command)->text(i));
            }
            ++session->asked;
            const std::string text = answer_(words);
            boost::system::error_code ignored;
            if (text == "hang up") {
              session->socket.close(ignored);
              return;
            }
            boost::asio::write(session->socket, boost::asio::buffer(text), ignored);
          }
          read(session);
        });
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  Answer answer_;
  std::vector<std::shared_ptr<Session>> sessions_;
};

inline std::string polite(const std::vector<std::string>& words) {
  if (words[0] == "PING") return "+PONG\r\n";
  if (words[0] == "AUTH" || words[0] == "SELECT") return "+OK\r\n";
  if (words[0] == "SCRIPT") return "$4\r\nname\r\n";
  if (words[0] == "GET") return "$1\r\n7\r\n";
  return "";  // to all else: silence
}

}  // namespace doorbuster
