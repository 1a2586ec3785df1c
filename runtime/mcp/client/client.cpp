#include "runtime/mcp/client/client.h"

#include <algorithm>
#include <array>
#include <set>

#include "runtime/mcp/message.h"
#include "runtime/text.h"

namespace polc::runtime::mcp {
namespace {

using json::Value;

constexpr std::string_view kModern = "2026-07-28";
constexpr std::string_view kLegacy = "2025-11-25";
constexpr int kMethodNotFound = -32601;

constexpr size_t kMaxPages = 1000;
constexpr size_t kMaxEntries = 10'000;
constexpr size_t kMaxListedBytes = size_t{32} << 20;

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

std::string TextOf(Value object, std::string_view key) {
  const Value value = object.Find(key);
  return value.is_string() ? std::string(value.text()) : "";
}

// The response that `text`, strictly read before, is.
class Response {
 public:
  explicit Response(std::string_view text) {
    (void)reader_.ReadLeavingNul(text);
  }
  Value root() const { return reader_.root(); }
  Value result() const { return root().Find("result"); }
  Value error() const { return root().Find("error"); }

 private:
  json::Reader reader_;
};

std::string_view RawMember(std::string_view text, Value object,
                           std::string_view key) {
  json::RawItems raw(text);
  for (json::Members it(object); it; it.Next(), raw.Next()) {
    if (it.key() == key) return raw.value();
  }
  return {};
}

}  // namespace

Client::Client(Transport* transport, ClientOptions options)
    : transport_(transport),
      options_(std::move(options)),
      end_(Clock::now() + options_.total) {}

Deadline Client::DeadlineIn(std::chrono::milliseconds patience) const {
  return std::min<Deadline>(end_, Clock::now() + patience);
}

Outcome Client::AskFor(std::string_view method, std::string_view params,
                       std::chrono::milliseconds patience) {
  const std::string id = "\"polc:" + std::to_string(next_id_++) + "\"";
  std::string text = R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":)" +
                     Quoted(method) + R"(,"params":{)" + std::string(params);
  if (claims_.is_modern) {
    if (!params.empty()) text += ',';
    text += R"("_meta":{"io.modelcontextprotocol/protocolVersion":)" +
            Quoted(claims_.revision) +
            R"(,"io.modelcontextprotocol/clientCapabilities":{})" +
            R"(,"io.modelcontextprotocol/clientInfo":{"name":)" +
            Quoted(options_.name) + R"(,"version":)" +
            Quoted(options_.version) + "}}";
  }
  text += "}}";
  Reply reply = transport_->Ask({.method = method, .id = id, .text = text},
                                DeadlineIn(patience));
  Outcome outcome;
  outcome.text = std::move(reply.text);
  outcome.problem = std::move(reply.problem);
  if (reply.ending != Ending::kAnswered) return outcome;
  const Response response(outcome.text);
  if (const Value error = response.error()) {
    const Value code = error.Find("code");
    if (code.type() == json::Type::kNumber) {
      outcome.code = static_cast<int>(std::clamp(code.number(), -1e9, 1e9));
    }
    outcome.problem = "the server answers `" + std::string(method) +
                      "` with an error: " + Escaped(TextOf(error, "message"));
    return outcome;
  }
  // Any other kind of result asks for something first.
  const std::string type = TextOf(response.result(), "resultType");
  outcome.ok =
      response.result().is_object() && (type.empty() || type == "complete");
  if (!outcome.ok) {
    outcome.problem = "the server answers `" + std::string(method) +
                      "` with a result of another shape";
  }
  return outcome;
}

Outcome Client::Ask(std::string_view method, std::string_view params) {
  return AskFor(method, params, options_.request);
}

void Client::ReadClaims(std::string_view text) {
  const Response response(text);
  const Value result = response.result();
  Value info = result.Find("serverInfo");
  if (!info) {
    const Value meta = result.Find("_meta");
    if (meta.is_object()) {
      info = meta.Find("io.modelcontextprotocol/serverInfo");
    }
  }
  if (info.is_object()) {
    claims_.name = TextOf(info, "name");
    claims_.version = TextOf(info, "version");
  }
  claims_.instructions = TextOf(result, "instructions");
  const Value offered = result.Find("capabilities");
  if (!offered.is_object()) return;
  claims_.has_tools = offered.Find("tools").is_object();
  claims_.has_resources = offered.Find("resources").is_object();
  claims_.has_prompts = offered.Find("prompts").is_object();
}

// False: the server is of the older era, or gone (`*ending`).
bool Client::Discover(Ending* ending) {
  claims_.is_modern = true;
  claims_.revision = kModern;
  transport_->Speak({.revision = claims_.revision, .is_modern = true});
  const Outcome outcome = AskFor("server/discover", "", options_.probe);
  *ending = outcome.text.empty() ? Ending::kClosed : Ending::kAnswered;
  if (outcome.ok) {
    // A server that says it knows us not at all is not spoken to as if it did.
    const Response response(outcome.text);
    const Value versions = response.result().Find("supportedVersions");
    for (json::Elements it(versions.is_list() ? versions : Value()); it;
         it.Next()) {
      if (it.value().is_string() && it.value().text() == kModern) {
        ReadClaims(outcome.text);
        return true;
      }
    }
  }
  return false;
}

std::string Client::Initialize() {
  claims_ = {};
  transport_->Speak({});
  const Outcome outcome =
      Ask("initialize", R"("protocolVersion":)" + Quoted(kLegacy) +
                            R"(,"capabilities":{},"clientInfo":{"name":)" +
                            Quoted(options_.name) + R"(,"version":)" +
                            Quoted(options_.version) + "}");
  if (!outcome.ok) return outcome.problem;
  const Response response(outcome.text);
  claims_.revision = TextOf(response.result(), "protocolVersion");
  const auto revision = RevisionOf(claims_.revision);
  if (!revision || *revision == kRev20260728) {
    return "the server wants to speak revision `" + Escaped(claims_.revision) +
           "` of the protocol, which polc does not";
  }
  ReadClaims(outcome.text);
  transport_->Speak({.revision = claims_.revision, .is_modern = false});
  return transport_->Tell(
      "notifications/initialized",
      R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
      DeadlineIn(options_.request));
}

std::string Client::Connect() {
  Ending ending = Ending::kClosed;
  if (Discover(&ending)) return "";
  // Silence may be a server that waits for its handshake, or one that the
  // question ended.
  std::string problem = Initialize();
  if (problem.empty() || ending == Ending::kAnswered) return problem;
  problem = transport_->Restart();
  return problem.empty() ? Initialize() : problem;
}

std::string Client::List(std::string_view method, std::string_view member,
                         std::vector<std::string>* entries) {
  const std::string list = "`" + std::string(method) + "`";
  std::set<std::string> cursors;
  std::string params;
  for (size_t page = 0; page < kMaxPages; ++page) {
    const Outcome outcome = Ask(method, params);
    if (outcome.code == kMethodNotFound && page == 0) return "";
    if (!outcome.ok) return outcome.problem;
    listed_bytes_ += outcome.text.size();
    if (listed_bytes_ > kMaxListedBytes) {
      return "the server lists more than 32 MiB";
    }
    const Response response(outcome.text);
    const Value items = response.result().Find(member);
    if (!items.is_list())
      return "the server's answer to " + list + " is no list";
    const std::string_view raw =
        RawMember(RawMember(outcome.text, response.root(), "result"),
                  response.result(), member);
    json::RawItems text(raw);
    for (json::Elements it(items); it; it.Next(), text.Next()) {
      entries->emplace_back(text.value());
    }
    if (entries->size() > kMaxEntries) {
      return "the server lists more than 10,000 entries for " + list;
    }
    const std::string cursor = TextOf(response.result(), "nextCursor");
    if (cursor.empty()) return "";
    if (!cursors.insert(cursor).second) {
      return "the server's answers to " + list +
             " lead in a circle: a cursor comes back";
    }
    params = R"("cursor":)" + Quoted(cursor);
  }
  return "the server's answers to " + list + " never end: over 1000 pages";
}

}  // namespace polc::runtime::mcp
