// What terms compute with, as integers: counts of units, lengths, ports,
// instants, and what clocks show. Each is tied to what conditions look at by
// cut points and languages.
#include <algorithm>
#include <cmath>

#include "verifier/encode/space.h"

namespace polc::verifier {
namespace {

using smt::And;
using smt::Bool;
using smt::Equal;
using smt::Iff;
using smt::Implies;
using smt::Int;
using smt::Less;
using smt::LessEqual;
using smt::Not;
using smt::Or;
using smt::Wide;

constexpr Wide kUnit = Decimal::kUnit;
constexpr Wide kBound = Decimal::kBound;
constexpr int64_t kDay = 86'400;
// 2200-01-01T00:00:00Z
constexpr int64_t kLastNow = 7'258'118'400;
// Numbers between two neighbouring decimals that may have to be told apart.
constexpr int64_t kMaxOver = 15;

}  // namespace

Tri Tri::Of(ir::Verdict v) {
  return {Bool::Of(v == ir::Verdict::kTrue),
          Bool::Of(v == ir::Verdict::kFalse)};
}

Int Space::Between(const std::string& name, Wide lo, Wide hi) {
  const Int out = context_->FreshInt(name);
  Add(LessEqual(Int::Of(lo), out));
  Add(LessEqual(out, Int::Of(hi)));
  return out;
}

void Space::Prefer(std::vector<Bool>* literals, Bool what) {
  const Bool literal = context_->FreshBool("prefer");
  Add(Implies(literal, what));
  literals->push_back(literal);
}

void Space::MakeUnits(Node* node) {
  const Shape* leader = node->shape->Leader();
  const std::string name = NodeName(*node);
  node->units = Between(name + ".units", -kBound, kBound);
  node->over = Between(name + ".over", 0, kMaxOver);
  const Bool exact = Equal(node->over, Int::Of(0));
  const Bool outside = Or(Equal(node->units, Int::Of(kBound)),
                          Equal(node->units, Int::Of(-kBound)));
  Add(Implies(outside, Not(exact)));
  for (size_t i = 0; i < node->cuts.size(); ++i) {
    const DecimalPlace place = PlaceOf(node->cuts[i]);
    const Int floor = Int::Of(place.floor);
    const Bool from = node->AtLeast(2 * i + 1);
    const Bool past = node->AtLeast(2 * i + 2);
    const Bool above = Less(floor, node->units);
    const Bool same = Equal(floor, node->units);
    if (place.exact) {
      Add(Iff(from, Or(above, same)));
      Add(Iff(past, Or(above, And(same, Not(exact)))));
      continue;
    }
    // A cut between two decimals: what lies between the same two is open.
    for (const Bool side : {from, past}) {
      Add(Implies(above, side));
      Add(Implies(side, Or(above, And(same, Not(exact)))));
    }
  }
  const Int whole = context_->FreshInt(name + ".whole");
  const Int rest = Between(name + ".rest", 0, kUnit - 1);
  Add(Equal(node->units, smt::Plus(smt::Scale(kUnit, whole), rest)));
  const Bool is_whole = And(Equal(rest, Int::Of(0)), exact);
  if (leader->integral) {
    Add(Or(outside, Iff(node->whole, is_whole)));
  }
  constexpr int64_t kSmall = 1'000'000;
  Prefer(&small_, And({is_whole, LessEqual(Int::Of(-kSmall), whole),
                       LessEqual(whole, Int::Of(kSmall))}));
  constexpr Wide kPlain = 1'000'000'000'000'000;  // 15 digits
  Prefer(&plain_, And({exact, Less(Int::Of(-kPlain), node->units),
                       Less(node->units, Int::Of(kPlain))}));
}

void Space::MakeMeasures(Node* node) {
  const Shape* shape = node->shape;
  const std::string name = NodeName(*node);
  if (shape->measured) {
    node->length = Between(name + ".length", 0, kMaxMeasured);
    for (const auto& [ends, lang] : facts_->lengths()) {
      const auto in = node->in.find(lang);
      if (in == node->in.end()) continue;
      const Wide most = std::min<uint64_t>(ends.second, kMaxMeasured);
      Add(Iff(in->second, And(LessEqual(Int::Of(ends.first), node->length),
                              LessEqual(node->length, Int::Of(most)))));
    }
    Prefer(&small_, LessEqual(node->length, Int::Of(64)));
    Prefer(&plain_, LessEqual(node->length, Int::Of(2000)));
  }
  if (shape->ported) node->port = Between(name + ".port", 1, 65'535);
  if (shape->timed) {
    // Years 0000 to 9999, and a day for the offsets.
    constexpr Wide kFirst = -62'167'219'200 - kDay;
    constexpr Wide kLast = 253'402'300'800 + kDay;
    node->instant = Between(name + ".instant", kFirst * kUnit, kLast * kUnit);
    const Int seconds = Between(name + ".seconds", 0, kLastNow);
    Prefer(&small_, Equal(node->instant, smt::Scale(kUnit, seconds)));
  }
}

Int Space::Now() {
  if (now_.is_const()) now_ = Between("now", 0, kLastNow);
  return now_;
}

const Space::Clock& Space::ClockOf(ir::ZoneId id) {
  const auto [it, is_new] = clocks_.try_emplace(id);
  Clock& clock = it->second;
  if (!is_new) return clock;
  const zones::Zone& zone = module_.zone(id);
  const Int now = Now();
  const Int offset = Between("offset", -zones::kMaxOffset, zones::kMaxOffset);
  Bool before = Bool::Of(true);
  int32_t current = zone.first_offset;
  for (const zones::Change& change : zones::ChangesUntil(zone, kLastNow + 1)) {
    if (change.at > 0) {
      const Bool after = LessEqual(Int::Of(change.at), now);
      Add(Or({Not(before), after, Equal(offset, Int::Of(current))}));
      before = after;
    }
    current = change.offset;
  }
  Add(Implies(before, Equal(offset, Int::Of(current))));
  clock.day = Between("day", -2, kLastNow / kDay + 2);
  clock.hour = Between("hour", 0, 23);
  clock.minute = Between("minute", 0, 59);
  clock.weekday = Between("weekday", 0, 6);
  const Int second = Between("second", 0, 59);
  const Int week = context_->FreshInt("week");
  const Int of_day = smt::Plus(
      smt::Plus(smt::Scale(3600, clock.hour), smt::Scale(60, clock.minute)),
      second);
  Add(Equal(smt::Plus(now, offset),
            smt::Plus(smt::Scale(kDay, clock.day), of_day)));
  // 1970-01-01 was a Thursday.
  Add(Equal(smt::Plus(clock.day, Int::Of(3)),
            smt::Plus(smt::Scale(7, week), clock.weekday)));
  return clock;
}

}  // namespace polc::verifier
