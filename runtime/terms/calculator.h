// Terms (polc::ir::Term): numbers and texts computed from a request's slots.
// Programs come with the manifest and are checked once, so that running one
// is total: no allocation, no recursion, and what has no value is an error.
#ifndef POLC_RUNTIME_TERMS_CALCULATOR_H_
#define POLC_RUNTIME_TERMS_CALCULATOR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/abi/manifest.h"
#include "runtime/abi/native.h"
#include "runtime/decimal.h"
#include "runtime/terms/number.h"

namespace polc::runtime {

class Calculator {
 public:
  /// Reads the next element of a list into `*out`; 0 past the end.
  using Elements = uint32_t (*)(const pol_slot* list, pol_iterator* at,
                                pol_slot* out);

  /// False if the manifest's programs are not what they must be. The manifest
  /// must outlive the calculator.
  bool Load(const Manifest& manifest, Elements elements);

  /// pol_host's `calculate`.
  uint32_t Calculate(const pol_frame* frame, const pol_slot* element,
                     uint32_t calculation, int32_t* error) const;

  /// What a limit charges; empty if it has no value: then `*field` is the
  /// request's field without one, or -1 if only the result is out of range.
  std::optional<Decimal> Cost(const pol_frame* frame, uint32_t limit,
                              int32_t* field) const;

 private:
  struct Step {
    TermKind kind = TermKind::kConstant;
    bool of_element = false;
    uint32_t slot = 0;
    int32_t error = -1;
    bool has_default = false;
    Decimal value;  // of a constant, or the default
    std::string_view text;
    const ManifestZone* zone = nullptr;
  };
  using Program = std::vector<Step>;  // postfix
  struct Calculation {
    const ManifestCalculation* source = nullptr;
    Program left;
    Program right;
    std::vector<std::pair<Number, Number>> intervals;
  };
  struct Input {
    const pol_frame* frame;
    const pol_slot* element;
  };
  // A text is equal to another byte for byte, ASCII letters in lower case if
  // `fold`.
  struct Text {
    std::string_view bytes;
    bool fold = false;
  };
  // Why there is no value.
  struct Fault {
    const Step* step = nullptr;  // the field to blame; null: none
    bool out_of_range = false;
  };

  bool LoadProgram(const Manifest& manifest,
                   const std::vector<ManifestTerm>& terms,
                   size_t element_fields, Program* out) const;
  static const pol_slot& SlotOf(const Input& input, const Step& step);
  static std::optional<Number> OfField(const Input& input, const Step& step);
  static std::optional<Number> OfString(const Input& input, const Step& step,
                                        const pol_slot& slot);
  static Number OfClock(const Input& input, const Step& step);
  static std::optional<Number> NumberOf(const Input& input,
                                        const Program& program, Fault* fault);
  static std::optional<Text> TextOf(const Input& input, const Step& step);
  static bool Equal(const Text& a, const Text& b);
  uint32_t Member(const Input& input, const Calculation& calculation,
                  int32_t* error) const;
  static uint32_t Texts(const Input& input, const Calculation& calculation,
                        int32_t* error);

  Elements elements_ = nullptr;
  std::vector<Calculation> calculations_;
  std::vector<Program> costs_;  // of each limit
};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_TERMS_CALCULATOR_H_
