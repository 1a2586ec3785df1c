// Read-only data: automata, intervals, texts, and the tables of the helpers.
#include <llvm/IR/Constants.h>
#include <llvm/IR/DerivedTypes.h>
#include <llvm/IR/GlobalVariable.h>
#include <llvm/IR/Module.h>

#include <algorithm>
#include <array>
#include <set>

#include "compiler/automata/dfa.h"
#include "compiler/codegen/emitter.h"
#include "compiler/support/check.h"

namespace polc::codegen {
namespace {

using automata::Dfa;

// True if every string without U+0000 leads from `state` to acceptance: the
// pairs with AnyString()'s states all agree.
bool AcceptsAll(const Dfa& dfa, uint32_t state) {
  if (!dfa.accept[state]) return false;
  const Dfa& any = automata::AnyString();
  std::set<std::pair<uint32_t, uint32_t>> seen = {{state, any.start}};
  std::vector<std::pair<uint32_t, uint32_t>> todo = {{state, any.start}};
  while (!todo.empty()) {
    const auto [a, b] = todo.back();
    todo.pop_back();
    if (any.accept[b] && !dfa.accept[a]) return false;
    // More pairs than states of AnyString(): `a` stands for several states.
    if (seen.size() > any.num_states()) return false;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const std::pair<uint32_t, uint32_t> next = {
          dfa.Step(a, static_cast<uint8_t>(byte)),
          any.Step(b, static_cast<uint8_t>(byte))};
      if (seen.insert(next).second) todo.push_back(next);
    }
  }
  return true;
}

// States in the order that @match expects, and where each group begins.
struct Order {
  std::vector<uint32_t> old_state;  // by new number
  uint32_t accepting = 0;
  uint32_t always = 0;
  uint32_t never = 0;
};

Order OrderStates(const Dfa& dfa) {
  const std::optional<uint32_t> dead = automata::DeadState(dfa);
  // In a minimal automaton at most one state accepts everything; it loops on
  // every ASCII byte.
  std::optional<uint32_t> all;
  for (uint32_t state = 0; state < dfa.num_states() && !all; ++state) {
    if (dfa.accept[state] && dfa.Step(state, 'a') == state &&
        dfa.Step(state, '/') == state && AcceptsAll(dfa, state)) {
      all = state;
    }
  }
  Order order;
  auto add = [&](bool accepting) {
    for (uint32_t state = 0; state < dfa.num_states(); ++state) {
      if (state != dead && state != all &&
          (dfa.accept[state] != 0) == accepting) {
        order.old_state.push_back(state);
      }
    }
    return static_cast<uint32_t>(order.old_state.size());
  };
  order.accepting = add(false);
  order.always = add(true);
  if (all) order.old_state.push_back(*all);
  order.never = static_cast<uint32_t>(order.old_state.size());
  if (dead) order.old_state.push_back(*dead);
  return order;
}

template <typename T>
llvm::Constant* Rows(llvm::LLVMContext& context, const Dfa& dfa,
                     const Order& order) {
  std::vector<uint32_t> row(dfa.num_states());
  for (uint32_t i = 0; i < order.old_state.size(); ++i) {
    row[order.old_state[i]] = i * dfa.num_classes;
  }
  std::vector<T> next;
  next.reserve(dfa.next.size());
  for (const uint32_t state : order.old_state) {
    for (uint32_t k = 0; k < dfa.num_classes; ++k) {
      next.push_back(
          static_cast<T>(row[dfa.next[state * size_t{dfa.num_classes} + k]]));
    }
  }
  return llvm::ConstantDataArray::get(context, next);
}

}  // namespace

llvm::GlobalVariable* Emitter::Data(llvm::Constant* init,
                                    const std::string& name) {
  auto* data =
      new llvm::GlobalVariable(*out_, init->getType(), /*isConstant=*/true,
                               llvm::GlobalValue::InternalLinkage, init, name);
  data->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  return data;
}

