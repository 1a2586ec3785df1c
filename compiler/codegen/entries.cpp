// What the entry points (helpers.cpp) run through: parts of policies, parts of
// tools' demands, the conditions of limits and marks.
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <string>

#include "compiler/codegen/emitter.h"
#include "compiler/support/check.h"

namespace polc::codegen {
namespace {

using ir::CondId;

// A part ends after so many conditions or so many tests: LLVM's time grows
// faster than a function does.
constexpr size_t kPartConds = 64;
constexpr uint32_t kPartTests = 192;

}  // namespace

std::vector<Emitter::Piece> Emitter::Split(
    const std::vector<CondId>& conds) const {
  std::vector<Piece> pieces;
  uint32_t tests = 0;
  for (size_t i = 0; i < conds.size(); ++i) {
    const uint32_t size = std::min(size_[conds[i].value()], kInlineTests);
    const bool is_full = pieces.empty() || tests + size > kPartTests ||
                         pieces.back().last - pieces.back().first >= kPartConds;
    if (is_full) {
      pieces.push_back({i, i});
      tests = 0;
    }
    ++pieces.back().last;
    tests += size;
  }
  return pieces;
}

llvm::Constant* Emitter::VotePart(const ir::Policy& policy, Piece piece,
                                  std::string_view name, Mode mode) {
  llvm::LLVMContext& context = out_->getContext();
  const bool is_abstract = mode == Mode::kAbstract;
  llvm::Function* function =
      NewFunction(std::string(name) + (is_abstract ? ".abstract" : ""), 1);
  llvm::IRBuilder<> builder(context);
  Scope s = Begin(builder, function, mode);
  auto begin = [&](llvm::BasicBlock* block) {
    block->insertInto(s.function);
    s.b.SetInsertPoint(block);
  };
  llvm::Value* error = s.b.CreateStructGEP(NamedType("frame"), s.frame, 4);
  llvm::Type* word = s.b.getInt32Ty();
  llvm::Value* permits = is_abstract ? s.b.CreateAlloca(word) : nullptr;
  if (is_abstract) s.b.CreateStore(s.b.getInt32(0), permits);
  for (size_t i = piece.first; i < piece.last; ++i) {
    const ir::RuleId id = policy.rules[i];
    const ir::Rule& rule = ir_.rule(id);
    if (!is_abstract) s.b.CreateStore(s.b.getInt32(~0u), error);
    llvm::BasicBlock* hit = llvm::BasicBlock::Create(context);
    llvm::BasicBlock* next = llvm::BasicBlock::Create(context);
    StartMemo(s, rule.guard);
    const Bits guard = Guard(s, rule.guard, next);
    if (is_abstract) {
      if (rule.effect != ir::Effect::kDeny) {
        llvm::Value* may = s.b.CreateAnd(guard.value, POL_TRUE);
        s.b.CreateStore(s.b.CreateOr(s.b.CreateLoad(word, permits), may),
                        permits);
      }
      llvm::Value* may_pass = s.b.CreateAnd(guard.value, POL_FALSE);
      s.b.CreateCondBr(s.b.CreateICmpEQ(may_pass, s.b.getInt32(0)), hit, next);
      begin(hit);
      s.b.CreateRet(s.b.CreateLoad(word, permits));
    } else {
      s.b.CreateCondBr(
          s.b.CreateICmpEQ(guard.value, s.b.getInt32(uint32_t{POL_FALSE})),
          next, hit);
      begin(hit);
      llvm::Value* is_error = s.b.CreateLShr(guard.value, 2);
      s.b.CreateRet(
          s.b.CreateOr(is_error, static_cast<uint64_t>(id.value()) * 2));
    }
    begin(next);
  }
  s.b.CreateRet(is_abstract ? s.b.CreateOr(s.b.CreateLoad(word, permits), 2)
                            : s.b.getInt32(~0u));
  return function;
}

void Emitter::EmitVotes() {
  llvm::Type* pointer = llvm::PointerType::get(out_->getContext(), 0);
  llvm::Type* row = NamedType("policy");
  std::vector<llvm::Constant*> policies;
  std::vector<llvm::Constant*> parts;
  std::vector<llvm::Constant*> abstract_parts;
  for (size_t p = 0; p < ir_.policies.size(); ++p) {
    const ir::Policy& policy = ir_.policies[p];
    std::vector<CondId> guards;
    for (const ir::RuleId id : policy.rules) {
      guards.push_back(ir_.rule(id).guard);
    }
    const size_t first = parts.size();
    for (const Piece piece : Split(guards)) {
      const std::string name = "policy" + std::to_string(p) + "." +
                               std::to_string(parts.size() - first);
      parts.push_back(VotePart(policy, piece, name, Mode::kConcrete));
      abstract_parts.push_back(VotePart(policy, piece, name, Mode::kAbstract));
    }
    policies.push_back(
        Row(row, {first, parts.size(), size_t(policy.default_effect)}));
  }
  std::vector<llvm::Constant*> effects;
  llvm::Type* byte = llvm::Type::getInt8Ty(out_->getContext());
  for (const ir::Rule& rule : ir_.rules) {
    effects.push_back(
        llvm::ConstantInt::get(byte, static_cast<uint64_t>(rule.effect)));
  }
  FillNumber("policy_count", ir_.policies.size());
  FillTable("policies", row, policies);
  FillTable("rule_effects", byte, effects);
  FillTable("parts", pointer, parts);
  FillTable("abstract_parts", pointer, abstract_parts);
}

llvm::Constant* Emitter::DemandPart(const ir::ToolSchema& tool, Piece piece,
                                    std::string_view name, Mode mode) {
  llvm::LLVMContext& context = out_->getContext();
  const bool is_abstract = mode == Mode::kAbstract;
  llvm::Function* function =
      NewFunction(std::string(name) + (is_abstract ? ".abstract" : ""), 1);
  llvm::IRBuilder<> builder(context);
  Scope s = Begin(builder, function, mode);
  Bits all = Known(s, POL_TRUE);
  for (size_t i = piece.first; i < piece.last; ++i) {
    StartMemo(s, tool.demands[i].cond);
    const Bits one = Cond(s, tool.demands[i].cond);
    if (one.may == POL_TRUE) continue;
    llvm::BasicBlock* refuse =
        llvm::BasicBlock::Create(context, "", s.function);
    llvm::BasicBlock* next = llvm::BasicBlock::Create(context, "", s.function);
    llvm::Value* may_hold = s.b.CreateAnd(one.value, POL_TRUE);
    s.b.CreateCondBr(s.b.CreateICmpEQ(may_hold, s.b.getInt32(0)), refuse, next);
    s.b.SetInsertPoint(refuse);
    s.b.CreateRet(s.b.CreateOr(one.value, static_cast<uint64_t>(i) * 8));
    s.b.SetInsertPoint(next);
    if (is_abstract) all = Combine(s, true, all, one);
  }
  s.b.CreateRet(s.b.CreateOr(all.value, s.b.getInt32(~7u)));
  return function;
}

void Emitter::EmitSchemas() {
  llvm::Type* pointer = llvm::PointerType::get(out_->getContext(), 0);
  llvm::Type* row = NamedType("range");
  std::vector<llvm::Constant*> schemas;
  std::vector<llvm::Constant*> tools;
  std::vector<llvm::Constant*> parts;
  std::vector<llvm::Constant*> abstract_parts;
  for (size_t k = 0; k < ir_.schemas.size(); ++k) {
    const ir::Schema& schema = ir_.schemas[k];
    schemas.push_back(Row(row, {tools.size(), schema.tools.size()}));
    for (size_t t = 0; t < schema.tools.size(); ++t) {
      std::vector<CondId> demands;
      for (const ir::Demand& demand : schema.tools[t].demands) {
        demands.push_back(demand.cond);
      }
      const size_t first = parts.size();
      for (const Piece piece : Split(demands)) {
        const std::string name = "schema" + std::to_string(k) + ".tool" +
                                 std::to_string(t) + "." +
                                 std::to_string(parts.size() - first);
        parts.push_back(
            DemandPart(schema.tools[t], piece, name, Mode::kConcrete));
        abstract_parts.push_back(
            DemandPart(schema.tools[t], piece, name, Mode::kAbstract));
      }
      tools.push_back(Row(row, {first, parts.size()}));
    }
  }
  FillNumber("schema_count", schemas.size());
  FillTable("schemas", row, schemas);
  FillTable("tools", row, tools);
  FillTable("demand_parts", pointer, parts);
  FillTable("abstract_demand_parts", pointer, abstract_parts);
}

llvm::Constant* Emitter::Root(CondId id, const std::string& name, Mode mode) {
  llvm::Function* function =
      NewFunction(name + (mode == Mode::kAbstract ? ".abstract" : ""), 1);
  llvm::IRBuilder<> builder(out_->getContext());
  Scope s = Begin(builder, function, mode);
  StartMemo(s, id);
  s.b.CreateRet(Cond(s, id).value);
  return function;
}

void Emitter::EmitCovers() {
  llvm::PointerType* pointer = llvm::PointerType::get(out_->getContext(), 0);
  auto fill = [&](const auto& items, std::string name) {
    std::vector<llvm::Constant*> concrete;
    std::vector<llvm::Constant*> abstract;
    for (const auto& item : items) {
      llvm::Constant* none = llvm::ConstantPointerNull::get(pointer);
      const CondId on = item.on;
      const std::string root = name + std::to_string(concrete.size());
      concrete.push_back(on.valid() ? Root(on, root, Mode::kConcrete) : none);
      abstract.push_back(on.valid() ? Root(on, root, Mode::kAbstract) : none);
    }
    FillNumber(name + "_count", items.size());
    FillTable(name + "s", pointer, concrete);
    FillTable("abstract_" + name + "s", pointer, abstract);
  };
  fill(ir_.limits, "limit");
  fill(ir_.marks, "mark");
}

// The one symbol that leaves the module.
void Emitter::EmitEntry(const std::string& manifest) {
  llvm::LLVMContext& context = out_->getContext();
  auto* pointer = llvm::PointerType::get(context, 0);
  auto* small = llvm::Type::getInt32Ty(context);
  auto* large = llvm::Type::getInt64Ty(context);
  auto* type = llvm::StructType::get(
      context,
      {small, small, pointer, pointer, pointer, pointer, pointer, large});
  llvm::Constant* bytes = Data(
      llvm::ConstantDataArray::getString(context, manifest, false), "manifest");
  auto* code = new llvm::GlobalVariable(
      *out_, type, /*isConstant=*/true, llvm::GlobalValue::ExternalLinkage,
      llvm::ConstantStruct::get(
          type,
          {llvm::ConstantInt::get(small, POL_ABI_VERSION),
           llvm::ConstantInt::get(small, sizeof(pol_code)), Helper("votes"),
           Helper("schema"), Helper("limit_covers"), Helper("mark_covers"),
           bytes, llvm::ConstantInt::get(large, manifest.size())}),
      "pol_module");
  code->setAlignment(llvm::Align(8));
}

}  // namespace polc::codegen
