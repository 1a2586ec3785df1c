// What shapes' functions make of their constants, by the words that travel with
// them. That the functions do what the words say is not looked at here.
#include <algorithm>
#include <bit>
#include <charconv>
#include <string>

#include "compiler/support/check.h"
#include "runtime/abi/shapes.h"
#include "verifier/native/decode.h"

namespace polc::verifier::native {
namespace {

using ir::CondId;
using ir::CondKind;
using ir::Verdict;

// Deeper than any condition may be: constants that lead back to themselves.
constexpr int kMaxDepth = 3 * ir::kMaxCondDepth;

uint32_t Swap(uint32_t bits) {
  return (bits & POL_ERROR) | ((bits & POL_TRUE) != 0 ? POL_FALSE : 0) |
         ((bits & POL_FALSE) != 0 ? POL_TRUE : 0);
}

uint32_t BitOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kTrue:
      return POL_TRUE;
    case Verdict::kFalse:
      return POL_FALSE;
    case Verdict::kError:
      return POL_ERROR;
  }
  POLC_UNREACHABLE("no such verdict");
}

uint32_t BitsOf(const ir::Outcomes& on) {
  uint32_t bits = 0;
  for (const ir::Outcome outcome : on) {
    if (outcome == ir::Outcome::kTrue) bits |= POL_TRUE;
    if (outcome == ir::Outcome::kFalse) bits |= POL_FALSE;
    if (outcome == ir::Outcome::kError) bits |= POL_ERROR;
  }
  return bits;
}

Error Misspelled() { return Error{"a shape's words cannot be read"}; }

}  // namespace

bool Decoder::Cursor::TakeNumber(uint32_t* out) {
  const char* end = text.data() + text.size();
  const auto [past, error] = std::from_chars(text.data(), end, *out);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(past - text.data()));
  return true;
}

Result<Decoder::Decoded> Decoder::Shape(uint32_t shape, uint32_t constants,
                                        int32_t quantifier) {
  const std::tuple key = {shape, constants, quantifier};
  const auto known = shapes_.find(key);
  if (known != shapes_.end()) return known->second;
  if (depth_ > kMaxDepth) return Error{"constants lead back to themselves"};
  ++depth_;
  auto made = ReadShape(shape, constants, quantifier);
  --depth_;
  if (made) shapes_.emplace(key, *made);
  return made;
}

Result<Decoder::Decoded> Decoder::ReadShape(uint32_t shape, uint32_t constants,
                                            int32_t quantifier) {
  if (shape >= manifest_.shapes.size()) return Error{"a shape without words"};
  Cursor cursor{manifest_.shapes[shape], {tables_, constants}, quantifier};
  const bool in_frame = cursor.Take("m");
  const bool in_element = !in_frame && cursor.Take("M");
  const uint32_t cell = in_frame || in_element ? cursor.words.Next() : 0;
  auto made = Root(&cursor);
  if (!made) return made;
  if (!cursor.text.empty()) return Misspelled();
  if (in_frame) made->cells.emplace_back(cell, made->cond);
  if (in_element) made->element_cells.emplace_back(cell, made->cond);
  return made;
}

