// Ways around asks and marks against enumeration. Generated sets over a domain
// of texts that are written in several ways, and tools that have two names:
// what is allowed by another writing is found by deciding every pair of calls,
// and must be what the verifier says, no more and no less. Whether two texts
// are alike is said here by what they come to, not by how they are read.
// POLC_POLICIES=10000 tries more of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/unit/support/ir_generator.h"
#include "verifier/verify.h"

namespace polc::verifier {
namespace {

using eval::Value;
using ir::CondId;
using ir::Effect;
using ir::Kind;
using ir::Outcome;
using ir::Verdict;
using testing::Random;

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr int kPolicies = 200;
#else
constexpr int kPolicies = 3000;
#endif
#else
constexpr int kPolicies = 3000;
#endif

const std::vector<std::string> kTexts = {
    "/a",          "//a",          "/./a",         "/a/",
    "/b/../a",     "/a/.",         "/b",           "/b/",
    "/A",          "/Ab",          "/aB",          "/",
    "Ab",          "aB",           "http://h/a",   "HTTP://H/a",
    "http://h./a", "http://h/%61", "http://h/A",   "http://h",
    "http://h/",   "http://h/%2f", "http://h/%2F", "http://h/b"};

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// What a path comes to; empty if it is none.
std::string PathOf(const std::string& text) {
  if (text.empty() || text[0] != '/') return "";
  std::vector<std::string> segments;
  size_t at = 1;
  while (at <= text.size()) {
    const size_t end = std::min(text.find('/', at), text.size());
    const std::string segment = text.substr(at, end - at);
    at = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment == ".." && !segments.empty() && segments.back() != "..") {
      segments.pop_back();
    } else {
      segments.push_back(segment);
    }
  }
  std::string out = "/";
  for (const std::string& segment : segments) out += segment + "/";
  return out;
}

// What a URL comes to, by RFC 3986, 6.2.2 and 6.2.3; empty if it is none.
std::string UrlOf(const std::string& text) {
  const size_t colon = text.find("://");
  if (colon == std::string::npos) return "";
  const size_t slash = std::min(text.find('/', colon + 3), text.size());
  std::string host = Lower(text.substr(0, slash));
  if (host.ends_with(".")) host.pop_back();
  std::string path;
  for (size_t i = slash; i < text.size(); ++i) {
    if (text[i] != '%') {
      path += text[i];
      continue;
    }
    const std::string hex = text.substr(i + 1, 2);
    const char c = static_cast<char>(std::stoi(hex, nullptr, 16));
    i += 2;
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      path += c;
    } else {
      path += "%" + Lower(hex);
    }
  }
  return host + (path.empty() ? "/" : path);
}

