// Conditions and requests. Sets of policies are in ir_generator_module.cpp.
#include "test/unit/support/ir_generator.h"

#include <algorithm>
#include <utility>

#include "test/unit/support/vocabulary.h"

namespace polc::testing {
namespace {

using ir::Builder;
using ir::CondId;
using ir::FieldId;
using ir::Kind;
using ir::LangKind;
using ir::Outcome;
using ir::Outcomes;

Outcomes& Set(Outcomes& on, Kind kind, Outcome outcome) {
  on[static_cast<size_t>(kind)] = outcome;
  return on;
}

// What the language's tests of one type are: an error of any other.
Outcomes TypedTable(Kind kind) {
  Outcomes on = ir::AllOutcomes(Outcome::kError);
  return Set(on, kind, Outcome::kTest);
}

ir::Test Looking(ir::TestKind kind) {
  ir::Test test;
  test.kind = kind;
  return test;
}

FieldId Element(Builder* b, const std::string& member = "") {
  ir::Field field{ir::Root::kElement, {}};
  if (!member.empty()) field.steps.push_back({member, -1});
  return b->MakeField(std::move(field));
}

}  // namespace

uint64_t Random::Next() {
  state_ += 0x9E3779B97F4A7C15u;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

FieldId Generator::ArgumentField(Builder* b, const Argument& argument) {
  return b->MakeField({ir::Root::kArgs, {{argument.name, -1}}});
}

ir::LangId Generator::AddressLanguage(Builder* b) {
  static const std::vector<std::string> kNetworks = {
      "10.0.0.0/8", "0.0.0.0/0",     "192.168.1.1/32", "fe80::/10",
      "::/0",       "2001:db8::/33", "::1/128"};
  switch (random_.Below(3)) {
    case 0:
      return b->MakeLang({LangKind::kIp, {}, {}, 0, 0});
    case 1:
      return b->SetOf({random_.Pick(Addresses()), "::1"});
    default:
      return b->LangOf(LangKind::kCidr, random_.Pick(kNetworks));
  }
}

ir::LangId Generator::UrlLanguage(Builder* b) {
  switch (random_.Below(6)) {
    case 0:
      return b->MakeLang({LangKind::kUrlHost,
                          {},
                          {b->SetOf({"example.com", "10.0.0.1"})},
                          0,
                          0});
    case 1:
      return b->MakeLang(
          {LangKind::kUrlScheme, {}, {b->SetOf({"https"})}, 0, 0});
    case 2:
      return b->MakeLang(
          {LangKind::kUrlPath, {}, {b->LangOf(LangKind::kPrefix, "/a")}, 0, 0});
    case 3:
      return b->MakeLang({LangKind::kUrlHost, {}, {AddressLanguage(b)}, 0, 0});
    case 4:
      return b->MakeLang(
          {LangKind::kUrlQuery, {}, {b->SetOf({"", "q=1"})}, 0, 0});
    default:
      return b->MakeLang({LangKind::kUrlPort, {}, {}, 80, 443});
  }
}

ir::LangId Generator::MakeLanguage(Builder* b, int depth) {
  static const std::vector<std::string> kGlobs = {"prod-*", "*a*", "?",
                                                  "x\\*y",  "*-1", "*"};
  static const std::vector<std::string> kRegexes = {
      "[a-z]+",    "prod-[0-9]", "^a",    "a|b|ALPHA",     ".",  "\\d",
      "(?:a|ph)+", "$",          "[^a]*", "\xC3\x89[^k]*", "\\W"};
  if (depth > 0 && random_.Percent(25)) {
    const auto one = MakeLanguage(b, depth - 1);
    if (random_.Percent(40)) {
      return b->MakeLang({LangKind::kNot, {}, {one}, 0, 0});
    }
    const auto two = MakeLanguage(b, depth - 1);
    const auto kind = random_.Percent(50) ? LangKind::kAnd : LangKind::kOr;
    return b->MakeLang({kind, {}, {one, two}, 0, 0});
  }
  const std::string& text = random_.Pick(Texts());
  const bool fold = random_.Percent(30);
  if (random_.Percent(2)) return b->MakeLang({LangKind::kAny, {}, {}, 0, 0});
  switch (random_.Below(9)) {
    case 0:
      return b->LangOf(LangKind::kGlob, random_.Pick(kGlobs), fold);
    case 1:
      return b->LangOf(LangKind::kMatches, random_.Pick(kRegexes), fold);
    case 2:
      return b->LangOf(LangKind::kFinds, random_.Pick(kRegexes), fold);
    case 3:
      return b->LangOf(LangKind::kPrefix, text, fold);
    case 4:
      return b->LangOf(LangKind::kSuffix, text, fold);
    case 5:
      return b->LangOf(LangKind::kContains, text, fold);
    default: {
      const std::string& other = random_.Pick(Texts());
      return b->SetOf({text, other, random_.Pick(Texts())}, fold);
    }
  }
}

CondId Generator::StringTest(Builder* b, FieldId field, Shape shape) {
  ir::Test test = Looking(ir::TestKind::kString);
  Outcomes on = TypedTable(Kind::kString);
  if (shape == Shape::kPath && random_.Percent(85)) {
    static const std::vector<std::string> kFolders = {"/srv/data", "/", "/home",
                                                      "/srv/./data/"};
    test.language = b->LangOf(LangKind::kPathUnder, random_.Pick(kFolders));
    test.domain = b->MakeLang({LangKind::kPath, {}, {}, 0, 0});
    test.max_bytes = 4096;
  } else if (shape == Shape::kText && random_.Percent(5)) {
    test.language = b->SetOf({random_.Pick(Texts())});
    test.domain = b->MakeLang({LangKind::kPathSegment, {}, {}, 0, 0});
    test.max_bytes = 4095;
  } else if (shape == Shape::kUrl && random_.Percent(85)) {
    test.language = UrlLanguage(b);
    test.domain = b->MakeLang({LangKind::kUrl, {}, {}, 0, 0});
  } else if (shape == Shape::kAddress && random_.Percent(85)) {
    test.language = AddressLanguage(b);
    test.domain = b->MakeLang({LangKind::kIp, {}, {}, 0, 0});
  } else {
    test.language = MakeLanguage(b, 2);
  }
  if (random_.Percent(40)) {  // `?? "literal"`
    const auto absent = random_.Percent(50) ? Outcome::kTrue : Outcome::kFalse;
    Set(Set(on, Kind::kMissing, absent), Kind::kNull, absent);
  }
  return b->MakeTest(field, on, std::move(test));
}

CondId Generator::NumberTest(Builder* b, FieldId field) {
  ir::Test test = Looking(ir::TestKind::kNumber);
  std::vector<double> ends;
  for (int i = 0; i < 4; ++i) ends.push_back(random_.Pick(Numbers()) + 0.0);
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  for (size_t i = 0; i + 1 < ends.size(); i += 2) {
    test.intervals.push_back(
        {ends[i], ends[i + 1], random_.Percent(30), random_.Percent(30)});
  }
  if (ends.size() % 2 == 1) test.intervals.push_back({ends.back()});
  test.integral = random_.Percent(20);
  Outcomes on = TypedTable(Kind::kNumber);
  if (random_.Percent(30)) {
    const auto absent = random_.Percent(50) ? Outcome::kTrue : Outcome::kFalse;
    Set(Set(on, Kind::kMissing, absent), Kind::kNull, absent);
  }
  return b->MakeTest(field, on, std::move(test));
}

// `has`, `is null`, `is string`, ..., and tables that only a schema makes.
CondId Generator::TypeTest(Builder* b, FieldId field) {
  Outcomes on = ir::AllOutcomes(Outcome::kFalse);
  const auto kind = static_cast<Kind>(random_.Below(ir::kKindCount));
  switch (random_.Below(4)) {
    case 0:
      on = ir::AllOutcomes(Outcome::kTrue);
      Set(Set(on, Kind::kMissing, Outcome::kFalse), Kind::kNull,
          Outcome::kFalse);
      Set(on, Kind::kBad, Outcome::kError);
      break;
    case 1:
      Set(Set(on, Kind::kNull, Outcome::kTrue), Kind::kBad, Outcome::kError);
      break;
    case 2:
      Set(on, kind, Outcome::kTrue);
      Set(Set(on, Kind::kMissing, Outcome::kError), Kind::kNull,
          Outcome::kError);
      Set(on, Kind::kBad, Outcome::kError);
      break;
    default:
      for (Outcome& outcome : on) {
        outcome = static_cast<Outcome>(random_.Below(3));
      }
  }
  return b->MakeTest(field, on);
}

CondId Generator::RecordTest(Builder* b, const ir::Field& record) {
  auto member = [&](const char* name) {
    ir::Field field = record;
    field.steps.push_back({name, -1});
    return b->MakeField(std::move(field));
  };
  switch (random_.Below(4)) {
    case 0:
      return StringTest(b, member("name"), Shape::kText);
    case 1:
      return NumberTest(b, member("count"));
    case 2:
      return StringTest(b, member("path"), Shape::kPath);
    default: {
      ir::Test test = Looking(ir::TestKind::kOnly);
      test.keys = {"count", "name"};
      if (random_.Percent(50)) test.keys.push_back("path");
      return b->MakeTest(b->MakeField(record), TypedTable(Kind::kObject),
                         std::move(test));
    }
  }
}

CondId Generator::Quantified(Builder* b, FieldId list, Shape shape) {
  CondId body;
  if (random_.Percent(15)) {  // an element of another list
    const FieldId other = ArgumentOf(b, Shape::kTexts, false);
    const FieldId left = Element(b, shape == Shape::kRecords ? "name" : "");
    body = b->Compare(ir::CompareOp::kMember, left, other);
  } else if (shape == Shape::kNumbers) {
    body = NumberTest(b, Element(b));
  } else if (shape == Shape::kRecords && random_.Percent(30)) {
    body = Calculated(b, true);
  } else if (shape == Shape::kRecords) {
    body = RecordTest(b, {ir::Root::kElement, {}});
  } else {
    body = StringTest(b, Element(b), Shape::kText);
  }
  Outcomes on = ir::AllOutcomes(Outcome::kError);
  if (random_.Percent(20)) on = ir::AllOutcomes(Outcome::kTrue);
  return random_.Percent(50) ? b->All(list, on, body) : b->Any(list, on, body);
}

CondId Generator::ShapeTest(Builder* b, FieldId field, Shape shape) {
  switch (shape) {
    case Shape::kText:
      if (random_.Percent(15)) {
        ir::Test test = Looking(ir::TestKind::kLength);
        test.lo = random_.Below(3);
        test.hi = test.lo + random_.Below(6);
        return b->MakeTest(field, TypedTable(Kind::kString), std::move(test));
      }
      return StringTest(b, field, shape);
    case Shape::kPath:
    case Shape::kUrl:
    case Shape::kAddress:
    case Shape::kTime:
    case Shape::kHost:
      return StringTest(b, field, shape);
    case Shape::kNumber:
      return NumberTest(b, field);
    case Shape::kBool:
      return b->MakeTest(field, TypedTable(Kind::kBool),
                         Looking(ir::TestKind::kBool));
    case Shape::kRecord:
      return RecordTest(b, b->module()->field(field));
    case Shape::kTexts:
    case Shape::kRecords:
    case Shape::kNumbers:
      break;
  }
  if (random_.Percent(25)) {
    ir::Test test = Looking(ir::TestKind::kSize);
    test.lo = random_.Below(3);
    test.hi = test.lo + random_.Below(3);
    return b->MakeTest(field, TypedTable(Kind::kList), std::move(test));
  }
  return Quantified(b, field, shape);
}

CondId Generator::MakeTestOn(Builder* b, FieldId field, Shape shape) {
  if (random_.Percent(15)) return TypeTest(b, field);
  if (random_.Percent(5)) {  // the wrong type, or a step into nowhere
    shape = static_cast<Shape>(random_.Below(12));
    ir::Field deeper = b->module()->field(field);
    deeper.steps.push_back(random_.Percent(50) ? ir::Step{"name", -1}
                                               : ir::Step{"", 0});
    if (random_.Percent(50)) field = b->MakeField(std::move(deeper));
  }
  return ShapeTest(b, field, shape);
}

CondId Generator::Marked(Builder* b) {
  const GeneratedMark& mark = random_.Pick(Marks());
  Outcomes nobody = ir::AllOutcomes(Outcome::kError);
  Set(nobody, Kind::kString, Outcome::kFalse);
  Outcomes held = ir::AllOutcomes(Outcome::kError);
  Set(Set(held, Kind::kMissing, Outcome::kFalse), Kind::kBool, Outcome::kTrue);
  const FieldId key = b->MakeField({mark.key, {}});
  const FieldId field = b->MakeField({ir::Root::kMarks, {{mark.name, -1}}});
  return b->Or({b->MakeTest(key, nobody), b->MakeTest(field, held)});
}

CondId Generator::CallerTest(Builder* b) {
  auto root = [&](ir::Root r) { return b->MakeField({r, {}}); };
  if (random_.Percent(25)) return Marked(b);
  switch (random_.Below(9)) {
    case 0:
      return StringTest(b, root(ir::Root::kGrant), Shape::kText);
    case 1:
      return StringTest(b, root(ir::Root::kSubject), Shape::kText);
    case 2:
      return Quantified(b, root(ir::Root::kRoles), Shape::kTexts);
    case 3:
      return StringTest(b, root(ir::Root::kSession), Shape::kText);
    case 4:
      return StringTest(b, root(ir::Root::kServer), Shape::kText);
    case 5:
      return StringTest(b, root(ir::Root::kMethod), Shape::kText);
    case 6:
      return StringTest(b, root(ir::Root::kPrompt), Shape::kText);
    case 7:
      return StringTest(b, root(ir::Root::kResource), Shape::kUrl);
    default:
      return MakeTestOn(b, b->MakeField({ir::Root::kClaims, {{"team", -1}}}),
                        Shape::kText);
  }
}

CondId Generator::Comparison(Builder* b) {
  auto argument = [&](Shape shape) {
    std::vector<Argument> fitting;
    for (const Argument& a : Arguments()) {
      if (a.shape == shape) fitting.push_back(a);
    }
    return ArgumentField(b, random_.Pick(fitting));
  };
  // One statement a throw of the dice: arguments have no order of evaluation.
  const uint32_t which = random_.Below(4);
  const FieldId subject = b->MakeField({ir::Root::kSubject, {}});
  if (which == 0) {
    const FieldId left = argument(Shape::kText);
    const FieldId right =
        random_.Percent(50) ? argument(Shape::kText) : subject;
    return b->Compare(ir::CompareOp::kEqual, left, right);
  }
  if (which == 1) {
    return b->Compare(ir::CompareOp::kUnderJoin, argument(Shape::kPath),
                      subject, "/home");
  }
  if (random_.Percent(20)) {
    const FieldId text = argument(Shape::kText);
    return b->Compare(ir::CompareOp::kMember, text, argument(Shape::kTexts));
  }
  const FieldId left = argument(Shape::kNumber);
  const FieldId right = argument(Shape::kNumber);
  return b->Compare(
      which == 2 ? ir::CompareOp::kLess : ir::CompareOp::kLessEqual, left,
      right);
}

CondId Generator::MakeCondition(Builder* b, int depth) {
  if (depth <= 0 || random_.Percent(30)) {
    if (random_.Percent(1)) {
      return b->Const(static_cast<ir::Verdict>(random_.Below(3)));
    }
    if (random_.Percent(12)) return CallerTest(b);
    if (random_.Percent(8)) return Comparison(b);
    if (random_.Percent(12)) return Calculated(b, false);
    const Argument& argument = random_.Pick(Arguments());
    return MakeTestOn(b, ArgumentField(b, argument), argument.shape);
  }
  if (random_.Percent(20)) return b->Not(MakeCondition(b, depth - 1));
  std::vector<CondId> operands;
  const uint32_t count = 2 + random_.Below(2);
  for (uint32_t i = 0; i < count; ++i) {
    operands.push_back(MakeCondition(b, depth - 1));
  }
  return random_.Percent(50) ? b->And(std::move(operands))
                             : b->Or(std::move(operands));
}

}  // namespace polc::testing
