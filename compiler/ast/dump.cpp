// One visitor that prints every node. Lines read as the source does where that
// is short, and hang operands below their node where it is not. Strings are
// quoted and escaped, so that a line is a node whatever is in them.
#include "compiler/ast/dump.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "compiler/support/check.h"
#include "compiler/support/json_string.h"

namespace polc::ast {
namespace {

constexpr std::string_view kKindNames[] = {
#define POLC_EXPR(name, spelling) spelling,
#include "compiler/ast/expr_kind.def"
};

std::string_view TypeName(Type type) {
  switch (type) {
    case Type::kUnresolved:
      return "?";
    case Type::kAny:
      return "any";
    case Type::kCondition:
      return "condition";
    case Type::kBool:
      return "bool";
    case Type::kNumber:
      return "number";
    case Type::kString:
      return "string";
    case Type::kList:
      return "list";
    case Type::kObject:
      return "object";
    case Type::kInstant:
      return "instant";
    case Type::kZoned:
      return "local time";
    case Type::kWeekday:
      return "weekday";
    case Type::kDate:
      return "date";
    case Type::kPath:
      return "path";
    case Type::kUrl:
      return "url";
    case Type::kIp:
      return "ip";
    case Type::kSet:
      return "set";
  }
  POLC_UNREACHABLE("type");
}

std::string_view EffectName(Effect effect) {
  switch (effect) {
    case Effect::kDeny:
      return "deny";
    case Effect::kAsk:
      return "ask";
    case Effect::kAllow:
      return "allow";
  }
  POLC_UNREACHABLE("effect");
}

std::string_view EffectName(DefaultEffect effect) {
  switch (effect) {
    case DefaultEffect::kDeny:
      return "deny";
    case DefaultEffect::kAsk:
      return "ask";
    case DefaultEffect::kAllow:
      return "allow";
    case DefaultEffect::kNone:
      return "none";
  }
  POLC_UNREACHABLE("default");
}

std::string_view WindowName(Window window) {
  switch (window) {
    case Window::kSecond:
      return "second";
    case Window::kMinute:
      return "minute";
    case Window::kHour:
      return "hour";
    case Window::kDay:
      return "day";
    case Window::kWeek:
      return "week";
    case Window::kMonth:
      return "month";
    case Window::kConcurrent:
      return "concurrent";
  }
  POLC_UNREACHABLE("window");
}

std::string_view TargetName(TargetKind kind) {
  switch (kind) {
    case TargetKind::kNone:
      return "everything";
    case TargetKind::kClass:
      return "class";
    case TargetKind::kTool:
      return "tool";
    case TargetKind::kResource:
      return "resource";
    case TargetKind::kResourceUnder:
      return "resource under";
    case TargetKind::kPrompt:
      return "prompt";
    case TargetKind::kMethod:
      return "method";
  }
  POLC_UNREACHABLE("target");
}

// "a.b[0]["odd key"]"
std::string PathText(const Expr& path) {
  std::string out = path.text;
  for (const Step& step : path.steps) {
    if (step.index >= 0) {
      out += fmt::format("[{}]", step.index);
      continue;
    }
    const bool plain = !step.member.empty() &&
                       step.member.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXY"
                           "Z0123456789_") == std::string::npos;
    out += plain ? "." + step.member : "[" + JsonString(step.member) + "]";
  }
  return out;
}

class Dumper {
 public:
  explicit Dumper(const DumpOptions& options) : options_(options) {}

  std::string Run(const File& file) {
    if (file.language_version) {
      Line(fmt::format("pol {}", *file.language_version));
    }
    HeaderLines(file);
    for (const Decl& decl : file.decls) Declaration(decl);
    return std::move(out_);
  }

 private:
  // Indents what is printed while it lives.
  class Nest {
   public:
    explicit Nest(Dumper* dumper) : dumper_(dumper) { ++dumper_->depth_; }
    ~Nest() { --dumper_->depth_; }
    Nest(const Nest&) = delete;
    Nest& operator=(const Nest&) = delete;

   private:
    Dumper* dumper_;
  };

  void Line(std::string_view text, const source::Range& range = {}) {
    out_.append(depth_ * 2, ' ');
    out_ += text;
    if (options_.ranges && range.valid()) {
      out_ += fmt::format(" [{},{})", range.begin, range.end);
    }
    out_ += '\n';
  }

  void Names(std::string_view label, const std::vector<Name>& names) {
    for (const Name& name : names) {
      Line(fmt::format("{} {}", label, JsonString(name.text)), name.range);
    }
  }

  // ---- expressions ----

