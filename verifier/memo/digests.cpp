#include "verifier/memo/digests.h"

#include <unordered_map>

#include "compiler/support/sha256.h"

namespace polc::verifier {
namespace {

// Writes parts of a module by their content. What was written once is named by
// its number from then on, so that shared parts stay small.
class ContentWriter {
 public:
  ContentWriter(const ir::Module& module, const ir::Parts* parts)
      : module_(module), parts_(parts) {}

  Writer& out() { return out_; }
  std::string Digest() const { return Sha256Hex(out_.bytes()); }

  void Cond(ir::CondId id) {
    if (!First(id, &conds_)) return;
    const ir::Cond& c = CondOf(id);
    for (const ir::CondId operand : c.operands) Cond(operand);
    out_.Small(static_cast<uint8_t>(c.kind));
    out_.Small(static_cast<uint8_t>(c.verdict));
    Field(c.field);
    Field(c.other);
    out_.Small(static_cast<uint8_t>(c.op));
    out_.Text(c.prefix);
    out_.Small(static_cast<uint8_t>(c.calculation));
    Term(c.left);
    Term(c.right);
    for (const ir::Outcome on : c.on) out_.Small(static_cast<uint8_t>(on));
    Test(c.test);
    out_.Each(c.operands, [&](ir::CondId operand) { Cond(operand); });
  }

  void Term(ir::TermId id) {
    if (!First(id, &terms_)) return;
    const ir::Term& t = module_.term(id);
    for (const ir::TermId operand : t.operands) Term(operand);
    out_.Small(static_cast<uint8_t>(t.kind));
    out_.Text(t.value.ToString());
    Field(t.field);
    out_.Text(t.zone.valid() ? ZoneText(module_.zone(t.zone)) : "");
    out_.Text(t.if_absent ? t.if_absent->ToString() : "none");
    out_.Small(uint8_t{t.if_absent_text.has_value()});
    out_.Text(t.if_absent_text.value_or(""));
    out_.Each(t.operands, [&](ir::TermId operand) { Term(operand); });
  }

  void Field(ir::FieldId id) {
    if (!First(id, &fields_)) return;
    const ir::Field& field = module_.field(id);
    out_.Small(static_cast<uint8_t>(field.root));
    out_.Each(field.steps, [&](const ir::Step& step) {
      out_.Text(step.member);
      out_.Number(static_cast<uint64_t>(step.index));
    });
  }

  void Keys(const std::vector<ir::Key>& keys) {
    out_.Each(keys, [&](const ir::Key& key) { Key(key); });
  }
  void Key(const ir::Key& key) {
    out_.Text(key.name);
    Field(key.field);
  }

  // Findings may point at a part of it.
  void Length(const source::Range& range) {
    out_.Number(range.valid() ? range.end - range.begin + uint64_t{1} : 0);
  }

 private:
  const ir::Cond& CondOf(ir::CondId id) const {
    const size_t own = module_.conds.size();
    return id.value() < own ? module_.cond(id)
                            : parts_->conds[id.value() - own];
  }

  // False, after naming it, of what was written before or is none.
  template <typename Id>
  bool First(Id id, std::unordered_map<uint64_t, uint64_t>* seen) {
    if (!id.valid()) {
      out_.Number(0);
      return false;
    }
    const auto [it, is_new] = seen->try_emplace(id.value(), seen->size() + 2);
    out_.Number(is_new ? 1 : it->second);
    return is_new;
  }

  void Lang(ir::LangId id) {
    if (!First(id, &langs_)) return;
    const ir::Lang& lang = module_.lang(id);
    out_.Small(static_cast<uint8_t>(lang.kind));
    out_.Texts(lang.texts);
    out_.Each(lang.operands, [&](ir::LangId operand) { Lang(operand); });
    out_.Number(static_cast<uint64_t>(lang.lo));
    out_.Number(static_cast<uint64_t>(lang.hi));
    out_.Small(uint8_t{lang.fold});
  }

  void Test(const ir::Test& test) {
    out_.Small(static_cast<uint8_t>(test.kind));
    Lang(test.language);
    Lang(test.domain);
    out_.Number(test.max_bytes);
    out_.Each(test.intervals, [&](const ir::Interval& interval) {
      out_.Real(interval.lo);
      out_.Real(interval.hi);
      out_.Small(uint8_t{interval.lo_open});
      out_.Small(uint8_t{interval.hi_open});
    });
    out_.Small(uint8_t{test.integral});
    out_.Number(test.lo);
    out_.Number(test.hi);
    out_.Texts(test.keys);
  }

  static std::string ZoneText(const zones::Zone& zone) {
    Writer out;
    out.Text(zone.name);
    out.Number(static_cast<uint64_t>(zone.first_offset));
    out.Each(zone.changes, [&](const zones::Change& change) {
      out.Number(static_cast<uint64_t>(change.at));
      out.Number(static_cast<uint64_t>(change.offset));
    });
    out.Text(zone.footer);
    return out.bytes();
  }

  using Seen = std::unordered_map<uint64_t, uint64_t>;

