// A URL is five written parts in a row, each a small language; a component's
// condition narrows one of them and the rest stays as it is.
#include "compiler/automata/url.h"

#include <algorithm>
#include <string>
#include <utility>

#include "compiler/automata/ip.h"
#include "compiler/automata/nfa.h"

namespace polc::automata {
namespace {

Dfa Must(Result<Dfa> result) {
  POLC_CHECK(result.has_value(), "a fixed language does not fit its bound");
  return std::move(*result);
}

Dfa Fixed(std::string_view regex) {
  PatternError error;
  const auto re = ParseRegex(regex, CaseMode::kExact, &error);
  POLC_CHECK(re.has_value(), "a fixed pattern does not parse");
  return Must(FromRegex(*re, MatchMode::kWhole));
}

// Canonical spellings of the components.
const Dfa& Schemes() {
  static const Dfa dfa = Fixed("[a-z][a-z0-9+.-]*");
  return dfa;
}
const Dfa& Names() {
  static const Dfa dfa =
      Must(Difference(Fixed("[a-z0-9_-]+(\\.[a-z0-9_-]+)*"),
                      Fixed("([^.]*\\.)*([0-9]+|0x[0-9a-f]*)")));
  return dfa;
}
const Dfa& Paths() {
  static const Dfa dfa = Must(
      Difference(Fixed("/([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*"),
                 Fixed("(.*/)(\\.|%2[eE]){1,2}(/.*)?")));
  return dfa;
}
const Dfa& Queries() {
  static const Dfa dfa =
      Fixed("([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*");
  return dfa;
}

// The strings that are in `dfa` once in lower case (ASCII). Not canonical.
Dfa LowerCasePreimage(Dfa dfa) {
  for (unsigned byte = 'A'; byte <= 'Z'; ++byte) {
    dfa.byte_class[byte] = dfa.byte_class[byte + ('a' - 'A')];
  }
  return dfa;
}

// The written parts. Null stands for the whole grammar.
struct Narrowed {
  const Dfa* scheme = nullptr;
  const Dfa* host = nullptr;
  const Dfa* path = nullptr;
  const Dfa* query = nullptr;
};

class UrlBuilder {
 public:
  explicit UrlBuilder(size_t max_states) : max_states_(max_states) {}

  // All but the scheme, with the written port (":...") in `port` or, if
  // `no_port`, not there.
  Result<Nfa::StateId> AddTail(const Narrowed& parts, const Regex* port,
                               bool no_port) {
    Nfa::StateId at = AddQuery(parts.query);
    if (!ok_) return Failure();
    at = AddPath(parts.path, at);
    if (!ok_) return Failure();
    if (port != nullptr) {
      const Nfa::StateId written = nfa_.AddText(":", nfa_.Add(*port, at));
      at = no_port ? nfa_.AddEither(written, at) : written;
    }
    at = AddHost(parts.host, at);
    if (!ok_) return Failure();
    return at;
  }

  Nfa::StateId AddScheme(const Dfa& of, Nfa::StateId next) {
    return AddNarrowed(Schemes(), &of, /*fold=*/true,
                       nfa_.AddText("://", next));
  }

  Nfa::StateId AddEither(Nfa::StateId a, Nfa::StateId b) {
    return nfa_.AddEither(a, b);
  }

  Result<Dfa> Finish(Nfa::StateId start) {
    if (!ok_) return Failure();
    return Determinize(nfa_, start, max_states_);
  }

 private:
  Error Failure() const {
    return {"pattern needs more than " + std::to_string(max_states_) +
            " states"};
  }

  // A member of `all` and `of`, then `next`.
  Nfa::StateId AddNarrowed(const Dfa& all, const Dfa* of, bool fold,
                           Nfa::StateId next) {
    if (of == nullptr) {
      return nfa_.AddDfa(fold ? LowerCasePreimage(all) : all, next);
    }
    Result<Dfa> both = Intersect(all, *of, max_states_);
    if (!both) {
      ok_ = false;
      return next;
    }
    return nfa_.AddDfa(fold ? LowerCasePreimage(std::move(*both)) : *both,
                       next);
  }