bool AreAlike(const std::string& a, const std::string& b, bool letters) {
  if (letters && Lower(a) == Lower(b)) return true;
  if (!PathOf(a).empty() && PathOf(a) == PathOf(b)) return true;
  return !UrlOf(a).empty() && UrlOf(a) == UrlOf(b);
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed), b_(&module_) {}

  void Run() {
    texts_ = kTexts;
    while (texts_.size() > 6) texts_.erase(texts_.begin() + Any(texts_.size()));
    others_ = {texts_[0], texts_[1], "b"};
    MakeSchema();
    if (random_.Percent(60)) MakeMarks();
    ir::Policy policy;
    policy.name = "p";
    policy.default_effect = static_cast<ir::DefaultEffect>(random_.Below(3));
    std::vector<ir::Rule> rules;
    const uint32_t count = 2 + random_.Below(3);
    for (uint32_t i = 0; i < count; ++i) {
      ir::Rule rule;
      rule.name = "p.r" + std::to_string(i);
      rule.policy = ir::PolicyId(size_t{0});
      rule.effect = static_cast<Effect>(std::min<uint32_t>(
          2, random_.Percent(20) ? 0 : 1 + random_.Below(2)));
      rule.target = Target();
      std::vector<CondId> all = {rule.target};
      if (!module_.marks.empty() && rule.effect != Effect::kAllow &&
          random_.Percent(60)) {
        all.push_back(Marked());
      }
      if (all.size() == 1 || random_.Percent(50)) all.push_back(Condition(1));
      rule.guard = b_.And(std::move(all));
      rules.push_back(std::move(rule));
    }
    std::stable_partition(rules.begin(), rules.end(), [](const ir::Rule& rule) {
      return rule.effect == Effect::kDeny;
    });
    for (ir::Rule& rule : rules) {
      policy.rules.emplace_back(module_.rules.size());
      module_.rules.push_back(std::move(rule));
    }
    module_.policies.push_back(std::move(policy));
  }

  const ir::Module& module() const { return module_; }

  // All calls that the schemas accept, without marks.
  std::vector<eval::Request> Calls() const {
    std::vector<eval::Request> calls;
    for (const char* tool : {"t", "T_", "u"}) {
      for (const std::string& x : texts_) {
        for (size_t y = 0; y <= others_.size(); ++y) {
          eval::Request request;
          request.server = "s";
          request.tool = tool;
          request.args = Value::Object();
          request.args.names = {"x"};
          request.args.items = {Value::String(x)};
          if (y < others_.size()) {
            request.args.names.emplace_back("y");
            request.args.items.push_back(Value::String(others_[y]));
          }
          calls.push_back(std::move(request));
        }
      }
    }
    return calls;
  }

 private:
  std::ptrdiff_t Any(size_t size) {
    return random_.Below(static_cast<uint32_t>(size));
  }

  ir::FieldId Arg(const char* name) {
    return b_.MakeField({ir::Root::kArgs, {{name, -1}}});
  }

  static ir::Outcomes On(Outcome rest, Outcome missing) {
    ir::Outcomes on = ir::AllOutcomes(rest);
    on[static_cast<size_t>(Kind::kString)] = Outcome::kTest;
    on[static_cast<size_t>(Kind::kMissing)] = missing;
    return on;
  }

  void MakeSchema() {
    ir::Schema schema;
    schema.path = "catalog.json";
    ir::Test x, y, only;
    x.kind = y.kind = ir::TestKind::kString;
    x.language = b_.SetOf(texts_);
    y.language = b_.SetOf(others_);
    only.kind = ir::TestKind::kOnly;
    only.keys = {"x", "y"};
    ir::Outcomes object = ir::AllOutcomes(Outcome::kFalse);
    object[static_cast<size_t>(Kind::kObject)] = Outcome::kTest;
    for (const char* tool : {"T_", "t", "u"}) {
      ir::ToolSchema t;
      t.tool = tool;
      t.demands = ir::DemandList(
          {{"args.x", "is one",
            b_.MakeTest(Arg("x"), On(Outcome::kFalse, Outcome::kFalse), x)},
           {"args.y", "is one",
            b_.MakeTest(Arg("y"), On(Outcome::kFalse, Outcome::kTrue), y)},
           {"args", "has no other",
            b_.MakeTest(b_.MakeField({ir::Root::kArgs, {}}), object, only)}});
      schema.tools.push_back(std::move(t));
    }
    module_.schemas.push_back(std::move(schema));
  }

  void MakeMarks() {
    for (const char* name : {"p.m", "p.n"}) {
      ir::Mark mark;
      mark.name = name;
      mark.key = {"grant", b_.MakeField({ir::Root::kGrant, {}})};
      mark.lifetime_seconds = 60;
      mark.on = b_.And({Target(), Condition(1)});
      mark.policies = {ir::PolicyId(size_t{0})};
      module_.marks.push_back(std::move(mark));
      if (random_.Percent(60)) return;
    }
  }

  CondId Marked() {
    ir::Outcomes on = ir::AllOutcomes(Outcome::kError);
    on[static_cast<size_t>(Kind::kMissing)] = Outcome::kFalse;
    on[static_cast<size_t>(Kind::kBool)] = Outcome::kTrue;
    const std::string& name = random_.Pick(module_.marks).name;
    return b_.MakeTest(b_.MakeField({ir::Root::kMarks, {{name, -1}}}), on);
  }

  CondId Target() {
    ir::Test test;
    test.kind = ir::TestKind::kString;
    switch (random_.Below(4)) {
      case 0:
        test.language = b_.SetOf({"t"});
        break;
      case 1:
        test.language = b_.SetOf({"t", "u"});
        break;
      case 2:
        test.language = b_.SetOf({"T_", "t"});
        break;
      default:
        test.language = b_.LangOf(ir::LangKind::kGlob, "*");
        break;
    }
    return b_.MakeTest(b_.MakeField({ir::Root::kTool, {}}),
                       On(Outcome::kFalse, Outcome::kFalse), test);
  }

  CondId Text() {
    ir::Test test;
    test.kind = ir::TestKind::kString;
    switch (random_.Below(9)) {
      case 0:
        test.language = b_.LangOf(ir::LangKind::kPathUnder, "/a");
        test.domain = b_.MakeLang(
            {.kind = ir::LangKind::kPath, .texts = {}, .operands = {}});
        test.max_bytes = 4096;
        break;
      case 1:
        test.language = b_.LangOf(ir::LangKind::kPrefix, "/a");
        break;
      case 2:
      case 3:
        test.language = b_.SetOf({random_.Pick(texts_), random_.Pick(texts_)});
        break;
      case 4:
        test.language = b_.LangOf(ir::LangKind::kContains, "a");
        break;
      case 5:
        test.language = b_.LangOf(ir::LangKind::kContains, "A", true);
        break;
      case 6:
        test.language = b_.LangOf(ir::LangKind::kSuffix, "/");
        break;
      case 7:
        test.language = b_.LangOf(ir::LangKind::kGlob, "/b*");
        break;
      default:
        test.domain = b_.MakeLang(
            {.kind = ir::LangKind::kUrl, .texts = {}, .operands = {}});
        test.language = b_.MakeLang({.kind = ir::LangKind::kUrlPath,
                                     .texts = {},
                                     .operands = {b_.SetOf({"/a", "/"})}});
        break;
    }
    const bool x = random_.Percent(75);
    const auto missing =
        random_.Percent(50) ? Outcome::kFalse : Outcome::kError;
    return b_.MakeTest(Arg(x ? "x" : "y"), On(Outcome::kError, missing), test);
  }

  CondId Condition(int depth) {
    if (depth == 0 || random_.Percent(50)) {
      const CondId text = Text();
      return random_.Percent(25) ? b_.Not(text) : text;
    }
    std::vector<CondId> both = {Condition(depth - 1), Condition(depth - 1)};
    return random_.Percent(50) ? b_.And(std::move(both))
                               : b_.Or(std::move(both));
  }

  Random random_;
  ir::Module module_;
  ir::Builder b_;
  std::vector<std::string> texts_, others_;
};

