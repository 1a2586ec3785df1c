#include "verifier/encode/slice.h"

#include <algorithm>
#include <set>

namespace polc::verifier {
namespace {

using ir::Root;
using Names = std::set<std::string>;

// More names than this and they share one slice in which the name is a string
// like any other.
constexpr size_t kMaxNames = 4096;

// Requests besides calls, resources and prompts that a revision defines and
// that a policy decides.
constexpr const char* kMethods[] = {
    "sampling/createMessage", "elicitation/create", "roots/list",
    "logging/setLevel",       "tasks/get",          "tasks/result",
    "tasks/cancel",           "tasks/list"};
// Decided by their target, or not at all.
constexpr const char* kOtherMethods[] = {"tools/call",
                                         "resources/read",
                                         "resources/subscribe",
                                         "completion/complete",
                                         "prompts/get",
                                         "initialize",
                                         "ping",
                                         "server/discover",
                                         "tools/list",
                                         "resources/list",
                                         "resources/templates/list",
                                         "prompts/list"};

// The strings that tests of `root` name one by one.
Names NamesTested(const ir::Module& module, Root root, bool* tested) {
  Names names;
  for (const ir::Cond& cond : module.conds) {
    if (cond.kind != ir::CondKind::kTest) continue;
    if (module.field(cond.field).root != root) continue;
    *tested = true;
    if (cond.test.kind != ir::TestKind::kString) continue;
    const ir::Lang& lang = module.lang(cond.test.language);
    if (lang.kind != ir::LangKind::kSet) continue;
    names.insert(lang.texts.begin(), lang.texts.end());
    if (names.size() > kMaxNames) return {};
  }
  return names;
}

bool Covered(const std::vector<std::string>& servers, const Slice& slice) {
  if (servers.empty()) return true;
  return slice.server && std::find(servers.begin(), servers.end(),
                                   *slice.server) != servers.end();
}

const ir::ToolSchema* FindTool(const ir::Schema& schema,
                               const std::string& tool) {
  for (const ir::ToolSchema& t : schema.tools) {
    if (t.tool == tool) return &t;
  }
  return nullptr;
}

// Makes the slices of one or more sets of one module, each slice as each set
// sees it.
class Maker {
 public:
  using Sides = std::vector<Slice>;

  Maker(const ir::Module& module, std::vector<ir::Part> parts)
      : module_(module), parts_(std::move(parts)) {
    bool tools_tested = false;
    tools_ = NamesTested(module, Root::kTool, &tools_tested);
    methods_ = NamesTested(module, Root::kMethod, &methods_tested_);
  }

  std::vector<Sides> Run() {
    bool tested = false;
    Names servers = NamesTested(module_, Root::kServer, &tested);
    for (const ir::Policy& p : module_.policies) {
      servers.insert(p.servers.begin(), p.servers.end());
    }
    for (const ir::Schema& s : module_.schemas) {
      servers.insert(s.servers.begin(), s.servers.end());
    }
    for (const std::string& server : servers) {
      Slice base;
      base.server = server;
      MakeFor(std::move(base));
    }
    Slice other;
    other.other_servers.assign(servers.begin(), servers.end());
    MakeFor(std::move(other));
    return std::move(slices_);
  }

 private:
  void MakeFor(Slice base) {
    voters_.assign(parts_.size(), {});
    bool any = false;
    for (size_t side = 0; side < parts_.size(); ++side) {
      const ir::Span& span = parts_[side].policies;
      for (size_t i = span.begin; i < span.end; ++i) {
        if (!Covered(module_.policies[i].servers, base)) continue;
        voters_[side].emplace_back(i);
        any = true;
      }
    }
    if (!any) return;
    MakeTools(base);
    MakeTarget(
        base, Slice::Target::kResource,
        {"resources/read", "resources/subscribe", "completion/complete"});
    MakeTarget(base, Slice::Target::kPrompt,
               {"prompts/get", "completion/complete"});
    MakeMethods(base);
  }

  Sides SidesOf(const Slice& slice) const {
    Sides sides(parts_.size(), slice);
    for (size_t side = 0; side < sides.size(); ++side) {
      sides[side].policies = voters_[side];
      sides[side].refused = voters_[side].empty();
    }
    return sides;
  }

  // What a set's catalogs say of the server's tools.
  struct Catalogs {
    Names named;
    std::optional<Names> enforced;  // the only ones that it may permit
  };

  Catalogs CatalogsOf(size_t side, const Slice& base) const {
    Catalogs out;
    const ir::Span& span = parts_[side].schemas;
    for (size_t i = span.begin; i < span.end; ++i) {
      const ir::Schema& schema = module_.schemas[i];
      if (!Covered(schema.servers, base)) continue;
      Names here;
      for (const ir::ToolSchema& t : schema.tools) here.insert(t.tool);
      out.named.insert(here.begin(), here.end());
      if (schema.advisory) continue;
      if (out.enforced) {
        std::erase_if(*out.enforced,
                      [&](const auto& t) { return !here.contains(t); });
      } else {
        out.enforced = here;
      }
    }
    if (voters_[side].empty()) out.enforced.emplace();
    return out;
  }

