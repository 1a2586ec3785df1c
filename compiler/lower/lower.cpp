// The module as a whole. Policies keep the order of their files; a policy's
// rules stand in the order tried, denies first, so that an engine walks them
// once from the front.
#include "compiler/lower/lower.h"

#include "compiler/ir/demands.h"
#include "compiler/lower/lowering.h"
#include "compiler/lower/schema.h"
#include "compiler/sema/constants.h"
#include "compiler/support/check.h"

namespace polc::lower {
namespace {

ir::Effect EffectOf(ast::Effect effect) {
  switch (effect) {
    case ast::Effect::kDeny:
      return ir::Effect::kDeny;
    case ast::Effect::kAsk:
      return ir::Effect::kAsk;
    case ast::Effect::kAllow:
      return ir::Effect::kAllow;
  }
  POLC_UNREACHABLE("a new effect");
}

ir::DefaultEffect DefaultOf(ast::DefaultEffect effect) {
  switch (effect) {
    case ast::DefaultEffect::kDeny:
      return ir::DefaultEffect::kDeny;
    case ast::DefaultEffect::kAsk:
      return ir::DefaultEffect::kAsk;
    case ast::DefaultEffect::kAllow:
      return ir::DefaultEffect::kAllow;
    case ast::DefaultEffect::kNone:
      return ir::DefaultEffect::kNone;
  }
  POLC_UNREACHABLE("a new default");
}

std::vector<std::string> Texts(const std::vector<ast::Name>& names) {
  std::vector<std::string> out;
  for (const ast::Name& name : names) out.push_back(name.text);
  return out;
}

class PolicyLowering {
 public:
  PolicyLowering(Lowering* lowering, size_t file)
      : l_(*lowering),
        module_(*lowering->b.module()),
        file_(file),
        loaded_(lowering->program.files[file]) {}

  void Run() {
    const ast::Header& header = loaded_.ast.header;
    ir::Policy policy;
    policy.name = header.name.text;
    policy.servers = Texts(header.servers);
    policy.range = header.name.range;
    id_ = ir::PolicyId(module_.policies.size());
    for (const ast::Decl& decl : loaded_.ast.decls) {
      const auto* def = std::get_if<ast::DefaultDecl>(&decl.node);
      if (def != nullptr) policy.default_effect = DefaultOf(def->effect);
    }
    Rules(/*denies=*/true, &policy);
    Rules(/*denies=*/false, &policy);
    module_.policies.push_back(std::move(policy));
    Schemas();
  }

 private:
  void Rules(bool denies, ir::Policy* policy) {
    for (const ast::Decl& decl : loaded_.ast.decls) {
      const auto* rule = std::get_if<ast::Rule>(&decl.node);
      if (rule == nullptr) continue;
      if ((rule->effect == ast::Effect::kDeny) != denies) continue;
      policy->rules.push_back(ir::RuleId(module_.rules.size()));
      module_.rules.push_back(LowerRule(*rule, decl.range));
    }
  }

  ir::Rule LowerRule(const ast::Rule& rule, source::Range range) {
    ir::Rule out;
    out.name = loaded_.ast.header.name.text + "." + rule.name.text;
    out.policy = id_;
    out.effect = EffectOf(rule.effect);
    out.target =
        LowerTargets(&l_, file_, rule.target, rule.except, Strictness::kCover);
    out.guard = l_.b.And(
        {LowerTargets(&l_, file_, rule.target, rule.except, Strictness::kGuard),
         LowerCondition(&l_, rule.when)});
    out.reason = LowerReason(&l_, rule.reason);
    for (const ast::Charge& charge : rule.charges) {
      const sema::Symbol* limit =
          l_.program.Find(file_, sema::SymbolKind::kLimit, charge.limit.text);
      POLC_CHECK(limit != nullptr, "a charge was not checked");
      out.charges.push_back({ir::LimitId(limit->index), charge.or_ask});
    }
    out.roles = Texts(rule.roles);
    if (rule.within) out.within_seconds = rule.within->seconds;
    for (const ast::Expr& path : rule.redact) {
      out.redact.push_back(FieldOf(&l_, path));
    }
    out.range = range;
    if (rule.when) out.when_range = rule.when->range;
    return out;
  }

  // The catalogs of this policy are what its servers accept.
  void Schemas() {
    size_t position = 0;
    for (const ast::Decl& decl : loaded_.ast.decls) {
      const auto* named = std::get_if<ast::Catalog>(&decl.node);
      if (named == nullptr) continue;
      const catalog::Catalog* catalog = loaded_.catalogs[position++];
      POLC_CHECK(catalog != nullptr, "a catalog was not read");
      ir::Schema schema;
      schema.path = named->path.text;
      schema.servers = Texts(loaded_.ast.header.servers);
      schema.advisory = named->advisory;
      schema.range = decl.range;
      std::vector<std::string> ignored;
      ir::DemandLists lists;
      for (const catalog::Tool& tool : catalog->tools) {
        const size_t before = ignored.size();
        schema.tools.push_back(
            {tool.name, lists.Of(LowerSchema(&l_.b, tool, &ignored))});
        for (size_t i = before; i < ignored.size(); ++i) {
          ignored[i] = "`" + tool.name + "` " + ignored[i];
        }
      }
      NoteIgnored(ignored, schema.range);
      module_.schemas.push_back(std::move(schema));
    }
  }