llvm::Constant* Emitter::DfaTable(ir::LangId id) {
  llvm::Constant*& table = dfas_[id];
  if (table != nullptr) return table;
  const Dfa& dfa = langs_.dfa(id);
  llvm::LLVMContext& context = out_->getContext();
  const std::string name = "lang" + std::to_string(id.index);
  const Order order = OrderStates(dfa);
  const bool is_wide = dfa.next.size() > 0xFFFF;
  data_bytes_ += dfa.next.size() * (is_wide ? 4 : 2) + 256;
  if (data_bytes_ > kMaxDataBytes) {  // Run() reports it
    return llvm::ConstantPointerNull::get(llvm::PointerType::get(context, 0));
  }
  llvm::Constant* next = is_wide ? Rows<uint32_t>(context, dfa, order)
                                 : Rows<uint16_t>(context, dfa, order);
  llvm::Constant* classes = llvm::ConstantDataArray::get(
      context, llvm::ArrayRef<uint8_t>(dfa.byte_class));
  auto* type = llvm::cast<llvm::StructType>(NamedType("dfa"));
  auto* number = llvm::Type::getInt32Ty(context);
  auto offset = [&](uint32_t state) -> llvm::Constant* {
    return llvm::ConstantInt::get(number, state * dfa.num_classes);
  };
  uint32_t start = 0;
  while (order.old_state[start] != dfa.start) ++start;
  table = Data(
      llvm::ConstantStruct::get(
          type, {Data(classes, name + ".classes"), Data(next, name + ".next"),
                 offset(start), offset(order.accepting), offset(order.always),
                 offset(order.never), llvm::ConstantInt::get(number, is_wide)}),
      name);
  return table;
}

llvm::Constant* Emitter::IntervalTable(
    const std::vector<ir::Interval>& closed) {
  std::vector<double> ends;
  for (const ir::Interval& interval : closed) {
    ends.push_back(interval.lo);
    ends.push_back(interval.hi);
  }
  data_bytes_ += ends.size() * sizeof(double);
  return Data(llvm::ConstantDataArray::get(out_->getContext(), ends),
              "intervals" + std::to_string(data_count_++));
}

llvm::Constant* Emitter::Bytes(const std::string& bytes,
                               std::string_view name) {
  llvm::Constant*& text = bytes_[bytes];
  if (text == nullptr) {
    data_bytes_ += bytes.size();
    text = Data(llvm::ConstantDataArray::getString(out_->getContext(), bytes,
                                                   /*AddNull=*/false),
                std::string(name) + std::to_string(data_count_++));
  }
  return text;
}

void Emitter::FillTable(std::string_view name, llvm::Type* element,
                        const std::vector<llvm::Constant*>& items) {
  auto* type = llvm::ArrayType::get(element, items.size());
  llvm::GlobalVariable* declared = out_->getNamedGlobal(name);
  POLC_CHECK(declared != nullptr, "a table that the helpers do not have");
  llvm::GlobalVariable* made =
      Data(llvm::ConstantArray::get(type, items), std::string());
  declared->replaceAllUsesWith(made);
  made->takeName(declared);
  declared->eraseFromParent();
}

void Emitter::FillNumber(std::string_view name, size_t number) {
  llvm::GlobalVariable* declared = out_->getNamedGlobal(name);
  POLC_CHECK(declared != nullptr, "a number that the helpers do not have");
  llvm::GlobalVariable* made = Data(Number(number), std::string());
  declared->replaceAllUsesWith(made);
  made->takeName(declared);
  declared->eraseFromParent();
}

llvm::Constant* Emitter::Row(llvm::Type* type,
                             const std::vector<size_t>& numbers) {
  std::vector<llvm::Constant*> members;
  for (const size_t n : numbers) members.push_back(Number(n));
  return llvm::ConstantStruct::get(llvm::cast<llvm::StructType>(type), members);
}

}  // namespace polc::codegen
