#include "compiler/scan/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "compiler/scan/hidden.h"
#include "compiler/support/utf8.h"

namespace polc::scan {
namespace {

namespace dom = simdjson::dom;
using Kind = Json::Kind;

constexpr int kMaxDepth = 128;

// ECMAScript's Number::toString (ECMA-262, 6.1.6.1.20), as RFC 8785 wants it.
std::string NumberText(double number) {
  if (number == 0) return "0";
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(number),
                    std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer, end - buffer);
  const size_t e = text.find('e');
  std::string digits;
  for (const char c : text.substr(0, e)) {
    if (c != '.') digits += c;
  }
  const int exponent = std::stoi(std::string(text.substr(e + 1)));
  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // digits before the decimal point
  std::string out;
  if (count <= point && point <= 21) {
    out = digits + std::string(point - count, '0');
  } else if (0 < point && point <= 21) {
    out = digits.substr(0, point) + "." + digits.substr(point);
  } else if (-6 < point && point <= 0) {
    out = "0." + std::string(-point, '0') + digits;
  } else {
    out = digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    out += fmt::format("e{}{}", exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  return number < 0 ? "-" + out : out;
}

Json Convert(dom::element element, int depth, bool* too_deep) {
  Json out;
  if (depth > kMaxDepth) {
    *too_deep = true;
    return out;
  }
  switch (element.type()) {
    case dom::element_type::NULL_VALUE:
      break;
    case dom::element_type::BOOL:
      out.kind = Kind::kBool;
      out.boolean = bool(element);
      break;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
      out.kind = Kind::kNumber;
      out.text = simdjson::minify(element);
      if (out.text == "-0") out.text = "0";
      break;
    case dom::element_type::DOUBLE:
      out.kind = Kind::kNumber;
      out.text = NumberText(double(element));
      break;
    case dom::element_type::STRING:
      return Json::String(std::string_view(element));
    case dom::element_type::ARRAY:
      out.kind = Kind::kList;
      for (dom::element item : dom::array(element)) {
        out.items.push_back(Convert(item, depth + 1, too_deep));
      }
      break;
    case dom::element_type::OBJECT:
      out.kind = Kind::kObject;
      for (const dom::key_value_pair field : dom::object(element)) {
        out.names.emplace_back(field.key);
        out.items.push_back(Convert(field.value, depth + 1, too_deep));
      }
      break;
  }
  return out;
}

// RFC 8785 orders members by their names' UTF-16 code units: characters past
// U+FFFF stand as surrogates, before U+E000.
std::vector<uint32_t> Utf16(std::string_view text) {
  std::vector<uint32_t> out;
  for (const uint32_t c : CodePoints(text)) {
    if (c >= 0x10000) {
      out.push_back(0xD800 + ((c - 0x10000) >> 10));
      out.push_back(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::vector<size_t> SortedMembers(const Json& object) {
  std::vector<std::pair<std::vector<uint32_t>, size_t>> order;
  for (size_t i = 0; i < object.names.size(); ++i) {
    order.emplace_back(Utf16(object.names[i]), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<size_t> out;
  for (const auto& [name, i] : order) out.push_back(i);
  return out;
}

// RFC 8785, 3.2.2.2: the short escapes where JSON has them, the rest raw.
std::string CanonicalString(std::string_view text) {
  constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
  constexpr std::string_view kLetters = "btnfr\"\\";
  std::string out = "\"";
  for (const char c : text) {
    const size_t at = kShort.find(c);
    if (at != std::string_view::npos) {
      out += '\\';
      out += kLetters[at];
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

void AppendCanonical(const Json& value, std::string* out) {
  switch (value.kind) {
    case Kind::kNull:
      *out += "null";
      return;
    case Kind::kBool:
      *out += value.boolean ? "true" : "false";
      return;
    case Kind::kNumber:
      *out += value.text;
      return;
    case Kind::kString:
      *out += CanonicalString(value.text);
      return;
    case Kind::kList:
      *out += '[';
      for (const Json& item : value.items) {
        if (&item != value.items.data()) *out += ',';
        AppendCanonical(item, out);
      }
      *out += ']';
      return;
    case Kind::kObject: {
      const char* comma = "";
      *out += '{';
      for (const size_t i : SortedMembers(value)) {
        *out += comma + CanonicalString(value.names[i]) + ":";
        AppendCanonical(value.items[i], out);
        comma = ",";
      }
      *out += '}';
    }
  }
}

// JSON's escape of a character, as one or two of its units.
std::string Escape(uint32_t c) {
  if (c < 0x10000) return fmt::format("\\u{:04x}", c);
  return fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((c - 0x10000) >> 10),
                     0xDC00 + ((c - 0x10000) & 0x3FF));
}

std::string VisibleString(std::string_view text) {
  std::string out;
  const std::string quoted = CanonicalString(text);
  for (size_t at = 0; at < quoted.size();) {
    const size_t begin = at;
    const uint32_t c = DecodeUtf8(quoted, &at);
    out += IsHidden(c) ? Escape(c) : quoted.substr(begin, at - begin);
  }
  return out;
}

class Printer {
 public:
  explicit Printer(Places* places) : places_(places) {}

  void Print(const Json& value, const std::string& pointer, int level) {
    const auto begin = static_cast<uint32_t>(out_.size());
    if (value.is_list() || value.is_object()) {
      Container(value, pointer, level);
    } else if (value.is_string()) {
      out_ += VisibleString(value.text);
    } else {
      AppendCanonical(value, &out_);
    }
    if (places_ != nullptr) {
      (*places_)[pointer] = {begin, static_cast<uint32_t>(out_.size())};
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  void Container(const Json& value, const std::string& pointer, int level) {
    const bool is_object = value.is_object();
    if (value.items.empty()) {
      out_ += is_object ? "{}" : "[]";
      return;
    }
    out_ += is_object ? '{' : '[';
    for (size_t i = 0; i < value.items.size(); ++i) {
      out_ += i == 0 ? "\n" : ",\n";
      out_.append(2 * (level + 1), ' ');
      if (is_object) out_ += VisibleString(value.names[i]) + ": ";
      Print(value.items[i],
            pointer + "/" +
                (is_object ? PointerStep(value.names[i]) : std::to_string(i)),
            level + 1);
    }
    out_ += '\n';
    out_.append(2 * level, ' ');
    out_ += is_object ? '}' : ']';
  }

  Places* places_;
  std::string out_;
};

}  // namespace

Json Json::Object() {
  Json out;
  out.kind = Kind::kObject;
  return out;
}

Json Json::List() {
  Json out;
  out.kind = Kind::kList;
  return out;
}

Json Json::String(std::string_view text) {
  Json out;
  out.kind = Kind::kString;
  out.text = std::string(text);
  return out;
}

const Json* Json::Find(std::string_view name) const {
  if (!is_object()) return nullptr;
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? nullptr : &items[at - names.begin()];
}

std::string Json::TextOf(std::string_view name) const {
  const Json* member = Find(name);
  return member != nullptr && member->is_string() ? member->text : "";
}

void Json::Set(std::string_view name, Json value) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at != names.end()) {
    items[at - names.begin()] = std::move(value);
    return;
  }
  names.emplace_back(name);
  items.push_back(std::move(value));
}

void Json::Remove(std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return;
  items.erase(items.begin() + (at - names.begin()));
  names.erase(at);
}

bool Json::operator==(const Json& other) const {
  return Canonical(*this) == Canonical(other);
}

Result<Json> ParseJson(std::string_view text) {
  dom::parser parser;
  dom::element root;
  const simdjson::padded_string padded(text);
  if (const auto error = parser.parse(padded).get(root)) {
    return Error{
        fmt::format("it is not JSON: {}", simdjson::error_message(error))};
  }
  bool too_deep = false;
  Json out = Convert(root, 0, &too_deep);
  if (too_deep) return Error{"it is nested too deep"};
  return out;
}

std::string Canonical(const Json& value) {
  std::string out;
  AppendCanonical(value, &out);
  return out;
}

std::string Pretty(const Json& value, Places* places) {
  Printer printer(places);
  printer.Print(value, "", 0);
  return printer.Take() + "\n";
}

std::string PointerStep(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace polc::scan
