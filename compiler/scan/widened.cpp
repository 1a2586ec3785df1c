#include "compiler/scan/widened.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/support/json_string.h"

namespace polc::scan {
namespace {

using catalog::Scalar;
using catalog::Schema;

constexpr std::pair<uint8_t, const char*> kTypes[] = {
    {catalog::kNull, "null"},        {catalog::kBoolean, "booleans"},
    {catalog::kInteger, "integers"}, {catalog::kNumber, "numbers"},
    {catalog::kString, "strings"},   {catalog::kArray, "lists"},
    {catalog::kObject, "objects"},
};

using Alternatives = std::vector<std::shared_ptr<const Schema>>;

bool Same(const Schema& a, const Schema& b);

bool Same(const std::shared_ptr<const Schema>& a,
          const std::shared_ptr<const Schema>& b) {
  return a == nullptr || b == nullptr ? a == b : Same(*a, *b);
}

bool Same(const Alternatives& a, const Alternatives& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return Same(x, y); });
}

bool SameProperties(const Schema& a, const Schema& b) {
  return a.properties.size() == b.properties.size() &&
         std::all_of(a.properties.begin(), a.properties.end(),
                     [&](const auto& one) {
                       const Schema* other = b.Property(one.first);
                       return other != nullptr && Same(*one.second, *other);
                     });
}

bool Same(const Schema& a, const Schema& b) {
  return a.never == b.never && a.types == b.types && a.values == b.values &&
         a.minimum == b.minimum && a.maximum == b.maximum &&
         a.exclusive_minimum == b.exclusive_minimum &&
         a.exclusive_maximum == b.exclusive_maximum &&
         a.min_length == b.min_length && a.max_length == b.max_length &&
         a.pattern == b.pattern && a.min_items == b.min_items &&
         a.max_items == b.max_items && a.required == b.required &&
         a.closed == b.closed && Same(a.items, b.items) &&
         Same(a.all_of, b.all_of) && Same(a.any_of, b.any_of) &&
         Same(a.one_of, b.one_of) && Same(a.negated, b.negated) &&
         SameProperties(a, b);
}

class Comparison {
 public:
  std::vector<Widening> Run(const Schema& before, const Schema& after) {
    Compare("args", before, after);
    return std::move(out_);
  }

 private:
  void Add(const std::string& path, std::string what) {
    out_.push_back({path, std::move(what)});
  }

  void Compare(const std::string& path, const Schema& a, const Schema& b) {
    if (b.never) return;
    if (a.never) return Add(path, "accepts values now");
    Types(path, a, b);
    Values(path, a, b);
    Numbers(path, a, b);
    Lengths(path, a, b);
    Members(path, a, b);
    Alternative(path, a, b);
  }

  void Types(const std::string& path, const Schema& a, const Schema& b) {
    // An integer is a number too: with numbers, integers are not news.
    for (const auto& [bit, name] : kTypes) {
      if ((b.types & bit) != 0 && (a.types & bit) == 0) {
        Add(path, fmt::format("accepts {} now", name));
      }
    }
  }

  void Values(const std::string& path, const Schema& a, const Schema& b) {
    if (!a.values) return;
    if (!b.values) return Add(path, "accepts more than the values it listed");
    for (const Scalar& value : *b.values) {
      if (std::find(a.values->begin(), a.values->end(), value) ==
          a.values->end()) {
        Add(path, fmt::format("accepts `{}` now",
                              catalog::ScalarText(value, JsonString)));
      }
    }
  }

  void Numbers(const std::string& path, const Schema& a, const Schema& b) {
    if (a.minimum && (!b.minimum || *b.minimum < *a.minimum ||
                      (*b.minimum == *a.minimum && a.exclusive_minimum &&
                       !b.exclusive_minimum))) {
      Add(path, fmt::format("accepts numbers below {} now", *a.minimum));
    }
    if (a.maximum && (!b.maximum || *b.maximum > *a.maximum ||
                      (*b.maximum == *a.maximum && a.exclusive_maximum &&
                       !b.exclusive_maximum))) {
      Add(path, fmt::format("accepts numbers above {} now", *a.maximum));
    }
  }

  using Bound = std::optional<uint64_t>;
  void Count(const std::string& path, const Bound& a_min, const Bound& b_min,
             const Bound& a_max, const Bound& b_max, const char* shorter,
             const char* longer) {
    if (a_min && b_min.value_or(0) < *a_min) {
      Add(path, fmt::format("accepts {} than {} now", shorter, *a_min));
    }
    if (a_max && (!b_max || *b_max > *a_max)) {
      Add(path, fmt::format("accepts {} than {} now", longer, *a_max));
    }
  }

  void Lengths(const std::string& path, const Schema& a, const Schema& b) {
    Count(path, a.min_length, b.min_length, a.max_length, b.max_length,
          "shorter strings", "longer strings");
    Count(path, a.min_items, b.min_items, a.max_items, b.max_items,
          "shorter lists", "longer lists");
    if (a.pattern && a.pattern != b.pattern) {
      Add(path, b.pattern ? "accepts strings of another pattern now"
                          : "accepts strings without a pattern now");
    }
    if (a.items) {
      static const Schema kAnything;
      Compare(path + "[]", *a.items, b.items ? *b.items : kAnything);
    }
  }

  void Members(const std::string& path, const Schema& a, const Schema& b) {
    for (const std::string& name : a.required) {
      if (!b.Requires(name)) {
        Add(path + "." + name, "may be left out now");
      }
    }
    if (a.closed && !b.closed) Add(path, "accepts unknown members now");
    for (const auto& [name, schema] : b.properties) {
      const Schema* before = a.Property(name);
      if (before != nullptr) {
        Compare(path + "." + name, *before, *schema);
      } else if (a.closed && !schema->never) {
        Add(path + "." + name, "is accepted now");
      }
    }
    for (const auto& [name, schema] : a.properties) {
      const bool said_much = !Same(*schema, Schema());
      if (said_much && b.Property(name) == nullptr && !b.closed) {
        Add(path + "." + name, "is described no more: it accepts anything");
      }
    }
  }

  void Alternative(const std::string& path, const Schema& a, const Schema& b) {
    const bool same = Same(a.all_of, b.all_of) && Same(a.any_of, b.any_of) &&
                      Same(a.one_of, b.one_of) && Same(a.negated, b.negated);
    const bool had = !a.all_of.empty() || !a.any_of.empty() ||
                     !a.one_of.empty() || a.negated != nullptr;
    if (had && !same) Add(path, "has other alternatives now");
  }

  std::vector<Widening> out_;
};

}  // namespace

std::vector<Widening> FindWidenings(const Schema& before, const Schema& after) {
  return Comparison().Run(before, after);
}

}  // namespace polc::scan