class Oracle {
 public:
  explicit Oracle(const Maker& maker)
      : module_(maker.module()), calls_(maker.Calls()) {
    for (const auto& mark : module_.marks) marks_.push_back(mark.name);
    for (size_t held = 0; held < size_t{1} << marks_.size(); ++held) {
      sets_.push_back({});
      for (size_t m = 0; m < marks_.size(); ++m) {
        if (held >> m & 1) sets_.back().insert(marks_[m]);
      }
    }
  }

  std::set<std::string> Expected() const {
    std::set<std::string> out;
    for (size_t r = 0; r < module_.rules.size(); ++r) {
      const ir::Rule& rule = module_.rules[r];
      if (rule.effect == Effect::kAllow || !Lives(r)) continue;
      if (rule.effect == Effect::kAsk && CanBeWalkedAround(r)) {
        out.insert("approval-bypass " + rule.name);
      }
      for (size_t m = 0; m < marks_.size(); ++m) {
        if (!Reads(rule.guard, marks_[m])) continue;
        if ((rule.effect == Effect::kAsk && IsEarlier(r, m)) || IsUnset(r, m)) {
          out.insert("flow-bypass " + rule.name);
        }
      }
    }
    return out;
  }

 private:
  using Set = std::set<std::string>;

  static eval::Request With(eval::Request request, const Set& held) {
    request.marks.assign(held.begin(), held.end());
    return request;
  }
  Verdict Guard(size_t r, const eval::Request& request) const {
    return eval::Evaluate(module_, module_.rules[r].guard, request);
  }
  Set SetBy(const eval::Decision& decision) const {
    Set out;
    for (const ir::MarkId id : decision.marks) out.insert(marks_[id.value()]);
    return out;
  }

