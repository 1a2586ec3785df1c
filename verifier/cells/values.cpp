#include "verifier/cells/values.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "verifier/encode/numbers.h"

namespace polc::verifier {
namespace {

using ir::Kind;
using smt::Bool;
using smt::NodeNo;

// Of one part; more and some are left out.
constexpr size_t kMaxWays = 2048;
// Members of a set that are listed one by one.
constexpr size_t kMaxMembers = 1024;

// What the node above a node is to it.
enum class Above : uint8_t { kHolds, kAbsent, kOther };

// A verdict on what is known: nullopt where it hangs on the rest.
class Partial {
 public:
  explicit Partial(const smt::Context& context) : context_(context) {}
  void Set(Bool unknown, bool value) {
    if (!unknown.is_const()) known_[unknown.node()] = value;
  }
  std::optional<bool> Value(Bool b) {
    return b.is_const() ? b.is_true() : Value(b.node());
  }

 private:
  std::optional<bool> Value(NodeNo node) {
    const auto [it, is_new] = known_.try_emplace(node, std::nullopt);
    if (!is_new) return it->second;
    const std::optional<bool> value = Compute(node);
    return known_[node] = value;
  }

  std::optional<bool> Compute(NodeNo node) {
    const auto operands = context_.operands(node);
    switch (context_.op(node)) {
      case smt::Op::kUnknown: {
        const NodeNo body = context_.DefinitionOf(node).body;
        return body == 0 ? std::nullopt : Value(body);
      }
      case smt::Op::kNot: {
        const auto value = Value(operands[0]);
        return value ? std::optional(!*value) : std::nullopt;
      }
      case smt::Op::kAnd:
      case smt::Op::kOr: {
        const bool zero = context_.op(node) == smt::Op::kOr;
        bool open = false;
        for (const NodeNo operand : operands) {
          const auto value = Value(operand);
          if (value == zero) return zero;
          open |= !value.has_value();
        }
        return open ? std::nullopt : std::optional(!zero);
      }
      default:
        return std::nullopt;
    }
  }

  const smt::Context& context_;
  std::unordered_map<NodeNo, std::optional<bool>> known_;
};

class PartMaker {
 public:
  // `spoken` null: everything is told apart by all that it can be.
  PartMaker(const Space& space, const std::vector<Bool>& demands,
            const Spoken* spoken)
      : space_(space), demands_(demands), spoken_(spoken) {}

  // One of several parts, if the question speaks of it.
  void Make(const Node& node, Above above, std::vector<Part>* parts) {
    part_ = {};
    AddUnknowns(node);
    if (!IsSpokenOf()) return;
    part_.ways = WaysOf(node, above);
    parts->push_back(std::move(part_));
  }

  // Only the node itself: what is in it is made apart.
  void MakeAlone(const Node& node, std::vector<Part>* parts) {
    part_ = {};
    Note(node.extra);
    if (!IsSpokenOf()) return;
    Way way;
    NodeValue value = Live(Kind::kObject);
    part_.ways = {way};
    part_.ways[0].values.emplace_back(node.number, value);
    if (!node.extra.is_const()) {
      value.extra = true;
      way.values.emplace_back(node.number, value);
      Hold(&way, node.extra);
      part_.ways.push_back(std::move(way));
    }
    parts->push_back(std::move(part_));
  }

 private:
  bool IsSpokenOf() const {
    return spoken_ == nullptr ||
           std::any_of(part_.unknowns.begin(), part_.unknowns.end(),
                       [&](NodeNo n) { return spoken_->contains(n); });
  }
  // Whether strings are told apart by an unknown.
  bool Tells(Bool in) const {
    return !in.is_const() &&
           (spoken_ == nullptr || spoken_->contains(in.node()));
  }
  void Note(Bool unknown) {
    if (!unknown.is_const()) part_.unknowns.push_back(unknown.node());
  }
  static void Hold(Way* way, Bool unknown) {
    if (!unknown.is_const()) way->holds.push_back(unknown.node());
  }
  static NodeValue Live(Kind kind) {
    NodeValue value;
    value.live = true;
    value.kind = kind;
    return value;
  }

  void AddUnknowns(const Node& node) {
    for (const Bool& kind : node.kind) Note(kind);
    Note(node.flag);
    Note(node.extra);
    Note(node.whole);
    for (const auto& [lang, in] : node.in) Note(in);
    for (const auto& [bytes, longer] : node.longer) Note(longer);
    for (const Bool& at_least : node.at_least) Note(at_least);
    for (const auto& [n, size] : node.size) Note(size);
    for (const Bool& active : node.active) Note(active);
    for (const auto& [step, member] : node.members) AddUnknowns(*member);
    for (const auto& element : node.elements) AddUnknowns(*element);
  }