Result<Decoder::Decoded> Decoder::Root(Cursor* cursor) {
  const auto plain = [](Result<CondId> made) -> Result<Decoded> {
    if (!made) return made.error();
    return Decoded{*made, {}, {}};
  };
  uint32_t number = 0;
  if (cursor->Take("const")) {
    if (!cursor->TakeNumber(&number) || number > 2) return Misspelled();
    return Decoded{canonical_->Const(static_cast<Verdict>(number)), {}, {}};
  }
  if (cursor->Take("compare")) return plain(Compare(cursor));
  if (cursor->Take("calculate")) return plain(Calculate(cursor));
  if (cursor->Take("all")) return All(cursor);
  if (cursor->Take("!(")) return Connective(cursor, CondKind::kNot);
  if (cursor->Take("&(")) return Connective(cursor, CondKind::kAnd);
  if (cursor->Take("|(")) return Connective(cursor, CondKind::kOr);
  if (cursor->Take("not")) return Generic(cursor, CondKind::kNot);
  if (cursor->Take("and")) return Generic(cursor, CondKind::kAnd);
  if (cursor->Take("or")) return Generic(cursor, CondKind::kOr);
  for (uint32_t look = 0; look < runtime::kShapeLooks.size(); ++look) {
    if (!cursor->Take(runtime::kShapeLooks[look])) continue;
    if (!cursor->TakeNumber(&number)) return Misspelled();
    const auto use = Field(cursor);
    if (!use) return use.error();
    const uint32_t outcomes = cursor->words.Next();
    const auto test = Test(look, use->field, outcomes, &cursor->words);
    if (!test) return test.error();
    if ((MayBe(*test) & ~number) != 0) {
      return Error{"a test has verdicts that its function leaves out"};
    }
    return Decoded{*test, {}, {}};
  }
  return Misspelled();
}

Result<Decoder::FieldUse> Decoder::Field(Cursor* cursor) {
  const bool of_element = cursor->Take("e");
  const bool is_unknown = !of_element && cursor->Take("a");
  if (!of_element && !is_unknown && !cursor->Take("f")) return Misspelled();
  const uint32_t offset = cursor->words.Next();
  const uint32_t error = cursor->words.Next();
  const uint32_t slot = offset / sizeof(pol_slot);
  const ir::FieldId field =
      of_element ? ElementField(cursor->quantifier, slot) : FieldOf(slot);
  if (offset % sizeof(pol_slot) != 0 || !field.valid()) {
    return Error{"a test reads a slot that no field has"};
  }
  if (const auto ok = CheckError(field, error); !ok) return ok.error();
  const ir::Field& at = canonical_->module().field(field);
  if (is_unknown != DiffersByCall(at)) {
    return Error{
        "a shape takes what a call chooses for what is known of all "
        "calls, or the other way around"};
  }
  return FieldUse{field, !is_unknown};
}

Decoder::Decoded Decoder::Join(CondKind kind, std::vector<Decoded> operands) {
  Decoded out;
  std::vector<CondId> conds;
  for (const Decoded& one : operands) {
    conds.push_back(one.cond);
    out.cells.insert(out.cells.end(), one.cells.begin(), one.cells.end());
    out.element_cells.insert(out.element_cells.end(), one.element_cells.begin(),
                             one.element_cells.end());
  }
  for (auto* cells : {&out.cells, &out.element_cells}) {
    std::sort(cells->begin(), cells->end());
    cells->erase(std::unique(cells->begin(), cells->end()), cells->end());
  }
  out.cond = kind == CondKind::kNot   ? canonical_->Not(conds[0])
             : kind == CondKind::kAnd ? canonical_->And(std::move(conds))
                                      : canonical_->Or(std::move(conds));
  return out;
}

Result<Decoder::Decoded> Decoder::Operand(Cursor* cursor) {
  if (!cursor->Take("F")) return Root(cursor);
  uint32_t shape = 0;
  uint32_t may = 0;
  if (!cursor->TakeNumber(&shape) || !cursor->Take("/") ||
      !cursor->TakeNumber(&may)) {
    return Misspelled();
  }
  auto made = Shape(shape, cursor->words.Next(), cursor->quantifier);
  if (made && (MayBe(made->cond) & ~may) != 0) {
    return Error{"a call has verdicts that its caller leaves out"};
  }
  return made;
}

Result<Decoder::Decoded> Decoder::Connective(Cursor* cursor, CondKind kind) {
  std::vector<Decoded> operands;
  while (!cursor->Take(")")) {
    auto one = Operand(cursor);
    if (!one) return one;
    operands.push_back(std::move(*one));
    if (!cursor->Take(" ")) return Misspelled();
  }
  if (operands.empty()) return Misspelled();
  return Join(kind, std::move(operands));
}

