// A readable condition for all requests that a formula holds for: a union of
// conjunctions of the tests that the policies make, each with a request. The
// union grows from one request to the next until it holds them all.
#include <algorithm>
#include <set>

#include "compiler/eval/evaluator.h"
#include "verifier/diff/run.h"
#include "verifier/diff/text_words.h"
#include "verifier/properties/describe.h"

namespace polc::verifier {
namespace {

using smt::And;
using smt::Bool;
using smt::Not;
using smt::Or;

constexpr size_t kMaxCases = 6;

// A test with the verdict that it has, as an assumption and in words.
struct Atom {
  Bool is_true, is_false;
  ir::CondId cond;    // what it is about: a condition,
  ir::FieldId key;    // or a field that is a key of a counter,
                      // or something that no evaluation tells
  std::string words;  // if set, instead of the condition's
  bool two_valued = false;
  bool of_caller = false;
};

struct Literal {
  Bool holds;
  std::string words;
  Stated stated;
  int rank = 0;  // what is dropped last: caller, then what is true
};

class Describer {
 public:
  Describer(DiffRun* run, PairModel* model, Bool accepted, Bool inside)
      : run_(*run),
        module_(run->joined().module),
        model_(*model),
        accepted_(model->Literal(accepted)),
        inside_(model->Literal(inside)),
        outside_(model->Literal(Not(inside))) {}

  Region Run(const std::function<bool(const Shown&)>& shows) {
    Region region;
    std::vector<Bool> asked = {accepted_, inside_};
    std::set<ir::RuleId> rules;
    for (;;) {
      const Found found = model_.Find(asked, "difference");
      if (found.status == smt::Status::kUnknown) region.unknown = found.reason;
      if (found.status != smt::Status::kSat) break;
      if (region.cases.size() == kMaxCases) {
        region.exact = false;
        break;
      }
      auto shown = run_.Confirm(model_, found, shows, &region.unknown);
      if (!shown) break;
      const auto cube = Generalize(shown->sides[1].request, &region);
      const auto same = [&](const diag::Case& c) {
        return c.condition == Words(cube);
      };
      if (std::any_of(region.cases.begin(), region.cases.end(), same)) {
        region.exact = false;  // the request is outside of what it led to
        break;
      }
      for (const ir::RuleId id : shown->sides[1].decision.rules) {
        rules.insert(id);
      }
      region.cases.push_back(shown->AsCase(Words(cube)));
      std::vector<Bool> all;
      std::vector<Stated>& stated = region.stated.emplace_back();
      for (const Literal& literal : cube) {
        all.push_back(literal.holds);
        if (literal.stated.cond.valid()) stated.push_back(literal.stated);
      }
      asked.push_back(model_.Literal(Not(And(all))));
    }
    region.exact =
        region.exact && region.unknown.empty() && !model_.space().approximate();
    region.rules.assign(rules.begin(), rules.end());
    return region;
  }

 private:
  // Every test that a rule, a schema or a limit of the slice makes.
  const std::vector<Atom>& Atoms() {
    if (collected_) return atoms_;
    collected_ = true;
    for (size_t side = 0; side < 2; ++side) {
      for (const PolicyCode& policy : model_.set(side).policies()) {
        for (const RuleCode& rule : policy.rules) {
          Collect(module_.rule(rule.id).guard);
        }
      }
      for (const ChargeCode& charge : model_.set(side).charges()) {
        const bool limit = charge.index < module_.limits.size();
        const ir::CondId on =
            limit ? module_.limits[charge.index].on
                  : module_.marks[charge.index - module_.limits.size()].on;
        if (on.valid()) Collect(on);
        if (limit) {
          const ir::Limit& of = module_.limits[charge.index];
          for (const ir::Key& key : of.keys) CollectKey(key.field);
          CollectCost(of);
        } else {
          const size_t mark = charge.index - module_.limits.size();
          CollectKey(module_.marks[mark].key.field);
        }
      }
    }
    for (size_t side = 0; side < 2; ++side) {
      for (const DemandCode& demand : model_.set(side).demands()) {
        const ir::Demand& d = *demand.demand;
        if (!seen_.insert(d.cond).second) continue;
        const Tri tri = model_.Encode(d.cond);
        if (tri.is_true.is_const()) continue;
        Atom atom;
        atom.is_true = tri.is_true;
        atom.is_false = Not(tri.is_true);
        atom.cond = d.cond;
        atom.words = "`" + d.path + "` " + d.what;
        atom.two_valued = true;
        atoms_.push_back(atom);
      }
    }
    return atoms_;
  }

