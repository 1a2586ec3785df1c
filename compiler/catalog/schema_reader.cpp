#include "compiler/catalog/schema_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <set>

namespace polc::catalog {
namespace {

namespace dom = simdjson::dom;
using SchemaPtr = std::shared_ptr<const Schema>;

constexpr int kMaxDepth = 24;
constexpr size_t kMaxNodes = 20'000;

// Keywords that say nothing about which values are accepted.
const std::set<std::string_view>& Annotations() {
  static const std::set<std::string_view> names = {
      "$schema",  "$id",       "$comment", "$defs",       "definitions",
      "title",    "examples",  "example",  "description", "deprecated",
      "readOnly", "writeOnly", "default",  "$anchor",     "$vocabulary"};
  return names;
}

uint8_t TypeBits(std::string_view name) {
  if (name == "null") return kNull;
  if (name == "boolean") return kBoolean;
  if (name == "integer") return kInteger;
  if (name == "number") return kInteger | kNumber;
  if (name == "string") return kString;
  if (name == "array") return kArray;
  if (name == "object") return kObject;
  return 0;
}

Scalar ToScalar(dom::element value) {
  Scalar out;
  bool boolean = false;
  double number = 0;
  std::string_view text;
  if (value.is_null()) return out;
  if (value.get(boolean) == simdjson::SUCCESS) {
    out.kind = Scalar::Kind::kBool;
    out.boolean = boolean;
  } else if (value.get(number) == simdjson::SUCCESS) {
    out.kind = Scalar::Kind::kNumber;
    out.number = number == 0 ? 0 : number;  // -0 is 0
  } else if (value.get(text) == simdjson::SUCCESS) {
    out.kind = Scalar::Kind::kString;
    out.text = std::string(text);
  } else {
    out.kind = Scalar::Kind::kOther;
    out.text = simdjson::minify(value);
  }
  return out;
}

class SchemaReader {
 public:
  SchemaReader(dom::element root, std::vector<std::string>* ignored)
      : root_(root), ignored_(ignored) {}

  Result<SchemaPtr> Run() {
    SchemaPtr schema = Read(root_, "args", 0);
    if (!error_.empty()) return Error{error_};
    return schema;
  }

 private:
  SchemaPtr Fail(std::string message) {
    if (error_.empty()) error_ = std::move(message);
    return std::make_shared<Schema>();
  }

  void Ignore(const std::string& path, std::string_view keyword) {
    std::string line = fmt::format("{}: {}", path, keyword);
    if (std::find(ignored_->begin(), ignored_->end(), line) ==
        ignored_->end()) {
      ignored_->push_back(std::move(line));
    }
  }

  SchemaPtr Read(dom::element element, const std::string& path, int depth) {
    bool boolean = false;
    if (element.get(boolean) == simdjson::SUCCESS) {
      auto schema = std::make_shared<Schema>();
      schema->never = !boolean;
      return schema;
    }
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) {
      return Fail(fmt::format("`{}` is neither an object nor a bool", path));
    }
    if (depth > kMaxDepth || ++nodes_ > kMaxNodes) {
      Ignore(path, "schema nested too deep");
      return std::make_shared<Schema>();
    }
    auto schema = std::make_shared<Schema>();
    for (const dom::key_value_pair field : object) {
      Keyword(field.key, field.value, path, depth, schema.get());
    }
    // `patternProperties` makes `additionalProperties: false` mean less.
    dom::element pattern;
    if (object["patternProperties"].get(pattern) == simdjson::SUCCESS) {
      schema->closed = false;
    }
    return schema;
  }

  void Keyword(std::string_view key, dom::element value,
               const std::string& path, int depth, Schema* schema) {
    if (Structure(key, value, path, depth, schema)) return;
    if (Scalars(key, value, path, schema)) return;
    if (key == "default") schema->default_value = ToScalar(value);
    if (Annotations().count(key) != 0 || key.starts_with("x-")) return;
    bool flag = true;
    if (key == "uniqueItems" && value.get(flag) == simdjson::SUCCESS && !flag) {
      return;
    }
    Ignore(path, key);
  }

