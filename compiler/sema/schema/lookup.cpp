// JSON Schema's combinators are taken for what they allow at most: anyOf and
// oneOf for either branch, allOf for both. A path is unknown only where every
// branch that can hold an object lists its members and has none of that name.
#include "compiler/sema/schema/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace polc::sema {
namespace {

using ast::Type;
using catalog::Scalar;
using catalog::Schema;

// `test` of the schema, of every member of allOf, and of some of the others.
template <typename Test>
bool Allows(const Schema& schema, const Test& test) {
  const auto again = [&](const std::shared_ptr<const Schema>& part) {
    return Allows(*part, test);
  };
  const auto some = [&](const std::vector<std::shared_ptr<const Schema>>& of) {
    return of.empty() || std::any_of(of.begin(), of.end(), again);
  };
  return !schema.never && test(schema) &&
         std::all_of(schema.all_of.begin(), schema.all_of.end(), again) &&
         some(schema.any_of) && some(schema.one_of);
}

// The schema and all that its combinators hold.
void Flatten(const Schema& schema, std::vector<const Schema*>* out) {
  out->push_back(&schema);
  for (const auto* list : {&schema.all_of, &schema.any_of, &schema.one_of}) {
    for (const auto& part : *list) Flatten(*part, out);
  }
}

bool IsFreeObject(const Schema& schema) {
  return Allows(schema, [](const Schema& s) {
    return (s.types & catalog::kObject) != 0 && s.properties.empty() &&
           !s.closed;
  });
}

bool Requires(const Schema& schema, const std::string& name) {
  const auto again = [&](const std::shared_ptr<const Schema>& part) {
    return Requires(*part, name);
  };
  const auto all = [&](const std::vector<std::shared_ptr<const Schema>>& of) {
    return !of.empty() && std::all_of(of.begin(), of.end(), again);
  };
  return schema.Requires(name) ||
         std::any_of(schema.all_of.begin(), schema.all_of.end(), again) ||
         all(schema.any_of) || all(schema.one_of);
}

// Says itself that the value may be null; `{}` says nothing.
bool NamesNull(const Schema& schema) {
  if (schema.types != catalog::kAnyType) {
    return (schema.types & catalog::kNull) != 0;
  }
  std::vector<const Schema*> parts;
  Flatten(schema, &parts);
  return std::any_of(parts.begin(), parts.end(), [](const Schema* part) {
    return part->types != catalog::kAnyType &&
           (part->types & catalog::kNull) != 0;
  });
}

class Finder {
 public:
  Argument Find(const Schema& input, const std::vector<ast::Step>& steps) {
    out_.schemas = {&input};
    for (size_t i = 0; i < steps.size(); ++i) {
      const bool stop =
          steps[i].index < 0 ? Member(steps[i].member) : Index(steps[i].index);
      if (!stop) continue;
      out_.schemas.clear();
      out_.unknown_step = i;
      return std::move(out_);
    }
    return std::move(out_);
  }

 private:
  std::vector<const Schema*> Parts() const {
    std::vector<const Schema*> parts;
    for (const Schema* schema : out_.schemas) Flatten(*schema, &parts);
    return parts;
  }

  // True if the walk ends here.
  bool Member(const std::string& name) {
    std::vector<const Schema*> next;
    std::vector<std::string> known;
    bool required = true;
    for (const Schema* part : Parts()) {
      for (const auto& [member, schema] : part->properties) {
        known.push_back(member);
        if (member == name) next.push_back(schema.get());
      }
    }
    bool free = false;
    for (const Schema* schema : out_.schemas) {
      required = required && Requires(*schema, name);
      free = free || IsFreeObject(*schema);
    }
    if (next.empty() && free) {
      out_.free = true;
      out_.optional = false;
      return true;
    }
    if (next.empty()) {
      out_.unknown = true;
      out_.known = std::move(known);
      return true;
    }
    out_.schemas = std::move(next);
    out_.optional = out_.optional || !required || SomeNull();
    return false;
  }

  bool Index(int64_t index) {
    std::vector<const Schema*> next;
    bool there = false;
    for (const Schema* part : Parts()) {
      if (part->items != nullptr) next.push_back(part->items.get());
      there = there || (part->min_items &&
                        *part->min_items > static_cast<uint64_t>(index));
    }
    if (next.empty()) {
      out_.free = true;
      return true;
    }
    out_.schemas = std::move(next);
    out_.optional = out_.optional || !there || SomeNull();
    return false;
  }

  bool SomeNull() const {
    return std::any_of(out_.schemas.begin(), out_.schemas.end(),
                       [](const Schema* schema) { return NamesNull(*schema); });
  }

