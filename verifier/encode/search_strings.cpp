// Strings for a model: those that it makes equal form one class, each class
// gets the shortest string with its memberships, and classes that it makes
// unequal get different ones.
#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

#include "compiler/automata/reference.h"
#include "compiler/eval/json.h"
#include "verifier/encode/search.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::Bool;
using smt::Not;
using smt::Or;

constexpr int kMaxAvoidances = 4;

// What a reader expects where nothing says otherwise.
std::vector<std::string> Preferred(const Node& node) {
  if (node.parent != nullptr) {
    if (node.shape->root == ir::Root::kRoles) return {"role"};
    return {};
  }
  switch (node.shape->root) {
    case ir::Root::kGrant:
    case ir::Root::kServer:
      return {"default"};
    case ir::Root::kSubject:
      return {"alice", "bob"};
    case ir::Root::kSession:
      return {"s1"};
    case ir::Root::kMethod:
      return {"custom/method"};
    case ir::Root::kTool:
      return {"tool"};
    case ir::Root::kResource:
      return {"file:///a"};
    case ir::Root::kPrompt:
      return {"prompt"};
    default:
      return {};
  }
}

// "2026-01-01T00:00:00.5Z"; empty outside of the calendar.
std::string SpellInstant(smt::Wide units) {
  smt::Wide seconds = units / Decimal::kUnit;
  smt::Wide fraction = units % Decimal::kUnit;
  if (fraction < 0) {
    fraction += Decimal::kUnit;
    --seconds;
  }
  const std::string text = eval::InstantText(static_cast<int64_t>(seconds));
  if (text.size() != 20 || text[0] == '-') return "";
  if (fraction == 0) return text;
  std::string places = Decimal::OfUnits(fraction)->ToString().substr(1);
  return text.substr(0, 19) + places + "Z";
}

}  // namespace

bool Search::LiveString(const Node& node) const {
  const NodeValue& value = values_[node.number];
  return value.live && value.kind == Kind::kString;
}

Search::Step Search::RealizeStrings(const smt::Model& model) {
  if (const Step step = MakeClasses(model); step != Step::kDone) return step;
  for (Class& c : classes_) {
    if (const Step s = FillCandidates(model, &c); s != Step::kDone) return s;
  }
  std::vector<std::string> chosen;
  if (!Choose(0, &chosen)) {
    BlockChoice(model);
    return Step::kRefined;
  }
  if (values_wanted_) PlaceJoined(model, &chosen);
  if (values_wanted_) PlaceParts(model, &chosen);
  for (size_t i = 0; i < classes_.size(); ++i) {
    for (const Node* node : classes_[i].nodes) {
      values_[node->number].text = chosen[i];
    }
  }
  return Step::kDone;
}

Search::Step Search::MakeClasses(const smt::Model& model) {
  const auto& nodes = space_->nodes();
  std::vector<size_t> leader(nodes.size());
  std::iota(leader.begin(), leader.end(), size_t{0});
  const auto find = [&](size_t i) {
    while (leader[i] != i) i = leader[i];
    return i;
  };
  std::vector<Bool> equalities;
  for (const Space::Pair& p : space_->pairs()) {
    if (!LiveString(*p.a) || !LiveString(*p.b) || !model.Value(p.same))
      continue;
    leader[find(p.b->number)] = find(p.a->number);
    equalities.push_back(Not(p.same));
  }
  classes_.clear();
  std::vector<size_t> class_of(nodes.size(), SIZE_MAX);
  for (Node* node : nodes) {
    if (!LiveString(*node)) continue;
    size_t& c = class_of[find(node->number)];
    if (c == SIZE_MAX) {
      c = classes_.size();
      classes_.emplace_back();
    }
    class_of[node->number] = c;
    classes_[c].nodes.push_back(node);
  }
  for (const Space::Pair& p : space_->pairs()) {
    if (!LiveString(*p.a) || !LiveString(*p.b) || model.Value(p.same)) continue;
    const size_t a = class_of[p.a->number];
    const size_t b = class_of[p.b->number];
    if (a == b) {  // equality is transitive
      equalities.push_back(p.same);
      space_->solver()->Add(Or(equalities));
      return Step::kRefined;
    }
    classes_[a].unlike.push_back(b);
    classes_[b].unlike.push_back(a);
  }
  return Step::kDone;
}

