#include "verifier/native/questions.h"

#include <set>
#include <utility>

#include "verifier/encode/slice_model.h"
#include "verifier/witness.h"

namespace polc::verifier::native {
namespace {

using smt::Bool;

Bool Differ(Bool a, Bool b) { return smt::Not(smt::Iff(a, b)); }

// A literal of the requests that answer no.
Bool Against(SliceModel* model, const Question& question) {
  const Bool where = model->Encode(question.where).is_true;
  if (where.is_false()) return where;
  const Tri a = model->Encode(question.of_ir);
  const Tri b = model->Encode(question.of_tables);
  Bool against;
  switch (question.of) {
    case Question::Of::kSameVerdict:
      against =
          smt::Or(Differ(a.is_true, b.is_true), Differ(a.is_false, b.is_false));
      break;
    case Question::Of::kSameTruth:
      against = Differ(a.is_true, b.is_true);
      break;
    case Question::Of::kNotFalse:
      against = smt::And(smt::Not(a.is_false), b.is_false);
      break;
  }
  return model->Literal(smt::And(where, against));
}

void AddTexts(const eval::Value& value, std::set<std::string>* out) {
  if (value.kind == ir::Kind::kString) out->insert(value.text);
  for (const eval::Value& item : value.items) AddTexts(item, out);
}

std::set<std::string> TextsOf(const eval::Request& request) {
  std::set<std::string> out = {request.server, request.method,
                               request.caller.grant};
  for (const auto& text : {request.tool, request.resource, request.prompt,
                           request.session, request.caller.subject}) {
    if (text) out.insert(*text);
  }
  out.insert(request.caller.roles.begin(), request.caller.roles.end());
  AddTexts(request.args, &out);
  AddTexts(request.caller.claims, &out);
  return out;
}

// Whether the request answers no by the evaluator. Of a language that only has
// an automaton, those of the request's strings are enough that are in it.
bool Confirms(const Canonical& canonical, const Question& question,
              const eval::Request& request) {
  ir::Module module = canonical.module();
  const std::set<std::string> texts = TextsOf(request);
  for (size_t i = 0; i < module.langs.size(); ++i) {
    if (!canonical.IsMade(ir::LangId(i))) continue;
    ir::Lang& lang = module.langs[i];
    lang = {};
    lang.kind = ir::LangKind::kSet;
    for (const std::string& text : texts) {
      if (automata::Matches(canonical.DfaOf(ir::LangId(i)), text)) {
        lang.texts.push_back(text);
      }
    }
  }
  const auto verdict = [&](ir::CondId cond) {
    return eval::Evaluate(module, cond, request);
  };
  const ir::Verdict a = verdict(question.of_ir);
  const ir::Verdict b = verdict(question.of_tables);
  if (verdict(question.where) != ir::Verdict::kTrue) return false;
  switch (question.of) {
    case Question::Of::kSameVerdict:
      return a != b;
    case Question::Of::kSameTruth:
      return (a == ir::Verdict::kTrue) != (b == ir::Verdict::kTrue);
    case Question::Of::kNotFalse:
      return a != ir::Verdict::kFalse && b == ir::Verdict::kFalse;
  }
  POLC_UNREACHABLE("a question's kind");
}

void Ask(const Canonical& canonical, SliceModel* model,
         const Question& question, Answer* answer) {
  const Bool against = Against(model, question);
  if (against.is_false()) return;
  const Found found = model->Find({against}, "native");
  if (found.status == smt::Status::kUnsat) return;
  if (found.status == smt::Status::kSat) {
    const eval::Request request =
        MakeRequest(model->space(), found.assignment, found.now);
    if (Confirms(canonical, question, request)) {
      answer->is = Answer::Is::kRefuted;
      answer->request = request;
      return;
    }
  }
  answer->is = Answer::Is::kUnknown;
  answer->reason =
      found.status == smt::Status::kSat
          ? "it hangs on a comparison or a cost that is not encoded exactly"
          : found.reason;
}

}  // namespace

std::vector<Answer> Ask(const Canonical& canonical,
                        const std::vector<Question>& questions,
                        const smt::Options& solver) {
  std::vector<Answer> answers(questions.size());
  if (questions.empty()) return answers;
  ir::Module module = canonical.module();
  module.assertions.clear();
  module.bounds.clear();
  module.flows.clear();
  module.sames.clear();
  // What is asked about has to be among what the encoding collects, as an
  // assertion's condition is.
  for (const Question& question : questions) {
    for (const ir::CondId cond : {question.of_ir, question.of_tables}) {
      ir::Assertion& asked = module.assertions.emplace_back();
      asked.target = question.where;
      asked.when = cond;
    }
  }
  Facts facts(module, canonical.languages());
  smt::Context context(solver);
  for (const Slice& slice : MakeSlices(module)) {
    SliceModel model(module, slice, &facts, &context);
    for (size_t i = 0; i < questions.size(); ++i) {
      if (answers[i].is == Answer::Is::kRefuted) continue;
      if (model.space().too_large()) {
        answers[i].is = Answer::Is::kUnknown;
        answers[i].reason =
            "requests of " + slice.Name() + " have too many parts";
        continue;
      }
      Ask(canonical, &model, questions[i], &answers[i]);
    }
  }
  return answers;
}

}  // namespace polc::verifier::native
