// What the verifier knows of languages: their automata, how two of them
// relate, and which string shows a combination of memberships. Strings stop
// here; the solver sees one boolean per field and language.
//
// Languages of the module keep their LangId's number; those that a slice needs
// besides (lengths, literals) are added behind them. Facts are cached: slices
// ask about the same pairs over and over.
#ifndef POLC_VERIFIER_ENCODE_FACTS_H_
#define POLC_VERIFIER_ENCODE_FACTS_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/automata/dfa.h"
#include "compiler/ir/languages.h"
#include "verifier/encode/string_classes.h"

namespace polc::verifier {

using LangNo = int32_t;

/// How language a lies to language b.
struct Relation {
  bool disjoint = false;  // nothing is in both
  bool subset = false;    // all of a is in b
  bool superset = false;  // all of b is in a
  bool cover = false;     // everything is in one of them
};

/// A string with given memberships.
struct Realized {
  enum class Status : uint8_t { kFound, kEmpty, kUnknown };
  Status status = Status::kUnknown;
  std::string text;
};

class Facts {
 public:
  /// Both must outlive it.
  Facts(const ir::Module& module, const ir::Languages& languages);

  LangNo Of(ir::LangId id) const { return static_cast<LangNo>(id.value()); }
  /// Strings of lo to hi code points. Past what an automaton can count it is
  /// opaque: related to nothing, and checked on the string that is found.
  LangNo Length(uint64_t lo, uint64_t hi);
  LangNo Strings(std::vector<std::string> members);
  /// The names that a tool may have: `[A-Za-z0-9_.-]{1,128}`.
  LangNo ToolNames();

  /// What path() accepts, of any length; of these, at or below `folder`, which
  /// is one; the names that stand for one segment.
  LangNo Paths();
  LangNo Under(const std::string& folder);
  LangNo Segments();

  /// What url() accepts; of these, those with a port, and with this one.
  LangNo Urls();
  LangNo Ports() { return PortBetween(1, 65535); }
  LangNo PortBetween(uint32_t lo, uint32_t hi);
  /// What time() accepts.
  LangNo Instants();
  /// The lengths that were asked for.
  const std::map<std::pair<uint64_t, uint64_t>, LangNo>& lengths() const {
    return lengths_;
  }
  const std::map<std::pair<uint32_t, uint32_t>, LangNo>& ports() const {
    return ports_;
  }

  /// Null for what is opaque.
  const automata::Dfa* DfaOf(LangNo lang) const { return entries_[lang].dfa; }
  bool Contains(LangNo lang, std::string_view text);
  /// Of a language written as a set; else null.
  const std::vector<std::string>* Members(LangNo lang) const;
  bool IsEmpty(LangNo lang);
  bool IsUniversal(LangNo lang);
  Relation Relate(LangNo a, LangNo b);

  /// A string in all of `in` and none of `out`, other than those of `taken`;
  /// the shortest, unless that is too much to look for. Deterministic.
  Realized Realize(const std::vector<LangNo>& in,
                   const std::vector<LangNo>& out,
                   const std::vector<std::string>& taken = {});

  /// As SplitStrings; asked for the same languages at many fields, they are
  /// split once.
  const std::optional<std::vector<StringClass>>& ClassesOf(
      const std::vector<const automata::Dfa*>& languages);

  /// True if a string that was found before has these memberships: a cheap
  /// yes. No means nothing.
  bool SeenOne(const std::vector<LangNo>& in, const std::vector<LangNo>& out);

 private:
  struct Entry {
    const automata::Dfa* dfa = nullptr;  // null: opaque
    uint64_t lo = 0, hi = 0;             // of an opaque length
    std::optional<bool> empty = {}, universal = {};
    std::unordered_map<std::string, bool> contains = {};
  };
  LangNo Add(Entry entry);
  LangNo AddDfa(Result<automata::Dfa> dfa, uint64_t lo, uint64_t hi);

  // A string found before and, by language, whether it holds it (-1: not asked
  // yet).
  struct Seen {
    std::string text;
    std::vector<int8_t> contains;
  };
  bool Holds(Seen* seen, LangNo lang);
  std::optional<std::string> Joined(const std::vector<LangNo>& in,
                                    const std::vector<LangNo>& out,
                                    const std::vector<std::string>& taken);
  bool Cover(LangNo a, LangNo b);

  const ir::Module& module_;

  std::vector<Entry> entries_;
  std::vector<Seen> seen_;
  std::deque<automata::Dfa> own_;
  std::map<std::pair<uint64_t, uint64_t>, LangNo> lengths_;
  std::map<std::vector<std::string>, LangNo> strings_;
  std::optional<LangNo> tool_names_;
  std::optional<LangNo> paths_;
  std::optional<LangNo> segments_;
  std::optional<LangNo> urls_;
  std::optional<LangNo> instants_;
  std::map<std::pair<uint32_t, uint32_t>, LangNo> ports_;
  std::map<std::string, LangNo> under_;
  std::map<std::pair<LangNo, LangNo>, Relation> relations_;
  std::map<std::pair<std::vector<LangNo>, std::vector<LangNo>>, Realized>
      realized_;
  std::map<std::vector<const automata::Dfa*>,
           std::optional<std::vector<StringClass>>>
      classes_;
};

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_ENCODE_FACTS_H_
