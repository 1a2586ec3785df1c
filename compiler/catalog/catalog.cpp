// Reading a `tools/list` result. JSON is read with simdjson's DOM; what is not
// a catalog is reported where the policy names the file.
#include "compiler/catalog/catalog.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "compiler/catalog/schema_reader.h"
#include "compiler/support/sha256.h"

namespace polc::catalog {
namespace {

namespace dom = simdjson::dom;

std::string Text(dom::object object, std::string_view key) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return {};
  return std::string(text);
}

bool IsUnregistered(dom::object tool) {
  bool registered = true;
  const auto error = tool["_meta"]["dev.polc/registered"].get(registered);
  return error == simdjson::SUCCESS && !registered;
}

// Hints of the server are a default only: the operator's `_meta` stands above.
std::string RiskOf(dom::object tool) {
  std::string_view risk;
  if (tool["_meta"]["dev.polc/class"].get(risk) == simdjson::SUCCESS) {
    return std::string(risk);
  }
  dom::object hints;
  if (tool["annotations"].get(hints) != simdjson::SUCCESS) return {};
  bool read_only = false;
  if (hints["readOnlyHint"].get(read_only) == simdjson::SUCCESS && read_only) {
    return "read";
  }
  bool destructive = true;
  (void)hints["destructiveHint"].get(destructive);
  return destructive ? "destructive" : "write";
}

class Reader {
 public:
  Reader(std::string path, source::Range range, diag::Diagnostics* diags)
      : range_(range), diags_(diags) {
    catalog_.path = std::move(path);
  }

  std::optional<Catalog> Read(const std::string& text) {
    catalog_.sha256 = Sha256Hex(text);
    dom::parser parser;
    dom::element root;
    if (const auto error = parser.parse(text).get(root)) {
      Problem(fmt::format("is not JSON: {}", simdjson::error_message(error)));
      return std::nullopt;
    }
    dom::array tools;
    if (!FindTools(root, &tools)) {
      Problem("holds no list of tools");
      return std::nullopt;
    }
    size_t index = 0;
    for (dom::element tool : tools) ReadTool(tool, index++);
    if (failed_) return std::nullopt;
    return Finish();
  }

 private:
  void Problem(const std::string& what) {
    failed_ = true;
    diags_->Report(diag::Kind::kCatalogProblem, range_,
                   fmt::format("catalog `{}` {}", catalog_.path, what));
  }

  // A bare list, a result, or the response that holds the result.
  bool FindTools(dom::element root, dom::array* tools) {
    if (root.get(*tools) == simdjson::SUCCESS) return true;
    std::string_view server;
    if (root["_meta"]["dev.polc/server"].get(server) == simdjson::SUCCESS) {
      catalog_.server = std::string(server);
    }
    if (root["tools"].get(*tools) == simdjson::SUCCESS) return true;
    return root["result"]["tools"].get(*tools) == simdjson::SUCCESS;
  }

  void ReadTool(dom::element element, size_t index) {
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) {
      return Problem(fmt::format("has an entry {} that is no object", index));
    }
    Tool tool;
    tool.name = Text(object, "name");
    if (tool.name.empty()) {
      return Problem(fmt::format("has a tool without a name, entry {}", index));
    }
    if (IsUnregistered(object)) return;
    tool.description = Text(object, "description");
    tool.risk = RiskOf(object);
    dom::element input;
    if (object["inputSchema"].get(input) != simdjson::SUCCESS) {
      tool.input = std::make_shared<Schema>();
    } else {
      Result<std::shared_ptr<const Schema>> schema =
          ReadSchema(input, &tool.ignored);
      if (!schema) {
        return Problem(fmt::format("has an unreadable schema of `{}`: {}",
                                   tool.name, schema.error().message));
      }
      tool.input = schema.value();
    }
    catalog_.tools.push_back(std::move(tool));
  }

  std::optional<Catalog> Finish() {
    auto by_name = [](const Tool& a, const Tool& b) { return a.name < b.name; };
    std::sort(catalog_.tools.begin(), catalog_.tools.end(), by_name);
    for (size_t i = 1; i < catalog_.tools.size(); ++i) {
      if (catalog_.tools[i - 1].name == catalog_.tools[i].name) {
        Problem(
            fmt::format("names the tool `{}` twice", catalog_.tools[i].name));
        return std::nullopt;
      }
    }
    return std::move(catalog_);
  }

  source::Range range_;
  diag::Diagnostics* diags_;
  Catalog catalog_;
  bool failed_ = false;
};

}  // namespace

const Schema* Schema::Property(std::string_view name) const {
  for (const auto& [key, schema] : properties) {
    if (key == name) return schema.get();
  }
  return nullptr;
}

bool Schema::Requires(std::string_view name) const {
  return std::find(required.begin(), required.end(), name) != required.end();
}

const Tool* Catalog::Find(std::string_view name) const {
  const auto at = std::lower_bound(
      tools.begin(), tools.end(), name,
      [](const Tool& tool, std::string_view n) { return tool.name < n; });
  return at != tools.end() && at->name == name ? &*at : nullptr;
}

std::string ScalarText(
    const Scalar& value,
    const std::function<std::string(const std::string&)>& quote) {
  switch (value.kind) {
    case Scalar::Kind::kNull:
      return "null";
    case Scalar::Kind::kBool:
      return value.boolean ? "true" : "false";
    case Scalar::Kind::kNumber:
      return fmt::format("{}", value.number);
    case Scalar::Kind::kString:
      return quote(value.text);
    case Scalar::Kind::kOther:
      return value.text;
  }
  return "";
}

std::optional<Catalog> ReadCatalog(const source::Files& files,
                                   source::FileId file, source::Range range,
                                   diag::Diagnostics* diags) {
  const source::File& f = files.file(file);
  return Reader(f.path, range, diags).Read(f.text);
}

}  // namespace polc::catalog
