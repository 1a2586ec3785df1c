#include "verifier/native/prove.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include "verifier/native/candidates.h"
#include "verifier/native/manifest.h"
#include "verifier/native/questions.h"
#include "verifier/native/tools.h"
#include "verifier/witness.h"

namespace polc::verifier::native {
namespace {

using ir::CondId;
using runtime::TableEntry;
using runtime::TableKinds;
using runtime::TablePolicy;
using runtime::TableSpan;
using runtime::TableTool;

class Prover {
 public:
  Prover(const ir::Module& module, const ir::Languages& languages,
         const pol_code& code, const runtime::Manifest& manifest)
      : module_(module),
        manifest_(manifest),
        tables_(code),
        header_(tables_.header()),
        canonical_(module, languages),
        decoder_(tables_, manifest, &canonical_),
        values_(canonical_),
        candidates_(canonical_, &values_) {}

  Report Run(const smt::Options& solver, Replayer* replayer) {
    Header();
    if (!report_.bug) {
      report_.bug = CompareManifest(module_, manifest_, &canonical_, &decoder_);
    }
    if (!report_.bug) Guards();
    if (!report_.bug) Tools();
    if (!report_.bug) Policies();
    if (!report_.bug) Schemas();
    if (!report_.bug) Charges();
    if (!report_.bug) Settle(solver, replayer);
    return report_;
  }

 private:
  struct Entries {
    std::vector<uint32_t> numbers;
    std::set<CondId> guards;  // one, if nothing is wrong
  };
  struct Known {
    std::unique_ptr<Bucket> bucket;
    std::map<size_t, Entries> of_rule;
  };

  void Bug(source::Range range, std::string rule, std::string what,
           std::string why) {
    if (report_.bug) return;
    report_.bug = {range, std::move(rule), std::move(what), std::move(why)};
  }
  void Expect(bool holds, const char* what) {
    if (!holds) Bug({}, "", what, "it is not what the policies say");
  }

  void Header() {
    const pol_code& code = tables_.code();
    Expect(header_.magic == runtime::kTablesMagic &&
               header_.version == POL_ABI_VERSION &&
               header_.shape_count == code.shape_count &&
               code.shape_count <= manifest_.shapes.size() &&
               header_.memo_size <= code.memo_size,
           "the tables' header");
    Expect(header_.slot_count == manifest_.fields.size(),
           "the number of slots");
    Expect(header_.policies.count == module_.policies.size() &&
               header_.rule_count == module_.rules.size() &&
               header_.schemas.count == module_.schemas.size() &&
               header_.limits.count == module_.limits.size() &&
               header_.marks.count == module_.marks.size(),
           "the number of declarations");
    if (header_.tool_slot == runtime::kNoSlot || report_.bug) return;
    const ir::FieldId field = decoder_.FieldOf(header_.tool_slot);
    Expect(field == canonical_.Field({ir::Root::kTool, {}}),
           "the slot of the tool's name");
  }

  // One of a schema, limit or mark in canonical form; False and a bug if it has
  // none.
  CondId Read(uint32_t guard, source::Range range, const std::string& rule,
              const std::string& what) {
    const auto made = decoder_.Guard(guard);
    if (made) return *made;
    Bug(range, rule, what, made.error().message);
    return canonical_.Const(ir::Verdict::kFalse);
  }

  // All that are asked anywhere, so that what they test of the tool is known.
  void Guards() {
    for (const ir::Rule& rule : module_.rules) {
      guards_.push_back(canonical_.Of(rule.guard));
    }
    policies_ = tables_.Items<TablePolicy>(header_.policies);
    const auto names = ReadNames(tables_);
    if (!names || tables_.failed()) {
      Bug({}, "", "the tools' names",
          names ? "they lead out of the tables" : names.error().message);
      return;
    }
    names_ = *names;
    for (size_t p = 0; p < policies_.size(); ++p) {
      BucketAt(policies_[p].without, p);
      BucketAt(policies_[p].other, p);
      for (const auto& [name, buckets] : names_) BucketAt(buckets[p], p);
    }
  }