  void Expression(const Expr& expr) {
    std::string line(kKindNames[static_cast<size_t>(expr.kind)]);
    if (expr.negated) line = "not-" + line;
    switch (expr.kind) {
      case ExprKind::kString:
        line += " " + JsonString(expr.text);
        break;
      case ExprKind::kPath:
        line += " " + PathText(expr);
        break;
      default:
        if (!expr.text.empty()) line += " " + expr.text;
        break;
    }
    if (expr.ignoring_case) line += " ignoring case";
    if (options_.types) line += fmt::format("~{}", TypeName(expr.type));
    Line(line, expr.range);
    const Nest nest(this);
    for (const Expr& operand : expr.operands) Expression(operand);
  }

  void Part(std::string_view label, const Expr& expr) {
    Line(label);
    const Nest nest(this);
    Expression(expr);
  }

  void Part(std::string_view label, const std::optional<Expr>& expr) {
    if (expr) Part(label, *expr);
  }

  // ---- parts of declarations ----

  void TargetLine(std::string_view label, const Target& target) {
    std::string line = fmt::format("{} {}", label, TargetName(target.kind));
    for (size_t i = 0; i < target.names.size(); ++i) {
      const std::string& name = target.names[i].text;
      line += i == 0 ? " " : ", ";
      line += target.kind == TargetKind::kClass ? name : JsonString(name);
    }
    Line(line, target.range);
  }

  void Keys(const std::vector<Key>& keys) {
    for (const Key& key : keys)
      Line("per " + PathText(key.expr), key.expr.range);
  }

  // ---- declarations ----

  void HeaderLines(const File& file) {
    Line(fmt::format("{} {}", file.header.is_policy ? "policy" : "module",
                     file.header.name.text),
         file.header.name.range);
    const Nest nest(this);
    if (!file.doc.empty()) Line("doc " + JsonString(file.doc));
    Names("server", file.header.servers);
  }

  void Declaration(const Decl& decl) {
    std::visit([&](const auto& node) { Node(node, decl); }, decl.node);
  }

  // The first line, with what stood before the declaration below it.
  void Head(const std::string& text, const Decl& decl) {
    Line(text, decl.range);
    const Nest nest(this);
    if (!decl.doc.empty()) Line("doc " + JsonString(decl.doc));
    for (const Suppress& suppress : decl.suppressions) {
      Line(fmt::format("suppress {} {}", JsonString(suppress.check.text),
                       JsonString(suppress.why.text)));
    }
  }

  void Node(const Import& import, const Decl& decl) {
    std::string line = "import ";
    line += import.is_file ? JsonString(import.path.text) : import.path.text;
    if (import.alias) line += " as " + import.alias->text;
    Head(line, decl);
  }

  void Node(const Catalog& catalog, const Decl& decl) {
    Head(fmt::format("catalog {}{}", JsonString(catalog.path.text),
                     catalog.advisory ? " advisory" : ""),
         decl);
  }

  void Node(const SetDecl& set, const Decl& decl) {
    Head("set " + set.name.text, decl);
    const Nest nest(this);
    if (set.from_file) {
      Line("file " + JsonString(set.from_file->text), set.from_file->range);
    } else {
      Expression(set.value);
    }
  }

  void Node(const Predicate& predicate, const Decl& decl) {
    Head("predicate " + predicate.name.text, decl);
    const Nest nest(this);
    for (const Name& name : predicate.parameters) {
      Line("parameter " + name.text, name.range);
    }
    Expression(predicate.body);
  }

  void Node(const ClassDecl& named, const Decl& decl) {
    Head("class " + named.name.text, decl);
    const Nest nest(this);
    for (const ClassMember& member : named.members) {
      TargetLine("member", member.target);
      const Nest inner(this);
      Part("when", member.when);
    }
  }

  void Node(const LimitDecl& limit, const Decl& decl) {
    Head(fmt::format("limit {} = {} {}{}{}", limit.name.text, limit.amount.text,
                     WindowName(limit.window), limit.rolling ? " rolling" : "",
                     limit.refund_on_error ? " refund on error" : ""),
         decl);
    const Nest nest(this);
    Keys(limit.keys);
    Part("cost", limit.cost);
    if (limit.has_on) TargetLine("on", limit.on);
    Part("when", limit.when);
  }

  void Node(const MarkDecl& mark, const Decl& decl) {
    Head(fmt::format("mark {} per {} for {} seconds", mark.name.text,
                     PathText(mark.key.expr), mark.lifetime.seconds),
         decl);
    const Nest nest(this);
    TargetLine("on", mark.on);
    Part("when", mark.when);
  }