Result<Decoder::Decoded> Decoder::Generic(Cursor* cursor, CondKind kind) {
  const uint32_t count = cursor->words.Next();
  if (count == 0 || (kind == CondKind::kNot && count != 1)) {
    return Error{"a connective without operands"};
  }
  std::vector<Decoded> operands;
  for (uint32_t i = 0; i < count && !tables_.failed(); ++i) {
    const uint32_t shape = cursor->words.Next();
    if (shape >= tables_.code().shape_count) {
      return Error{"a call of a function that is not there"};
    }
    auto one = Shape(shape, cursor->words.Next(), cursor->quantifier);
    if (!one) return one;
    operands.push_back(std::move(*one));
  }
  if (tables_.failed()) return Error{"constants lead out of the tables"};
  return Join(kind, std::move(operands));
}

Result<Decoder::Decoded> Decoder::All(Cursor* cursor) {
  uint32_t slots = 0;
  uint32_t size = 0;
  uint32_t shape = 0;
  if (!cursor->TakeNumber(&slots) || !cursor->Take(",") ||
      !cursor->TakeNumber(&size)) {
    return Misspelled();
  }
  const auto use = Field(cursor);
  if (!use) return use.error();
  if (!cursor->Take("F") || !cursor->TakeNumber(&shape)) return Misspelled();
  const auto on = OutcomesOf(cursor->words.Next(), POL_LIST);
  if (!on) return on.error();
  const uint32_t quantifier = cursor->words.Next();
  if (quantifier >= elements_.size() || elements_[quantifier].size() != slots) {
    return Error{"a quantifier's elements have other slots than are read"};
  }
  auto body =
      Shape(shape, cursor->words.Next(), static_cast<int32_t>(quantifier));
  if (!body) return body;
  const auto ok = CheckCells(std::move(body->element_cells),
                             uint64_t{slots} * sizeof(pol_slot), size);
  if (!ok) return ok.error();
  ir::Cond made;
  made.kind = CondKind::kAll;
  made.field = use->field;
  made.on = *on;
  made.operands = {body->cond};
  return Decoded{canonical_->Make(std::move(made)), std::move(body->cells), {}};
}

Result<CondId> Decoder::Compare(Cursor* cursor) {
  uint32_t op = 0;
  if (!cursor->TakeNumber(&op) || op >= ir::kCompareOpCount) {
    return Misspelled();
  }
  const auto left = Field(cursor);
  if (!left) return left.error();
  const auto right = Field(cursor);
  if (!right) return right.error();
  ir::Cond made;
  made.kind = CondKind::kCompare;
  made.op = static_cast<ir::CompareOp>(op);
  made.field = left->field;
  made.other = right->field;
  const uint32_t prefix = cursor->words.Next();
  made.prefix = tables_.Text(prefix, cursor->words.Next());
  return canonical_->Make(std::move(made));
}

Result<CondId> Decoder::Calculate(Cursor* cursor) {
  const bool is_unknown = cursor->Take("?");
  const uint32_t number = cursor->words.Next();
  if (number >= manifest_.calculations.size()) {
    return Error{"a calculation that is not there"};
  }
  const runtime::ManifestCalculation& from = manifest_.calculations[number];
  if (from.quantifier >= 0 && from.quantifier != cursor->quantifier) {
    return Error{"a calculation with the elements of another quantifier"};
  }
  if (from.operation >= ir::kCalculationCount) return Misspelled();
  ir::Cond made;
  made.kind = CondKind::kCalculate;
  made.calculation = static_cast<ir::Calculation>(from.operation);
  const auto left = Program(from.left, from.quantifier);
  if (!left) return left.error();
  made.left = *left;
  if (!from.right.empty()) {
    const auto right = Program(from.right, from.quantifier);
    if (!right) return right.error();
    made.right = *right;
  }
  for (const runtime::ManifestInterval& interval : from.intervals) {
    made.test.intervals.push_back({std::bit_cast<double>(interval.lo),
                                   std::bit_cast<double>(interval.hi),
                                   interval.lo_open, interval.hi_open});
  }
  if (made.calculation == ir::Calculation::kMember) {
    made.field = from.list_of_element ? ElementField(from.quantifier, from.list)
                                      : FieldOf(from.list);
    if (!made.field.valid()) return Error{"a list without a slot"};
    const auto ok = CheckError(made.field, from.list_error);
    if (!ok) return ok.error();
  }
  const ir::Module& module = canonical_->module();
  bool differs = ir::ReadsNow(module, made);
  ir::EachField(module, made, [&](ir::FieldId id) {
    differs = differs || DiffersByCall(module.field(id));
  });
  if (differs != is_unknown) {
    return Error{
        "a calculation takes what a call chooses for what is known of "
        "all calls, or the other way around"};
  }
  return canonical_->Make(std::move(made));
}

