// Which conditions share code. A shape's key says in letters what the emitter
// would write (runtime/abi/shapes.h), and travels with the code for who wants
// to know; the constants go the same way through the condition.
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "compiler/codegen/emitter.h"
#include "compiler/support/check.h"

namespace polc::codegen {
namespace {

using ir::CondId;
using ir::CondKind;

bool IsConnective(CondKind kind) {
  return kind == CondKind::kNot || kind == CondKind::kAnd ||
         kind == CondKind::kOr;
}

}  // namespace

bool Emitter::IsCalled(CondId id) const {
  const ir::Cond& cond = ir_.cond(id);
  return SizeOf(id) > kInlineTests || cond.kind == CondKind::kAll ||
         memo_of_[id.value()] >= 0 ||
         (IsConnective(cond.kind) && cond.operands.size() > kInlineOperands);
}

Emitter::Form Emitter::FormOf(Body body) {
  if (!layout_.reads_element[body.cond.value()]) body.quantifier = -1;
  const auto known = forms_.find(body);
  if (known != forms_.end()) return known->second;
  const ir::Cond& cond = ir_.cond(body.cond);
  Text text;
  const bool is_wide =
      IsConnective(cond.kind) && cond.operands.size() > kInlineOperands;
  const size_t before = ++described_;
  if (!is_wide) DescribeRoot(body, &text);
  bool is_generic = is_wide;
  if (!is_generic && IsConnective(cond.kind) && used_ >= kMaxShapes) {
    is_generic = !IsUsed(text.key);
  }
  if (is_generic) {
    text = {};
    DescribeGeneric(body, &text);
  }
  const Form form = {AddShape(text, body, is_generic), blob_->Add(text.words),
                     !is_generic && described_ == before};
  forms_.emplace(body, form);
  return form;
}

uint32_t Emitter::AddShape(const Text& text, const Body& body,
                           bool is_generic) {
  const auto next = static_cast<uint32_t>(kept_.shapes.size());
  const uint32_t shape = kept_.shapes.emplace(text.key, next).first->second;
  if (!IsUsed(shape)) SetUsed(shape, body, is_generic);
  return shape;
}

bool Emitter::IsUsed(uint32_t shape) const {
  return shape < shapes_.size() && shapes_[shape].body.cond.valid();
}

bool Emitter::IsUsed(const std::string& key) const {
  const auto found = kept_.shapes.find(key);
  return found != kept_.shapes.end() && IsUsed(found->second);
}

void Emitter::SetUsed(uint32_t shape, const Body& body, bool is_generic) {
  if (shape >= shapes_.size()) shapes_.resize(shape + 1);
  shapes_[shape] = {body, is_generic};
  ++used_;
}

void Emitter::AddCall(const Form& form, Words* words) {
  words->AddShape(form.shape);
  words->AddRef(form.constants);
}

uint32_t Emitter::SlotOffset(ir::FieldId id, int32_t quantifier) const {
  int64_t slot = layout_.slot_of[id.value()];
  if (ir_.field(id).root == ir::Root::kElement) {
    POLC_CHECK(quantifier >= 0, "an element outside a quantifier");
    const std::vector<ir::FieldId>& fields =
        layout_.quantifiers[static_cast<size_t>(quantifier)].fields;
    const auto at = std::lower_bound(fields.begin(), fields.end(), id);
    POLC_CHECK(at != fields.end() && *at == id, "a field that nobody reads");
    slot = at - fields.begin();
  }
  POLC_CHECK(slot >= 0, "a field without a slot");
  return static_cast<uint32_t>(slot * static_cast<int64_t>(sizeof(pol_slot)));
}

// Where the field's slot is, and what an error of it is called.
void Emitter::DescribeField(ir::FieldId id, int32_t quantifier, Text* text) {
  const bool is_element = ir_.field(id).root == ir::Root::kElement;
  text->key += is_element ? 'e' : DiffersByCall(id) ? 'a' : 'f';
  text->words.Add(SlotOffset(id, quantifier));
  text->words.Add(static_cast<uint32_t>(layout_.error_of[id.value()]));
}

void Emitter::DescribeTest(const Body& body, Text* text) {
  const ir::Cond& cond = ir_.cond(body.cond);
  text->key += TestHelper(body.cond);
  text->key += static_cast<char>('0' + MayOf(body.cond));
  DescribeField(cond.field, body.quantifier, text);
  AddTestWords(body.cond, &text->words);
}

void Emitter::DescribeCompare(const Body& body, Text* text) {
  const ir::Cond& cond = ir_.cond(body.cond);
  text->key += "compare" + std::to_string(static_cast<int>(cond.op));
  DescribeField(cond.field, body.quantifier, text);
  DescribeField(cond.other, body.quantifier, text);
  text->words.AddRef(blob_->Add(cond.prefix));
  text->words.Add(static_cast<uint32_t>(cond.prefix.size()));
}

void Emitter::DescribeCalculation(const Body& body, Text* text) {
  const bool is_unknown = DiffersByCall(ir_.cond(body.cond));
  const int32_t quantifier =
      layout_.reads_element[body.cond.value()] ? body.quantifier : -1;
  text->key += is_unknown ? "calculate?" : "calculate";
  text->words.Add(static_cast<uint32_t>(
      layout_.calculation_of.at({body.cond, quantifier})));
}

void Emitter::DescribeAll(const Body& body, Text* text) {
  const ir::Cond& cond = ir_.cond(body.cond);
  const int32_t quantifier = layout_.quantifier_of.at(cond.operands[0]);
  const size_t fields =
      layout_.quantifiers[static_cast<size_t>(quantifier)].fields.size();
  const Range memo = element_memo_[cond.operands[0].value()];
  text->key +=
      "all" + std::to_string(fields) + "," + std::to_string(memo.hi - memo.lo);
  DescribeField(cond.field, body.quantifier, text);
  text->words.Add(PackOutcomes(cond.on));
  text->words.Add(static_cast<uint32_t>(quantifier));
  // Called, so that quantifiers over one kind of list differ in their bodies
  // only.
  const Form form = FormOf({cond.operands[0], quantifier});
  text->key += "F" + std::to_string(form.shape);
  text->words.AddRef(form.constants);
}

// What stands where the condition is used.
void Emitter::Describe(const Body& body, Text* text) {
  if (!IsCalled(body.cond)) {
    DescribeRoot(body, text);
    return;
  }
  const Form form = FormOf(body);
  text->key +=
      "F" + std::to_string(form.shape) + "/" + std::to_string(MayOf(body.cond));
  text->words.AddRef(form.constants);
}

void Emitter::DescribeRoot(const Body& body, Text* text) {
  const ir::Cond& cond = ir_.cond(body.cond);
  if (memo_of_[body.cond.value()] >= 0) {
    text->key += layout_.reads_element[body.cond.value()] ? "M" : "m";
    text->words.Add(MemoOffset(body));
  }
  switch (cond.kind) {
    case CondKind::kConst:
      text->key += "const" + std::to_string(static_cast<int>(cond.verdict));
      return;
    case CondKind::kTest:
      DescribeTest(body, text);
      return;
    case CondKind::kCompare:
      DescribeCompare(body, text);
      return;
    case CondKind::kCalculate:
      DescribeCalculation(body, text);
      return;
    case CondKind::kAll:
      DescribeAll(body, text);
      return;
    case CondKind::kNot:
    case CondKind::kAnd:
    case CondKind::kOr:
      text->key += cond.kind == CondKind::kNot   ? "!("
                   : cond.kind == CondKind::kAnd ? "&("
                                                 : "|(";
      for (const CondId id : cond.operands) {
        Describe({id, body.quantifier}, text);
        text->key += ' ';
      }
      text->key += ')';
      return;
  }
  POLC_UNREACHABLE("no such condition");
}

// A count, then each operand's function and constants.
void Emitter::DescribeGeneric(const Body& body, Text* text) {
  const ir::Cond& cond = ir_.cond(body.cond);
  if (memo_of_[body.cond.value()] >= 0) {
    text->key += layout_.reads_element[body.cond.value()] ? "M" : "m";
    text->words.Add(MemoOffset(body));
  }
  text->key += cond.kind == CondKind::kNot   ? "not"
               : cond.kind == CondKind::kAnd ? "and"
                                             : "or";
  text->words.Add(static_cast<uint32_t>(cond.operands.size()));
  for (const CondId id : cond.operands) {
    AddCall(FormOf({id, body.quantifier}), &text->words);
  }
}

// The constants of a condition where it is used.
size_t Emitter::WordsOf(CondId id) const {
  return IsCalled(id) ? 1 : WordsInside(id);
}

size_t Emitter::WordsInside(CondId id) const {
  const ir::Cond& cond = ir_.cond(id);
  const size_t memo = memo_of_[id.value()] >= 0 ? 1 : 0;
  switch (cond.kind) {
    case CondKind::kConst:
      return memo;
    case CondKind::kTest:
      return memo + 2 + TestWords(id);
    case CondKind::kCompare:
      return memo + 6;
    case CondKind::kCalculate:
      return memo + 1;
    case CondKind::kAll:
      return memo + 5;
    case CondKind::kNot:
    case CondKind::kAnd:
    case CondKind::kOr:
      break;
  }
  size_t words = memo;
  for (const CondId operand : cond.operands) words += WordsOf(operand);
  return words;
}

// The functions of a shape; who asks first has them written too.
const Emitter::Functions& Emitter::FunctionsOf(uint32_t shape) {
  functions_.resize(shapes_.size());
  Functions& made = functions_[shape];
  if (made.concrete == nullptr) {
    const std::string name = "shape" + std::to_string(wanted_.size());
    made = {NewFunction(name), NewFunction(name + ".abstract")};
    wanted_.push_back(shape);
  }
  return made;
}

void Emitter::EmitBody(const Shape& shape, llvm::Function* function,
                       Mode mode) {
  const CondId id = shape.body.cond;
  llvm::LLVMContext& context = out_->getContext();
  llvm::IRBuilder<> builder(context);
  Scope s = Begin(builder, function, mode, shape.body.quantifier);
  llvm::Value* cell = nullptr;
  if (memo_of_[id.value()] >= 0) {
    auto* known = llvm::BasicBlock::Create(context, "known", function);
    auto* fresh = llvm::BasicBlock::Create(context, "fresh", function);
    cell = MemoCell(s, id);
    llvm::Value* old = builder.CreateLoad(builder.getInt8Ty(), cell);
    builder.CreateCondBr(builder.CreateICmpNE(old, builder.getInt8(0)), known,
                         fresh);
    builder.SetInsertPoint(known);
    builder.CreateRet(builder.CreateZExt(old, builder.getInt32Ty()));
    builder.SetInsertPoint(fresh);
  }
  llvm::Value* value = nullptr;
  if (shape.is_generic) {
    const CondKind kind = ir_.cond(id).kind;
    llvm::Value* operands =
        builder.CreateConstGEP1_32(builder.getInt32Ty(), s.constants, s.word);
    value = builder.CreateCall(Helper(kind == CondKind::kNot   ? "each_not"
                                      : kind == CondKind::kAnd ? "each_and"
                                                               : "each_or"),
                               {s.frame, s.elements, operands});
  } else {
    value = Inline(s, id).value;
  }
  if (cell != nullptr) {
    builder.CreateStore(builder.CreateTrunc(value, builder.getInt8Ty()), cell);
  }
  builder.CreateRet(value);
}

std::vector<std::string> Emitter::ShapeWords(
    std::vector<uint32_t> shapes) const {
  std::vector<std::string_view> keys(kept_.shapes.size());
  for (const auto& [key, shape] : kept_.shapes) keys[shape] = key;
  std::map<uint32_t, size_t> places;
  for (const uint32_t shape : shapes) places.emplace(shape, places.size());
  std::vector<std::string> words;
  for (size_t i = 0; i < shapes.size(); ++i) {
    std::string& out = words.emplace_back();
    // `F` stands before the number of a function and nowhere else.
    std::string_view key = keys[shapes[i]];
    for (size_t at = key.find('F'); at != key.npos; at = key.find('F')) {
      out += key.substr(0, at + 1);
      key.remove_prefix(at + 1);
      uint32_t called = 0;
      const char* end = key.data() + key.size();
      const char* past = std::from_chars(key.data(), end, called).ptr;
      key.remove_prefix(static_cast<size_t>(past - key.data()));
      const auto [place, is_new] = places.emplace(called, shapes.size());
      if (is_new) shapes.push_back(called);
      out += std::to_string(place->second);
    }
    out += key;
  }
  return words;
}

// The shapes' table: all concrete ones, then all abstract ones.
void Emitter::Emit(const std::vector<uint32_t>& shapes, llvm::Module* out) {
  out_ = out;
  std::vector<llvm::Constant*> functions;
  for (const uint32_t shape : shapes) {
    functions.push_back(FunctionsOf(shape).concrete);
  }
  for (const uint32_t shape : shapes) {
    functions.push_back(FunctionsOf(shape).abstract);
  }
  // A body may call shapes that the tables do not name.
  for (size_t i = 0; i < wanted_.size(); ++i) {
    const Shape shape = shapes_[wanted_[i]];
    const Functions made = FunctionsOf(wanted_[i]);
    EmitBody(shape, made.concrete, Mode::kConcrete);
    EmitBody(shape, made.abstract, Mode::kAbstract);
  }
  llvm::LLVMContext& context = out_->getContext();
  auto fill = [&](std::string_view name, llvm::Constant* init) {
    llvm::GlobalVariable* declared = out_->getNamedGlobal(name);
    POLC_CHECK(declared != nullptr, "a table that the helpers do not have");
    auto* made = new llvm::GlobalVariable(
        *out_, init->getType(),
        /*isConstant=*/true, llvm::GlobalValue::InternalLinkage, init);
    made->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
    declared->replaceAllUsesWith(made);
    made->takeName(declared);
    declared->eraseFromParent();
  };
  auto* pointers = llvm::ArrayType::get(llvm::PointerType::get(context, 0),
                                        functions.size());
  fill("shapes", llvm::ConstantArray::get(pointers, functions));
  fill("shape_count",
       llvm::ConstantInt::get(llvm::Type::getInt32Ty(context), shapes.size()));
}

}  // namespace polc::codegen