  void Node(const Rule& rule, const Decl& decl) {
    Head(fmt::format("{} {}", EffectName(rule.effect), rule.name.text), decl);
    const Nest nest(this);
    if (rule.reason) {
      Line("reason " + JsonString(rule.reason->text), rule.reason->range);
    }
    if (rule.target.kind != TargetKind::kNone) TargetLine("on", rule.target);
    if (rule.except) TargetLine("except", *rule.except);
    Part("when", rule.when);
    for (const Charge& charge : rule.charges) {
      Line(fmt::format("charge {}{}", charge.limit.text,
                       charge.or_ask ? " else ask" : ""),
           charge.limit.range);
    }
    Names("role", rule.roles);
    if (rule.within) {
      Line(fmt::format("within {} seconds", rule.within->seconds),
           rule.within->range);
    }
    for (const Expr& path : rule.redact) {
      Line("redact " + PathText(path), path.range);
    }
  }

  void Node(const DefaultDecl& fallback, const Decl& decl) {
    Head(fmt::format("default {}", EffectName(fallback.effect)), decl);
  }

  // ---- assertions and tests ----

  static std::string AssertText(const Assert& claim) {
    switch (claim.kind) {
      case AssertKind::kNever:
      case AssertKind::kNeverAfter:
        return fmt::format("never {}", EffectName(claim.effect));
      case AssertKind::kAlways:
        return fmt::format("always {}", EffectName(claim.effect));
      case AssertKind::kAtMost:
        return fmt::format(
            "at most {} {} {} {}", claim.bound->text, EffectName(claim.effect),
            claim.any_window ? "in any" : "per", WindowName(claim.window));
      case AssertKind::kSame:
        return "same as " + JsonString(claim.other->text);
    }
    POLC_UNREACHABLE("assertion");
  }

  void Node(const Assert& claim, const Decl& decl) {
    Head(fmt::format("assert {}: {}", claim.name.text, AssertText(claim)),
         decl);
    const Nest nest(this);
    Keys(claim.keys);
    if (claim.target.kind != TargetKind::kNone) TargetLine("on", claim.target);
    Part("when", claim.when);
    if (claim.kind == AssertKind::kNeverAfter) {
      TargetLine("after", claim.after);
      Part("when", claim.after_when);
    }
  }

  void Node(const Test& test, const Decl& decl) {
    Head("test " + JsonString(test.name.text), decl);
    const Nest nest(this);
    for (const TestStep& step : test.steps) Step(step);
  }

  static std::string Times(int64_t times) {
    return times == 1 ? "" : fmt::format(" times {}", times);
  }

  static std::string StepText(const TestStep& step) {
    switch (step.kind) {
      case TestStepKind::kAs:
        return "as " + step.word.text;
      case TestStepKind::kAt:
        return "at " + JsonString(step.instant.text);
      case TestStepKind::kAfter:
        return fmt::format("after {} seconds", step.duration.seconds);
      case TestStepKind::kCall:
        return fmt::format("call {} {}{}", JsonString(step.word.text),
                           JsonString(step.json), Times(step.times));
      case TestStepKind::kRead:
        return "read " + JsonString(step.word.text);
      case TestStepKind::kApprove:
        return "approve";
      case TestStepKind::kReject:
        return "reject";
      case TestStepKind::kExpect:
        return "expect";
    }
    POLC_UNREACHABLE("step");
  }

  void Step(const TestStep& step) {
    Line(StepText(step), step.range);
    const Nest nest(this);
    Names("value", step.values);
    for (const Expectation& expectation : step.expectations) {
      Line(ExpectationText(expectation), expectation.range);
    }
  }

  static std::string ExpectationText(const Expectation& expectation) {
    using What = Expectation::What;
    if (expectation.what != What::kEffect) {
      return (expectation.what == What::kListed ? "listed " : "hidden ") +
             JsonString(expectation.name.text);
    }
    std::string out(EffectName(expectation.effect));
    switch (expectation.by) {
      case Expectation::By::kAny:
        break;
      case Expectation::By::kRule:
        out += " by " + expectation.name.text;
        break;
      case Expectation::By::kLimit:
        out += " by limit " + expectation.name.text;
        break;
      case Expectation::By::kDefault:
        out += " by default";
        break;
    }
    return out + Times(expectation.times);
  }

  const DumpOptions options_;
  std::string out_;
  size_t depth_ = 0;
};

}  // namespace

std::string Dump(const File& file, const DumpOptions& options) {
  return Dumper(options).Run(file);
}

}  // namespace polc::ast
