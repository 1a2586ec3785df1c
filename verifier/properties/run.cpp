#include "verifier/properties/run.h"

#include <fmt/format.h>

#include <algorithm>

#include "verifier/properties/overrun.h"
#include "verifier/witness.h"

namespace polc::verifier {

namespace {

// `module` with the conditions of `parts` behind its own.
ir::Module Extended(const ir::Module& module, const ir::Parts* parts) {
  ir::Module out = module;
  if (parts == nullptr) return out;
  out.conds.insert(out.conds.end(), parts->conds.begin(), parts->conds.end());
  return out;
}

}  // namespace

Run::Run(const ir::Module& module, const ir::Languages& languages,
         const Options& options, Replayer* replayer, diag::Diagnostics* diags)
    : module_(Extended(module, options.parts)),
      assertions_(module.assertions.size()),
      tools_(options.tools),
      only_reads_(options.only_reads),
      progress_(options.progress),
      targets_reported_(options.targets_reported),
      solver_options_(options.solver),
      replayer_(replayer),
      diags_(diags),
      slices_(MakeSlices(module_)),
      memo_(options.memo),
      places_(module) {
  AddQuestions(options);
  solved_ = MakeSide(languages, options, false);
  side_ = solved_.get();
  Draw();
  const bool many = options.solver.list_requests &&
                    module.rules.size() >= options.solver.show_listed_from;
  if (many) listed_ = MakeSide(languages, options, true);
  for (Side* side : {solved_.get(), listed_.get()}) {
    if (side == nullptr) continue;
    side->touched.resize(module.rules.size());
    for (size_t r = 0; r < touched_slices_.size(); ++r) {
      for (const size_t slice : touched_slices_[r]) {
        side->touched[r].push_back(side->models[slice].get());
      }
    }
  }
  report_.slices = slices_.size();
  slice_digests_.resize(slices_.size());
  if (many && memo_ != nullptr) digests_.emplace(module, options);
}

std::unique_ptr<Run::Side> Run::MakeSide(const ir::Languages& languages,
                                         const Options& options, bool listed) {
  auto side = std::make_unique<Side>(module_, languages, options);
  for (const Slice& slice : slices_) {
    side->models.push_back(
        listed ? std::make_unique<SliceModel>(module_, slice, &side->facts,
                                              options.solver, &side->missed)
               : std::make_unique<SliceModel>(module_, slice, &side->facts,
                                              &side->context));
  }
  return side;
}

// Which rules a slice's requests may meet: what its names decide.
void Run::Draw() {
  touched_slices_.resize(module_.rules.size());
  asserted_.resize(assertions_);
  for (size_t i = 0; i < slices_.size(); ++i) {
    Folder folder(module_, slices_[i], &solved_->facts);
    Sketch& sketch = sketches_.emplace_back();
    for (const ir::PolicyId policy : slices_[i].policies) {
      for (const ir::RuleId id : module_.policy(policy).rules) {
        const ir::Rule& rule = module_.rule(id);
        if (folder.IsFalse(rule.target)) continue;
        sketch.targeted.push_back(id);
        sketch.covered |= folder.Fold(rule.target) == ir::Verdict::kTrue;
        if (!folder.IsFalse(rule.guard)) {
          touched_slices_[id.value()].push_back(i);
        }
      }
    }
    for (size_t a = 0; a < assertions_; ++a) {
      if (folder.IsFalse(module_.assertions[a].target)) continue;
      asserted_[a].push_back(i);
    }
  }
}

size_t Run::CountEncoded() const {
  size_t count = 0;
  for (size_t i = 0; i < slices_.size(); ++i) {
    count += solved_->models[i]->was_encoded() ||
             (listed_ != nullptr && listed_->models[i]->was_encoded());
  }
  return count;
}

// What is asked about has to be among what the encoding collects, as an
// assertion's condition is.
void Run::AddQuestions(const Options& options) {
  const auto ask = [&](ir::CondId target, ir::CondId when) {
    ir::Assertion question;
    question.target = target;
    question.when = when;
    module_.assertions.push_back(std::move(question));
  };
  const auto add = [&](ir::Cond cond) {
    module_.conds.push_back(std::move(cond));
    return ir::CondId(module_.conds.size() - 1);
  };
  parts_.resize(module_.rules.size());
  if (options.parts != nullptr && !options.assertions_only) {
    parts_ = options.parts->rules;
    for (size_t r = 0; r < parts_.size(); ++r) {
      for (const ir::RulePart& part : parts_[r]) {
        ask(module_.rules[r].target, part.without);
      }
    }
  }
  cost_questions_.resize(module_.limits.size());
  if (options.assertions_only) return;
  for (size_t i = 0; i < module_.limits.size(); ++i) {
    const ir::Limit& limit = module_.limits[i];
    if (module_.term(limit.cost).kind == ir::TermKind::kConstant) continue;
    const ir::CondId always = add({});
    ir::Cond in;
    in.kind = ir::CondKind::kCalculate;
    in.calculation = ir::Calculation::kIn;
    in.left = limit.cost;
    in.test.kind = ir::TestKind::kNumber;
    in.test.intervals = {
        {0, static_cast<double>(limit.amount.units()) / Decimal::kUnit}};
    cost_questions_[i].fits = add(in);
    ask(always, cost_questions_[i].fits);
    in.test.intervals = {{0, 0}};
    cost_questions_[i].free = add(in);
    ask(always, cost_questions_[i].free);
    const ir::Bound bound = BoundOf(limit);
    for (size_t j = 0; j < module_.limits.size(); ++j) {
      const auto most = MostUnder(module_, module_.limits[j], bound);
      if (j == i || !most || *most <= 0) continue;
      const auto each = limit.amount.units() / *most;
      in.test.intervals = {{0, static_cast<double>(each) / Decimal::kUnit}};
      cost_questions_[i].lasts[j] = add(in);
      ask(always, cost_questions_[i].lasts[j]);
    }
  }
}

const std::vector<ir::RulePart>& Run::parts(ir::RuleId rule) const {
  return parts_[rule.value()];
}

// Each rule and each assertion is one property, and the set is one.
void Run::Advance() {
  if (!progress_) return;
  const size_t open =
      now_ == &whole_ ? 0 : now_->proved + now_->refuted + now_->unknown;
  progress_(report_.proved + report_.refuted + report_.unknown + whole_.proved +
                whole_.refuted + whole_.unknown + open,
            module_.rules.size() + assertions_ + 1);
}

std::optional<Witness> Run::Confirm(
    const SliceModel& model, const Found& found,
    const std::function<bool(const Witness&)>& shows, std::string* unknown) {
  auto witness =
      Replay(module_, MakeRequest(model.space(), found.assignment, found.now),
             replayer_);
  if (!witness) {
    report_.bug = witness.error().message;
    return std::nullopt;
  }
  if (shows(*witness)) return std::move(*witness);
  if (model.space().approximate()) {
    *unknown = "it hangs on a comparison or a cost that is not encoded exactly";
    return std::nullopt;
  }
  report_.bug = fmt::format("a witness does not show what it was to show: {}",
                            witness->json);
  return std::nullopt;
}

std::optional<Witness> Run::Decide(eval::Request request) {
  auto witness = Replay(module_, std::move(request), replayer_);
  if (witness) return std::move(*witness);
  report_.bug = witness.error().message;
  return std::nullopt;
}

std::optional<std::vector<eval::Decision>> Run::Play(
    const std::vector<eval::Request>& requests) {
  auto decisions = verifier::Play(module_, requests, replayer_);
  if (decisions) return std::move(*decisions);
  report_.bug = decisions.error().message;
  return std::nullopt;
}

smt::Bool Inside(SliceModel* model, ir::CondId target, ir::CondId when) {
  const smt::Bool covered = model->Encode(target).is_true;
  if (covered.is_false()) return covered;
  return model->Literal(
      smt::And(covered, smt::Not(model->Encode(when).is_false)));
}

bool IsInside(const ir::Module& module, ir::CondId target, ir::CondId when,
              const eval::Request& request) {
  return eval::Evaluate(module, target, request) == ir::Verdict::kTrue &&
         eval::Evaluate(module, when, request) != ir::Verdict::kFalse;
}

smt::Bool HoldsMark(const SliceModel& model, const ir::Mark& mark) {
  const Node* marks = model.space().root(ir::Root::kMarks);
  if (marks == nullptr) return smt::Bool::Of(false);
  const auto held = marks->members.find({mark.name, -1});
  return held == marks->members.end() ? smt::Bool::Of(false)
                                      : held->second->Is(ir::Kind::kBool);
}

const ChargeCode* ChargeOf(const SliceModel& model, size_t index) {
  for (const ChargeCode& charge : model.charges()) {
    if (charge.index == index) return &charge;
  }
  return nullptr;
}

void Run::Unknown(source::Range range, const std::string& rule,
                  const std::string& what, const std::string& reason) {
  ++now_->unknown;
  Advance();
  diags()
      ->Report(diag::Kind::kUnknown, range,
               fmt::format("could not decide {}: {}", what, reason))
      .With({.rule = rule, .by = {}, .witness = "", .witness_shadowed = ""});
}

bool DecidedBy(const eval::Decision& decision, ir::RuleId rule) {
  return std::find(decision.rules.begin(), decision.rules.end(), rule) !=
         decision.rules.end();
}

}  // namespace polc::verifier
