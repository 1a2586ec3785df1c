#include "tools/polc/bench/requests.h"

#include <utility>

#include "runtime/json/write.h"
#include "runtime/methods.h"
#include "runtime/text.h"
#include "tools/polc/request.h"

namespace polc::tool {
namespace {

using runtime::RequestView;
using runtime::Target;

void AppendMember(std::string_view name, std::string_view text,
                  std::string* out) {
  if (out->back() != '{') *out += ',';
  runtime::AppendJsonString(name, out);
  *out += ':';
  runtime::AppendJsonString(text, out);
}

void AppendArguments(const RequestView& view, std::string* out) {
  if (!view.args) return;
  *out += ",\"arguments\":";
  runtime::json::AppendValue(view.args, out);
}

std::string ParamsOf(const RequestView& view, Target target) {
  std::string out = "{";
  switch (target) {
    case Target::kTool:
    case Target::kPrompt:
      AppendMember("name", target == Target::kTool ? *view.tool : *view.prompt,
                   &out);
      AppendArguments(view, &out);
      return out + "}";
    case Target::kCompletion:
      if (!view.prompt) break;
      out += "\"ref\":{";
      AppendMember("type", "ref/prompt", &out);
      AppendMember("name", *view.prompt, &out);
      out += '}';
      AppendArguments(view, &out);
      return out + "}";
    default:
      break;
  }
  // Its arguments are what stands here.
  if (!view.args) return "{}";
  out.clear();
  runtime::json::AppendValue(view.args, &out);
  return out;
}

std::string MessageOf(const RequestView& view, size_t id) {
  const runtime::MethodInfo method = runtime::FindMethod(view.method);
  std::string out = "{\"jsonrpc\":\"2.0\"";
  if (!method.is_notification) out += ",\"id\":" + std::to_string(id);
  AppendMember("method", view.method, &out);
  return out + ",\"params\":" + ParamsOf(view, method.target) + "}";
}

std::string Canonical(runtime::json::Value value) {
  std::string out = "{}";
  if (!value) return out;
  out.clear();
  runtime::json::AppendCanonical(value, &out);
  return out;
}

bool IsSame(const RequestView& a, const RequestView& b) {
  return a.method == b.method && a.tool == b.tool && a.resource == b.resource &&
         a.prompt == b.prompt && Canonical(a.args) == Canonical(b.args);
}

}  // namespace

RequestView ViewOf(const runtime::mcp::Message& message,
                   const RequestView& known) {
  RequestView view = known;
  view.method = message.method;
  view.tool = message.tool;
  view.resource = message.resource;
  view.prompt = message.prompt;
  view.args = message.args;
  return view;
}

Result<std::vector<std::unique_ptr<BenchRequest>>> ReadBenchRequests(
    const std::string& text, const runtime::Engine& engine,
    const std::string& server, int64_t now) {
  std::vector<std::unique_ptr<BenchRequest>> out;
  runtime::mcp::MessageReader reader;
  size_t number = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line(text.data() + at, end - at);
    at = end + 1;
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string where = "line " + std::to_string(number) + ": ";
    auto request = std::make_unique<BenchRequest>();
    if (auto problem = request->document.Read(line, {server, now})) {
      return Error{where + *problem};
    }
    request->view = request->document.view();
    RequestView& view = request->view;
    engine.ReadCaller(view.caller, &request->slots, &request->caller);
    view.caller.fields = &request->caller;
    request->message = MessageOf(view, out.size() + 1);
    if (reader.Read(request->message) != nullptr ||
        !IsSame(ViewOf(reader.message(), view), view)) {
      return Error{where + "no message of the protocol asks for this"};
    }
    engine.ReadFields(view, &request->slots);
    request->for_evaluator = ToEvalRequest(view);
    out.push_back(std::move(request));
  }
  if (out.empty()) return Error{"there are no requests in it"};
  return out;
}

}  // namespace polc::tool