  // Tools are one class if they look into the same buckets and no test of any
  // guard tells them apart.
  void Tools() {
    using Of = ToolClass::Of;
    std::vector<uint32_t> without;
    std::vector<uint32_t> other;
    for (const TablePolicy& policy : policies_) {
      without.push_back(policy.without);
      other.push_back(policy.other);
    }
    if (header_.tool_slot == runtime::kNoSlot) {
      classes_.push_back({Of::kAny, {}, without});
      return;
    }
    classes_.push_back({Of::kNoTool, {}, without});
    classes_.push_back({Of::kUnknown, {}, other});
    std::vector<CondId> tests;
    for (size_t i = module_.conds.size(); i < canonical_.module().conds.size();
         ++i) {
      if (IsToolTest(canonical_, canonical_.module().conds[i])) {
        tests.emplace_back(i);
      }
    }
    using Key = std::pair<std::vector<uint32_t>,
                          std::vector<std::optional<ir::Verdict>>>;
    std::map<Key, size_t> known;
    std::vector<std::string> all;
    for (const auto& [name, buckets] : names_) {
      all.push_back(name);
      Key key;
      key.first = buckets;
      for (const CondId test : tests) {
        key.second.push_back(TestName(canonical_, canonical_.cond(test), name));
      }
      const auto [at, is_new] = known.try_emplace(key, classes_.size());
      if (is_new) classes_.push_back({Of::kNamed, {}, buckets});
      classes_[at->second].names.push_back(name);
    }
    const auto named = automata::FromStrings(all);
    POLC_CHECK(named.has_value(), "the names of tools");
    auto others = automata::Difference(automata::NulFree(), *named,
                                       4 * named->num_states() + 1024);
    POLC_CHECK(others.has_value(), "all names but those of tools");
    others_ = std::move(*others);
  }

  void BucketAt(uint32_t at, size_t p) {
    const ir::Policy& policy = module_.policies[p];
    const auto [place, is_new] = known_.try_emplace({at, p});
    if (!is_new || report_.bug) return;
    Known& made = place->second;
    made.bucket = std::make_unique<Bucket>(tables_, at, decoder_);
    const std::string what = "the index of policy `" + policy.name + "`";
    if (made.bucket->problem()) {
      Bug(policy.range, "", what, *made.bucket->problem());
      return;
    }
    // The first entry that is not false is the vote, so they have to stand in
    // the order tried, and only the policy's own.
    std::map<size_t, size_t> place_of;
    for (const ir::RuleId id : policy.rules) {
      place_of.emplace(id.value(), place_of.size());
    }
    size_t last = 0;
    const auto entries = made.bucket->entries();
    for (uint32_t i = 0; i < entries.size() && !report_.bug; ++i) {
      const auto tried = place_of.find(entries[i].vote >> 2);
      if (tried == place_of.end() || tried->second < last) {
        Bug(policy.range, "", what, "its rules are not tried in their order");
        return;
      }
      last = tried->second;
      AddEntry(entries[i], i, &made);
    }
  }

  void AddEntry(const TableEntry& entry, uint32_t number, Known* known) {
    const ir::Rule& rule = module_.rules[entry.vote >> 2];
    if ((entry.vote & 3) != static_cast<uint32_t>(rule.effect)) {
      Bug(rule.range, rule.name, "the effect of rule `" + rule.name + "`",
          "it is not what the policies say");
    }
    const auto read = decoder_.Guard(entry.guard);
    if (!read) {
      Bug(rule.range, rule.name, "the guard of rule `" + rule.name + "`",
          read.error().message);
      return;
    }
    auto& own = known->of_rule[entry.vote >> 2];
    own.numbers.push_back(number);
    own.guards.insert(*read);
  }

  void Policies() {
    std::vector<ToolFolder> folders;
    folders.reserve(classes_.size());
    for (const ToolClass& tools : classes_) {
      folders.emplace_back(&canonical_, tools, others_);
    }
    for (size_t p = 0; p < policies_.size() && !report_.bug; ++p) {
      const ir::Policy& policy = module_.policies[p];
      if (policies_[p].default_effect !=
          static_cast<uint32_t>(policy.default_effect)) {
        Bug(policy.range, "", "the default of policy `" + policy.name + "`",
            "it is not what the policies say");
      }
      for (size_t c = 0; c < classes_.size() && !report_.bug; ++c) {
        const Known& known = known_.at({classes_[c].buckets[p], p});
        for (const ir::RuleId rule : policy.rules) {
          Rule(rule, known, classes_[c], &folders[c]);
        }
      }
    }
    report_.proved += module_.rules.size();
  }