Result<ir::TermId> Decoder::Program(
    const std::vector<runtime::ManifestTerm>& program, int32_t quantifier) {
  std::vector<ir::TermId> stack;
  for (const runtime::ManifestTerm& from : program) {
    ir::Term to;
    to.kind = static_cast<ir::TermKind>(from.kind);
    size_t operands = 0;
    if (to.kind == ir::TermKind::kAdd || to.kind == ir::TermKind::kSubtract ||
        to.kind == ir::TermKind::kMultiply) {
      operands = 2;
    } else if (to.kind == ir::TermKind::kNegate) {
      operands = 1;
    }
    if (stack.size() < operands) return Error{"a term without its operands"};
    to.operands.assign(stack.end() - static_cast<long>(operands), stack.end());
    stack.resize(stack.size() - operands);
    if (to.kind == ir::TermKind::kConstant ||
        (from.has_default && !ir::IsText(to.kind))) {
      const auto value = DecimalOf(from.text);
      if (!value) return Error{"a number that cannot be read"};
      if (to.kind == ir::TermKind::kConstant) {
        to.value = *value;
      } else {
        to.if_absent = *value;
      }
    } else if (from.has_default) {
      to.if_absent_text = from.text;
    }
    if (ir::ReadsZone(to.kind)) to.zone = ir::ZoneId(size_t{from.zone});
    if (ir::ReadsField(to.kind)) {
      to.field = from.of_element ? ElementField(quantifier, from.slot)
                                 : FieldOf(from.slot);
      if (!to.field.valid()) return Error{"a term without a slot"};
      // The cost of a limit has no error that is named.
      if (from.error >= 0) {
        const auto ok = CheckError(to.field, from.error);
        if (!ok) return ok.error();
      }
    }
    stack.push_back(canonical_->MakeTerm(std::move(to)));
  }
  if (stack.size() != 1) return Error{"a term that leaves more than a value"};
  return stack[0];
}

uint32_t Decoder::MayBe(CondId id) {
  const auto known = may_.find(id);
  if (known != may_.end()) return known->second;
  const ir::Cond cond = canonical_->cond(id);
  uint32_t may = POL_ANY;
  switch (cond.kind) {
    case CondKind::kConst:
      may = BitOf(cond.verdict);
      break;
    case CondKind::kTest:
      may = BitsOf(cond.on);
      if (cond.test.kind != ir::TestKind::kNone) may |= POL_TRUE | POL_FALSE;
      if (cond.test.max_bytes != 0 || cond.test.domain.valid()) {
        may |= POL_ERROR;
      }
      break;
    case CondKind::kCompare:
    case CondKind::kCalculate:
      break;
    case CondKind::kAll:
      may = BitsOf(cond.on) | POL_TRUE | MayBe(cond.operands[0]);
      break;
    case CondKind::kNot:
      may = Swap(MayBe(cond.operands[0]));
      break;
    case CondKind::kAnd:
    case CondKind::kOr: {
      const uint32_t unit = cond.kind == CondKind::kAnd ? POL_TRUE : POL_FALSE;
      may = unit;
      for (const CondId operand : cond.operands) {
        const uint32_t one = MayBe(operand);
        if ((one & unit) == 0) may &= ~unit;
        may |= one & ~unit;
      }
    }
  }
  return may_[id] = may;
}

}  // namespace polc::verifier::native
