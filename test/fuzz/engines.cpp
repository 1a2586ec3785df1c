#include "test/fuzz/engines.h"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "compiler/codegen/codegen.h"
#include "compiler/eval/eval.h"
#include "compiler/eval/json.h"
#include "compiler/ir/languages.h"
#include "compiler/support/check.h"
#include "test/unit/sema/check_support.h"
#include "tools/polc/request.h"

namespace polc::fuzz {
namespace {

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  POLC_CHECK(file.good(), path);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

Engines Compile() {
  testing::PolicySet set(ReadFile(POLC_FUZZ_POLICY));
  set.Add("fixed.json", ReadFile(POLC_FUZZ_CATALOG));
  std::optional<ir::Module> module = set.Lower();
  POLC_CHECK(module.has_value(), set.Problems());
  module->digest = "fixed";
  const auto languages = ir::Languages::Make(*module);
  POLC_CHECK(languages.has_value(), languages.error().message);
  auto native = codegen::Compile(*module, *languages);
  POLC_CHECK(native.has_value(), native.error().message);
  std::shared_ptr<codegen::Native> owner = std::move(*native);
  std::string error;
  Engines engines;
  engines.native = runtime::Engine::Create(owner->code(), owner, &error);
  POLC_CHECK(engines.native != nullptr, error);
  engines.module = std::move(*module);
  return engines;
}

}  // namespace

const Engines& FixedPolicy() {
  static const Engines engines = Compile();
  return engines;
}

runtime::Decision DecideTwice(const runtime::RequestView& request) {
  const Engines& engines = FixedPolicy();
  runtime::Decision found = engines.native->Decide(request);
  const eval::Request copy = tool::ToEvalRequest(request);
  const std::string expected =
      eval::DecisionJson(engines.module, eval::Decide(engines.module, copy));
  POLC_CHECK(
      runtime::DecisionJson(found) == expected,
      runtime::DecisionJson(found) + " but the evaluator says " + expected);
  return found;
}

}  // namespace polc::fuzz