  void MakeTools(Slice base) {
    base.target = Slice::Target::kTool;
    base.method = "tools/call";
    Names tools = tools_;
    Names enforced;
    bool all_enforced = true;
    std::vector<Catalogs> catalogs;
    for (size_t side = 0; side < parts_.size(); ++side) {
      const Catalogs& of = catalogs.emplace_back(CatalogsOf(side, base));
      tools.insert(of.named.begin(), of.named.end());
      if (of.enforced)
        enforced.insert(of.enforced->begin(), of.enforced->end());
      all_enforced = all_enforced && of.enforced;
    }
    const auto add = [&](const Slice& slice) {
      Sides sides = SidesOf(slice);
      for (size_t side = 0; side < sides.size(); ++side) {
        if (slice.tool) AddSchemas(parts_[side].schemas, &sides[side]);
        const auto& only = catalogs[side].enforced;
        sides[side].refused |=
            only && (!slice.tool || !only->contains(*slice.tool));
      }
      slices_.push_back(std::move(sides));
    };
    for (const std::string& tool : all_enforced ? enforced : tools) {
      Slice slice = base;
      slice.tool = tool;
      add(slice);
    }
    if (all_enforced) return;
    base.other_tools.assign(tools.begin(), tools.end());
    add(base);
  }

  void AddSchemas(const ir::Span& span, Slice* slice) {
    for (size_t i = span.begin; i < span.end; ++i) {
      const ir::Schema& schema = module_.schemas[i];
      if (!Covered(schema.servers, *slice)) continue;
      const ir::ToolSchema* tool = FindTool(schema, *slice->tool);
      if (tool == nullptr) continue;
      slice->in_catalog = true;
      if (!schema.advisory) slice->schemas.push_back(tool);
    }
  }

  // One slice will do for all methods of a target if nothing tests the method.
  void MakeTarget(const Slice& base, Slice::Target target,
                  const std::vector<const char*>& methods) {
    for (const char* method : methods) {
      Slice slice = base;
      slice.target = target;
      slice.method = method;
      slices_.push_back(SidesOf(slice));
      if (!methods_tested_) return;
    }
  }

  void MakeMethods(const Slice& base) {
    Names known(std::begin(kMethods), std::end(kMethods));
    Names names = methods_;
    if (methods_tested_) {
      names.insert(known.begin(), known.end());
    } else {
      names.insert(kMethods[0]);
    }
    for (const char* method : kOtherMethods) names.erase(method);
    Slice slice = base;
    slice.target = Slice::Target::kMethod;
    for (const std::string& method : names) {
      slice.method = method;
      slice.defined = known.contains(method);
      slices_.push_back(SidesOf(slice));
    }
    names.insert(known.begin(), known.end());
    for (const char* method : kOtherMethods) names.insert(method);
    slice.method.reset();
    slice.defined = false;
    slice.other_methods.assign(names.begin(), names.end());
    slices_.push_back(SidesOf(slice));
  }

  const ir::Module& module_;
  std::vector<ir::Part> parts_;
  std::vector<std::vector<ir::PolicyId>> voters_;  // by side, of one server
  Names tools_;
  Names methods_;
  bool methods_tested_ = false;
  std::vector<Sides> slices_;
};

std::optional<Fixed> Missing() { return Fixed{}; }

std::optional<Fixed> Text(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return Fixed{.kind = ir::Kind::kString, .text = *text};
}

}  // namespace

std::string Slice::Name() const {
  switch (target) {
    case Target::kTool:
      return tool ? "tool `" + *tool + "`" : "another tool";
    case Target::kResource:
      return "a resource";
    case Target::kPrompt:
      return "a prompt";
    case Target::kMethod:
      return method ? "method `" + *method + "`" : "another method";
  }
  POLC_UNREACHABLE("a slice's target");
}

std::optional<Fixed> FixedValue(const Slice& slice, Root root) {
  using Target = Slice::Target;
  switch (root) {
    case Root::kServer:
      return Text(slice.server);
    case Root::kMethod:
      return Text(slice.method);
    case Root::kTool:
      return slice.target == Target::kTool ? Text(slice.tool) : Missing();
    case Root::kResource:
      return slice.target == Target::kResource ? std::nullopt : Missing();
    case Root::kPrompt:
      return slice.target == Target::kPrompt ? std::nullopt : Missing();
    case Root::kDefined:
      return Fixed{.kind = ir::Kind::kBool, .text = "", .flag = slice.defined};
    case Root::kArgs:
    case Root::kClaims:
    case Root::kMarks:
      return Fixed{.kind = ir::Kind::kObject};
    case Root::kRoles:
      return Fixed{.kind = ir::Kind::kList};
    default:
      return std::nullopt;
  }
}

std::vector<Slice> MakeSlices(const ir::Module& module) {
  std::vector<Slice> slices;
  for (auto& sides : Maker(module, {ir::WholeOf(module)}).Run()) {
    slices.push_back(std::move(sides[0]));
  }
  return slices;
}

std::vector<SlicePair> MakeSlicePairs(const ir::Joined& joined) {
  std::vector<SlicePair> pairs;
  Maker maker(joined.module, {joined.parts[0], joined.parts[1]});
  for (auto& sides : maker.Run()) {
    pairs.push_back({std::move(sides[0]), std::move(sides[1])});
  }
  return pairs;
}

}  // namespace polc::verifier
