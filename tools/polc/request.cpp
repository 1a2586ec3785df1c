#include "tools/polc/request.h"

namespace polc::tool {
namespace {

using runtime::json::Type;

eval::Value Copy(runtime::json::Value value) {
  eval::Value out;
  switch (value.type()) {
    case Type::kNone:
    case Type::kNull:
      break;
    case Type::kBool:
      out.kind = ir::Kind::kBool;
      out.boolean = value.boolean();
      break;
    case Type::kNumber:
      out.kind = ir::Kind::kNumber;
      out.number = value.number();
      break;
    case Type::kBigInt:
      out.kind = ir::Kind::kBigInt;
      break;
    case Type::kString:
      out = eval::Value::String(std::string(value.text()));
      break;
    case Type::kList:
      out.kind = ir::Kind::kList;
      for (runtime::json::Elements it(value); it; it.Next()) {
        out.items.push_back(Copy(it.value()));
      }
      break;
    case Type::kObject:
      out.kind = ir::Kind::kObject;
      for (runtime::json::Members it(value); it; it.Next()) {
        out.names.emplace_back(it.key());
        out.items.push_back(Copy(it.value()));
      }
      break;
  }
  return out;
}

std::optional<std::string> Copy(const std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

}  // namespace

eval::Request ToEvalRequest(const runtime::RequestView& view) {
  eval::Request out;
  out.server = view.server;
  out.method = view.method;
  out.defined = view.defined;
  out.tool = Copy(view.tool);
  out.resource = Copy(view.resource);
  out.prompt = Copy(view.prompt);
  if (view.args) out.args = Copy(view.args);
  out.caller.grant = view.caller.grant;
  out.caller.subject = Copy(view.caller.subject);
  if (view.caller.roles) {
    for (runtime::json::Elements it(view.caller.roles); it; it.Next()) {
      out.caller.roles.emplace_back(it.value().text());
    }
  }
  if (view.caller.claims) out.caller.claims = Copy(view.caller.claims);
  out.session = Copy(view.session);
  out.now = view.now;
  out.marks.assign(view.marks.begin(), view.marks.end());
  return out;
}

}  // namespace polc::tool
