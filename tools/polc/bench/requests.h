// Requests as `polc bench` asks them: as JSON documents, as the messages that
// an MCP client would have sent, and as fields.
#ifndef POLC_TOOLS_POLC_BENCH_REQUESTS_H_
#define POLC_TOOLS_POLC_BENCH_REQUESTS_H_

#include <memory>
#include <string>
#include <vector>

#include "compiler/eval/eval.h"
#include "compiler/support/result.h"
#include "runtime/engine.h"
#include "runtime/mcp/message.h"
#include "runtime/request.h"

namespace polc::tool {

struct BenchRequest {
  runtime::RequestDocument document;
  runtime::RequestView view;  // the document's, its caller read by the engine
  std::string message;        // a line of the protocol
  // Of the engine that they were read for.
  runtime::Slots slots;
  runtime::CallerFields caller;
  eval::Request for_evaluator;
};

/// Reads JSON Lines. Each request is also written as a message, which is read
/// again: an error names the line that is no request, or that no message says.
Result<std::vector<std::unique_ptr<BenchRequest>>> ReadBenchRequests(
    const std::string& text, const runtime::Engine& engine,
    const std::string& server, int64_t now);

/// What `message` asks, from the caller and at the time that `known` has.
runtime::RequestView ViewOf(const runtime::mcp::Message& message,
                            const runtime::RequestView& known);

}  // namespace polc::tool

#endif  // POLC_TOOLS_POLC_BENCH_REQUESTS_H_