  void NoteIgnored(const std::vector<std::string>& patterns,
                   source::Range range) {
    if (patterns.empty()) return;
    auto report = l_.diags->Report(
        diag::Kind::kSchemaKeywordIgnored, range,
        "patterns of this catalog's schemas that are no regular expression "
        "of the language are left out");
    for (const std::string& pattern : patterns) report.Help(pattern);
  }

  Lowering& l_;
  ir::Module& module_;
  size_t file_;
  const sema::LoadedFile& loaded_;
  ir::PolicyId id_;
};

// A target may be an error only through a class's condition; what is not
// decided is inside, so the whole target goes into `when`.
struct Covered {
  ir::CondId target;
  ir::CondId when;
};

Covered LowerCovered(Lowering* l, size_t file, const ast::Target& target,
                     const std::optional<ast::Expr>& when) {
  return {LowerTarget(l, file, target, Strictness::kCover),
          l->b.And({LowerTarget(l, file, target, Strictness::kGuard),
                    LowerCondition(l, when)})};
}

void LowerBound(Lowering* l, const ast::Assert& decl, const Covered& covered,
                ir::Bound out) {
  const auto amount = sema::ConstantOf(*decl.bound);
  const auto units =
      amount ? Decimal::OfDouble(amount->number) : std::optional<Decimal>();
  POLC_CHECK(units.has_value(), "a bound was not checked");
  out.amount = *units;
  out.effect = EffectOf(decl.effect);
  out.window = WindowOf(decl.window);
  out.in_any = decl.any_window;
  for (const ast::Key& key : decl.keys) out.keys.push_back(LowerKey(l, key));
  out.target = covered.target;
  out.when = covered.when;
  l->b.module()->bounds.push_back(std::move(out));
}

void LowerAssertion(Lowering* l, const sema::Declared<ast::Assert>& declared) {
  const ast::Assert& decl = *declared.decl;
  const std::string name =
      l->program.ModuleName(declared.file) + "." + decl.name.text;
  const Covered covered =
      LowerCovered(l, declared.file, decl.target, decl.when);
  ir::Module* module = l->b.module();
  if (decl.kind == ast::AssertKind::kAtMost) {
    ir::Bound bound;
    bound.name = name;
    bound.range = declared.range;
    return LowerBound(l, decl, covered, std::move(bound));
  }
  if (decl.kind == ast::AssertKind::kNeverAfter) {
    const Covered after =
        LowerCovered(l, declared.file, decl.after, decl.after_when);
    module->flows.push_back({name, EffectOf(decl.effect), covered.target,
                             covered.when, after.target, after.when,
                             declared.range});
    return;
  }
  if (decl.kind == ast::AssertKind::kSame) {
    module->sames.push_back(
        {name, decl.other->text, covered.target, covered.when, declared.range});
    return;
  }
  ir::Assertion out;
  out.name = name;
  out.always = decl.kind == ast::AssertKind::kAlways;
  out.effect = EffectOf(decl.effect);
  out.target = covered.target;
  out.when = covered.when;
  out.range = declared.range;
  module->assertions.push_back(std::move(out));
}

void LowerAssertions(Lowering* l) {
  for (const auto& declared : l->program.assertions) {
    LowerAssertion(l, declared);
  }
}

// The rules' parts, in the module's order of rules; their conditions are taken
// off the module again.
ir::Parts TakeParts(Lowering* l) {
  ir::Module& module = *l->b.module();
  const size_t own = module.conds.size();
  ir::Parts out;
  for (size_t file = 0; file < l->program.files.size(); ++file) {
    const sema::LoadedFile& loaded = l->program.files[file];
    if (!loaded.ast.header.is_policy) continue;
    for (const bool denies : {true, false}) {
      for (const ast::Decl& decl : loaded.ast.decls) {
        const auto* rule = std::get_if<ast::Rule>(&decl.node);
        if (rule == nullptr) continue;
        if ((rule->effect == ast::Effect::kDeny) != denies) continue;
        out.rules.push_back(LowerParts(l, file, *rule));
      }
    }
  }
  POLC_CHECK(out.rules.size() == module.rules.size(), "parts of other rules");
  const auto behind = module.conds.begin() + static_cast<std::ptrdiff_t>(own);
  out.conds.assign(behind, module.conds.end());
  module.conds.erase(behind, module.conds.end());
  return out;
}

}  // namespace

std::optional<ir::Module> Lower(const sema::Program& program,
                                diag::Diagnostics* diags, ir::Parts* parts) {
  ir::Module module;
  const size_t errors = diags->error_count();
  Lowering lowering(program, &module, diags);
  LowerLimits(&lowering);
  for (size_t file = 0; file < program.files.size(); ++file) {
    if (!program.files[file].ast.header.is_policy) continue;
    PolicyLowering(&lowering, file).Run();
  }
  LowerAssertions(&lowering);
  if (diags->error_count() != errors) return std::nullopt;
  if (parts != nullptr) *parts = TakeParts(&lowering);
  return module;
}

}  // namespace polc::lower
