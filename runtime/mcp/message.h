// One JSON-RPC message, read strictly and understood: what it is, what it asks
// for, and how policies see it. Whatever has two readings is refused here,
// before any rule.
#ifndef POLC_RUNTIME_MCP_MESSAGE_H_
#define POLC_RUNTIME_MCP_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/json/reader.h"
#include "runtime/methods.h"
#include "runtime/request.h"

namespace polc::runtime::mcp {

namespace fault {

inline constexpr Fault kBatch = {"rpc.batch", kInvalidRequest,
                                 "a batch of messages"};
inline constexpr Fault kShape = {"rpc.shape", kInvalidRequest,
                                 "not a JSON-RPC message"};
inline constexpr Fault kVersion = {"rpc.version", kInvalidRequest,
                                   "not JSON-RPC 2.0"};
inline constexpr Fault kId = {"rpc.id", kInvalidRequest,
                              "an id is a short string or an exact integer"};
inline constexpr Fault kIdInUse = {"rpc.id_in_use", kInvalidRequest,
                                   "the id of a request that is not answered"};
inline constexpr Fault kUnexpected = {"rpc.unexpected_response",
                                      kInvalidRequest,
                                      "an answer to nothing that was asked"};
inline constexpr Fault kParams = {"mcp.params_shape", kInvalidParams,
                                  "parameters of the wrong shape"};
inline constexpr Fault kName = {"mcp.name_invalid", kInvalidParams,
                                "a tool name is 1 to 128 of `A-Za-z0-9_.-`"};

}  // namespace fault

/// Longest id, as written.
inline constexpr size_t kMaxIdBytes = 1024;

enum class Kind : uint8_t { kRequest, kNotification, kResponse };

/// Views point into the reader and the text it read.
struct Message {
  Kind kind = Kind::kRequest;
  std::string_view text;
  std::string_view raw_id;  // exactly as written; empty: none
  std::string id;           // equal for ids that are the same; empty: none
  std::string_view method;
  MethodInfo info;
  json::Value params;      // an object, or no value
  json::Value result;      // of a response; no value if it is an error
  bool is_modern = false;  // carries its revision itself (2026-07-28 on)
  uint8_t revision = 0;    // that it carries; a Revision, or 0
  // Arguments hold U+0000: refused, but as a call is, for the agent to read.
  bool has_nul_arguments = false;

  std::optional<std::string_view> tool;
  std::optional<std::string_view> resource;
  std::optional<std::string_view> prompt;
  json::Value args;  // as policies see them; no value: {}
};

/// Reads one message at a time.
class MessageReader {
 public:
  explicit MessageReader(json::Bounds bounds = {}) : reader_(bounds) {}

  /// For messages whose strings may hold U+0000, which is the server's right:
  /// no policy reads them.
  void AllowNul() { allows_nul_ = true; }

  /// Null if `text`, which must outlive the message, is one strict message.
  const Fault* Read(std::string_view text);
  const Message& message() const { return message_; }

 private:
  // Members that are looked at, found in one pass; no value: absent.
  struct Envelope {
    json::Value jsonrpc, id, method, params, result, error;
    json::Value* Find(std::string_view key);
  };
  struct Params {
    json::Value name, arguments, meta, uri;
    json::Value* Find(std::string_view key);
  };

  const Fault* ReadEnvelope(json::Value root);
  const Fault* ReadId(json::Value id);
  const Fault* ReadResponse(const Envelope& parts, json::Value root);
  const Fault* ReadRequest(const Envelope& parts);
  const Fault* ReadMeta();
  const Fault* ReadTarget();
  const Fault* ReadNamed(std::optional<std::string_view>* name);
  const Fault* ReadCompletion();
  const Fault* CheckNul();
  const Fault* ArgsFromParams(std::optional<std::string_view> uri);

  json::Reader reader_;
  // For arguments that are not in the message as policies see them.
  json::Reader args_reader_;
  std::string args_text_;
  Message message_;
  Params params_;  // of a request
  bool allows_nul_ = false;
};

/// Message::id of an id as written; empty if it is none.
std::string IdentityOf(std::string_view raw_id);

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_MESSAGE_H_
