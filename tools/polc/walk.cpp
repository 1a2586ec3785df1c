#include "tools/polc/walk.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "compiler/eval/json.h"
#include "compiler/eval/request_view.h"
#include "verifier/properties/describe.h"

namespace polc::tool {
namespace {

using ir::CondKind;
using ir::Verdict;
using Json = nlohmann::ordered_json;

// Operands of one rule that are listed; what is true of many says little.
constexpr size_t kMaxOperands = 12;

class Walker {
 public:
  Walker(const ir::Module& module, const eval::Request& request)
      : module_(module), request_(request), view_(request) {}

  Json Run() {
    Json out;
    out["policies"] = Json::array();
    for (const ir::Policy& policy : module_.policies) {
      const auto& servers = policy.servers;
      if (!servers.empty() && std::find(servers.begin(), servers.end(),
                                        request_.server) == servers.end()) {
        continue;
      }
      out["policies"].push_back(Walk(policy));
    }
    return out;
  }

 private:
  Verdict Of(ir::CondId cond) const {
    return eval::Evaluate(module_, cond, request_);
  }

  Json Walk(const ir::Policy& policy) {
    Json out;
    out["policy"] = policy.name;
    const ir::Rule* decides = nullptr;
    const ir::Rule* next = nullptr;
    Verdict verdict = Verdict::kFalse;
    Json tried = Json::array();
    size_t elsewhere = 0;
    for (const ir::RuleId id : policy.rules) {
      const ir::Rule& rule = module_.rule(id);
      if (Of(rule.target) == Verdict::kFalse) {
        elsewhere += decides == nullptr;
        continue;
      }
      const Verdict is = Of(rule.guard);
      if (decides == nullptr) tried.push_back(Tried(rule, is));
      if (is == Verdict::kFalse) continue;
      if (decides != nullptr) {
        next = &rule;
        break;
      }
      decides = &rule;
      verdict = is;
    }
    const std::string fallback =
        "default " + std::string(ir::DefaultEffectName(policy.default_effect));
    out["vote"] = decides == nullptr ? fallback
                  : verdict == Verdict::kError
                      ? "deny"
                      : std::string(ir::EffectName(decides->effect));
    out["rule"] = decides == nullptr ? Json() : Json(decides->name);
    out["next"] = decides == nullptr ? Json()
                  : next == nullptr  ? Json(fallback)
                                     : Json(next->name);
    out["tried"] = std::move(tried);
    out["of_other_targets"] = elsewhere;
    return out;
  }

  Json Tried(const ir::Rule& rule, Verdict is) {
    Json out;
    out["rule"] = rule.name;
    out["effect"] = ir::EffectName(rule.effect);
    out["is"] = ir::VerdictName(is);
    because_ = Json::array();
    Explain(rule.guard, is);
    out["because"] = std::move(because_);
    return out;
  }

  // Down to the tests that made the verdict: of a conjunction that is false the
  // first that is false, of one that is true all.
  void Explain(ir::CondId id, Verdict is) {
    const ir::Cond& cond = module_.cond(id);
    switch (cond.kind) {
      case CondKind::kConst:
        return;
      case CondKind::kNot:
        return Explain(cond.operands[0], ir::Not(is));
      case CondKind::kAnd:
      case CondKind::kOr: {
        const Verdict all =
            cond.kind == CondKind::kAnd ? Verdict::kTrue : Verdict::kFalse;
        for (const ir::CondId operand : cond.operands) {
          if (Of(operand) != is) continue;
          Explain(operand, is);
          if (is != all) return;
        }
        return;
      }
      default:
        Add(id, cond, is);
    }
  }

  void Add(ir::CondId id, const ir::Cond& cond, Verdict is) {
    // The target: that it is met was said by listing the rule.
    if (cond.kind == CondKind::kTest &&
        module_.field(cond.field).root == ir::Root::kTool) {
      return;
    }
    if (because_.size() == kMaxOperands) return;
    Json out;
    out["that"] = verifier::DescribeVerdict(module_, id, is);
    if (cond.field.valid() &&
        module_.field(cond.field).root != ir::Root::kElement) {
      const ir::Field& field = module_.field(cond.field);
      const eval::Read read = view_.Find(field, nullptr);
      out["field"] = ir::FieldName(field);
      out["found"] = read.value == nullptr
                         ? std::string(ir::KindName(read.kind))
                         : eval::ValueJson(*read.value);
    }
    because_.push_back(std::move(out));
  }

  const ir::Module& module_;
  const eval::Request& request_;
  eval::RequestView view_;
  Json because_;
};

}  // namespace

std::string WalkJson(const ir::Module& module, const eval::Request& request) {
  return Walker(module, request)
      .Run()
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace polc::tool
