// url(): which strings are URLs with one reading, and, for a language of one
// component, the URLs whose component is in it.
//
// The grammar is RFC 3986's, cut down to what all readers agree on:
//
//   url    = scheme "://" host [ ":" port ] path [ "?" query ]
//   scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
//   host   = name [ "." ] / IPv4 / "[" IPv6 "]"
//   name   = label *( "." label )
//   label  = 1*( ALPHA / DIGIT / "-" / "_" )
//            ; the last one is not 1*DIGIT nor "0x" *HEXDIG: some readers
//            ; take such names for addresses
//   port   = 1 to 65535, no leading zeros
//   path   = *( "/" segment )
//   segment = *pchar  ; not "." or "..", nor these with %2e for "."
//   query  = *( pchar / "/" / "?" )
//   pchar  = ALPHA / DIGIT / "%" HEXDIG HEXDIG / "-" / "." / "_" / "~" / "!"
//          / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "=" / ":"
//          / "@"
//
// IPv4 and IPv6 as in ip.h, letters of either case. So userinfo, fragments,
// backslashes, control characters, non-ASCII, `%` in a host and addresses in
// odd bases are errors. Dot segments are errors because clients remove them
// before the server sees the path.
//
// Components, canonical: the scheme in lower case; the host in lower case,
// without its final dot or brackets; the port, or the scheme's own when not
// written (http and ws 80, https and wss 443, ftp 21, else none); the path as
// written, "/" when empty; the query without "?", "" when there is none.
#ifndef POLC_COMPILER_AUTOMATA_URL_H_
#define POLC_COMPILER_AUTOMATA_URL_H_

#include <cstdint>

#include "compiler/automata/dfa.h"

namespace polc::automata {

/// The strings on which url() is no error.
const Dfa& ValidUrl();

// The valid URLs whose canonical component is in a language; an Error past
// the bound.

Result<Dfa> UrlScheme(const Dfa& of_scheme,
                      size_t max_states = kLimits.dfa_states);
Result<Dfa> UrlHost(const Dfa& of_host, size_t max_states = kLimits.dfa_states);
Result<Dfa> UrlPath(const Dfa& of_path, size_t max_states = kLimits.dfa_states);
Result<Dfa> UrlQuery(const Dfa& of_query,
                     size_t max_states = kLimits.dfa_states);

/// The valid URLs whose port is `lo` to `hi`. UrlPort(1, 65535) are those that
/// have one; on the other valid URLs `.port` is absent.
Result<Dfa> UrlPort(uint32_t lo, uint32_t hi,
                    size_t max_states = kLimits.dfa_states);

}  // namespace polc::automata

#endif  // POLC_COMPILER_AUTOMATA_URL_H_