  const ir::Module& module_;
  const ir::Parts* parts_;
  Writer out_;
  Seen conds_, terms_, fields_, langs_;
};

void WriteClaim(const ToolClaim& claim, Writer* out) {
  out->Text(claim.catalog);
  out->Text(claim.tool);
  out->Text(claim.risk);
  out->Text(claim.alias_of);
  out->Texts(claim.operations);
}

}  // namespace

Digests::Digests(const ir::Module& module, const Options& options)
    : module_(module),
      options_(options),
      set_(MakeSet()),
      rules_(module.rules.size()) {}

std::string Digests::MakeSet() const {
  ContentWriter write(module_, options_.parts);
  Writer& out = write.out();
  const smt::Options& solver = options_.solver;
  out.Number(solver.resource_limit);
  out.Number(solver.memory_mib);
  out.Number(solver.seed);
  out.Small(uint8_t{options_.targets_reported});
  out.Small(uint8_t{options_.parts != nullptr});
  const auto ids = [&](const auto& list) {
    out.Each(list, [&](const auto& id) { out.Number(id.value()); });
  };
  out.Each(module_.policies, [&](const ir::Policy& policy) {
    out.Text(policy.name);
    out.Texts(policy.servers);
    out.Small(static_cast<uint8_t>(policy.default_effect));
    write.Length(policy.range);
  });
  out.Each(module_.limits, [&](const ir::Limit& limit) {
    out.Text(limit.name);
    out.Text(limit.amount.ToString());
    out.Small(static_cast<uint8_t>(limit.window));
    out.Small(uint8_t{limit.rolling});
    write.Keys(limit.keys);
    write.Term(limit.cost);
    out.Small(uint8_t{limit.refund_on_error});
    write.Cond(limit.on);
    ids(limit.policies);
    write.Length(limit.range);
  });
  out.Each(module_.marks, [&](const ir::Mark& mark) {
    out.Text(mark.name);
    write.Key(mark.key);
    out.Number(static_cast<uint64_t>(mark.lifetime_seconds));
    write.Cond(mark.on);
    ids(mark.policies);
    write.Length(mark.range);
  });
  out.Each(module_.schemas, [&](const ir::Schema& schema) {
    out.Text(schema.path);
    out.Texts(schema.servers);
    out.Small(uint8_t{schema.advisory});
    write.Length(schema.range);
  });
  const auto asserted = [&](const auto& a) {
    out.Text(a.name);
    write.Cond(a.target);
    write.Cond(a.when);
    write.Length(a.range);
  };
  out.Each(module_.assertions, [&](const ir::Assertion& a) {
    asserted(a);
    out.Small(uint8_t{a.always});
    out.Small(static_cast<uint8_t>(a.effect));
  });
  out.Each(module_.bounds, [&](const ir::Bound& bound) {
    asserted(bound);
    out.Text(bound.amount.ToString());
    out.Small(static_cast<uint8_t>(bound.effect));
    out.Small(static_cast<uint8_t>(bound.window));
    out.Small(uint8_t{bound.in_any});
    write.Keys(bound.keys);
  });
  out.Each(module_.flows, [&](const ir::Flow& flow) {
    asserted(flow);
    out.Small(static_cast<uint8_t>(flow.effect));
    write.Cond(flow.after_target);
    write.Cond(flow.after_when);
  });
  out.Each(module_.sames, asserted);
  return write.Digest();
}

std::string Digests::MakeRule(ir::RuleId id) const {
  ContentWriter write(module_, options_.parts);
  Writer& out = write.out();
  const ir::Rule& rule = module_.rule(id);
  out.Text(rule.name);
  out.Number(rule.policy.value());
  out.Small(static_cast<uint8_t>(rule.effect));
  write.Cond(rule.target);
  write.Cond(rule.guard);
  out.Each(rule.reason, [&](const ir::TextPart& part) {
    out.Text(part.literal);
    write.Field(part.field);
  });
  out.Each(rule.charges, [&](const ir::Charge& charge) {
    out.Number(charge.limit.value());
    out.Small(uint8_t{charge.or_ask});
  });
  out.Texts(rule.roles);
  out.Number(static_cast<uint64_t>(rule.within_seconds));
  out.Each(rule.redact, [&](ir::FieldId field) { write.Field(field); });
  const auto place = [&](const source::Range& range) {
    write.Length(range);
    out.Number(range.valid() ? range.begin - rule.range.begin : 0);
  };
  place(rule.range);
  place(rule.when_range);
  if (options_.parts == nullptr) return write.Digest();
  out.Each(options_.parts->rules[id.value()], [&](const ir::RulePart& part) {
    place(part.range);
    write.Cond(part.without);
    out.Small(uint8_t{part.whole});
  });
  return write.Digest();
}

const std::string& Digests::OfRule(ir::RuleId id) {
  std::string& digest = rules_[id.value()];
  if (digest.empty()) digest = MakeRule(id);
  return digest;
}

std::string Digests::OfSlice(const Slice& slice,
                             const std::vector<ir::RuleId>& rules) {
  ContentWriter write(module_, options_.parts);
  Writer& out = write.out();
  out.Text(set_);
  const auto maybe = [&](const std::optional<std::string>& text) {
    out.Small(uint8_t{text.has_value()});
    out.Text(text.value_or(""));
  };
  maybe(slice.server);
  out.Texts(slice.other_servers);
  out.Small(static_cast<uint8_t>(slice.target));
  maybe(slice.method);
  out.Texts(slice.other_methods);
  maybe(slice.tool);
  out.Texts(slice.other_tools);
  out.Small(uint8_t{slice.defined});
  out.Small(uint8_t{slice.in_catalog});
  out.Small(uint8_t{slice.refused});
  out.Each(slice.policies, [&](ir::PolicyId id) { out.Number(id.value()); });
  out.Each(slice.schemas, [&](const ir::ToolSchema* schema) {
    out.Text(schema->tool);
    out.Each(schema->demands, [&](const ir::Demand& demand) {
      out.Text(demand.path);
      out.Text(demand.what);
      write.Cond(demand.cond);
    });
  });
  if (slice.tool) {
    for (const ToolClaim& claim : options_.tools) {
      if (claim.tool == *slice.tool || claim.alias_of == *slice.tool) {
        WriteClaim(claim, &out);
      }
    }
  }
  out.Each(rules, [&](ir::RuleId id) { out.Text(OfRule(id)); });
  return write.Digest();
}

}  // namespace polc::verifier
