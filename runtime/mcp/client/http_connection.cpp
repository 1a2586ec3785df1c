#include "runtime/mcp/client/http_connection.h"

#include <openssl/ssl.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <optional>

namespace polc::runtime::mcp {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr uint32_t kMaxHeaderBytes = 32 << 10;
constexpr size_t kReadBytes = 64 << 10;

std::string LowerText(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string MediaType(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (value.ends_with(' ')) value.remove_suffix(1);
  return LowerText(value);
}

using Parser = http::response_parser<http::string_body>;

std::string Header(const Parser& parser, std::string_view name) {
  const auto value = parser.get()[name];
  return {value.data(), value.size()};
}

HttpHead HeadOf(const Parser& parser) {
  return {.status = static_cast<int>(parser.get().result_int()),
          .content_type = MediaType(Header(parser, "Content-Type")),
          .session = Header(parser, "Mcp-Session-Id"),
          .location = Header(parser, "Location"),
          .encoding = LowerText(Header(parser, "Content-Encoding"))};
}

// One exchange. Every step is begun asynchronously and waited for until the
// deadline, because a blocking one could not be given up.
class Exchange {
 public:
  Exchange(const Url& url, const HttpRequest& request, Deadline deadline,
           const BodySink& sink)
      : url_(url), request_(request), deadline_(deadline), sink_(sink) {}

  HttpHead Run(std::string* problem, bool* late) {
    const HttpHead head = url_.is_https ? OverTls() : OverTcp();
    *problem = problem_;
    *late = late_;
    return head;
  }

 private:
  // Begins a step with a handler for its outcome; true if it succeeded.
  template <typename Begin>
  bool Step(const char* what, beast::tcp_stream* stream, Begin begin) {
    std::optional<error_code> outcome;
    begin([&outcome](error_code error, auto&&...) { outcome = error; });
    context_.restart();
    context_.run_until(deadline_);
    if (!outcome) {
      late_ = true;
      problem_ = std::string("the server did not answer in time: ") + what;
      resolver_.cancel();
      if (stream != nullptr) stream->close();
      context_.restart();
      context_.run();
      return false;
    }
    last_ = *outcome;
    if (!last_) return true;
    problem_ = last_ == http::error::body_limit
                   ? "the server answers with more than 16 MiB"
                   : std::string(what) + ": " + last_.message();
    return false;
  }

  bool Connect(beast::tcp_stream* stream) {
    Tcp::resolver::results_type found;
    const bool resolved =
        Step("resolving the name", nullptr, [&](auto handler) {
          resolver_.async_resolve(
              url_.host, url_.port,
              [&found, handler](error_code error,
                                Tcp::resolver::results_type results) mutable {
                found = std::move(results);
                handler(error);
              });
        });
    return resolved && Step("connecting", stream, [&](auto handler) {
             stream->async_connect(found, handler);
           });
  }

  HttpHead OverTcp() {
    beast::tcp_stream stream(context_);
    if (!Connect(&stream)) return {};
    HttpHead head = Talk(&stream, &stream);
    stream.close();
    return head;
  }

  HttpHead OverTls() {
    asio::ssl::context tls(asio::ssl::context::tls_client);
    error_code error;
    tls.set_default_verify_paths(error);
    tls.set_verify_mode(asio::ssl::verify_peer);
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    beast::ssl_stream<beast::tcp_stream> stream(context_, tls);
    stream.set_verify_callback(asio::ssl::host_name_verification(url_.host));
    asio::ip::make_address(url_.host, error);
    // Addresses are not named (RFC 6066).
    if (error && SSL_set_tlsext_host_name(stream.native_handle(),
                                          url_.host.c_str()) != 1) {
      problem_ = "the host can't be named to the server";
      return {};
    }
    beast::tcp_stream& tcp = beast::get_lowest_layer(stream);
    if (!Connect(&tcp) || !Step("TLS", &tcp, [&](auto handler) {
          stream.async_handshake(asio::ssl::stream_base::client, handler);
        })) {
      return {};
    }
    HttpHead head = Talk(&stream, &tcp);
    tcp.close();
    return head;
  }

  template <typename Stream>
  HttpHead Talk(Stream* stream, beast::tcp_stream* tcp) {
    http::request<http::string_body> message(
        http::string_to_verb({request_.verb.data(), request_.verb.size()}),
        url_.target, 11);
    message.set(http::field::host, url_.authority);
    message.set(http::field::connection, "close");
    message.set(http::field::user_agent, "polc");
    for (const auto& [name, value] : request_.headers) {
      message.set(name, value);
    }
    message.body() = request_.body;
    message.prepare_payload();
    if (!Step("sending", tcp, [&](auto handler) {
          http::async_write(*stream, message, handler);
        })) {
      return {};
    }
    return Receive(stream, tcp);
  }

  template <typename Stream>
  HttpHead Receive(Stream* stream, beast::tcp_stream* tcp) {
    beast::flat_buffer buffer(kMaxHeaderBytes + kReadBytes);
    Parser parser;
    parser.header_limit(kMaxHeaderBytes);
    parser.body_limit(kMaxExchangeBytes);
    if (!Step("reading", tcp, [&](auto handler) {
          http::async_read_header(*stream, buffer, parser, handler);
        })) {
      return {};
    }
    const HttpHead head = HeadOf(parser);
    bool wants_more = TakeBody(head, &parser);
    while (wants_more && !parser.is_done()) {
      const bool ok = Step("reading", tcp, [&](auto handler) {
        http::async_read_some(*stream, buffer, parser, handler);
      });
      wants_more = TakeBody(head, &parser) && ok;
      if (!ok && IsEnd()) problem_.clear();
    }
    return head;
  }

  bool TakeBody(const HttpHead& head, Parser* parser) {
    std::string& body = parser->get().body();
    if (body.empty()) return true;
    const std::string piece = std::move(body);
    body.clear();
    return sink_(head, piece);
  }

  // A server that closes without the formalities has still said all it said;
  // whether that was enough is for the message's reader to judge.
  bool IsEnd() const {
    return last_ == http::error::end_of_stream ||
           last_ == http::error::partial_message ||
           last_ == asio::ssl::error::stream_truncated ||
           last_ == asio::error::eof;
  }

  const Url& url_;
  const HttpRequest& request_;
  Deadline deadline_;
  const BodySink& sink_;
  asio::io_context context_;
  Tcp::resolver resolver_{context_};
  error_code last_;
  std::string problem_;
  bool late_ = false;
};

}  // namespace

HttpHead Fetch(const Url& url, const HttpRequest& request, Deadline deadline,
               const BodySink& sink, std::string* problem, bool* late) {
  return Exchange(url, request, deadline, sink).Run(problem, late);
}

}  // namespace polc::runtime::mcp