  void Rule(ir::RuleId id, const Known& known, const ToolClass& tools,
            ToolFolder* folder) {
    const ir::Rule& rule = module_.rule(id);
    const CondId guard = folder->Fold(guards_[id.value()]);
    const std::string of =
        fmt::format(" of rule `{}` for {}", rule.name, tools.Words());
    static const Entries kNone;
    const auto found = known.of_rule.find(id.value());
    const Entries& own = found == known.of_rule.end() ? kNone : found->second;
    for (const CondId read : own.guards) {
      const CondId tried = folder->Fold(read);
      if (tried == guard) continue;
      questions_.push_back({Question::Of::kSameVerdict, folder->Where(), guard,
                            tried, rule.range, "the guard" + of});
      rules_.push_back(rule.name);
    }
    const ir::Cond& cond = canonical_.cond(guard);
    if (cond.kind == ir::CondKind::kConst &&
        cond.verdict == ir::Verdict::kFalse) {
      return;
    }
    const std::tuple key = {known.bucket.get(), id, guard};
    if (everywhere_.contains(key)) return;
    Bucket* bucket = known.bucket.get();
    const CondId all = canonical_.Const(ir::Verdict::kTrue);
    if (candidates_.Covers(all, guard, bucket, own.numbers)) {
      everywhere_.insert(key);
      return;
    }
    if (candidates_.Covers(folder->Where(), guard, bucket, own.numbers)) return;
    std::vector<CondId> kept;
    for (const uint32_t entry : own.numbers) {
      const auto one = known.bucket->Kept(entry, &canonical_);
      if (!one) {
        report_.unknown.push_back({rule.range, rule.name, "the index" + of,
                                   "its strings are too many to tell apart"});
        return;
      }
      kept.push_back(*one);
    }
    questions_.push_back({Question::Of::kNotFalse, folder->Where(), guard,
                          canonical_.Or(std::move(kept)), rule.range,
                          "the index" + of});
    rules_.push_back(rule.name);
  }

  void Schemas() {
    const auto schemas = tables_.Items<TableSpan>(header_.schemas);
    for (size_t s = 0; s < schemas.size() && !report_.bug; ++s) {
      const ir::Schema& schema = module_.schemas[s];
      const auto tools = tables_.Items<TableTool>(schemas[s]);
      if (tools.size() != schema.tools.size()) {
        Bug(schema.range, "", "catalog `" + schema.path + "`",
            "its tools are not those of the policies");
        return;
      }
      for (size_t t = 0; t < tools.size() && !report_.bug; ++t) {
        Tool(schema, schema.tools[t], tools[t]);
      }
    }
  }

  void Tool(const ir::Schema& schema, const ir::ToolSchema& tool,
            const TableTool& table) {
    const std::string what =
        fmt::format("tool `{}` of catalog `{}`", tool.tool, schema.path);
    const ToolClass one = {ToolClass::Of::kNamed, {tool.tool}, {}};
    ToolFolder folder(&canonical_, one, others_);
    const auto demands = tables_.Items<uint32_t>(table.demands);
    if (demands.size() != tool.demands.size()) {
      Bug(schema.range, "", what, "its demands are not those of the policies");
      return;
    }
    std::vector<CondId> all;
    for (size_t i = 0; i < demands.size(); ++i) {
      all.push_back(canonical_.Of(tool.demands[i].cond));
      const CondId read = Read(demands[i], schema.range, "", what);
      if (read == all.back()) continue;
      questions_.push_back({Question::Of::kSameVerdict, folder.Where(),
                            all.back(), read, schema.range,
                            "a demand of " + what});
      rules_.emplace_back();
    }
    std::vector<CondId> asked;
    for (const uint32_t guard : tables_.Items<uint32_t>(table.rest)) {
      asked.push_back(Read(guard, schema.range, "", what));
    }
    for (const TableKinds& kinds : tables_.Items<TableKinds>(table.kinds)) {
      asked.push_back(IsOfKinds(kinds));
    }
    if (tables_.failed()) {
      Bug(schema.range, "", what, "it leads out of the tables");
      return;
    }
    ++report_.proved;
    if (Truths(all) == Truths(asked)) return;
    questions_.push_back({Question::Of::kSameTruth, folder.Where(),
                          canonical_.And(all), canonical_.And(asked),
                          schema.range, "what " + what + " demands"});
    rules_.emplace_back();
  }

  CondId IsOfKinds(const TableKinds& kinds) {
    ir::Outcomes on = ir::AllOutcomes(ir::Outcome::kFalse);
    for (size_t kind = 0; kind < on.size(); ++kind) {
      if ((kinds.kinds >> kind & 1) != 0) on[kind] = ir::Outcome::kTrue;
    }
    const ir::FieldId field = decoder_.FieldOf(kinds.slot);
    return field.valid() ? canonical_.Test(field, on, {})
                         : canonical_.Const(ir::Verdict::kFalse);
  }