  // Keywords that hold schemas.
  bool Structure(std::string_view key, dom::element value,
                 const std::string& path, int depth, Schema* schema) {
    if (key == "properties") {
      Properties(value, path, depth, schema);
    } else if (key == "additionalProperties") {
      Additional(value, path, schema);
    } else if (key == "items") {
      dom::array tuple;
      if (value.get(tuple) == simdjson::SUCCESS) {
        Ignore(path, "items");
      } else {
        schema->items = Read(value, path + "[]", depth + 1);
      }
    } else if (key == "allOf") {
      schema->all_of = List(value, path, depth);
    } else if (key == "anyOf") {
      schema->any_of = List(value, path, depth);
    } else if (key == "oneOf") {
      schema->one_of = List(value, path, depth);
    } else if (key == "not") {
      schema->negated = Read(value, path, depth + 1);
    } else if (key == "$ref") {
      Reference(value, path, depth, schema);
    } else {
      return false;
    }
    return true;
  }

  void Properties(dom::element value, const std::string& path, int depth,
                  Schema* schema) {
    dom::object properties;
    if (value.get(properties) != simdjson::SUCCESS) {
      Fail(fmt::format("`properties` of `{}` is no object", path));
      return;
    }
    for (const dom::key_value_pair property : properties) {
      const std::string name(property.key);
      schema->properties.emplace_back(
          name, Read(property.value, path + "." + name, depth + 1));
    }
  }

  void Additional(dom::element value, const std::string& path, Schema* schema) {
    bool allowed = true;
    dom::object object;
    if (value.get(allowed) == simdjson::SUCCESS) {
      schema->closed = !allowed;
    } else if (value.get(object) != simdjson::SUCCESS || object.size() != 0) {
      Ignore(path, "additionalProperties");
    }
  }

  std::vector<SchemaPtr> List(dom::element value, const std::string& path,
                              int depth) {
    std::vector<SchemaPtr> out;
    dom::array array;
    if (value.get(array) != simdjson::SUCCESS || array.size() == 0) {
      Fail(fmt::format("an alternative of `{}` is no list", path));
      return out;
    }
    for (dom::element item : array) out.push_back(Read(item, path, depth + 1));
    return out;
  }

  // Local references are read in place; one that comes back to itself cannot
  // be enforced by a finite condition.
  void Reference(dom::element value, const std::string& path, int depth,
                 Schema* schema) {
    std::string_view target;
    if (value.get(target) != simdjson::SUCCESS || !target.starts_with('#')) {
      return Ignore(path, "$ref");
    }
    const std::string pointer(target.substr(1));
    dom::element at;
    if (open_references_.count(pointer) != 0 ||
        root_.at_pointer(pointer).get(at) != simdjson::SUCCESS) {
      return Ignore(path, "$ref");
    }
    open_references_.insert(pointer);
    schema->all_of.push_back(Read(at, path, depth + 1));
    open_references_.erase(pointer);
  }

  // Keywords that hold values.
  bool Scalars(std::string_view key, dom::element value,
               const std::string& path, Schema* schema) {
    if (key == "type") {
      schema->types = Types(value, path);
    } else if (key == "enum" || key == "const") {
      Values(key, value, path, schema);
    } else if (key == "required") {
      Required(value, path, schema);
    } else if (key == "pattern") {
      std::string_view text;
      if (value.get(text) == simdjson::SUCCESS) schema->pattern = text;
    } else if (key == "minLength") {
      schema->min_length = Count(value, path, key);
    } else if (key == "maxLength") {
      schema->max_length = Count(value, path, key);
    } else if (key == "minItems") {
      schema->min_items = Count(value, path, key);
    } else if (key == "maxItems") {
      schema->max_items = Count(value, path, key);
    } else {
      return Bounds(key, value, path, schema);
    }
    return true;
  }