Search::Step Search::FillCandidates(const smt::Model& model, Class* c) {
  uint32_t longer = 0;
  uint32_t bound = std::numeric_limits<uint32_t>::max();
  const std::string* fixed = nullptr;
  for (const Node* node : c->nodes) {
    if (node->fixed) fixed = &*node->fixed;
    for (const auto& [lang, in] : node->in) {
      // A constant says something of a fixed string only: else the language
      // is empty or universal.
      if (in.is_const() && !node->fixed) continue;
      if (!in.is_const() && !model.Speaks(in)) continue;
      (model.Value(in) ? c->in : c->out).push_back(lang);
    }
    for (const auto& [bytes, is_longer] : node->longer) {
      if (model.Value(is_longer)) longer = std::max(longer, bytes);
      if (!model.Value(is_longer)) bound = std::min(bound, bytes);
    }
  }
  for (const Node* node : c->nodes) {
    if (const Step step = AddComputed(model, *node, c); step != Step::kDone) {
      return step;
    }
  }
  for (auto* langs : {&c->in, &c->out}) {
    std::sort(langs->begin(), langs->end());
    langs->erase(std::unique(langs->begin(), langs->end()), langs->end());
  }
  Facts* facts = space_->facts();
  const auto fits = [&](const std::string& text) {
    const auto holds = [&](LangNo l) { return facts->Contains(l, text); };
    return std::all_of(c->in.begin(), c->in.end(), holds) &&
           std::none_of(c->out.begin(), c->out.end(), holds);
  };
  if (fixed != nullptr) {
    if (fits(*fixed)) {
      c->candidates = {*fixed};
      return Step::kDone;
    }
    // Another node of the class has atoms that the fixed one lacks.
    BlockSignature(*c);
    return Step::kRefined;
  }
  if (!values_wanted_ && c->unlike.empty() && longer == 0 &&
      facts->SeenOne(c->in, c->out)) {
    c->candidates = {""};  // its value is not asked for
    return Step::kDone;
  }
  if (longer == 0) {
    for (const std::string& text : Preferred(*c->nodes[0])) {
      if (fits(text)) c->candidates.push_back(text);
    }
  } else {
    // Counted in code points: a string of more than that many has more bytes.
    c->in.push_back(facts->Length(uint64_t{longer} + 1,
                                  std::numeric_limits<uint64_t>::max()));
  }
  while (c->candidates.size() <= c->unlike.size()) {
    const Realized r = facts->Realize(c->in, c->out, c->candidates);
    if (r.status == Realized::Status::kUnknown) {
      return Avoid(*c);
    }
    if (r.status == Realized::Status::kEmpty) break;
    if (r.text.size() > bound) return GiveUp("it needs a very long string");
    c->candidates.push_back(r.text);
  }
  if (!c->candidates.empty()) return Step::kDone;
  if (longer != 0) return GiveUp("it needs a very long string");
  BlockSignature(*c);
  return Step::kRefined;
}

// A class with more candidates than neighbours never gets stuck, so this only
// searches among the few strings of finite languages.
bool Search::Choose(size_t next, std::vector<std::string>* chosen) const {
  if (next == classes_.size()) return true;
  for (const std::string& text : classes_[next].candidates) {
    const auto clashes = [&](size_t other) {
      return other < next && (*chosen)[other] == text;
    };
    const auto& unlike = classes_[next].unlike;
    if (std::any_of(unlike.begin(), unlike.end(), clashes)) continue;
    chosen->push_back(text);
    if (Choose(next + 1, chosen)) return true;
    chosen->pop_back();
    if (unlike.empty()) return false;
  }
  return false;
}

// Moves each path below, or out of, the folder that its name has made by now.
// A guess: where it fails, replay finds that the request shows nothing.
void Search::PlaceJoined(const smt::Model& model,
                         std::vector<std::string>* chosen) {
  Facts* facts = space_->facts();
  const auto class_of = [&](const Node* node) {
    const auto has = [&](const Class& c) {
      return std::find(c.nodes.begin(), c.nodes.end(), node) != c.nodes.end();
    };
    return static_cast<size_t>(
        std::find_if(classes_.begin(), classes_.end(), has) - classes_.begin());
  };
  std::set<size_t> moved;
  for (const Space::Joined& join : space_->joins()) {
    if (!LiveString(*join.a) || !LiveString(*join.b)) continue;
    if (!model.Value(join.valid)) continue;
    const size_t a = class_of(join.a);
    const std::string& name = (*chosen)[class_of(join.b)];
    if (name.size() + join.prefix.size() >= kMaxSegmentBytes) continue;
    if (!facts->Contains(facts->Segments(), name)) continue;
    const LangNo folder = facts->Under(join.prefix + "/" + name);
    const bool under = model.Value(join.under);
    (under ? classes_[a].in : classes_[a].out).push_back(folder);
    if (facts->Contains(folder, (*chosen)[a]) != under) moved.insert(a);
  }
  for (const size_t a : moved) {
    Class& c = classes_[a];
    std::vector<std::string> taken;
    for (const size_t other : c.unlike) taken.push_back((*chosen)[other]);
    const Realized r = facts->Realize(c.in, c.out, taken);
    if (r.status == Realized::Status::kFound) (*chosen)[a] = r.text;
  }
}

