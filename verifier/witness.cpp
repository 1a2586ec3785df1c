#include "verifier/witness.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "compiler/eval/json.h"
#include "compiler/support/check.h"

namespace polc::verifier {
namespace {

using eval::Value;
using ir::Kind;
using ir::Root;

class Maker {
 public:
  Maker(const Space& space, const Assignment& assignment)
      : space_(space), assignment_(assignment) {}

  eval::Request Run() {
    eval::Request request;
    const Slice& slice = space_.slice();
    request.defined = slice.defined;
    request.server = Text(Root::kServer, slice.server).value_or("default");
    request.method = Text(Root::kMethod, slice.method).value_or("tools/call");
    using Target = Slice::Target;
    if (slice.target == Target::kTool) {
      request.tool = Text(Root::kTool, slice.tool);
    }
    if (slice.target == Target::kResource) {
      request.resource = Text(Root::kResource, std::nullopt);
    }
    if (slice.target == Target::kPrompt) {
      request.prompt = Text(Root::kPrompt, std::nullopt);
    }
    if (const Node* args = space_.root(Root::kArgs)) request.args = Make(*args);
    if (const Node* claims = space_.root(Root::kClaims)) {
      request.caller.claims = Make(*claims);
    }
    if (const Node* roles = space_.root(Root::kRoles)) {
      for (Value& role : Make(*roles).items) {
        request.caller.roles.push_back(std::move(role.text));
      }
    }
    request.caller.grant = Text(Root::kGrant, std::nullopt).value_or("default");
    request.caller.subject = Text(Root::kSubject, std::nullopt);
    request.session = Text(Root::kSession, std::nullopt);
    if (const Node* marks = space_.root(Root::kMarks)) {
      for (const auto& [step, mark] : marks->members) {
        if (IsPresent(*mark)) request.marks.push_back(step.member);
      }
    }
    return request;
  }

 private:
  std::optional<std::string> Text(Root root,
                                  const std::optional<std::string>& fixed) {
    if (fixed) return fixed;
    const Node* node = space_.root(root);
    if (node == nullptr) return std::nullopt;
    const NodeValue& value = assignment_[node->number];
    if (value.kind != Kind::kString) return std::nullopt;
    return value.text;
  }

  bool IsPresent(const Node& node) const {
    const NodeValue& v = assignment_[node.number];
    return v.live && v.kind != Kind::kMissing && v.kind != Kind::kBad;
  }

  Value Make(const Node& node) {
    const NodeValue& from = assignment_[node.number];
    Value value;
    value.kind = from.kind;
    switch (from.kind) {
      case Kind::kBool:
        value.boolean = from.flag;
        break;
      case Kind::kNumber:
        value.number = from.number;
        break;
      case Kind::kBigInt:
        value.text = "9007199254740993";
        value.number = 9007199254740992.0;
        break;
      case Kind::kString:
        value.text = from.text;
        break;
      case Kind::kList:
        MakeList(node, from.size, &value);
        break;
      case Kind::kObject:
        MakeObject(node, from.extra, &value);
        break;
      default:
        break;
    }
    return value;
  }

  void MakeObject(const Node& node, bool extra, Value* value) {
    for (const auto& [step, member] : node.members) {
      if (step.index >= 0 || !IsPresent(*member)) continue;
      value->names.push_back(step.member);
      value->items.push_back(Make(*member));
    }
    if (!extra) return;
    std::string name = "other";
    while (node.members.contains({name, -1})) name += "_";
    value->names.push_back(name);
    value->items.push_back(Value());
  }

