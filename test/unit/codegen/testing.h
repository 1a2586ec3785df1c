// One condition as a policy set, native and by the evaluator.
#ifndef POLC_TEST_UNIT_CODEGEN_TESTING_H_
#define POLC_TEST_UNIT_CODEGEN_TESTING_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/codegen/codegen.h"
#include "compiler/eval/eval.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "test/unit/support/native_host.h"

namespace polc::testing {

/// Builds a module by hand, compiles it, and asks both engines.
class Conditions {
 public:
  Conditions() : builder_(&module_) {}

  ir::Module& module() { return module_; }
  ir::Builder& b() { return builder_; }

  ir::FieldId Arg(const std::string& name) {
    return builder_.MakeField({ir::Root::kArgs, {{name, -1}}});
  }
  /// The element, or a member of it.
  ir::FieldId Element(const std::string& name = "") {
    ir::Field field{ir::Root::kElement, {}};
    if (!name.empty()) field.steps.push_back({name, -1});
    return builder_.MakeField(std::move(field));
  }
  /// Errors but for `kind`, which is looked at.
  static ir::Outcomes Looked(ir::Kind kind) {
    ir::Outcomes on = ir::AllOutcomes(ir::Outcome::kError);
    on[static_cast<size_t>(kind)] = ir::Outcome::kTest;
    return on;
  }
  ir::CondId Text(ir::FieldId field, ir::LangId lang) {
    ir::Test test;
    test.kind = ir::TestKind::kString;
    test.language = lang;
    return builder_.MakeTest(field, Looked(ir::Kind::kString), test);
  }
  ir::CondId Is(ir::FieldId field, const std::string& text) {
    return Text(field, builder_.SetOf({text}));
  }
  ir::CondId Numbers(ir::FieldId field, std::vector<ir::Interval> intervals,
                     bool integral = false) {
    ir::Test test;
    test.kind = ir::TestKind::kNumber;
    test.intervals = std::move(intervals);
    test.integral = integral;
    return builder_.MakeTest(field, Looked(ir::Kind::kNumber), test);
  }

  /// A limit that covers where `cond` holds; asked for by its index.
  size_t Add(ir::CondId cond) {
    ir::Limit limit;
    limit.name = "m.l" + std::to_string(module_.limits.size());
    limit.cost = builder_.Amount(Decimal::OfInteger(1));
    limit.on = cond;
    module_.limits.push_back(std::move(limit));
    return module_.limits.size() - 1;
  }
  void Compile() {
    const Result<void> valid = ir::Validate(module_);
    ASSERT_TRUE(valid) << valid.error().message;
    auto langs = ir::Languages::Make(module_);
    ASSERT_TRUE(langs) << langs.error().message;
    auto native = codegen::Compile(module_, *langs);
    ASSERT_TRUE(native) << native.error().message;
    native_ = std::move(*native);
    set_ = std::make_unique<NativeSet>(native_->code());
  }
  /// Asks both engines, which must agree; returns what they say.
  ir::Verdict Ask(size_t limit, const eval::Request& request) {
    NativeRequest native(*set_, request);
    const ir::Verdict found = VerdictOf(native.LimitCovers(limit));
    ir::FieldId error;
    const ir::Verdict expected =
        eval::Evaluate(module_, module_.limits[limit].on, request, &error);
    EXPECT_EQ(found, expected);
    const int32_t index = native.frame()->error_field;
    EXPECT_EQ(index >= 0, error.valid());
    if (index >= 0 && error.valid()) {
      EXPECT_EQ(set_->manifest.error_fields.at(static_cast<size_t>(index)),
                ir::FieldName(module_.field(error)));
    }
    return found;
  }
  const NativeSet& set() const { return *set_; }

 private:
  ir::Module module_;
  ir::Builder builder_;
  std::unique_ptr<codegen::Native> native_;
  std::unique_ptr<NativeSet> set_;
};

inline eval::Value NumberValue(double number) {
  eval::Value value;
  value.kind = ir::Kind::kNumber;
  value.number = number;
  return value;
}

inline eval::Value ListValue(std::vector<eval::Value> items) {
  eval::Value value;
  value.kind = ir::Kind::kList;
  value.items = std::move(items);
  return value;
}

/// A request whose only argument is `name`.
inline eval::Request With(const std::string& name, eval::Value value) {
  eval::Request request;
  request.server = "s";
  request.tool = "t";
  request.args.names = {name};
  request.args.items = {std::move(value)};
  return request;
}

}  // namespace polc::testing

#endif  // POLC_TEST_UNIT_CODEGEN_TESTING_H_
