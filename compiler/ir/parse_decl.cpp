// One function a declaration, in the order of print.cpp.
#include "compiler/ir/parse_decl.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "compiler/ir/demands.h"

namespace polc::ir {
namespace {

bool ReadSeconds(Reader* r, int64_t* seconds) {
  return r->Integer(0, std::numeric_limits<int64_t>::max(), seconds);
}

bool ReadKey(Reader* r, Key* key) {
  return r->String(&key->name) && r->ReadId('f', &key->field);
}

// `[on c3] policies {p0, ...}`
bool ReadScope(Reader* r, CondId* on, std::vector<PolicyId>* policies) {
  if (r->Take("on") && !r->ReadId('c', on)) return false;
  return r->Expect("policies") && r->Ids('p', policies);
}

bool ReadLimit(Reader* r, Limit* limit) {
  if (!r->String(&limit->name) || !r->DecimalNumber(&limit->amount) ||
      !r->Enum(7, WindowName, &limit->window)) {
    return false;
  }
  limit->rolling = r->Take("rolling");
  while (r->Take("key")) {
    limit->keys.emplace_back();
    if (!ReadKey(r, &limit->keys.back())) return false;
  }
  if (!r->Expect("cost") || !r->ReadId('t', &limit->cost)) return false;
  limit->refund_on_error = r->Take("refund");
  return ReadScope(r, &limit->on, &limit->policies);
}

bool ReadMark(Reader* r, Mark* mark) {
  return r->String(&mark->name) && r->Expect("key") && ReadKey(r, &mark->key) &&
         r->Expect("for") && ReadSeconds(r, &mark->lifetime_seconds) &&
         ReadScope(r, &mark->on, &mark->policies);
}

bool ReadPart(Reader* r, TextPart* part) {
  return r->AtString() ? r->String(&part->literal)
                       : r->ReadId('f', &part->field);
}

bool ReadCharge(Reader* r, Charge* charge) {
  if (!r->ReadId('m', &charge->limit)) return false;
  charge->or_ask = r->Take("else_ask");
  return !r->failed();
}

bool ReadRule(Reader* r, Rule* rule) {
  if (!r->String(&rule->name) || !r->ReadId('p', &rule->policy) ||
      !r->Enum(3, EffectName, &rule->effect) || !r->Expect("target") ||
      !r->ReadId('c', &rule->target) || !r->Expect("guard") ||
      !r->ReadId('c', &rule->guard)) {
    return false;
  }
  if (r->Take("reason") && !r->Braces(&rule->reason, [&](TextPart* part) {
        return ReadPart(r, part);
      })) {
    return false;
  }
  if (r->Take("charge") && !r->Braces(&rule->charges, [&](Charge* charge) {
        return ReadCharge(r, charge);
      })) {
    return false;
  }
  if (r->Take("roles") && !r->Strings(&rule->roles)) return false;
  if (!r->Expect("within") || !ReadSeconds(r, &rule->within_seconds)) {
    return false;
  }
  if (r->Take("redact") && !r->Ids('f', &rule->redact)) return false;
  return !r->failed();
}

bool ReadPolicy(Reader* r, Policy* policy) {
  return r->String(&policy->name) && r->Expect("servers") &&
         r->Strings(&policy->servers) && r->Expect("rules") &&
         r->Ids('r', &policy->rules) && r->Expect("default") &&
         r->Enum(4, DefaultEffectName, &policy->default_effect);
}

bool ReadSchema(Reader* r, Schema* schema) {
  if (!r->String(&schema->path) || !r->Expect("servers") ||
      !r->Strings(&schema->servers)) {
    return false;
  }
  schema->advisory = r->Take("advisory");
  DemandLists lists;
  while (r->Take("tool")) {
    ToolSchema tool;
    if (!r->String(&tool.tool)) return false;
    std::vector<Demand> demands;
    while (r->Take("demand")) {
      Demand demand;
      if (!r->String(&demand.path) || !r->String(&demand.what) ||
          !r->ReadId('c', &demand.cond)) {
        return false;
      }
      demands.push_back(std::move(demand));
    }
    tool.demands = lists.Of(std::move(demands));
    schema->tools.push_back(std::move(tool));
  }
  return !r->failed();
}

bool ReadAssertion(Reader* r, Assertion* assertion) {
  if (!r->String(&assertion->name)) return false;
  assertion->always = r->Take("always");
  if (!assertion->always && !r->Expect("never")) return false;
  return r->Enum(3, EffectName, &assertion->effect) && r->Expect("target") &&
         r->ReadId('c', &assertion->target) && r->Expect("when") &&
         r->ReadId('c', &assertion->when);
}

bool ReadCovered(Reader* r, CondId* target, CondId* when) {
  return r->ReadId('c', target) && r->Expect("when") && r->ReadId('c', when);
}

bool ReadBound(Reader* r, Bound* bound) {
  if (!r->String(&bound->name) || !r->DecimalNumber(&bound->amount) ||
      !r->Enum(3, EffectName, &bound->effect) ||
      !r->Enum(6, WindowName, &bound->window)) {
    return false;
  }
  bound->in_any = r->Take("any");
  while (r->Take("key")) {
    bound->keys.emplace_back();
    if (!ReadKey(r, &bound->keys.back())) return false;
  }
  return r->Expect("target") && ReadCovered(r, &bound->target, &bound->when);
}

bool ReadFlow(Reader* r, Flow* flow) {
  return r->String(&flow->name) && r->Expect("never") &&
         r->Enum(3, EffectName, &flow->effect) && r->Expect("target") &&
         ReadCovered(r, &flow->target, &flow->when) && r->Expect("after") &&
         ReadCovered(r, &flow->after_target, &flow->after_when);
}

bool ReadSame(Reader* r, Same* same) {
  return r->String(&same->name) && r->Expect("as") && r->String(&same->other) &&
         r->Expect("target") && ReadCovered(r, &same->target, &same->when);
}

}  // namespace

bool AtDeclaration(const Reader& r) {
  static constexpr std::array<std::string_view, 14> kWords = {
      "field", "lang",   "zone",   "term",   "cond",  "limit", "mark",
      "rule",  "policy", "schema", "assert", "bound", "flow",  "same"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view word) { return r.At(word); });
}

bool ReadDeclaration(Reader* r, Module* module) {
  if (r->Take("limit")) {
    return ReadNumbered(r, 'm', &module->limits, ReadLimit);
  }
  if (r->Take("mark")) return ReadNumbered(r, 'k', &module->marks, ReadMark);
  if (r->Take("rule")) return ReadNumbered(r, 'r', &module->rules, ReadRule);
  if (r->Take("policy")) {
    return ReadNumbered(r, 'p', &module->policies, ReadPolicy);
  }
  if (r->Take("schema")) {
    module->schemas.emplace_back();
    return ReadSchema(r, &module->schemas.back());
  }
  if (r->Take("assert")) {
    module->assertions.emplace_back();
    return ReadAssertion(r, &module->assertions.back());
  }
  if (r->Take("bound")) {
    module->bounds.emplace_back();
    return ReadBound(r, &module->bounds.back());
  }
  if (r->Take("flow")) {
    module->flows.emplace_back();
    return ReadFlow(r, &module->flows.back());
  }
  if (r->Take("same")) {
    module->sames.emplace_back();
    return ReadSame(r, &module->sames.back());
  }
  return r->Fail("expected a declaration");
}

}  // namespace polc::ir
