// One request as policies see it (the language's manual, "Requests"), however
// it came: from an MCP message or from the JSON of `polc eval`. A view points
// into what it was read from and copies nothing.
#ifndef POLC_RUNTIME_REQUEST_H_
#define POLC_RUNTIME_REQUEST_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/json/reader.h"
#include "runtime/json/value.h"

namespace polc::runtime {

class CallerFields;

/// Who calls, from the authenticated connection.
struct Caller {
  std::string_view grant = "default";
  std::optional<std::string_view> subject;
  json::Value roles;   // a list of strings; no value: none
  json::Value claims;  // an object; no value: {}
  /// What an engine has read of this caller already (Engine::ReadCaller), or
  /// null. Another engine reads the caller itself.
  const CallerFields* fields = nullptr;
};

struct RequestView {
  std::string_view server;
  std::string_view method = "tools/call";
  bool defined = true;  // the negotiated revision defines the method
  std::optional<std::string_view> tool;
  std::optional<std::string_view> resource;
  std::optional<std::string_view> prompt;
  json::Value args;  // an object; no value: {}
  Caller caller;
  std::optional<std::string_view> session;
  int64_t now = 0;                          // Unix time in seconds
  std::span<const std::string_view> marks;  // that the caller holds
};

/// What a tool may be called: [A-Za-z0-9_.-]{1,128}.
bool IsToolName(std::string_view name);

/// A request written as JSON, one object (docs: "Requests and decisions as
/// JSON"); as strict as the reading of a message.
class RequestDocument {
 public:
  struct Defaults {
    std::string_view server;  // must outlive the document's view
    int64_t now = 0;
  };

  /// Empty, or why it is refused. The view is good until the next Read.
  std::optional<std::string> Read(std::string_view text,
                                  const Defaults& defaults);
  const RequestView& view() const { return view_; }

 private:
  std::optional<std::string> ReadRoot(json::Value root);
  std::optional<std::string> ReadMember(std::string_view key,
                                        json::Value value);
  std::optional<std::string> ReadCaller(json::Value caller);
  std::optional<std::string> ReadMarks(json::Value marks);
  std::optional<std::string> ReadTarget(bool has_method);
  std::optional<std::string> AddUri();

  json::Reader reader_;
  json::Reader args_reader_;
  std::string args_text_;
  std::vector<std::string_view> marks_;
  RequestView view_;
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_REQUEST_H_