  // Both the numbers of 2020-12 and draft 4's `exclusiveMinimum: true`.
  bool Bounds(std::string_view key, dom::element value, const std::string& path,
              Schema* schema) {
    const bool lower = key == "minimum" || key == "exclusiveMinimum";
    if (!lower && key != "maximum" && key != "exclusiveMaximum") return false;
    const bool exclusive = key.starts_with("exclusive");
    std::optional<double>& bound = lower ? schema->minimum : schema->maximum;
    bool& open = lower ? schema->exclusive_minimum : schema->exclusive_maximum;
    double number = 0;
    bool flag = false;
    if (exclusive && value.get(flag) == simdjson::SUCCESS) {
      open = flag;
    } else if (value.get(number) != simdjson::SUCCESS) {
      Fail(fmt::format("`{}` of `{}` is no number", key, path));
    } else if (!bound || (lower ? number > *bound : number < *bound) ||
               (exclusive && number == *bound)) {
      bound = number;
      open = exclusive;
    }
    return true;
  }

  uint8_t Types(dom::element value, const std::string& path) {
    std::string_view name;
    uint8_t bits = 0;
    dom::array names;
    if (value.get(name) == simdjson::SUCCESS) {
      bits = TypeBits(name);
    } else if (value.get(names) == simdjson::SUCCESS) {
      for (dom::element item : names) {
        if (item.get(name) == simdjson::SUCCESS) bits |= TypeBits(name);
      }
    }
    if (bits == 0) Fail(fmt::format("`type` of `{}` names no type", path));
    return bits;
  }

  void Values(std::string_view key, dom::element value, const std::string& path,
              Schema* schema) {
    std::vector<Scalar> values;
    dom::array array;
    if (key == "const") {
      values.push_back(ToScalar(value));
    } else if (value.get(array) == simdjson::SUCCESS) {
      for (dom::element item : array) values.push_back(ToScalar(item));
    } else {
      Fail(fmt::format("`enum` of `{}` is no list", path));
      return;
    }
    for (const Scalar& scalar : values) {
      if (scalar.kind == Scalar::Kind::kOther) return Ignore(path, key);
    }
    if (!schema->values) {
      schema->values = std::move(values);
      return;
    }
    std::erase_if(*schema->values, [&](const Scalar& have) {
      return std::find(values.begin(), values.end(), have) == values.end();
    });
  }

  void Required(dom::element value, const std::string& path, Schema* schema) {
    dom::array names;
    bool old_style = false;
    if (value.get(old_style) == simdjson::SUCCESS) {
      return Ignore(path, "required");  // draft 3's, on the property itself
    }
    if (value.get(names) != simdjson::SUCCESS) {
      Fail(fmt::format("`required` of `{}` is no list", path));
      return;
    }
    for (dom::element item : names) {
      std::string_view name;
      if (item.get(name) == simdjson::SUCCESS) {
        schema->required.emplace_back(name);
      }
    }
  }

  std::optional<uint64_t> Count(dom::element value, const std::string& path,
                                std::string_view key) {
    uint64_t count = 0;
    double number = 0;
    if (value.get(count) == simdjson::SUCCESS) return count;
    if (value.get(number) == simdjson::SUCCESS && number >= 0) {
      return static_cast<uint64_t>(number);
    }
    Fail(fmt::format("`{}` of `{}` is no count", key, path));
    return std::nullopt;
  }

  dom::element root_;
  std::vector<std::string>* ignored_;
  std::set<std::string> open_references_;
  size_t nodes_ = 0;
  std::string error_;
};

}  // namespace

Result<SchemaPtr> ReadSchema(const dom::element& input,
                             std::vector<std::string>* ignored) {
  return SchemaReader(input, ignored).Run();
}

}  // namespace polc::catalog
