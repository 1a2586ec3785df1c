// Random policy sets in IR form and random requests to hold engines against
// each other. The same seed and size give the same on every platform: no
// std:: distribution is used.
//
// Arguments have natural types by name (`name` a string, `count` a number),
// which conditions and requests mostly keep to and sometimes break; literals
// come from the pools that requests draw from, so that tests often hold.
#ifndef POLC_TEST_UNIT_SUPPORT_IR_GENERATOR_H_
#define POLC_TEST_UNIT_SUPPORT_IR_GENERATOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/ir.h"

namespace polc::testing {

/// splitmix64 (Steele, Lea, Flood, OOPSLA 2014).
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t Next();
  /// 0 to `n` - 1; `n` at least 1.
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>(Next() % n); }
  bool Percent(uint32_t chance) { return Below(100) < chance; }
  template <typename T>
  const T& Pick(const std::vector<T>& items) {
    return items[Below(static_cast<uint32_t>(items.size()))];
  }

 private:
  uint64_t state_;
};

/// What an argument usually is.
enum class Shape : uint8_t {
  kText,
  kPath,
  kUrl,
  kAddress,
  kNumber,
  kBool,
  kTexts,    // a list of strings
  kRecords,  // a list of objects: name, count
  kRecord,   // an object: name, count, path
  kTime,     // RFC 3339
  kHost,     // what the URLs' hosts are, and others
  kNumbers,  // a list of numbers
};

struct Argument {
  std::string name;
  Shape shape;
};

class Generator {
 public:
  /// `size` is roughly the number of rules a policy has; 4 is small, 40 large.
  explicit Generator(uint64_t seed, int size = 6)
      : random_(seed), size_(size) {}

  /// A valid module: one to three policies, with limits, marks and schemas.
  ir::Module MakeModule();
  /// A condition over arguments and caller, at most `depth` connectives deep.
  ir::CondId MakeCondition(ir::Builder* builder, int depth);
  /// Of a tool mostly; typed mostly; sometimes absent, wrong or odd.
  eval::Request MakeRequest();
  /// Any value: scalars, odd ones, small lists and objects.
  eval::Value MakeValue(int depth);
  Random& random() { return random_; }

 private:
  friend class SetMaker;

  ir::FieldId ArgumentField(ir::Builder* builder, const Argument& argument);
  ir::CondId MakeTestOn(ir::Builder* builder, ir::FieldId field, Shape shape);
  ir::CondId TypeTest(ir::Builder* builder, ir::FieldId field);
  ir::CondId StringTest(ir::Builder* builder, ir::FieldId field, Shape shape);
  ir::CondId NumberTest(ir::Builder* builder, ir::FieldId field);
  ir::CondId ShapeTest(ir::Builder* builder, ir::FieldId field, Shape shape);
  ir::CondId RecordTest(ir::Builder* builder, const ir::Field& record);
  ir::CondId Quantified(ir::Builder* builder, ir::FieldId list, Shape shape);
  ir::CondId Marked(ir::Builder* builder);
  ir::CondId CallerTest(ir::Builder* builder);
  ir::CondId Comparison(ir::Builder* builder);
  // Terms; `of_element` reads members of a quantifier's element.
  ir::ZoneId MakeZone(ir::Builder* builder);
  ir::FieldId ArgumentOf(ir::Builder* builder, Shape shape, bool of_element);
  ir::TermId NumberLeaf(ir::Builder* builder, bool of_element);
  ir::TermId NumberTerm(ir::Builder* builder, int depth, bool of_element);
  ir::TermId TextTerm(ir::Builder* builder, bool of_element);
  ir::CondId Calculated(ir::Builder* builder, bool of_element);
  ir::LangId MakeLanguage(ir::Builder* builder, int depth);
  ir::LangId UrlLanguage(ir::Builder* builder);
  ir::LangId AddressLanguage(ir::Builder* builder);
  eval::Value ValueOf(Shape shape);
  eval::Value Scalar();

  Random random_;
  int size_;
};

}  // namespace polc::testing

#endif  // POLC_TEST_UNIT_SUPPORT_IR_GENERATOR_H_
