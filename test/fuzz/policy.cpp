// Policy text: the whole front end, from bytes to a valid module that
// evaluates; and the formatter, whose result is the same policy and stays.
#include "compiler/eval/eval.h"
#include "compiler/ir/text.h"
#include "compiler/support/check.h"
#include "compiler/syntax/format/format.h"
#include "test/fuzz/input.h"
#include "test/unit/sema/check_support.h"
#include "test/unit/support/ir_generator.h"

namespace polc {
namespace {

constexpr char kModule[] =
    "module m;\nset s = {\"a\", \"b\"};\npredicate q(x) = x in s;\n"
    "class c { tool t; }\nlimit l = 2 per minute;\n";
constexpr char kCatalog[] =
    "[{\"name\": \"t\", \"inputSchema\": {\"properties\": {\"a\": "
    "{\"type\": \"string\"}, \"n\": {\"type\": \"integer\"}}}}]";

std::optional<std::string> Format(const std::string& text) {
  source::Files files;
  diag::Diagnostics diags;
  return syntax::Format(files, files.Add("p.pol", text), &diags);
}

void CheckFormat(const std::string& text) {
  const std::optional<std::string> once = Format(text);
  if (!once) return;
  POLC_CHECK(Format(*once) == once, "the layout of a layout is another");
}

void CheckMeaning(const std::string& text) {
  testing::PolicySet set(text);
  set.Add("m.pol", kModule).Add("c.json", kCatalog).Add("ids.txt", "a\nb\n");
  const std::optional<ir::Module> module = set.Lower();
  POLC_CHECK(module || !set.Problems().empty(), "refused without a reason");
  if (!module) return;
  const Result<void> valid = ir::Validate(*module);
  POLC_CHECK(valid.has_value(), valid.error().message);
  testing::Generator requests(1);
  for (int i = 0; i < 4; ++i) {
    (void)eval::Decide(*module, requests.MakeRequest());
  }
}

}  // namespace
}  // namespace polc

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(polc::fuzz::Text(data, size));
  polc::CheckFormat(text);
  polc::CheckMeaning(text);
  return 0;
}
