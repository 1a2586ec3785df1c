#include "verifier/diff/text_words.h"

#include <algorithm>
#include <vector>

#include "verifier/properties/describe.h"

namespace polc::verifier {
namespace {

using automata::Dfa;

// A union, taken apart: languages, and texts of sets.
class Parts {
 public:
  Parts(const ir::Module& module, const ir::Languages& languages)
      : module_(module), languages_(languages) {}

  void Add(ir::LangId id) {
    const ir::Lang& lang = module_.lang(id);
    if (lang.fold) {
      alternatives_.push_back(id);
    } else if (lang.kind == ir::LangKind::kOr) {
      for (const ir::LangId operand : lang.operands) Add(operand);
    } else if (lang.kind == ir::LangKind::kSet) {
      texts_.insert(texts_.end(), lang.texts.begin(), lang.texts.end());
    } else {
      alternatives_.push_back(id);
    }
  }

  // Drops what is wholly excluded.
  void Remove(const Dfa& excluded) {
    std::erase_if(alternatives_, [&](ir::LangId id) {
      return IsSubset(languages_.dfa(id), excluded);
    });
    std::erase_if(texts_, [&](const std::string& text) {
      return Matches(excluded, text);
    });
  }

  // Drops what has nothing in common with `others`.
  void KeepMeeting(const Parts& others) {
    std::erase_if(alternatives_, [&](ir::LangId id) {
      return !others.Meets(languages_.dfa(id));
    });
    std::erase_if(texts_,
                  [&](const std::string& text) { return !others.Holds(text); });
  }

  bool empty() const { return alternatives_.empty() && texts_.empty(); }
  std::string Words() const {
    return DescribeUnion(module_, alternatives_, texts_);
  }

 private:
  bool Meets(const Dfa& dfa) const {
    return std::any_of(alternatives_.begin(), alternatives_.end(),
                       [&](ir::LangId id) {
                         return !AreDisjoint(languages_.dfa(id), dfa);
                       }) ||
           std::any_of(
               texts_.begin(), texts_.end(),
               [&](const std::string& text) { return Matches(dfa, text); });
  }
  bool Holds(const std::string& text) const {
    return std::find(texts_.begin(), texts_.end(), text) != texts_.end() ||
           std::any_of(alternatives_.begin(), alternatives_.end(),
                       [&](ir::LangId id) {
                         return Matches(languages_.dfa(id), text);
                       });
  }

  const ir::Module& module_;
  const ir::Languages& languages_;
  std::vector<ir::LangId> alternatives_;
  std::vector<std::string> texts_;
};

bool IsTextTest(const ir::Cond& cond) {
  return cond.kind == ir::CondKind::kTest &&
         cond.test.kind == ir::TestKind::kString;
}

}  // namespace

bool AreAlike(const ir::Module& module, ir::CondId passed, ir::CondId failed) {
  const ir::Cond& a = module.cond(passed);
  const ir::Cond& b = module.cond(failed);
  return IsTextTest(a) && IsTextTest(b) && a.field == b.field &&
         a.test.domain == b.test.domain;
}

std::string TextWords(const ir::Module& module, const ir::Languages& languages,
                      ir::CondId passed, std::span<const ir::CondId> failed) {
  Parts rest(module, languages);
  rest.Add(module.cond(passed).test.language);
  Parts excluded(module, languages);
  for (const ir::CondId id : failed) {
    const ir::LangId language = module.cond(id).test.language;
    rest.Remove(languages.dfa(language));
    excluded.Add(language);
  }
  if (rest.empty()) return "";
  excluded.KeepMeeting(rest);
  const std::string field =
      ir::FieldName(module.field(module.cond(passed).field));
  std::string words = field + " " + rest.Words();
  if (!excluded.empty()) {
    words += " and not (" + field + " " + excluded.Words() + ")";
  }
  return words;
}

}  // namespace polc::verifier