  std::vector<Way> WaysOf(const Node& node, Above above) {
    std::vector<Way> ways;
    for (int k = 0; k < ir::kKindCount; ++k) {
      const auto kind = static_cast<Kind>(k);
      if (node.kind[k].is_false()) continue;
      if (above == Above::kAbsent && kind != Kind::kMissing) continue;
      if (above == Above::kOther && kind != Kind::kBad) continue;
      if (above == Above::kHolds && kind == Kind::kBad &&
          node.parent != nullptr) {
        continue;
      }
      for (Way& way : WaysAs(node, kind, above)) {
        Hold(&way, node.kind[k]);
        ways.push_back(std::move(way));
        if (ways.size() < kMaxWays) continue;
        part_.all = false;
        return ways;
      }
    }
    return ways;
  }

  // Without the kind's own unknown.
  std::vector<Way> WaysAs(const Node& node, Kind kind, Above above) {
    std::vector<Way> ways;
    const auto add = [&](const NodeValue& value) -> Way& {
      Way& way = ways.emplace_back();
      if (above == Above::kHolds) way.values.emplace_back(node.number, value);
      return way;
    };
    NodeValue value = Live(kind);
    switch (kind) {
      case Kind::kBool:
        for (const bool flag : {true, false}) {
          value.flag = flag;
          Way& way = add(value);
          if (flag) Hold(&way, node.flag);
          if (node.flag.is_const()) break;
        }
        break;
      case Kind::kNumber:
        AddNumbers(node, value, add);
        break;
      case Kind::kString:
        AddStrings(node, value, add);
        break;
      case Kind::kList:
        AddSizes(node, value, add);
        break;
      case Kind::kObject:
        for (const bool extra : {false, true}) {
          value.extra = extra;
          Way& way = add(value);
          if (extra) Hold(&way, node.extra);
          if (node.extra.is_const()) break;
        }
        break;
      default:
        add(value);
    }
    return WithMembers(node, kind, std::move(ways));
  }

  std::vector<Way> WithMembers(const Node& node, Kind kind,
                               std::vector<Way> ways) {
    for (const auto& [step, member] : node.members) {
      const bool holds =
          kind == (step.index >= 0 ? Kind::kList : Kind::kObject);
      const Above above = holds ? Above::kHolds
                          : kind == Kind::kMissing || kind == Kind::kNull
                              ? Above::kAbsent
                              : Above::kOther;
      // Which places of a list there are is not listed here (AddSizes).
      const auto inner =
          WaysOf(*member, holds && step.index >= 0 ? Above::kAbsent : above);
      std::vector<Way> product;
      for (const Way& way : ways) {
        for (const Way& in : inner) {
          if (product.size() >= kMaxWays) {
            part_.all = false;
            break;
          }
          Way both = way;
          both.values.insert(both.values.end(), in.values.begin(),
                             in.values.end());
          both.holds.insert(both.holds.end(), in.holds.begin(), in.holds.end());
          product.push_back(std::move(both));
        }
      }
      ways = std::move(product);
    }
    return ways;
  }

  template <typename Add>
  void AddNumbers(const Node& node, NodeValue value, const Add& add) {
    constexpr double kInf = std::numeric_limits<double>::infinity();
    const auto one = [&](size_t rank, double number, bool whole) {
      value.number = number;
      Way& way = add(value);
      for (size_t r = 1; r <= rank; ++r) Hold(&way, node.AtLeast(r));
      if (whole) Hold(&way, node.whole);
    };
    for (size_t rank = 0; rank < node.ranks(); ++rank) {
      if (rank % 2 == 1) {
        const double cut = node.cuts[rank / 2];
        one(rank, cut, IsWhole(cut));
        continue;
      }
      const double lo = rank == 0 ? -kInf : node.cuts[rank / 2 - 1];
      const double hi =
          rank / 2 == node.cuts.size() ? kInf : node.cuts[rank / 2];
      if (node.whole.is_const()) {
        if (const auto any = PickAny(lo, hi)) one(rank, *any, false);
        continue;
      }
      if (const auto n = Pick(lo, hi, Whole::kYes)) one(rank, *n, true);
      if (const auto n = Pick(lo, hi, Whole::kNo)) one(rank, *n, false);
    }
  }

  // A set that a demand keeps the string in.
  const std::vector<std::string>* Members(const Node& node) {
    Facts* facts = space_.facts();
    for (const auto& [lang, in] : node.in) {
      const auto* members = facts->Members(lang);
      if (members == nullptr || members->size() > kMaxMembers) continue;
      Partial partial(*space_.context());
      for (int k = 0; k < ir::kKindCount; ++k) {
        partial.Set(node.kind[k], k == static_cast<int>(Kind::kString));
      }
      partial.Set(in, false);
      for (const Bool& demand : demands_) {
        if (partial.Value(demand) == false) return members;
      }
    }
    return nullptr;
  }

