#include "test/bench/if_chain.h"

#include <dlfcn.h>
#include <re2/re2.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>

#include "compiler/support/check.h"

namespace polc::bench {
namespace {

using MatchFn = int (*)(const void* regexes, unsigned index, const char* text,
                        unsigned length);
using AllowsFn = int (*)(const char* tool, unsigned length,
                         const pol_slot* slots, const unsigned* places,
                         MatchFn match, const void* regexes);

struct Regex {
  bool is_whole = false;
  std::unique_ptr<re2::RE2> regex;
};

int Match(const void* regexes, unsigned index, const char* text,
          unsigned length) {
  const Regex& one = (*static_cast<const std::vector<Regex>*>(regexes))[index];
  const std::string_view view(text, length);
  return one.is_whole ? re2::RE2::FullMatch(view, *one.regex)
                      : re2::RE2::PartialMatch(view, *one.regex);
}

}  // namespace

struct IfChain::Parts {
  void* library = nullptr;
  AllowsFn allows = nullptr;
  std::vector<unsigned> places;  // of the chain's fields among the slots
  std::vector<Regex> regexes;    // in the order of rules.json
};

IfChain::IfChain() : parts_(std::make_unique<Parts>()) {}
IfChain::~IfChain() { dlclose(parts_->library); }

std::unique_ptr<IfChain> IfChain::Open(const std::string& path,
                                       const std::string& rules,
                                       const std::vector<std::string>& fields) {
  if (access(path.c_str(), F_OK) != 0) return nullptr;
  std::unique_ptr<IfChain> chain(new IfChain());
  Parts& parts = *chain->parts_;
  const std::string name = path.front() == '/' ? path : "./" + path;
  parts.library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
  POLC_CHECK(parts.library != nullptr, dlerror());
  parts.allows = reinterpret_cast<AllowsFn>(dlsym(parts.library, "allows"));
  const auto* wanted =
      reinterpret_cast<const char* const*>(dlsym(parts.library, "field_names"));
  POLC_CHECK(parts.allows != nullptr && wanted != nullptr, "no if-chain");
  for (; *wanted != nullptr; ++wanted) {
    const auto at = std::find(fields.begin(), fields.end(), *wanted);
    // A field that the policy does not read is in no rule either.
    parts.places.push_back(
        static_cast<unsigned>(at == fields.end() ? 0 : at - fields.begin()));
  }
  simdjson::dom::parser parser;
  const simdjson::dom::array all = parser.parse(rules);
  for (const simdjson::dom::element rule : all) {
    for (const simdjson::dom::array cond :
         simdjson::dom::array(rule["conds"])) {
      const std::string_view op = cond.at(1);
      if (op != "matches" && op != "finds") continue;
      const std::string text{std::string_view(cond.at(2))};
      parts.regexes.push_back(
          {op == "matches", std::make_unique<re2::RE2>(text)});
    }
  }
  return chain;
}

bool IfChain::Allows(std::string_view tool, const pol_slot* slots) const {
  return parts_->allows(tool.data(), static_cast<unsigned>(tool.size()), slots,
                        parts_->places.data(), Match, &parts_->regexes) != 0;
}

}  // namespace polc::bench