  // When all of `conds` are true: the conditions, and of each field whose kind
  // is all that is asked the kinds that are left. Equal parts are equally true.
  using Truth = std::pair<std::set<CondId>, std::map<ir::FieldId, uint32_t>>;
  Truth Truths(const std::vector<CondId>& conds) {
    Truth out;
    const CondId all = canonical_.And(conds);
    std::vector<CondId> parts = {all};
    if (canonical_.cond(all).kind == ir::CondKind::kAnd) {
      parts = canonical_.cond(all).operands;
    }
    for (const CondId id : parts) {
      const ir::Cond& cond = canonical_.cond(id);
      if (cond.kind != ir::CondKind::kTest ||
          cond.test.kind != ir::TestKind::kNone) {
        out.first.insert(id);
        continue;
      }
      uint32_t kinds = 0;
      for (size_t kind = 0; kind < cond.on.size(); ++kind) {
        if (cond.on[kind] == ir::Outcome::kTrue) kinds |= 1u << kind;
      }
      out.second.try_emplace(cond.field, ~0u).first->second &= kinds;
    }
    return out;
  }

  template <typename T>
  void Charge(const T& item, uint32_t guard, const std::string& what) {
    if (item.on.valid() != (guard != 0)) {
      Bug(item.range, "", what, "whom it covers is not what the policies say");
      return;
    }
    if (guard == 0) return;
    const CondId on = canonical_.Of(item.on);
    const CondId read = Read(guard, item.range, "", what);
    ++report_.proved;
    if (on == read) return;
    questions_.push_back({Question::Of::kSameVerdict,
                          canonical_.Const(ir::Verdict::kTrue), on, read,
                          item.range, "whom " + what + " covers"});
    rules_.emplace_back();
  }
  void Charges() {
    const auto limits = tables_.Items<uint32_t>(header_.limits);
    for (size_t i = 0; i < limits.size(); ++i) {
      const ir::Limit& limit = module_.limits[i];
      Charge(limit, limits[i], "limit `" + limit.name + "`");
    }
    const auto marks = tables_.Items<uint32_t>(header_.marks);
    for (size_t i = 0; i < marks.size(); ++i) {
      const ir::Mark& mark = module_.marks[i];
      Charge(mark, marks[i], "mark `" + mark.name + "`");
    }
  }

  void Settle(const smt::Options& solver, Replayer* replayer) {
    const std::vector<Answer> answers = Ask(canonical_, questions_, solver);
    report_.asked = questions_.size();
    for (size_t i = 0; i < answers.size() && !report_.bug; ++i) {
      const Question& question = questions_[i];
      if (answers[i].is == Answer::Is::kUnknown) {
        report_.unknown.push_back(
            {question.range, rules_[i], question.what, answers[i].reason});
      } else if (answers[i].is == Answer::Is::kRefuted) {
        Bug(question.range, rules_[i], question.what,
            Shown(*answers[i].request, replayer));
      }
    }
    std::set<std::string> open;
    for (const Problem& problem : report_.unknown) open.insert(problem.what);
    report_.proved -= std::min(report_.proved, open.size());
  }

  std::string Shown(const eval::Request& request, Replayer* replayer) const {
    const auto witness = Replay(module_, request, replayer);
    const std::string json = RequestJson(request);
    if (!witness) {
      return fmt::format("it is not what the policies say on {}: {}", json,
                         witness.error().message);
    }
    return fmt::format(
        "it is not what the policies say on {}, which is decided `{}` all the "
        "same",
        json, ir::EffectName(witness->decision.effect));
  }

  const ir::Module& module_;
  const runtime::Manifest& manifest_;
  Tables tables_;
  runtime::TablesHeader header_;
  Canonical canonical_;
  Decoder decoder_;
  ValueMaker values_;
  CandidateProof candidates_;
  automata::Dfa others_;        // names of no tool
  std::vector<CondId> guards_;  // of rules
  std::vector<ToolClass> classes_;
  std::span<const TablePolicy> policies_;
  std::vector<std::pair<std::string, std::vector<uint32_t>>> names_;
  std::map<std::pair<uint32_t, size_t>, Known> known_;  // by offset and policy
  // Whose candidates are proved, whatever the tool.
  std::set<std::tuple<const Bucket*, ir::RuleId, CondId>> everywhere_;
  std::vector<Question> questions_;
  std::vector<std::string> rules_;  // of questions
  Report report_;
};

}  // namespace

Report Prove(const ir::Module& module, const ir::Languages& languages,
             const pol_code& code, const runtime::Manifest& manifest,
             const smt::Options& solver, Replayer* replayer) {
  return Prover(module, languages, code, manifest).Run(solver, replayer);
}

}  // namespace polc::verifier::native
