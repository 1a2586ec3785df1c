#include "verifier/properties/bypass/rewritten.h"

#include <algorithm>

#include "verifier/cells/values.h"
#include "verifier/properties/bypass/spellings.h"
#include "verifier/properties/rules/guards.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::And;
using smt::Bool;
using smt::Not;
using smt::Status;

// Classes of texts that are asked about one by one.
constexpr size_t kMostClasses = 40;
constexpr size_t kPairStates = 20'000;

// What the conditions of the slice take the field's text for, and whether
// `letters` are looked for in it.
std::vector<Alike> WaysOf(const ir::Module& module, SliceModel* model,
                          ir::FieldId field, bool letters) {
  std::vector<Alike> ways;
  const Node* node = model->space().Resolve(field, nullptr);
  if (node == nullptr) return ways;
  const auto any = [&](bool (*is)(const ir::Module&, ir::LangId)) {
    return std::any_of(node->in.begin(), node->in.end(), [&](const auto& of) {
      const auto lang = static_cast<size_t>(of.first);
      return lang < module.langs.size() && is(module, ir::LangId(lang));
    });
  };
  if (any(SpeaksOfPaths)) ways.push_back(Alike::kPath);
  if (any(SpeaksOfUrls)) ways.push_back(Alike::kUrl);
  if (letters) ways.push_back(Alike::kLetters);
  return ways;
}

// The texts that `cond` tests, in the order in which they are written.
std::vector<Writing> TextsOf(const ir::Module& module, SliceModel* model,
                             ir::CondId cond) {
  std::vector<std::pair<ir::FieldId, bool>> fields;
  VisitLeaves(module, model, cond, [&](ir::CondId part, bool) {
    const ir::Cond& leaf = module.cond(part);
    if (leaf.kind != ir::CondKind::kTest ||
        leaf.test.kind != ir::TestKind::kString ||
        !IsText(module.field(leaf.field))) {
      return;
    }
    auto at = std::find_if(fields.begin(), fields.end(), [&](const auto& of) {
      return of.first == leaf.field;
    });
    if (at == fields.end()) at = fields.insert(at, {leaf.field, false});
    at->second |= SearchesLetters(module, leaf.test.language);
  });
  std::vector<Writing> out;
  for (const auto& [field, letters] : fields) {
    std::vector<Alike> ways = WaysOf(module, model, field, letters);
    if (!ways.empty()) out.push_back({field, std::move(ways)});
  }
  return out;
}

// False if the texts that accepted requests have at the field are finitely many
// and no two of them alike.
bool MayDiffer(SliceModel* model, const Writing& text, AlikeSets* sets) {
  const Node* node = model->space().Resolve(text.field, nullptr);
  if (node == nullptr) return false;
  Facts* facts = model->space().facts();
  const auto there = [&](const std::vector<Bool>& also) {
    std::vector<Bool> asked = {model->accepted(),
                               model->Literal(node->Is(Kind::kString))};
    for (const Bool& b : also) asked.push_back(model->Literal(b));
    return model->Exists(asked, "text").status != Status::kUnsat;
  };
  std::vector<LangNo> languages;
  std::vector<const automata::Dfa*> all;
  for (const auto& [lang, in] : node->in) {
    const std::vector<std::string>* members = facts->Members(lang);
    if (members != nullptr && !there({Not(in)})) {
      return sets->Differ(*members, text.ways);
    }
    if (facts->DfaOf(lang) == nullptr) return true;
    languages.push_back(lang);
    all.push_back(facts->DfaOf(lang));
  }
  const auto& classes = facts->ClassesOf(all);
  if (!classes || classes->size() > kMostClasses) return true;
  std::vector<std::string> texts;
  for (const StringClass& c : *classes) {
    std::vector<Bool> here;
    for (size_t i = 0; i < languages.size(); ++i) {
      const Bool in = node->in.at(languages[i]);
      here.push_back(c.in[i] ? in : Not(in));
    }
    if (!there(here)) continue;
    if (TextsLike(facts, languages, c.text) != 1) return true;
    texts.push_back(c.text);
  }
  return !texts.empty() && sets->Differ(texts, text.ways);
}

class Rewritings {
 public:
  Rewritings(Run* run, SliceModel* model, AlikeSets* sets,
             const std::function<bool(Twin*)>& visit, std::string* unknown)
      : run_(*run),
        model_(*model),
        sets_(*sets),
        visit_(visit),
        unknown_(*unknown) {}

  bool Run(const std::vector<Writing>& texts) {
    const auto others = OtherSlices(run_, sets_.names(), model_.slice());
    for (const Slice* other : others) {
      if (Ask(*other, nullptr)) return true;
    }
    for (const Writing& text : texts) {
      if (MayDiffer(&model_, text, &sets_) && Ask(model_.slice(), &text))
        return true;
    }
    for (const Slice* other : others) {
      for (const Writing& text : texts) {
        if (Ask(*other, &text)) return true;
      }
    }
    return false;
  }

 private:
  bool Ask(const Slice& other, const Writing* text) {
    Twin twin(run_, model_, other, text);
    if (twin.space().too_large()) {
      unknown_ = "the requests have too many parts";
      return false;
    }
    return !twin.unread() && visit_(&twin);
  }

  const polc::verifier::Run& run_;
  SliceModel& model_;
  AlikeSets& sets_;
  const std::function<bool(Twin*)>& visit_;
  std::string& unknown_;
};

}  // namespace

bool AlikeSets::Differ(const std::vector<std::string>& texts,
                       const std::vector<Alike>& ways) {
  const auto [it, is_new] = known_.try_emplace({texts, ways});
  if (!is_new) return it->second;
  const auto dfa = automata::FromStrings(texts);
  return it->second = !dfa || FindAlike(ways, {{&*dfa}, {}}, {{&*dfa}, {}},
                                        true, kPairStates)
                                      .status != AlikePair::Status::kEmpty;
}

bool ForRewritings(Run* run, SliceModel* model, ir::CondId cond,
                   AlikeSets* sets, const std::function<bool(Twin*)>& visit,
                   std::string* unknown) {
  return Rewritings(run, model, sets, visit, unknown)
      .Run(TextsOf(run->module(), model, cond));
}

}  // namespace polc::verifier
