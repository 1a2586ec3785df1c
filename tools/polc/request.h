// From the runtime's view of a request to the evaluator's own copy: both
// engines decide the same reading of the same bytes.
#ifndef POLC_TOOLS_POLC_REQUEST_H_
#define POLC_TOOLS_POLC_REQUEST_H_

#include "compiler/eval/eval.h"
#include "runtime/request.h"

namespace polc::tool {

eval::Request ToEvalRequest(const runtime::RequestView& view);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_REQUEST_H_