  Nfa::StateId AddQuery(const Dfa* of) {
    const Nfa::StateId written = nfa_.AddText(
        "?", AddNarrowed(Queries(), of, /*fold=*/false, Nfa::kAccept));
    const bool none = of == nullptr || Matches(*of, "");
    return none ? nfa_.AddEither(written, Nfa::kAccept) : written;
  }

  Nfa::StateId AddPath(const Dfa* of, Nfa::StateId next) {
    const Nfa::StateId written = AddNarrowed(Paths(), of, /*fold=*/false, next);
    const bool none = of == nullptr || Matches(*of, "/");
    return none ? nfa_.AddEither(written, next) : written;
  }

  Nfa::StateId AddHost(const Dfa* of, Nfa::StateId next) {
    const Nfa::StateId dot = nfa_.AddEither(nfa_.AddText(".", next), next);
    const Nfa::StateId name = AddNarrowed(Names(), of, /*fold=*/true, dot);
    const Nfa::StateId v4 = AddNarrowed(AnyIpv4(), of, /*fold=*/true, next);
    const Nfa::StateId v6 = nfa_.AddText(
        "[",
        AddNarrowed(AnyIpv6(), of, /*fold=*/true, nfa_.AddText("]", next)));
    return nfa_.AddEither(name, nfa_.AddEither(v4, v6));
  }

  const size_t max_states_;
  Nfa nfa_;
  bool ok_ = true;
};

Result<Dfa> Build(const Narrowed& parts, size_t max_states) {
  UrlBuilder builder(max_states);
  const Regex port = NumberBetween(1, 65535, 10);
  const Result<Nfa::StateId> tail =
      builder.AddTail(parts, &port, /*no_port=*/true);
  if (!tail) return tail.error();
  return builder.Finish(
      builder.AddScheme(parts.scheme ? *parts.scheme : Schemes(), *tail));
}

}  // namespace

const Dfa& ValidUrl() {
  static const Dfa dfa = Must(Build({}, kLimits.dfa_states));
  return dfa;
}

Result<Dfa> UrlScheme(const Dfa& of_scheme, size_t max_states) {
  return Build({.scheme = &of_scheme}, max_states);
}

Result<Dfa> UrlHost(const Dfa& of_host, size_t max_states) {
  return Build({.host = &of_host}, max_states);
}

Result<Dfa> UrlPath(const Dfa& of_path, size_t max_states) {
  return Build({.path = &of_path}, max_states);
}

Result<Dfa> UrlQuery(const Dfa& of_query, size_t max_states) {
  return Build({.query = &of_query}, max_states);
}

Result<Dfa> UrlPort(uint32_t lo, uint32_t hi, size_t max_states) {
  static constexpr std::pair<std::string_view, uint32_t> kDefaults[] = {
      {"ftp", 21}, {"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}};
  std::vector<std::string> schemes;
  for (const auto& [scheme, port] : kDefaults) {
    if (lo <= port && port <= hi) schemes.emplace_back(scheme);
  }
  UrlBuilder builder(max_states);
  const Regex port = NumberBetween(std::max(lo, 1u), std::min(hi, 65535u), 10);
  const Result<Nfa::StateId> written =
      builder.AddTail({}, &port, /*no_port=*/false);
  if (!written) return written.error();
  const Nfa::StateId with_port = builder.AddScheme(Schemes(), *written);
  const Result<Nfa::StateId> bare =
      builder.AddTail({}, nullptr, /*no_port=*/true);
  if (!bare) return bare.error();
  const Result<Dfa> known = FromStrings(schemes);
  if (!known) return known;
  return builder.Finish(
      builder.AddEither(with_port, builder.AddScheme(*known, *bare)));
}

}  // namespace polc::automata