  // Elements read by index stand where they must, the others fill the places
  // between, and the rest repeats one of them (space_lists.cpp).
  void MakeList(const Node& node, uint64_t size, Value* value) {
    std::vector<Value> floating;
    for (const auto& element : node.elements) {
      if (assignment_[element->number].live) {
        floating.push_back(Make(*element));
      }
    }
    size_t used = 0;
    for (uint64_t i = 0; i < size; ++i) {
      const auto it = node.members.find({"", static_cast<int32_t>(i)});
      if (it != node.members.end() && IsPresent(*it->second)) {
        value->items.push_back(Make(*it->second));
      } else if (used < floating.size()) {
        value->items.push_back(floating[used++]);
      } else {
        value->items.push_back(value->items.empty() ? Value()
                                                    : value->items[0]);
      }
    }
  }

  const Space& space_;
  const Assignment& assignment_;
};

void AppendText(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        *out += "\\\"";
        break;
      case '\\':
        *out += "\\\\";
        break;
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
          *out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
        } else {
          *out += c;
        }
    }
  }
  *out += '"';
}

// An integer past 2^53 needs a fraction or exponent, or it would be read as
// one that has no value.
std::string NumberJson(double number) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number + 0.0);
  std::string text(buffer, end.ptr);
  if (std::fabs(number) > 9007199254740991.0 &&
      text.find_first_of(".e") == std::string::npos) {
    text += ".0";
  }
  return text;
}

void AppendValue(const Value& value, std::string* out) {
  switch (value.kind) {
    case Kind::kBool:
      *out += value.boolean ? "true" : "false";
      return;
    case Kind::kNumber:
      *out += NumberJson(value.number);
      return;
    case Kind::kBigInt:
      *out += value.text;
      return;
    case Kind::kString:
      return AppendText(value.text, out);
    case Kind::kList:
    case Kind::kObject: {
      const bool list = value.kind == Kind::kList;
      *out += list ? '[' : '{';
      for (size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) *out += ", ";
        if (!list) {
          AppendText(value.names[i], out);
          *out += ": ";
        }
        AppendValue(value.items[i], out);
      }
      *out += list ? ']' : '}';
      return;
    }
    default:
      *out += "null";
  }
}

void AppendMember(std::string_view name, std::string_view text,
                  std::string* out) {
  if (out->back() != '{') *out += ", ";
  AppendText(name, out);
  *out += ": ";
  AppendText(text, out);
}

void AppendCaller(const eval::Caller& caller, std::string* out) {
  *out += ", \"caller\": {";
  AppendMember("grant", caller.grant, out);
  if (caller.subject) AppendMember("subject", *caller.subject, out);
  if (!caller.roles.empty()) {
    *out += ", \"roles\": [";
    for (size_t i = 0; i < caller.roles.size(); ++i) {
      if (i > 0) *out += ", ";
      AppendText(caller.roles[i], out);
    }
    *out += ']';
  }
  if (!caller.claims.items.empty()) {
    *out += ", \"claims\": ";
    AppendValue(caller.claims, out);
  }
  *out += '}';
}

}  // namespace

eval::Request MakeRequest(const Space& space, const Assignment& assignment,
                          int64_t now) {
  eval::Request request = Maker(space, assignment).Run();
  request.now = now;
  return request;
}

std::string RequestJson(const eval::Request& request) {
  std::string out = "{";
  AppendMember("server", request.server, &out);
  AppendMember("method", request.method, &out);
  if (request.tool) AppendMember("tool", *request.tool, &out);
  if (request.resource) AppendMember("resource", *request.resource, &out);
  if (request.prompt) AppendMember("prompt", *request.prompt, &out);
  out += ", \"args\": ";
  AppendValue(request.args, &out);
  AppendCaller(request.caller, &out);
  if (request.session) AppendMember("session", *request.session, &out);
  if (!request.marks.empty()) {
    out += ", \"marks\": [";
    for (const std::string& mark : request.marks) {
      if (out.back() != '[') out += ", ";
      AppendText(mark, &out);
    }
    out += ']';
  }
  if (request.now != 0) {
    AppendMember("now", eval::InstantText(request.now), &out);
  }
  out += '}';
  return out;
}

}  // namespace polc::verifier
