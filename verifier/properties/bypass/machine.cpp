#include "verifier/properties/bypass/machine.h"

#include <string_view>

namespace polc::verifier {
namespace {

bool IsLetter(int b) {
  return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
}
bool IsDigit(int b) { return b >= '0' && b <= '9'; }
bool IsHexLetter(int b) {
  return (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
}
constexpr std::string_view kSpecial = "/.:?#@%[]\\-_~+";

// ---- paths -----------------------------------------------------------------

// What is put in, as far as it has come. The same for both texts.
enum Piece {
  kDot,       // "."
  kDots,      // ".."
  kName,      // a name, none of these
  kBack,      // "NAME/"
  kBackDot,   // "NAME/."
  kBackDots,  // "NAME/.."
  kPieces,
};

enum PathPlace {
  kBefore,
  kSlash,    // behind a slash of both
  kSegment,  // in a segment of both
  kTail,     // behind a slash that ends one of them, and only that goes on
  kTailOfFirst,
  // kPut + 4 * piece + (1: in the first) + (2: in a tail)
  kPut,
};

bool IsFirst(int place) {
  return place >= kPut ? ((place - kPut) & 1) != 0 : place == kTailOfFirst;
}

Machine::Move Alone(bool first, int byte, int to) {
  return first ? Machine::Move{byte, Machine::kNothing, to}
               : Machine::Move{Machine::kNothing, byte, to};
}

// Moves of a piece that is being put in.
void PieceMoves(int place, const std::vector<int>& bytes,
                const Machine::Visit& visit) {
  const int piece = (place - kPut) / 4;
  const bool first = IsFirst(place);
  const bool tail = ((place - kPut) & 2) != 0;
  const int behind = !tail ? kSlash : first ? kTailOfFirst : kTail;
  const auto at = [&](int next) {
    return kPut + 4 * next + (first ? 1 : 0) + (tail ? 2 : 0);
  };
  for (const int b : bytes) {
    int to = -1;
    switch (piece) {
      case kDot:
        to = b == '/' ? behind : b == '.' ? at(kDots) : at(kName);
        break;
      case kDots:
        to = b == '/' ? -1 : at(kName);
        break;
      case kName:
        to = b == '/' ? at(kBack) : at(kName);
        break;
      case kBack:
        to = b == '.' ? at(kBackDot) : -1;
        break;
      case kBackDot:
        to = b == '.' ? at(kBackDots) : -1;
        break;
      default:
        to = b == '/' ? behind : -1;
        break;
    }
    if (to >= 0) visit(Alone(first, b, to));
  }
}

// A piece begins, in one of the texts.
void BeginPiece(bool first, bool tail, const std::vector<int>& bytes,
                const Machine::Visit& visit) {
  const int mode = (first ? 1 : 0) + (tail ? 2 : 0);
  const int behind = !tail ? kSlash : first ? kTailOfFirst : kTail;
  for (const int b : bytes) {
    const int to = b == '/'   ? behind
                   : b == '.' ? kPut + 4 * kDot + mode
                              : kPut + 4 * kName + mode;
    visit(Alone(first, b, to));
  }
}

bool PathMayEnd(int place) {
  if (place < kPut) return place != kBefore;
  const int piece = (place - kPut) / 4;
  return piece == kDot || piece == kBackDots;
}

// ---- URLs ------------------------------------------------------------------

enum UrlPlace {
  kScheme,
  kColon,
  kOneSlash,
  kHost,      // nothing of it yet
  kHostName,  // its last character is no dot
  kHostDot,
  kFinalDot,  // of one of them, put in
  kPort,
  kRoot,    // a path `/` that one of them does not have
  kRest,    // path, query, fragment
  kEscape,  // behind a `%` of both
  kEscapeDigit,
  // kEncode + 256 * (0: second, 1: first) + byte: behind the `%` for it
  kEncode,
  kEncodeDigit = kEncode + 512,  // likewise, behind one digit
};

bool UrlMayEnd(int place) {
  return place == kHostName || place == kHostDot || place == kFinalDot ||
         place == kPort || place == kRoot || place == kRest;
}

bool IsUnreserved(int b) {
  return IsLetter(b) || IsDigit(b) || b == '-' || b == '.' || b == '_' ||
         b == '~';
}

int HexDigit(int value) { return value < 10 ? '0' + value : 'A' + value - 10; }

}  // namespace

int Machine::OtherCase(int byte) { return IsLetter(byte) ? byte ^ 0x20 : byte; }

int Machine::SortOf(int byte) {
  const size_t special = kSpecial.find(static_cast<char>(byte));
  if (byte < 0x80 && special != std::string_view::npos) {
    return 10 + static_cast<int>(special);
  }
  if (IsHexLetter(byte)) return 1;
  if (IsLetter(byte)) return 2;
  return IsDigit(byte) ? 3 : 0;
}

bool Machine::MayEnd(int place) const {
  if (way_ == Alike::kPath) return PathMayEnd(place);
  return way_ != Alike::kUrl || UrlMayEnd(place);
}

void Machine::Letter(int byte, int to, const Visit& visit) {
  visit({byte, byte, to});
  if (IsLetter(byte)) visit({byte, OtherCase(byte), to});
}

void Machine::ForMoves(int place, const std::vector<int>& bytes,
                       const Visit& visit) const {
  switch (way_) {
    case Alike::kSame:
      for (const int b : bytes) visit({b, b, 0});
      return;
    case Alike::kLetters:
      for (const int b : bytes) Letter(b, 0, visit);
      return;
    case Alike::kPath:
      return PathMoves(place, bytes, visit);
    case Alike::kUrl:
      return UrlMoves(place, bytes, visit);
  }
}

void Machine::PathMoves(int place, const std::vector<int>& bytes,
                        const Visit& visit) {
  if (place >= kPut) return PieceMoves(place, bytes, visit);
  if (place == kTail || place == kTailOfFirst) {
    return BeginPiece(IsFirst(place), true, bytes, visit);
  }
  for (const int b : bytes) {
    if (b == '/') {
      visit({b, b, kSlash});
    } else if (place != kBefore) {
      visit({b, b, kSegment});
    }
  }
  if (place == kSlash) {
    BeginPiece(false, false, bytes, visit);
    BeginPiece(true, false, bytes, visit);
  }
  if (place == kSegment) {
    visit({kNothing, '/', kTail});
    visit({'/', kNothing, kTailOfFirst});
  }
}

void Machine::UrlMoves(int place, const std::vector<int>& bytes,
                       const Visit& visit) {
  switch (place) {
    case kScheme:
      for (const int b : bytes) {
        if (b == ':') visit({b, b, kColon});
        if (IsLetter(b)) Letter(b, kScheme, visit);
        if (IsDigit(b) || b == '+' || b == '-' || b == '.') {
          visit({b, b, kScheme});
        }
      }
      return;
    case kColon:
      return visit({'/', '/', kOneSlash});
    case kOneSlash:
      return visit({'/', '/', kHost});
    case kHost:
    case kHostName:
    case kHostDot:
      for (const int b : bytes) {
        if (IsLetter(b)) Letter(b, kHostName, visit);
        if (IsDigit(b) || b == '-' || b == '_') visit({b, b, kHostName});
        if (b == '.' && place == kHostName) visit({b, b, kHostDot});
      }
      if (place == kHost) return;
      if (place == kHostName) {
        visit({kNothing, '.', kFinalDot});
        visit({'.', kNothing, kFinalDot});
      }
      break;
    default:
      break;
  }
  BehindHost(place, bytes, visit);
}

void Machine::BehindHost(int place, const std::vector<int>& bytes,
                         const Visit& visit) {
  if (place >= kEncode) {
    const bool digit = place >= kEncodeDigit;
    const int at = place - (digit ? kEncodeDigit : kEncode);
    const int hex = HexDigit(digit ? at % 16 : at % 256 / 16);
    const int to = digit ? static_cast<int>(kRest) : kEncodeDigit + at;
    const bool first = at >= 256;
    visit(Alone(first, hex, to));
    if (IsLetter(hex)) visit(Alone(first, OtherCase(hex), to));
    return;
  }
  if (place == kEscape || place == kEscapeDigit) {
    const int to = place == kEscape ? kEscapeDigit : kRest;
    for (const int b : bytes) {
      if (IsDigit(b) || IsHexLetter(b)) Letter(b, to, visit);
    }
    return;
  }
  if (place == kRest) {
    for (const int b : bytes) visit({b, b, b == '%' ? kEscape : kRest});
    for (int b = 0; b < 0x80; ++b) {
      if (!IsUnreserved(b)) continue;
      visit({b, '%', kEncode + b});
      visit({'%', b, kEncode + 256 + b});
    }
    return;
  }
  for (const int b : bytes) {
    if (b == ':' && place < kPort) visit({b, b, kPort});
    if (b == '/' && place != kRoot) visit({b, b, kRest});
    if (b == '?' || b == '#') visit({b, b, kRest});
    if (IsDigit(b) && place == kPort) visit({b, b, kPort});
  }
  if (place != kRoot) {
    visit({kNothing, '/', kRoot});
    visit({'/', kNothing, kRoot});
  }
}

}  // namespace polc::verifier
