#include "compiler/support/instant.h"

#include <chrono>

namespace polc {
namespace {

// Reads from the left; a failure sticks.
class Scanner {
 public:
  explicit Scanner(std::string_view rest) : rest_(rest) {}

  int Digits(size_t n, int least, int most) {
    int value = 0;
    for (size_t i = 0; i < n; ++i) {
      if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') return Fail();
      value = value * 10 + (rest_[0] - '0');
      rest_.remove_prefix(1);
    }
    return least <= value && value <= most ? value : Fail();
  }
  bool Take(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_[0]) == std::string_view::npos) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  void Expect(std::string_view any_of) {
    if (!Take(any_of)) Fail();
  }
  bool at_digit() const {
    return !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
  }
  bool done() const { return ok_ && rest_.empty(); }

 private:
  int Fail() {
    ok_ = false;
    return 0;
  }

  std::string_view rest_;
  bool ok_ = true;
};

std::optional<int64_t> DateOf(Scanner* in) {
  const int year = in->Digits(4, 0, 9999);
  in->Expect("-");
  const int month = in->Digits(2, 1, 12);
  in->Expect("-");
  const int day = in->Digits(2, 1, 31);
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

}  // namespace

std::optional<int64_t> ParseDate(std::string_view text) {
  Scanner in(text);
  const auto day = DateOf(&in);
  return in.done() ? day : std::nullopt;
}

std::optional<Decimal> ParseInstant(std::string_view text) {
  Scanner in(text);
  const auto day = DateOf(&in);
  in.Expect("Tt");
  int64_t seconds = in.Digits(2, 0, 23) * 3600;
  in.Expect(":");
  seconds += in.Digits(2, 0, 59) * 60;
  in.Expect(":");
  seconds += in.Digits(2, 0, 59);
  Decimal::Units fraction = 0;
  if (in.Take(".")) {
    Decimal::Units scale = Decimal::kUnit / 10;
    do {
      fraction += scale * in.Digits(1, 0, 9);
      scale /= 10;
    } while (scale > 0 && in.at_digit());
  }
  if (!in.Take("Zz")) {
    const bool west = in.Take("-");
    if (!west) in.Expect("+");
    int64_t offset = in.Digits(2, 0, 23) * 3600;
    in.Expect(":");
    offset += in.Digits(2, 0, 59) * 60;
    seconds += west ? offset : -offset;
  }
  if (!day || !in.done()) return std::nullopt;
  seconds += *day * 86400;
  return Decimal::OfUnits(Decimal::Units{seconds} * Decimal::kUnit + fraction);
}

}  // namespace polc