// The strings with the length, port or instant that the model gives them. Of
// the spellings of an instant only one is tried: without it nothing is known.
Search::Step Search::AddComputed(const smt::Model& model, const Node& node,
                                 Class* c) {
  Facts* facts = space_->facts();
  const auto add = [&](Computed computed) {
    c->in.push_back(computed.lang);
    c->computed.push_back(std::move(computed));
  };
  if (node.shape->measured) {
    const smt::Wide n = model.Value(node.length);
    const auto between = [facts](smt::Wide lo, smt::Wide hi) {
      // Without an end it is an automaton of few states.
      return facts->Length(static_cast<uint64_t>(lo),
                           hi == kMaxMeasured
                               ? std::numeric_limits<uint64_t>::max()
                               : static_cast<uint64_t>(hi));
    };
    add({between(n, n), node.length, n, between, 0, kMaxMeasured});
  }
  const auto in = [&](LangNo lang) {
    const auto it = node.in.find(lang);
    return it != node.in.end() && model.Value(it->second);
  };
  if (node.shape->ported && in(facts->Ports())) {
    const smt::Wide n = model.Value(node.port);
    const auto between = [facts](smt::Wide lo, smt::Wide hi) {
      return facts->PortBetween(static_cast<uint32_t>(lo),
                                static_cast<uint32_t>(hi));
    };
    add({between(n, n), node.port, n, between, 1, 65'535});
  }
  if (node.shape->timed && in(facts->Instants())) {
    const std::string text = SpellInstant(model.Value(node.instant));
    for (const LangNo lang : c->in) {
      if (!facts->Contains(lang, text)) {
        return GiveUp("an instant is asked for in another spelling");
      }
    }
    for (const LangNo lang : c->out) {
      if (facts->Contains(lang, text)) {
        return GiveUp("an instant is asked for in another spelling");
      }
    }
    add({facts->Strings({text}), node.instant, model.Value(node.instant)});
  }
  return Step::kDone;
}

// Makes a plain text the part of a URL that it shall be equal to. A guess, as
// above.
void Search::PlaceParts(const smt::Model& model,
                        std::vector<std::string>* chosen) {
  const auto class_of = [&](const Node* node) {
    const auto has = [&](const Class& c) {
      return std::find(c.nodes.begin(), c.nodes.end(), node) != c.nodes.end();
    };
    return static_cast<size_t>(
        std::find_if(classes_.begin(), classes_.end(), has) - classes_.begin());
  };
  Facts* facts = space_->facts();
  for (const Space::Parts& parts : space_->parts()) {
    if (!LiveString(*parts.a) || !LiveString(*parts.b)) continue;
    if (!model.Value(parts.same)) continue;
    const bool flip = parts.kind_a == ir::TermKind::kText;
    const size_t from = class_of(flip ? parts.b : parts.a);
    const size_t to = class_of(flip ? parts.a : parts.b);
    const auto url = automata::ParseUrl((*chosen)[from]);
    if (!url || from == to) continue;
    if (parts.kind_a == parts.kind_b) {
      const Class& c = classes_[to];
      const auto fits = [&](LangNo l) {
        return facts->Contains(l, (*chosen)[from]);
      };
      if (std::all_of(c.in.begin(), c.in.end(), fits) &&
          std::none_of(c.out.begin(), c.out.end(), fits)) {
        (*chosen)[to] = (*chosen)[from];
      }
      continue;
    }
    switch (flip ? parts.kind_b : parts.kind_a) {
      case ir::TermKind::kScheme:
        (*chosen)[to] = url->scheme;
        break;
      case ir::TermKind::kHost:
        (*chosen)[to] = url->host;
        break;
      case ir::TermKind::kPath:
        (*chosen)[to] = url->path;
        break;
      default:
        (*chosen)[to] = url->query;
    }
  }
}

// The values around the present one that no string of these languages has: a
// bound of lengths would else be learned one length at a time. Both ends by
// bisection.
Search::Gap Search::GapAround(const Computed& computed, std::vector<LangNo> in,
                              const std::vector<LangNo>& out) {
  std::erase(in, computed.lang);
  in.push_back(0);
  const auto none = [&](smt::Wide lo, smt::Wide hi) {
    in.back() = computed.between(lo, hi);
    return space_->facts()->Realize(in, out).status == Realized::Status::kEmpty;
  };
  Gap gap = {computed.at, computed.at};
  if (none(computed.first, computed.at)) gap.lo = computed.first;
  for (smt::Wide end = computed.first; end + 1 < gap.lo;) {
    const smt::Wide lo = end + (gap.lo - end) / 2;
    (none(lo, computed.at) ? gap.lo : end) = lo;
  }
  if (none(computed.at, computed.last)) gap.hi = computed.last;
  for (smt::Wide end = computed.last; gap.hi + 1 < end;) {
    const smt::Wide hi = gap.hi + (end - gap.hi) / 2;
    (none(computed.at, hi) ? gap.hi : end) = hi;
  }
  return gap;
}

// So many languages at once that their product is past its bound: another
// model may ask for fewer. Whether there is a string is open, so this is no
// fact but an assumption.
Search::Step Search::Avoid(const Class& c) {
  reason_ = "no string was found for `" + c.nodes[0]->shape->Name() +
            "` within bounds";
  std::vector<Bool> clause;
  for (const LangNo lang : c.in) {
    for (const Node* node : c.nodes) {
      const auto it = node->in.find(lang);
      if (it == node->in.end() || it->second.is_const()) continue;
      clause.push_back(Not(it->second));
    }
  }
  if (clause.empty() || ++avoidances_ > kMaxAvoidances) return Step::kGaveUp;
  if (!avoided_) avoided_ = space_->context()->FreshBool("avoided");
  clause.push_back(Not(*avoided_));
  space_->solver()->Add(Or(clause));
  return Step::kAvoided;
}

void Search::BlockSignature(const Class& c) {
  std::vector<LangNo> in = c.in;
  std::vector<LangNo> out = c.out;
  Facts* facts = space_->facts();
  const auto is_empty = [&] {
    return facts->Realize(in, out).status == Realized::Status::kEmpty;
  };
  const bool minimize = is_empty();  // not so if a fixed string is at fault
  for (auto* langs : {&in, &out}) {
    for (size_t i = 0; minimize && i < langs->size();) {
      const LangNo dropped = (*langs)[i];
      langs->erase(langs->begin() + static_cast<std::ptrdiff_t>(i));
      if (is_empty()) continue;
      langs->insert(langs->begin() + static_cast<std::ptrdiff_t>(i), dropped);
      ++i;
    }
  }
  std::vector<Bool> clause;
  const auto add = [&](LangNo lang, bool holds) {
    for (const Node* node : c.nodes) {
      const auto it = node->in.find(lang);
      if (it == node->in.end()) continue;
      clause.push_back(holds ? Not(it->second) : it->second);
    }
  };
  for (const LangNo lang : in) add(lang, true);
  for (const LangNo lang : out) add(lang, false);
  bool widened = false;
  for (const Computed& computed : c.computed) {
    if (std::find(in.begin(), in.end(), computed.lang) == in.end()) continue;
    const smt::Int value = computed.value;
    Gap gap = {computed.at, computed.at};
    // Beside the others' values as they are: so only one can be widened.
    if (computed.between && minimize && !std::exchange(widened, true)) {
      gap = GapAround(computed, in, out);
    }
    clause.push_back(smt::Less(value, smt::Int::Of(gap.lo)));
    clause.push_back(smt::Less(smt::Int::Of(gap.hi), value));
  }
  if (c.nodes.size() > 1) {
    for (const Space::Pair& p : space_->pairs()) {
      const auto has = [&](Node* n) {
        return std::find(c.nodes.begin(), c.nodes.end(), n) != c.nodes.end();
      };
      if (has(p.a) && has(p.b)) clause.push_back(Not(p.same));
    }
  }
  space_->solver()->Add(Or(clause));
}

void Search::BlockChoice(const smt::Model& model) {
  std::vector<Bool> clause;
  for (const Class& c : classes_) {
    if (c.unlike.empty()) continue;
    for (const Node* node : c.nodes) {
      clause.push_back(Not(node->Is(Kind::kString)));
      for (const auto& [lang, in] : node->in) {
        if (!in.is_const() && !model.Speaks(in)) continue;
        clause.push_back(model.Value(in) ? Not(in) : in);
      }
    }
  }
  for (const Space::Pair& p : space_->pairs()) {
    if (!LiveString(*p.a) || !LiveString(*p.b)) continue;
    clause.push_back(model.Value(p.same) ? Not(p.same) : p.same);
  }
  space_->solver()->Add(Or(clause));
}

}  // namespace polc::verifier
