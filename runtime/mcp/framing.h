// Lines out of a byte stream: MCP's stdio transport is one message a line. A
// line ends with `\n` alone (a `\r` before it is taken off); what is longer
// than the bound is passed over in constant memory and reported once.
#ifndef POLC_RUNTIME_MCP_FRAMING_H_
#define POLC_RUNTIME_MCP_FRAMING_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/mcp/id_scanner.h"

namespace polc::runtime::mcp {

class LineReader {
 public:
  explicit LineReader(size_t max_bytes) : max_bytes_(max_bytes) {}

  enum class Event : unsigned char {
    kNone,     // more bytes are needed
    kLine,     // line() is one, without its end
    kTooLong,  // a line that was too long has ended; id() may be its id
  };

  void Feed(std::string_view bytes) { input_.append(bytes); }
  /// The next event of what was fed; views are good until the next call.
  Event Next();
  std::string_view line() const { return line_; }
  std::string_view id() const { return scanner_.raw_id(); }

  /// Bytes of the line that is being passed over, so far; 0 if none is.
  size_t passed_over() const { return passed_over_; }
  /// Whether bytes of an unfinished line are held.
  bool is_midline() const { return passed_over_ > 0 || at_ < input_.size(); }

 private:
  Event PassOver();
  void Compact();

  size_t max_bytes_;
  std::string input_;
  size_t at_ = 0;        // where the next line begins
  size_t searched_ = 0;  // no newline before here
  std::string_view line_;
  IdScanner scanner_;
  size_t passed_over_ = 0;
};

}  // namespace polc::runtime::mcp

#endif  // POLC_RUNTIME_MCP_FRAMING_H_