  static bool HasLonger(const std::vector<std::string>& members,
                        const Node& node) {
    return std::any_of(members.begin(), members.end(), [&](const auto& member) {
      return member.size() > node.longer.begin()->first;
    });
  }

  template <typename Add>
  void AddStrings(const Node& node, NodeValue value, const Add& add) {
    Facts* facts = space_.facts();
    const auto one = [&](const std::string& text) {
      value.text = text;
      Way& way = add(value);
      for (const auto& [lang, in] : node.in) {
        if (Tells(in) && facts->Contains(lang, text)) Hold(&way, in);
      }
    };
    if (node.fixed) return one(*node.fixed);
    const auto* members = Members(node);
    if (!node.longer.empty() &&
        (members == nullptr || HasLonger(*members, node))) {
      part_.short_only = true;
    }
    if (members != nullptr) {
      part_.one_by_one.insert(node.number);
      for (const std::string& member : *members) one(member);
      return;
    }
    std::vector<const automata::Dfa*> all;
    for (const auto& [lang, in] : node.in) {
      if (!Tells(in)) continue;
      all.push_back(facts->DfaOf(lang));
      if (all.back() == nullptr) part_.all = false;
    }
    std::erase(all, nullptr);
    if (const auto& classes = facts->ClassesOf(all)) {
      for (const StringClass& c : *classes) one(c.text);
      return;
    }
    part_.all = false;
    // By text: the numbers of languages hang on what else the set has.
    std::set<std::string> texts = {""};
    for (const auto& [lang, in] : node.in) {
      if (!Tells(in)) continue;
      const Realized r = facts->Realize({lang}, {});
      if (r.status == Realized::Status::kFound) texts.insert(r.text);
    }
    for (const std::string& text : texts) one(text);
  }

  template <typename Add>
  void AddSizes(const Node& node, NodeValue value, const Add& add) {
    const bool inner =
        !node.elements.empty() ||
        (!node.members.empty() && node.members.begin()->first.index >= 0);
    add(value);
    if (inner) {
      part_.open_lists = true;
      return;
    }
    for (const auto& [n, at_least] : node.size) {
      constexpr uint64_t kMaxSize = 1000;
      if (n > kMaxSize) {
        part_.all = false;
        return;
      }
      value.size = n;
      Way& way = add(value);
      for (const auto& [m, also] : node.size) {
        if (m <= n) Hold(&way, also);
      }
    }
  }

  const Space& space_;
  const std::vector<Bool>& demands_;
  const Spoken* spoken_;
  Part part_;
};

std::vector<Part> MakeParts(const Space& space,
                            const std::vector<Bool>& demands,
                            const Spoken* spoken) {
  PartMaker maker(space, demands, spoken);
  std::vector<Part> parts;
  for (int r = 0; r < ir::kRootCount; ++r) {
    const Node* root = space.root(static_cast<ir::Root>(r));
    if (root == nullptr) continue;
    if (!root->Is(Kind::kObject).is_true()) {
      maker.Make(*root, Above::kHolds, &parts);
      continue;
    }
    maker.MakeAlone(*root, &parts);
    for (const auto& [step, member] : root->members) {
      maker.Make(*member, step.index >= 0 ? Above::kOther : Above::kHolds,
                 &parts);
    }
  }
  return parts;
}

void AddSpokenIn(const smt::Context& context, NodeNo node, Spoken* seen,
                 Spoken* spoken) {
  if (!seen->insert(node).second) return;
  if (context.op(node) == smt::Op::kUnknown) {
    const NodeNo body = context.DefinitionOf(node).body;
    if (body != 0) return AddSpokenIn(context, body, seen, spoken);
    spoken->insert(node);
  }
  for (const NodeNo operand : context.operands(node)) {
    AddSpokenIn(context, operand, seen, spoken);
  }
}

}  // namespace

void AddSpoken(const smt::Context& context, Bool b, Spoken* spoken) {
  if (b.is_const()) return;
  Spoken seen;
  AddSpokenIn(context, b.node(), &seen, spoken);
}

size_t TextsLike(Facts* facts, const std::vector<LangNo>& languages,
                 const std::string& text) {
  for (const LangNo lang : languages) {
    const std::vector<std::string>* members = facts->Members(lang);
    if (members == nullptr || !facts->Contains(lang, text)) continue;
    const auto like = std::count_if(
        members->begin(), members->end(), [&](const std::string& other) {
          return std::all_of(languages.begin(), languages.end(), [&](LangNo l) {
            return facts->Contains(l, other) == facts->Contains(l, text);
          });
        });
    return static_cast<size_t>(like);
  }
  return 0;
}

std::vector<Part> PartsOf(const Space& space,
                          const std::vector<Bool>& demands) {
  return MakeParts(space, demands, nullptr);
}

std::vector<Part> PartsSpokenOf(const Space& space, const Spoken& spoken) {
  return MakeParts(space, {}, &spoken);
}

}  // namespace polc::verifier