  void Collect(ir::CondId id) {
    if (model_.folder()->Fold(id) || !seen_.insert(id).second) return;
    const ir::Cond& cond = module_.cond(id);
    switch (cond.kind) {
      case ir::CondKind::kNot:
      case ir::CondKind::kAnd:
      case ir::CondKind::kOr:
        for (const ir::CondId operand : cond.operands) Collect(operand);
        return;
      default:
        break;
    }
    const Tri tri = model_.Encode(id);
    if (tri.is_true.is_const() && tri.is_false.is_const()) return;
    Atom atom;
    atom.is_true = tri.is_true;
    atom.is_false = tri.is_false;
    atom.cond = id;
    atom.of_caller = OfCaller(cond);
    atoms_.push_back(atom);
  }

  void CollectKey(ir::FieldId field) {
    if (!keys_.insert(field).second) return;
    const Node* node = model_.space().Resolve(field, nullptr);
    Atom atom;
    atom.is_true = Or(node->Is(ir::Kind::kString), node->Is(ir::Kind::kNumber));
    if (atom.is_true.is_const()) return;
    atom.is_false = Not(atom.is_true);
    atom.key = field;
    atom.words = ir::FieldName(module_.field(field)) + " is a key";
    atom.two_valued = true;
    atoms_.push_back(atom);
  }

  // Whether a cost has a value is not always encoded exactly, so no evaluation
  // tells which way the solver took it.
  void CollectCost(const ir::Limit& limit) {
    Atom atom;
    atom.is_true = model_.CostFails(limit.cost);
    if (atom.is_true.is_const() || !costs_.insert(limit.cost).second) return;
    atom.is_false = Not(atom.is_true);
    atom.words = "`" + limit.name + "` has no cost";
    atom.two_valued = true;
    atoms_.push_back(atom);
  }

  bool OfCaller(const ir::Cond& cond) const {
    if (!cond.field.valid()) return false;
    switch (module_.field(cond.field).root) {
      case ir::Root::kGrant:
      case ir::Root::kSubject:
      case ir::Root::kRoles:
      case ir::Root::kClaims:
        return true;
      default:
        return false;
    }
  }

  // How the request stands to the atom.
  std::optional<Literal> Of(const Atom& atom, const eval::Request& request) {
    if (atom.key.valid()) {
      const ir::Kind kind =
          eval::Evaluator(module_, request).Find(atom.key).kind;
      const bool is_key =
          kind == ir::Kind::kString || kind == ir::Kind::kNumber;
      return Make(atom, is_key ? ir::Verdict::kTrue : ir::Verdict::kFalse,
                  is_key ? atom.words : "not (" + atom.words + ")");
    }
    if (!atom.cond.valid()) return std::nullopt;
    const ir::Verdict verdict = eval::Evaluate(module_, atom.cond, request);
    if (!atom.two_valued) {
      return Make(atom, verdict, DescribeVerdict(module_, atom.cond, verdict));
    }
    const bool holds = verdict == ir::Verdict::kTrue;
    return Make(atom, holds ? ir::Verdict::kTrue : ir::Verdict::kFalse,
                holds ? atom.words : "not (" + atom.words + ")");
  }

  Literal Make(const Atom& atom, ir::Verdict verdict, std::string words) {
    const Bool b = verdict == ir::Verdict::kTrue ? atom.is_true
                   : verdict == ir::Verdict::kFalse
                       ? atom.is_false
                       : Not(Or(atom.is_true, atom.is_false));
    const int rank = (atom.of_caller ? 4 : 0) + (atom.two_valued ? 0 : 2) +
                     (verdict == ir::Verdict::kTrue ? 1 : 0);
    return {b, std::move(words), {atom.cond, verdict, atom.two_valued}, rank};
  }

