// Diagnostics: everything polc has to say about what a person wrote.
//
//   diags.Report(Kind::kUnknownName, range,
//                fmt::format("no set named `{}`", name))
//       .Note(other, "`protected` is declared here")
//       .Help("did you mean `protected`?")
//       .FixIt(range, "protected");
//
// Messages start in lower case, end without a period and put what the user
// wrote in backticks (docs/diagnostics.md has the wording rules). A stage that
// reports an error returns "no result"; whoever called it needs no more words.
#ifndef POLC_COMPILER_DIAG_DIAG_H_
#define POLC_COMPILER_DIAG_DIAG_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source.h"

namespace polc::diag {

/// kUnknown: a check that could not be decided; never read as "fine".
enum class Severity : uint8_t { kNote, kWarning, kError, kUnknown };

enum class Kind : uint16_t {
#define POLC_DIAG(code, name, check, severity) k##name = code,
#include "compiler/diag/kind.def"
};

/// "unknown-name": stable, used by `@suppress` and in reports.
std::string_view CheckName(Kind kind);
/// The kind of that check, if there is one.
std::optional<Kind> FindCheck(std::string_view check);
/// Whether `@suppress` may silence it: findings about a policy that runs, but
/// not that something stayed undecided.
bool CanSuppress(Kind kind);
/// "POL2001".
std::string Code(Kind kind);
Severity DefaultSeverity(Kind kind);
std::string_view SeverityName(Severity severity);
/// All kinds, in the order of kind.def.
const std::vector<Kind>& AllKinds();

struct Note {
  source::Range range;  // may be invalid: a note without a place
  std::string message;
};

/// Replaces `range` by `text`.
struct Edit {
  source::Range range;
  std::string text;
};

/// What only findings of the verifier and the tests carry.
struct Finding {
  std::string rule;              // "ecs.writes", or empty
  std::vector<std::string> by;   // rules that together explain it
  std::string witness;           // a request as JSON, or one on each line
  std::string witness_shadowed;  // a request that another rule takes
};

struct Diagnostic {
  Kind kind = Kind::kSyntaxError;
  Severity severity = Severity::kError;
  source::Range range;
  std::string message;
  std::vector<Note> notes;
  std::vector<std::string> help;
  std::vector<Edit> fixes;  // applied together, or not at all
  std::optional<Finding> finding;
};

/// Adds to a diagnostic already reported; good until the next Report.
class Builder {
 public:
  explicit Builder(Diagnostic* d) : d_(d) {}
  Builder& Note(source::Range range, std::string message);
  Builder& Help(std::string text);
  Builder& FixIt(source::Range range, std::string replacement);
  Builder& With(Finding finding);
  Builder& At(Severity severity);

 private:
  Diagnostic* d_;
};

/// Collects what the stages report, in the order of reporting.
class Diagnostics {
 public:
  Builder Report(Kind kind, source::Range range, std::string message);

  bool has_errors() const { return errors_ != 0; }
  size_t error_count() const { return errors_; }
  const std::deque<Diagnostic>& all() const { return all_; }
  /// For those who move places (a text made from the user's file); must not
  /// change severities.
  std::deque<Diagnostic>& mutable_all() { return all_; }

  /// Drops a diagnostic equal in kind, range and message to an earlier one,
  /// and orders the rest by file and place (stable).
  void SortAndDeduplicate();

 private:
  friend class Builder;
  std::deque<Diagnostic> all_;
  size_t errors_ = 0;
};

/// The name among `candidates` nearest to `name` by edit distance, if it is
/// near enough to be what was meant.
std::optional<std::string> DidYouMean(
    std::string_view name, const std::vector<std::string>& candidates);

}  // namespace polc::diag

#endif  // POLC_COMPILER_DIAG_DIAG_H_