  Argument out_;
};

uint8_t BitsOf(Type type) {
  switch (type) {
    case Type::kBool:
      return catalog::kBoolean;
    case Type::kNumber:
      return catalog::kNumber | catalog::kInteger;
    case Type::kString:
      return catalog::kString;
    case Type::kList:
      return catalog::kArray;
    default:
      return catalog::kObject;
  }
}

bool IsOf(const Scalar& value, Type type) {
  switch (value.kind) {
    case Scalar::Kind::kBool:
      return type == Type::kBool;
    case Scalar::Kind::kNumber:
      return type == Type::kNumber;
    case Scalar::Kind::kString:
      return type == Type::kString;
    case Scalar::Kind::kNull:
      return false;
    case Scalar::Kind::kOther:
      return type == Type::kList || type == Type::kObject;
  }
  return false;
}

bool Equal(const Scalar& scalar, const Constant& value) {
  if (!IsOf(scalar, value.type)) return false;
  if (value.type == Type::kBool) return scalar.boolean == value.boolean;
  if (value.type == Type::kNumber) return scalar.number == value.number;
  return scalar.text == value.text;
}

bool TypeFits(const Schema& schema, Type type) {
  return (schema.types & BitsOf(type)) != 0 &&
         (!schema.values ||
          std::any_of(schema.values->begin(), schema.values->end(),
                      [&](const Scalar& v) { return IsOf(v, type); }));
}

bool NumberFits(const Schema& schema, double number) {
  if ((schema.types & catalog::kNumber) == 0 && number != std::floor(number)) {
    return false;
  }
  if (schema.minimum &&
      (number < *schema.minimum ||
       (schema.exclusive_minimum && number == *schema.minimum))) {
    return false;
  }
  return !schema.maximum ||
         (number <= *schema.maximum &&
          !(schema.exclusive_maximum && number == *schema.maximum));
}

std::string TypeText(const Schema& schema) {
  std::string out;
  const auto add = [&](std::string_view text) {
    if (!out.empty()) out += " or ";
    out += text;
  };
  if (schema.types & catalog::kString) add("a string");
  if (schema.types & catalog::kNumber) {
    add("a number");
  } else if (schema.types & catalog::kInteger) {
    add("an integer");
  }
  if (schema.minimum) out += fmt::format(" from {}", *schema.minimum);
  if (schema.maximum) out += fmt::format(" to {}", *schema.maximum);
  if (schema.types & catalog::kBoolean) add("a bool");
  if (schema.types & catalog::kArray) add("a list");
  if (schema.types & catalog::kObject) add("an object");
  if (schema.types & catalog::kNull) add("null");
  return out;
}

}  // namespace

Argument FindArgument(const Schema& input,
                      const std::vector<ast::Step>& steps) {
  return Finder().Find(input, steps);
}

bool CanBe(const Schema& schema, const Constant& value) {
  return Allows(schema, [&](const Schema& s) {
    if (!TypeFits(s, value.type)) return false;
    if (value.type == Type::kNumber && !NumberFits(s, value.number)) {
      return false;
    }
    return !s.values || std::any_of(s.values->begin(), s.values->end(),
                                    [&](const Scalar& scalar) {
                                      return Equal(scalar, value);
                                    });
  });
}

bool CanBeOf(const Schema& schema, Type type) {
  return Allows(schema, [&](const Schema& s) { return TypeFits(s, type); });
}

bool CanBeWithin(const Schema& schema, const Bounds& bounds) {
  return Allows(schema, [&](const Schema& s) {
    if (!TypeFits(s, Type::kNumber)) return false;
    if (s.minimum &&
        (bounds.open ? *s.minimum >= bounds.hi : *s.minimum > bounds.hi)) {
      return false;
    }
    if (s.maximum &&
        (bounds.open ? *s.maximum <= bounds.lo : *s.maximum < bounds.lo)) {
      return false;
    }
    return true;
  });
}

std::string Describe(const std::vector<const Schema*>& schemas) {
  constexpr size_t kMaxShown = 12;
  std::vector<std::string> values;
  std::vector<std::string> types;
  std::vector<const Schema*> parts;
  for (const Schema* schema : schemas) Flatten(*schema, &parts);
  for (const Schema* part : parts) {
    if (part->values) {
      for (const Scalar& value : *part->values) {
        values.push_back(catalog::ScalarText(
            value, [](const std::string& s) { return "`" + s + "`"; }));
      }
    } else if (part->types != catalog::kAnyType) {
      types.push_back(TypeText(*part));
    }
  }
  const auto join = [](const std::vector<std::string>& list,
                       std::string_view by) {
    std::string out;
    for (size_t i = 0; i < list.size() && i < kMaxShown; ++i) {
      if (i > 0) out += by;
      out += list[i];
    }
    if (list.size() > kMaxShown) out += ", ...";
    return out;
  };
  if (!values.empty()) return "one of " + join(values, ", ");
  if (!types.empty()) return join(types, " or ");
  return "another value";
}

std::vector<std::string> StringValues(
    const std::vector<const Schema*>& schemas) {
  std::vector<std::string> out;
  std::vector<const Schema*> parts;
  for (const Schema* schema : schemas) Flatten(*schema, &parts);
  for (const Schema* part : parts) {
    if (!part->values) continue;
    for (const Scalar& value : *part->values) {
      if (value.kind == Scalar::Kind::kString) out.push_back(value.text);
    }
  }
  return out;
}

}  // namespace polc::sema
