#include "compiler/import/reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace polc::import {
namespace {

using Type = Scalar::Type;

struct OpName {
  std::string_view name;
  Op op;
};

constexpr OpName kOps[] = {{"eq", Op::kEq},        {"neq", Op::kNeq},
                           {"in", Op::kIn},        {"not_in", Op::kNotIn},
                           {"lt", Op::kLt},        {"lte", Op::kLte},
                           {"gt", Op::kGt},        {"gte", Op::kGte},
                           {"regex", Op::kRegex},  {"contains", Op::kContains},
                           {"exists", Op::kExists}};

bool IsOrder(Op op) {
  return op == Op::kLt || op == Op::kLte || op == Op::kGt || op == Op::kGte;
}

}  // namespace

std::string Reader::Text(const Node* node, std::string_view what) {
  if (node == nullptr || node->is_null()) return "";
  if (node->is_scalar()) return node->text;
  Fail(node->range, fmt::format("{} is text", what));
  return "";
}

bool Reader::IsMap(const Node* node, std::string_view what) {
  if (node == nullptr || node->is_null()) return false;
  if (node->is_map()) return true;
  Fail(node->range, fmt::format("{} is a mapping", what));
  return false;
}

bool Reader::IsList(const Node* node, std::string_view what) {
  if (node == nullptr || node->is_null()) return false;
  if (node->is_list()) return true;
  Fail(node->range, fmt::format("{} is a list", what));
  return false;
}

void Reader::OnlyKeys(const Node& map, const std::vector<std::string>& known) {
  for (const auto& [key, value] : map.members) {
    if (std::find(known.begin(), known.end(), key->text) != known.end()) {
      continue;
    }
    auto report = Fail(
        key->range, fmt::format("the format has no key `{}` here", key->text));
    if (const auto near = diag::DidYouMean(key->text, known)) {
      report.Help(fmt::format("did you mean `{}`?", *near));
    }
  }
}

std::optional<Test> Reader::ReadTest(const Node& node, bool state) {
  if (!node.is_map()) {
    Fail(node.range, "a condition has a `path`, an `op` and a `value`");
    return std::nullopt;
  }
  Test out;
  out.range = node.range;
  if (const Node* path = node.Find("path")) {
    out.range = {node.range.file, path->range.begin, EndOf(node)};
  }
  if (!ReadPath(node, state, &out) || !ReadOp(node, &out) ||
      !ReadValue(node, &out)) {
    return std::nullopt;
  }
  return out;
}

bool Reader::ReadPath(const Node& node, bool state, Test* out) {
  const Node* at = node.Find("path");
  const std::string path = Text(at, "`path`");
  out->of_state = path.starts_with("state.");
  if (!path.starts_with("args.") && !(state && out->of_state)) {
    Fail(at == nullptr ? node.range : at->range,
         state ? "a condition's `path` begins with `args.` or `state.`"
               : "a condition's `path` begins with `args.`");
    return false;
  }
  size_t begin = path.find('.') + 1;
  while (true) {
    const size_t dot = path.find('.', begin);
    out->keys.push_back(path.substr(begin, dot - begin));
    if (dot == std::string::npos) return true;
    begin = dot + 1;
  }
}

bool Reader::ReadOp(const Node& node, Test* out) {
  const Node* at = node.Find("op");
  const std::string name = Text(at, "`op`");
  std::vector<std::string> names;
  for (const OpName& each : kOps) {
    if (each.name == name) {
      out->op = each.op;
      return true;
    }
    names.emplace_back(each.name);
  }
  auto report = Fail(at == nullptr ? node.range : at->range,
                     fmt::format("the format has no operator `{}`", name));
  if (const auto near = diag::DidYouMean(name, names)) {
    report.Help(fmt::format("did you mean `{}`?", *near));
  }
  return false;
}

bool Reader::ReadValue(const Node& node, Test* out) {
  static const Node kNone;
  const Node* at = node.Find("value");
  const source::Range where = at == nullptr ? node.range : at->range;
  if (at == nullptr) at = &kNone;
  if (out->op == Op::kIn || out->op == Op::kNotIn) {
    if (!at->is_list()) {
      Fail(where, "`in` and `not_in` take a list of values");
      return false;
    }
    for (const Node* item : at->items) out->values.push_back(ReadScalar(*item));
    return true;
  }
  out->values.push_back(ReadScalar(*at));
  const Scalar& value = out->values[0];
  if (IsOrder(out->op) && (!value.is_number() || value.too_large)) {
    Fail(where, "`lt`, `lte`, `gt` and `gte` take a number");
    return false;
  }
  if (out->op == Op::kExists) {
    if (value.type != Type::kBool) {
      Fail(where, "`exists` takes `true` or `false`");
      return false;
    }
    if (!value.boolean) out->op = Op::kAbsent;
  }
  return out->op != Op::kRegex || ReadRegex(value, out);
}

bool Reader::ReadRegex(const Scalar& value, Test* out) {
  if (value.type != Type::kText) {
    Fail(value.range, "`regex` takes text");
    return false;
  }
  auto regex = TranslateRegex(value.text);
  if (const auto* bad = std::get_if<BadRegex>(&regex)) {
    Fail(value.range, fmt::format("this is no regex: {}", bad->why));
    return false;
  }
  if (auto* pol = std::get_if<PolRegex>(&regex)) out->regex = std::move(*pol);
  if (auto* none = std::get_if<NoEqual>(&regex)) out->regex = std::move(*none);
  return true;
}

Condition ConditionOf(Test test) {
  return {test.op, std::move(test.keys), std::move(test.values),
          std::move(test.regex), test.range};
}

uint32_t EndOf(const Node& node) {
  uint32_t end = node.range.end;
  for (const Node* item : node.items) end = std::max(end, EndOf(*item));
  for (const auto& [key, value] : node.members) {
    end = std::max({end, key->range.end, EndOf(*value)});
  }
  return end;
}

}  // namespace polc::import