  bool Lives(size_t r) const {
    for (const Set& held : sets_) {
      for (const eval::Request& call : calls_) {
        const eval::Request request = With(call, held);
        if (Guard(r, request) != Verdict::kTrue) continue;
        bool first = true;
        for (size_t j = 0; j < r; ++j) {
          first &= Guard(j, request) == Verdict::kFalse;
        }
        if (first) return true;
      }
    }
    return false;
  }

  bool Reads(CondId id, const std::string& mark) const {
    const ir::Cond& cond = module_.cond(id);
    if (cond.kind == ir::CondKind::kTest) {
      const ir::Field& field = module_.field(cond.field);
      return field.root == ir::Root::kMarks && field.steps[0].member == mark;
    }
    return std::any_of(cond.operands.begin(), cond.operands.end(),
                       [&](CondId operand) { return Reads(operand, mark); });
  }

  // The texts that a condition tests; of each whether it looks for letters.
  void AddTexts(CondId id, std::map<std::string, bool>* out) const {
    const ir::Cond& cond = module_.cond(id);
    for (const CondId operand : cond.operands) AddTexts(operand, out);
    if (cond.kind != ir::CondKind::kTest ||
        module_.field(cond.field).root != ir::Root::kArgs) {
      return;
    }
    const ir::Lang& lang = module_.lang(cond.test.language);
    (*out)[module_.field(cond.field).steps[0].member] |=
        lang.kind == ir::LangKind::kContains && !lang.fold;
  }

  static bool IsOther(const eval::Request& a, const eval::Request& b,
                      const std::map<std::string, bool>& texts) {
    const auto name = [](const eval::Request& r) {
      return *r.tool == "T_" ? std::string("t") : *r.tool;
    };
    if (name(a) != name(b) || a.args.names != b.args.names) return false;
    std::vector<size_t> differ;
    for (size_t i = 0; i < a.args.names.size(); ++i) {
      if (a.args.items[i].text != b.args.items[i].text) differ.push_back(i);
    }
    if (differ.empty()) return *a.tool != *b.tool;
    if (differ.size() > 1) return false;
    const auto text = texts.find(a.args.names[differ[0]]);
    return text != texts.end() &&
           AreAlike(a.args.items[differ[0]].text, b.args.items[differ[0]].text,
                    text->second);
  }

  template <typename F, typename G>
  bool AnyPair(CondId cond, const F& first, const G& second) const {
    std::map<std::string, bool> texts;
    AddTexts(cond, &texts);
    for (const eval::Request& a : calls_) {
      if (!first(a)) continue;
      for (const eval::Request& b : calls_) {
        if (IsOther(a, b, texts) && second(b)) return true;
      }
    }
    return false;
  }

  bool CanBeWalkedAround(size_t r) const {
    return std::any_of(sets_.begin(), sets_.end(), [&](const Set& held) {
      return AnyPair(
          module_.rules[r].guard,
          [&](const eval::Request& a) {
            const auto d = eval::Decide(module_, With(a, held));
            return d.effect == Effect::kAsk &&
                   std::find(d.rules.begin(), d.rules.end(), ir::RuleId(r)) !=
                       d.rules.end();
          },
          [&](const eval::Request& b) {
            return eval::Decide(module_, With(b, held)).effect ==
                   Effect::kAllow;
          });
    });
  }