  // As few of the request's literals as put every accepted request inside.
  std::vector<Literal> Generalize(const eval::Request& request,
                                  Region* region) {
    std::vector<Literal> cube;
    for (const Atom& atom : Atoms()) {
      if (auto literal = Of(atom, request)) cube.push_back(std::move(*literal));
    }
    AddUnread(&cube);
    std::stable_sort(
        cube.begin(), cube.end(),
        [](const Literal& a, const Literal& b) { return a.rank > b.rank; });
    if (!Shrink(&cube)) {
      // Something besides the tests decides (a comparison that is not exact).
      region->exact = false;
      return cube;
    }
    for (size_t i = cube.size(); i-- > 0;) {
      std::vector<Literal> less = cube;
      less.erase(less.begin() + static_cast<std::ptrdiff_t>(i));
      if (!Shrink(&less)) continue;
      cube = std::move(less);
      i = std::min(i, cube.size());
    }
    return cube;
  }

  // What no evaluation tells is taken as it can be.
  void AddUnread(std::vector<Literal>* cube) {
    for (const Atom& atom : Atoms()) {
      if (atom.cond.valid() || atom.key.valid()) continue;
      std::vector<Bool> asked = {accepted_, inside_};
      for (const Literal& literal : *cube)
        asked.push_back(model_.Literal(literal.holds));
      const Literal fails = Make(atom, ir::Verdict::kTrue, atom.words);
      asked.push_back(model_.Literal(fails.holds));
      const bool can =
          model_.Exists(asked, "charge").status == smt::Status::kSat;
      cube->push_back(
          can ? fails
              : Make(atom, ir::Verdict::kFalse, "not (" + atom.words + ")"));
    }
  }

  // Does the cube leave nothing outside? Then it is cut to what that needs.
  bool Shrink(std::vector<Literal>* cube) {
    std::vector<Bool> asked = {accepted_, outside_};
    for (const Literal& literal : *cube)
      asked.push_back(model_.Literal(literal.holds));
    const Found found = model_.Exists(asked, "generalize");
    if (found.status != smt::Status::kUnsat) return false;
    std::set<size_t> core(found.core.begin(), found.core.end());
    std::vector<Literal> kept;
    for (size_t i = 0; i < cube->size(); ++i) {
      if (core.contains(i + 2)) kept.push_back((*cube)[i]);
    }
    *cube = std::move(kept);
    return true;
  }

  std::string Words(const std::vector<Literal>& cube) const {
    std::vector<std::string> words;
    std::set<ir::CondId> told;
    for (const Literal& literal : cube) {
      words.push_back(literal.words);
      if (!IsTest(literal, ir::Verdict::kTrue)) continue;
      const ir::CondId passed = literal.stated.cond;
      std::vector<ir::CondId> failed;
      for (const Literal& other : cube) {
        if (IsTest(other, ir::Verdict::kFalse) &&
            AreAlike(module_, passed, other.stated.cond)) {
          failed.push_back(other.stated.cond);
        }
      }
      if (failed.empty()) continue;
      std::string together =
          TextWords(module_, run_.languages(), passed, failed);
      if (together.empty()) continue;
      words.back() = std::move(together);
      told.insert(failed.begin(), failed.end());
    }
    std::string out;
    for (size_t i = 0; i < cube.size(); ++i) {
      if (told.contains(cube[i].stated.cond)) continue;
      out += (out.empty() ? "" : " and ") + words[i];
    }
    return out.empty() ? "always" : out;
  }

  static bool IsTest(const Literal& literal, ir::Verdict verdict) {
    return literal.stated.cond.valid() && !literal.stated.holds_or_not &&
           literal.stated.verdict == verdict;
  }

  DiffRun& run_;
  const ir::Module& module_;
  PairModel& model_;
  Bool accepted_, inside_, outside_;
  bool collected_ = false;
  std::vector<Atom> atoms_;
  std::set<ir::CondId> seen_;
  std::set<ir::FieldId> keys_;
  std::set<ir::TermId> costs_;
};

}  // namespace

Region Describe(DiffRun* run, PairModel* model, Bool accepted, Bool inside,
                const std::function<bool(const Shown&)>& shows) {
  if (accepted.is_false() || inside.is_false()) return {};
  return Describer(run, model, accepted, inside).Run(shows);
}

}  // namespace polc::verifier
