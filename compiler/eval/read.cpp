// From a path to what it finds. Absence and errors begin here: the table below
// (StepInto) is the language's "absent is what is missing or null, or whose
// parent is absent; stepping through anything else is an error".
#include <string>

#include "compiler/eval/request_view.h"

namespace polc::eval {
namespace {

using ir::Kind;
using ir::Root;

Read Found(const Value& value) { return {value.kind, &value}; }

Read StepInto(Read from, const ir::Step& step) {
  const bool is_index = step.index >= 0;
  if (from.kind == Kind::kMissing || from.kind == Kind::kNull) {
    return {Kind::kMissing, nullptr};
  }
  if (is_index && from.kind == Kind::kList) {
    const auto& items = from.value->items;
    const auto index = static_cast<size_t>(step.index);
    if (index >= items.size()) return {Kind::kMissing, nullptr};
    return Found(items[index]);
  }
  if (!is_index && from.kind == Kind::kObject) {
    const Value* member = from.value->Find(step.member);
    if (member == nullptr) return {Kind::kMissing, nullptr};
    return Found(*member);
  }
  return {Kind::kBad, nullptr};
}

}  // namespace

RequestView::RequestView(const Request& request) : now_(request.now) {
  kinds_.fill(Kind::kMissing);
  auto set = [&](Root root, Value value) {
    kinds_[static_cast<size_t>(root)] = value.kind;
    roots_[static_cast<size_t>(root)] = std::move(value);
  };
  auto set_text = [&](Root root, const std::optional<std::string>& text) {
    if (text) set(root, Value::String(*text));
  };
  set(Root::kArgs, request.args);
  set(Root::kClaims, request.caller.claims);
  set_text(Root::kGrant, request.caller.grant);
  set_text(Root::kSubject, request.caller.subject);
  Value roles;
  roles.kind = Kind::kList;
  for (const std::string& role : request.caller.roles) {
    roles.items.push_back(Value::String(role));
  }
  set(Root::kRoles, std::move(roles));
  set_text(Root::kServer, request.server);
  set_text(Root::kSession, request.session);
  if (!request.session) {
    kinds_[static_cast<size_t>(Root::kSession)] = Kind::kBad;
  }
  set_text(Root::kMethod, request.method);
  set_text(Root::kTool, request.tool);
  set_text(Root::kResource, request.resource);
  set_text(Root::kPrompt, request.prompt);
  Value defined;
  defined.kind = Kind::kBool;
  defined.boolean = request.defined;
  set(Root::kDefined, std::move(defined));
  Value held;
  held.kind = Kind::kBool;
  held.boolean = true;
  Value marks = Value::Object();
  for (const std::string& mark : request.marks) {
    marks.names.push_back(mark);
    marks.items.push_back(held);
  }
  set(Root::kMarks, std::move(marks));
}

Read RequestView::Find(const ir::Field& field, const Value* element) const {
  const auto root = static_cast<size_t>(field.root);
  Read read{kinds_[root], &roots_[root]};
  if (field.root == Root::kElement) {
    read = element != nullptr ? Found(*element) : Read{Kind::kBad, nullptr};
  }
  for (const ir::Step& step : field.steps) read = StepInto(read, step);
  if (read.kind == Kind::kMissing || read.kind == Kind::kBad) {
    read.value = nullptr;
  }
  return read;
}

}  // namespace polc::eval
