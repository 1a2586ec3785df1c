// A saved tools/list, and what its schemas become: conditions that evaluate.
#include "compiler/eval/eval.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "compiler/support/check.h"
#include "test/fuzz/input.h"
#include "test/unit/sema/check_support.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  polc::testing::PolicySet set(
      "policy p for server \"s\";\ncatalog \"c.json\";\n"
      "allow r tool \"*\" when args.a == \"x\" or args.b[0].c > 1;\n");
  set.Add("c.json", std::string(polc::fuzz::Text(data, size)));
  const std::optional<polc::ir::Module> module = set.Lower();
  POLC_CHECK(module || !set.Problems().empty(), "refused without a reason");
  if (!module) return 0;
  const auto valid = polc::ir::Validate(*module);
  POLC_CHECK(valid.has_value(), valid.error().message);
  if (!polc::ir::Languages::Make(*module)) return 0;
  polc::eval::Request request;
  request.server = "s";
  for (const polc::ir::Schema& schema : module->schemas) {
    for (const polc::ir::ToolSchema& tool : schema.tools) {
      request.tool = tool.tool;
      (void)polc::eval::Decide(*module, request);
    }
  }
  return 0;
}
