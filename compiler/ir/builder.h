// Makes fields, languages and conditions, each distinct one once, so that
// equal ids mean equal meaning and engines can share work by id. Simplifies
// only what is true of Kleene's logic with errors.
#ifndef POLC_COMPILER_IR_BUILDER_H_
#define POLC_COMPILER_IR_BUILDER_H_

#include <cstddef>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compiler/ir/ir.h"

namespace polc::ir {

class Builder {
 public:
  /// Adds to `module`, which must outlive the builder and start empty.
  explicit Builder(Module* module);
  Builder(const Builder&) = delete;
  Builder& operator=(const Builder&) = delete;

  FieldId MakeField(Field field);
  LangId MakeLang(Lang lang);
  LangId LangOf(LangKind kind, std::string text, bool fold = false);
  LangId SetOf(std::vector<std::string> members, bool fold = false);

  ZoneId MakeZone(zones::Zone zone);
  TermId MakeTerm(Term term);
  /// A constant.
  TermId Amount(Decimal value);
  /// Of a field, without a default.
  TermId TermOf(TermKind kind, FieldId field);
  /// kAdd and its like.
  TermId Arithmetic(TermKind kind, std::vector<TermId> operands);

  CondId Const(Verdict verdict);
  CondId True() { return Const(Verdict::kTrue); }
  CondId False() { return Const(Verdict::kFalse); }
  CondId MakeTest(FieldId field, const Outcomes& on, Test test = {});
  CondId Compare(CompareOp op, FieldId left, FieldId right,
                 std::string prefix = {});
  CondId Calculate(Calculation op, TermId left, TermId right);
  /// The number is in one of the intervals (sorted, disjoint).
  CondId InIntervals(TermId number, std::vector<Interval> intervals);
  /// The term equals an element of `list`.
  CondId MemberOf(TermId term, FieldId list);
  CondId Not(CondId operand);
  /// Flattens, drops duplicates and units, orders nothing.
  CondId And(std::vector<CondId> operands);
  CondId Or(std::vector<CondId> operands);
  CondId All(FieldId list, const Outcomes& on, CondId body);
  CondId Any(FieldId list, const Outcomes& on, CondId body);

  Module* module() { return module_; }
  const Module* module() const { return module_; }

 private:
  CondId Intern(Cond cond);
  CondId Fold(CondKind kind, std::vector<CondId> operands);

  // Interned by id: a node lives in the module only, and the tables look it up
  // there.
  template <typename Tag, typename T>
  struct Table {
    struct Hash {
      const std::vector<T>* items;
      size_t operator()(Id<Tag> id) const;
    };
    struct Equal {
      const std::vector<T>* items;
      bool operator()(Id<Tag> a, Id<Tag> b) const {
        return (*items)[a.value()] == (*items)[b.value()];
      }
    };
    explicit Table(std::vector<T>* all)
        : items(all), ids(16, Hash{all}, Equal{all}) {}
    Id<Tag> Intern(T item);

    std::vector<T>* items;
    std::unordered_set<Id<Tag>, Hash, Equal> ids;
  };

  Module* module_;
  Table<FieldTag, Field> fields_;
  Table<LangTag, Lang> langs_;
  Table<ZoneTag, zones::Zone> zones_;
  Table<TermTag, Term> terms_;
  Table<CondTag, Cond> conds_;
};

}  // namespace polc::ir

#endif  // POLC_COMPILER_IR_BUILDER_H_
