// A finding's witness: one request as JSON, or several, a line each.
#ifndef POLC_COMPILER_DIAG_WITNESS_H_
#define POLC_COMPILER_DIAG_WITNESS_H_

#include <string>
#include <string_view>
#include <vector>

namespace polc::diag {

/// One request, sent so often in a row.
struct Step {
  std::string_view request;
  size_t times = 1;
};
/// In order. The steps live as long as `witness`.
std::vector<Step> Steps(std::string_view witness);

/// For people: "request" or "request, 100 times".
std::string StepWords(const Step& step);
/// "request: {...}", a line for each step and no break after the last.
std::string RequestLines(std::string_view witness, std::string_view indent);

/// For programs: the request, or an array of all of them in order.
std::string WitnessJson(std::string_view witness);

}  // namespace polc::diag

#endif  // POLC_COMPILER_DIAG_WITNESS_H_