  // A call that the rule takes where mark m is held besides `held`, and not
  // without it, is allowed.
  bool AnyAllowed(size_t r, size_t m, const Set& held, bool with) const {
    Set without = held;
    without.erase(marks_[m]);
    Set also = held;
    also.insert(marks_[m]);
    return std::any_of(
        calls_.begin(), calls_.end(), [&](const eval::Request& b) {
          return Guard(r, With(b, also)) == Verdict::kTrue &&
                 Guard(r, With(b, without)) != Verdict::kTrue &&
                 eval::Decide(module_, With(b, with ? also : without)).effect ==
                     Effect::kAllow;
        });
  }

  bool IsEarlier(size_t r, size_t m) const {
    return std::any_of(
        calls_.begin(), calls_.end(), [&](const eval::Request& a) {
          const auto d = eval::Decide(module_, a);
          return d.effect != Effect::kDeny && SetBy(d).contains(marks_[m]) &&
                 AnyAllowed(r, m, SetBy(d), true);
        });
  }

  bool IsUnset(size_t r, size_t m) const {
    return AnyPair(
        module_.marks[m].on,
        [&](const eval::Request& a) {
          const auto d = eval::Decide(module_, a);
          return d.effect != Effect::kDeny && SetBy(d).contains(marks_[m]);
        },
        [&](const eval::Request& b) {
          const auto d = eval::Decide(module_, b);
          return d.effect != Effect::kDeny && !SetBy(d).contains(marks_[m]) &&
                 AnyAllowed(r, m, SetBy(d), false);
        });
  }

  const ir::Module& module_;
  std::vector<eval::Request> calls_;
  std::vector<std::string> marks_;
  std::vector<Set> sets_;
};

TEST(BypassTest, FindingsAreThoseOfEnumeration) {
  const char* only = std::getenv("POLC_SEED");
  const uint64_t first = only != nullptr ? std::strtoull(only, nullptr, 10) : 1;
  const char* more = std::getenv("POLC_POLICIES");
  const uint64_t many =
      more != nullptr ? std::strtoull(more, nullptr, 10) : kPolicies;
  const uint64_t count = only != nullptr ? 1 : many;
  std::map<std::string, int> seen;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Maker maker(seed);
    maker.Run();
    const ir::Module& module = maker.module();
    const std::string context =
        "\nPOLC_SEED=" + std::to_string(seed) +
        (only != nullptr ? "\n" + ir::Print(module) : std::string());
    const auto valid = ir::Validate(module);
    ASSERT_TRUE(valid.has_value()) << valid.error().message << context;
    const auto languages = ir::Languages::Make(module);
    ASSERT_TRUE(languages.has_value());
    diag::Diagnostics diags;
    Options options;
    // The solver alone is slow, and is asked about few.
    options.solver.list_requests = seed % 16 != 0;
    options.solver.show_listed_from = 0;
    const Report report = Verify(module, *languages, options, nullptr, &diags);
    ASSERT_FALSE(report.bug.has_value()) << *report.bug << context;
    for (const diag::Diagnostic& d : diags.all()) {
      ASSERT_NE(d.kind, diag::Kind::kUnknown) << d.message << context;
    }
    std::set<std::string> found;
    for (const diag::Diagnostic& d : diags.all()) {
      const std::string check(diag::CheckName(d.kind));
      if (!check.ends_with("-bypass")) continue;
      ++seen[check];
      found.insert(check + " " + d.finding->rule);
    }
    ASSERT_EQ(found, Oracle(maker).Expected()) << context;
  }
  if (count < 300) return;
  EXPECT_GT(seen["approval-bypass"], 20);
  EXPECT_GT(seen["flow-bypass"], 20);
}

}  // namespace
}  // namespace polc::verifier
