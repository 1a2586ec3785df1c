// Tests of fields. Each is one call of a helper: calls cost LLVM a fraction of
// what the same blocks written in line would, and about as much at run time.
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "compiler/codegen/emitter.h"
#include "compiler/codegen/intervals.h"
#include "compiler/support/check.h"
#include "runtime/abi/shapes.h"

namespace polc::codegen {
namespace {

using ir::Kind;
using ir::Outcome;
using ir::TestKind;

static_assert(static_cast<int>(Kind::kMissing) == POL_MISSING &&
              static_cast<int>(Kind::kList) == POL_LIST &&
              static_cast<int>(Kind::kBad) == POL_BAD);
static_assert(static_cast<int>(ir::CompareOp::kUnderJoin) == 3 &&
              static_cast<int>(ir::CompareOp::kMember) == 4);

unsigned BitsOf(Outcome outcome) {
  switch (outcome) {
    case Outcome::kFalse:
      return POL_FALSE;
    case Outcome::kTrue:
      return POL_TRUE;
    case Outcome::kError:
      return POL_ERROR;
    case Outcome::kTest:
      return 0;
  }
  POLC_UNREACHABLE("no such outcome");
}

// One after the other they are sooner compared than an automaton is walked.
constexpr size_t kFewTexts = 12;

uint32_t Bit(Kind kind) { return 1u << static_cast<int>(kind); }

}  // namespace

uint32_t Emitter::PackOutcomes(const ir::Outcomes& on) {
  uint32_t table = 0;
  for (size_t kind = 0; kind < on.size(); ++kind) {
    table |= BitsOf(on[kind]) << (3 * kind);
  }
  return table;
}

unsigned Emitter::MayOfTest(const ir::Cond& cond) {
  unsigned may = 0;
  for (const Outcome outcome : cond.on) {
    may |= BitsOf(outcome);
    if (outcome != Outcome::kTest || cond.kind == ir::CondKind::kAll) continue;
    may |= POL_TRUE | POL_FALSE;
    if (cond.test.max_bytes != 0 || cond.test.domain.valid()) may |= POL_ERROR;
  }
  return may;
}

bool Emitter::DiffersByCall(ir::FieldId id) const {
  const ir::Root root = ir_.field(id).root;
  return root == ir::Root::kArgs || root == ir::Root::kSession ||
         root == ir::Root::kMarks;
}

bool Emitter::IsUnknown(const Scope& s, ir::FieldId id) const {
  return s.mode == Mode::kAbstract && DiffersByCall(id);
}

// The next word says where the slot is.
llvm::Value* Emitter::Slot(Scope& s, ir::FieldId id) {
  const bool is_element = ir_.field(id).root == ir::Root::kElement;
  llvm::Value* offset = s.b.CreateZExt(Word(s), s.b.getInt64Ty());
  return s.b.CreateGEP(s.b.getInt8Ty(), is_element ? s.elements : s.slots,
                       offset);
}

runtime::TestLook Emitter::LookOf(ir::CondId id) const {
  const ir::Cond& cond = ir_.cond(id);
  const ir::Test& test = cond.test;
  const bool looks = std::find(cond.on.begin(), cond.on.end(),
                               Outcome::kTest) != cond.on.end();
  switch (looks ? test.kind : TestKind::kNone) {
    case TestKind::kNone:
      return runtime::kTestKind;
    case TestKind::kString: {
      if (test.domain.valid()) return runtime::kTestStrict;
      if (test.max_bytes != 0) return runtime::kTestBounded;
      const ir::Lang& lang = ir_.lang(test.language);
      const bool is_text = !lang.fold && lang.texts.size() == 1;
      if (is_text && lang.kind == ir::LangKind::kSet) return runtime::kTestText;
      if (is_text && lang.kind == ir::LangKind::kPrefix) {
        return runtime::kTestPrefix;
      }
      return runtime::kTestString;
    }
    case TestKind::kNumber:
      return runtime::kTestNumber;
    case TestKind::kBool:
      return runtime::kTestBool;
    case TestKind::kLength:
      return runtime::kTestLength;
    case TestKind::kSize:
      return runtime::kTestSize;
    case TestKind::kOnly:
      return runtime::kTestOnly;
  }
  POLC_UNREACHABLE("no such test");
}

std::string_view Emitter::TestHelper(ir::CondId id) const {
  return runtime::kShapeLooks[LookOf(id)];
}

size_t Emitter::TestWords(ir::CondId id) const {
  return size_t{1} + runtime::kLookFacts[LookOf(id)].words;
}

// What the look at a value needs: as tables.h says.
void Emitter::AddLookWords(ir::CondId id, Words* words) {
  const ir::Cond& cond = ir_.cond(id);
  const ir::Test& test = cond.test;
  auto add_wide = [&](uint64_t n) {
    words->Add(static_cast<uint32_t>(n));
    words->Add(static_cast<uint32_t>(n >> 32));
  };
  switch (LookOf(id)) {
    case runtime::kTestText:
    case runtime::kTestPrefix: {
      const std::string& text = ir_.lang(test.language).texts[0];
      words->AddRef(blob_->Add(text));
      words->Add(static_cast<uint32_t>(text.size()));
      break;
    }
    case runtime::kTestString:
      words->AddRef(Automaton(test.language));
      break;
    case runtime::kTestBounded:
      words->AddRef(Automaton(test.language));
      words->Add(test.max_bytes);
      break;
    case runtime::kTestStrict:
      words->AddRef(Automaton(test.language));
      words->Add(test.max_bytes);
      words->AddRef(Automaton(test.domain));
      break;
    case runtime::kTestNumber: {
      const std::vector<ir::Interval> closed = Closed(test.intervals);
      words->AddRef(Intervals(closed));
      words->Add(static_cast<uint32_t>(closed.size()));
      words->Add(test.integral ? 1 : 0);
      break;
    }
    case runtime::kTestLength:
    case runtime::kTestSize:
      add_wide(test.lo);
      add_wide(test.hi);
      break;
    case runtime::kTestOnly:
      words->Add(static_cast<uint32_t>(layout_.key_set_of.at(id)));
      break;
    default:
      break;
  }
}

// The outcomes before it.
void Emitter::AddTestWords(ir::CondId id, Words* words) {
  const size_t before = words->size();
  words->Add(PackOutcomes(ir_.cond(id).on));
  AddLookWords(id, words);
  POLC_CHECK(words->size() - before == TestWords(id),
             "a test with another number of constants");
}

// The one range that the test asks for.
std::optional<ir::Interval> Emitter::RangeOf(ir::CondId id) const {
  const ir::Test& test = ir_.cond(id).test;
  if (LookOf(id) != runtime::kTestNumber || test.integral) return std::nullopt;
  const std::vector<ir::Interval> closed = Closed(test.intervals);
  if (closed.size() != 1) return std::nullopt;
  return closed[0];
}

// That of operand `i`, met with those of the tests behind it that differ in
// nothing else; they are taken out. They would all be errors together, or none.
std::optional<ir::Interval> Emitter::MeetRanges(
    size_t i, std::vector<ir::CondId>* operands) {
  const ir::CondId id = (*operands)[i];
  std::optional<ir::Interval> range = RangeOf(id);
  if (!range) return range;
  const ir::Cond& cond = ir_.cond(id);
  const auto meets = [&](ir::CondId other_id) {
    const ir::Cond& other = ir_.cond(other_id);
    if (other.kind != ir::CondKind::kTest || other.field != cond.field ||
        other.on != cond.on) {
      return false;
    }
    const std::optional<ir::Interval> more = RangeOf(other_id);
    if (!more) return false;
    range->lo = std::max(range->lo, more->lo);
    range->hi = std::min(range->hi, more->hi);
    return true;
  };
  operands->erase(
      std::remove_if(operands->begin() + static_cast<ptrdiff_t>(i) + 1,
                     operands->end(), meets),
      operands->end());
  return range;
}

// The test as the matcher makes it, without generated code.
void Emitter::AddTest(ir::CondId id, const std::optional<ir::Interval>& range,
                      Words* words) {
  const ir::Cond& cond = ir_.cond(id);
  runtime::TableSite site;
  site.slot = SlotOffset(cond.field, -1);
  site.error = static_cast<uint32_t>(layout_.error_of[cond.field.value()]);
  site.outcomes = PackOutcomes(cond.on) |
                  (DiffersByCall(cond.field) ? runtime::kSiteUnknown : 0);
  Words look_words;
  const runtime::TestLook look = AddLook(id, range, &look_words);
  POLC_CHECK(look_words.size() == runtime::kLookFacts[look].words,
             "a test with another number of constants");
  words->AddSite(blob_->Add(site), look);
  words->Append(look_words);
}

// Where it is asked by itself, a test may take a shorter way than the
// functions' helpers know.
runtime::TestLook Emitter::AddLook(ir::CondId id,
                                   const std::optional<ir::Interval>& range,
                                   Words* words) {
  const runtime::TestLook look = LookOf(id);
  if (range) {
    const std::array<double, 2> ends = {range->lo, range->hi};
    std::array<uint32_t, 4> bits = {};
    std::memcpy(bits.data(), ends.data(), sizeof bits);
    words->Add(bits);
    return runtime::kTestRange;
  }
  if (look != runtime::kTestString) {
    AddLookWords(id, words);
    return look;
  }
  const ir::LangId lang_id = ir_.cond(id).test.language;
  const ir::Lang& lang = ir_.lang(lang_id);
  if (lang.kind == ir::LangKind::kSet && !lang.fold &&
      lang.texts.size() <= kFewTexts) {
    std::vector<runtime::TableSpan> texts;
    for (const std::string& text : lang.texts) {
      texts.push_back({blob_->Add(text), static_cast<uint32_t>(text.size())});
    }
    words->AddRef(blob_->Add(texts));
    words->Add(static_cast<uint32_t>(texts.size()));
    return runtime::kTestTexts;
  }
  const Tail& tail = TailOf(lang_id);
  if (tail.text.empty()) {
    AddLookWords(id, words);
    return look;
  }
  words->AddRef(blob_->Add(tail.text));
  words->Add(static_cast<uint32_t>(tail.text.size()));
  if (tail.rest == 0 && !tail.is_anywhere) return runtime::kTestPrefix;
  words->AddRef(tail.rest);
  return tail.is_anywhere ? runtime::kTestFound : runtime::kTestTail;
}

Emitter::Bits Emitter::Test(Scope& s, ir::CondId id) {
  const ir::Cond& cond = ir_.cond(id);
  if (IsUnknown(s, cond.field)) return Known(s, POL_ANY);
  const runtime::TestLook look = LookOf(id);
  std::vector<llvm::Value*> arguments = {s.frame, Slot(s, cond.field)};
  auto add = [&](llvm::Value* argument) { arguments.push_back(argument); };
  llvm::Value* error = Word(s);
  add(Word(s));  // the outcomes
  add(error);
  switch (look) {
    case runtime::kTestText:
    case runtime::kTestPrefix:
    case runtime::kTestBounded:
      add(Table(s));
      add(Word(s));
      break;
    case runtime::kTestString:
      add(Table(s));
      break;
    case runtime::kTestStrict:
      add(Table(s));
      add(Word(s));
      add(Table(s));
      break;
    case runtime::kTestNumber:
      add(Table(s));
      add(Word(s));
      add(Word(s));
      break;
    case runtime::kTestLength:
    case runtime::kTestSize:
      add(Wide(s));
      add(Wide(s));
      break;
    case runtime::kTestOnly:
      add(Word(s));
      break;
    default:
      break;
  }
  return {s.b.CreateCall(Helper(TestHelper(id)), arguments), MayOfTest(cond)};
}

Emitter::Bits Emitter::Compare(Scope& s, const ir::Cond& cond) {
  if (IsUnknown(s, cond.field) || IsUnknown(s, cond.other)) {
    return Known(s, POL_ANY);
  }
  uint32_t kinds = Bit(Kind::kNumber);
  if (cond.op == ir::CompareOp::kEqual) {
    kinds |= Bit(Kind::kString) | Bit(Kind::kBool);
  } else if (cond.op == ir::CompareOp::kMember) {
    kinds |= Bit(Kind::kString) | Bit(Kind::kBool);
  } else if (cond.op == ir::CompareOp::kUnderJoin) {
    kinds = Bit(Kind::kString);
  }
  llvm::Value* left = Slot(s, cond.field);
  llvm::Value* left_error = Word(s);
  llvm::Value* right = Slot(s, cond.other);
  llvm::Value* right_error = Word(s);
  llvm::Value* prefix = Table(s);
  llvm::Value* length = Word(s);
  return {s.b.CreateCall(Helper("compare"),
                         {s.frame, s.b.getInt32(static_cast<uint32_t>(cond.op)),
                          s.b.getInt32(kinds), left, right, prefix, length,
                          left_error, right_error}),
          POL_ANY};
}

bool Emitter::DiffersByCall(const ir::Cond& cond) const {
  bool differs = ir::ReadsNow(ir_, cond);
  ir::EachField(ir_, cond, [&](ir::FieldId id) {
    differs = differs || DiffersByCall(id);
  });
  return differs;
}

Emitter::Bits Emitter::Calculate(Scope& s, ir::CondId id) {
  if (s.mode == Mode::kAbstract && DiffersByCall(ir_.cond(id))) {
    return Known(s, POL_ANY);
  }
  return {s.b.CreateCall(Helper("calculate"), {s.frame, s.elements, Word(s)}),
          POL_ANY};
}

}  // namespace polc::codegen
