// Paths as automata: put together from the grammar in path.h, segment by
// segment.
#include "compiler/automata/path.h"

#include <utility>
#include <vector>

#include "compiler/automata/reference.h"

namespace polc::automata {
namespace {

// One character of a segment, without those in `but`.
CodePointSet SegmentSet(std::vector<CodePointRange> but) {
  const CodePointSet& lookalikes = PathLookalikes();
  but.insert(but.end(), {{'/', '/'}, {'\\', '\\'}, {'%', '%'}});
  but.insert(but.end(), lookalikes.begin(), lookalikes.end());
  return Negate(MakeSet(std::move(but)));
}

Regex Text(std::string_view text) { return LiteralRegex(text); }

Regex Star(Regex what) { return Repeat(std::move(what), 0, Regex::kUnbounded); }

// A segment that counts: `.x...`, `..x...`, `x...`.
Regex Name() {
  const Regex any = ClassOf(SegmentSet({}));
  const Regex no_dot = ClassOf(SegmentSet({{'.', '.'}}));
  return Alternate({Concat({Repeat(Text("."), 0, 1), no_dot, Star(any)}),
                    Concat({Text(".."), any, Star(any)})});
}

// Any segment but `..`.
Regex Segment() { return Alternate({Regex(), Text("."), Name()}); }

// Slashes and segments that count for nothing, up to a segment that counts.
Regex Separator() {
  return Concat(
      {Text("/"), Star(Concat({Repeat(Text("."), 0, 1), Text("/")}))});
}

Regex Below() { return Star(Concat({Text("/"), Segment()})); }

Dfa MakeValidPath() {
  const Regex all = Concat({Text("/"), Segment(), Below()});
  const Regex drive = Concat(
      {Separator(), ClassOf({{'A', 'Z'}, {'a', 'z'}}), Text(":"), AnyText()});
  const Result<Dfa> paths = FromRegex(all, MatchMode::kWhole);
  const Result<Dfa> drives = FromRegex(drive, MatchMode::kWhole);
  return *Difference(*paths, *drives);
}

// A drive is none, wherever it would stand: the server may join paths too.
Dfa MakePathSegment() {
  const Regex drive =
      Concat({ClassOf({{'A', 'Z'}, {'a', 'z'}}), Text(":"), AnyText()});
  const Result<Dfa> names = FromRegex(Name(), MatchMode::kWhole);
  const Result<Dfa> drives = FromRegex(drive, MatchMode::kWhole);
  return *Difference(*names, *drives);
}

}  // namespace

const Dfa& PathSegment() {
  static const Dfa dfa = MakePathSegment();
  return dfa;
}

const Dfa& ValidPath() {
  static const Dfa dfa = MakeValidPath();
  return dfa;
}

Result<Dfa> PathUnder(std::string_view directory, size_t max_states) {
  const auto segments = ParsePath(directory);
  if (!segments) return Error{"not a path that `path` accepts"};
  if (segments->empty()) return ValidPath();
  // No segment of the directory is `..` or a drive, so all below is valid.
  std::vector<Regex> parts;
  for (const std::string& segment : *segments) {
    parts.push_back(Separator());
    parts.push_back(Text(segment));
  }
  parts.push_back(Below());
  return FromRegex(Concat(std::move(parts)), MatchMode::kWhole, max_states);
}

// Unicode 14, by Python's unicodedata:
//   [c for c in range(0x80, 0x110000) if not 0xd800 <= c <= 0xdfff and
//    any(x in unicodedata.normalize(form, chr(c))
//        for form in ("NFKC", "NFKD") for x in "./\\")]
const CodePointSet& PathLookalikes() {
  static const CodePointSet set = {
      {0x2024, 0x2026},    // one to three dots
      {0x2100, 0x2101},    // a/c, a/s
      {0x2105, 0x2106},    // c/o, c/u
      {0x2488, 0x249B},    // 1. to 20.
      {0x33C2, 0x33C2},    // a.m.
      {0x33C7, 0x33C7},    // Co.
      {0x33D8, 0x33D8},    // p.m.
      {0xFE19, 0xFE19},    // vertical ellipsis
      {0xFE30, 0xFE30},    // vertical two dots
      {0xFE52, 0xFE52},    // small full stop
      {0xFE68, 0xFE68},    // small reverse solidus
      {0xFF0E, 0xFF0F},    // fullwidth full stop, solidus
      {0xFF3C, 0xFF3C},    // fullwidth reverse solidus
      {0x1F100, 0x1F100},  // 0.
  };
  return set;
}

}  // namespace polc::automata
