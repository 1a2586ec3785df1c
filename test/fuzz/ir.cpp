// The IR's text: what parses is valid, prints to what parses to the same, and
// evaluates.
#include "compiler/eval/eval.h"
#include "compiler/ir/languages.h"
#include "compiler/ir/text.h"
#include "compiler/support/check.h"
#include "test/fuzz/input.h"
#include "test/unit/support/ir_generator.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto module = polc::ir::ParseText(polc::fuzz::Text(data, size));
  if (!module) return 0;
  const std::string text = polc::ir::Print(*module);
  const auto again = polc::ir::ParseText(text);
  POLC_CHECK(again.has_value(), again.error().message + " in\n" + text);
  POLC_CHECK(polc::ir::Print(*again) == text, text);
  if (!polc::ir::Languages::Make(*module)) return 0;
  polc::testing::Generator requests(1);
  for (int i = 0; i < 4; ++i) {
    (void)polc::eval::Decide(*module, requests.MakeRequest());
  }
  return 0;
}
