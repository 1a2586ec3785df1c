#include "test/diff/law_maker.h"

#include <fmt/format.h>

#include "test/unit/support/vocabulary.h"

namespace polc::testing {
namespace {

std::string Quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string PolicyOf(const std::string& name, const LawInstance& instance,
                     const std::string& condition) {
  return fmt::format(
      "policy {};\nimport \"m.pol\";\n{}\nask it when {};\ndefault allow;\n",
      name, instance.declarations, condition);
}

std::string LawMaker::TextLiteral() {
  return Quoted(random_.Pick(random_.Percent(80) ? Texts() : Hosts()));
}

std::string LawMaker::TextSet(size_t count) {
  std::string out = "{" + TextLiteral();
  for (size_t i = 1; i < count; ++i) out += ", " + TextLiteral();
  return out + "}";
}

std::string LawMaker::NumberLiteral() {
  return Pick({"0", "1", "2", "10", "-1", "0.1", "3.25", "80", "443", "100"});
}

std::string LawMaker::Folding() {
  return random_.Percent(25) ? " ignoring case" : "";
}

std::string LawMaker::Text() {
  return Pick({"args.name", "args.mode", "args[\"odd key\"]",
               "args.options.name", "args.tags[0]", "args.name ?? \"alpha\"",
               "caller.grant", "caller.subject", "url(args.url).host",
               "url(args.url).scheme", "url(args.url).path", "session"});
}

std::string LawMaker::Number() {
  if (random_.Percent(30)) {
    return fmt::format("({} {} {})", Number(), Pick({"+", "-"}), Number());
  }
  return Pick({"args.count", "args.amount", "args.options.count",
               "args.counts[1]", "length(args.name)", "size(args.tags)",
               "url(args.url).port", "args.count ?? 1", "args.count * 2",
               "-args.amount", "now in zone \"Europe/Berlin\".hour",
               "now in zone \"UTC\".minute"});
}

std::string LawMaker::TextAtom(const std::string& text) {
  switch (random_.Below(6)) {
    case 0:
      return fmt::format("{} {} {}{}", text, Pick({"==", "!="}), TextLiteral(),
                         Folding());
    case 1:
      return fmt::format("{}{} in {}{}", text, Pick({"", " not"}), TextSet(2),
                         Folding());
    case 2:
      return fmt::format("{}{} like {}{}", text, Pick({"", " not"}),
                         Pick({"\"*\"", "\"prod-?\"", "\"*a*\"", "\"e*\"",
                               "{\"dev-*\", \"alpha\"}"}),
                         Folding());
    case 3:
      return fmt::format("{} {} {}{}", text, Pick({"matches", "finds"}),
                         Pick({"r\"^[a-k].*$\"", "r\"[[:alpha:]]+-\\d\"",
                               "r\".\"", "r\"^(alpha|beta)$\""}),
                         Folding());
    case 4:
      return fmt::format("{} {} {}{}", text,
                         Pick({"starts with", "ends with", "contains"}),
                         TextLiteral(), Folding());
    default:
      return fmt::format("{} in args.tags", text);
  }
}

std::string LawMaker::NumberAtom(const std::string& number) {
  switch (random_.Below(4)) {
    case 0:
      return fmt::format("{} in {}..{}", number, Pick({"-1", "0", "0.1"}),
                         Pick({"2", "3.25", "100"}));
    case 1:
      return fmt::format("{} in {{{}, {}}}", number, NumberLiteral(),
                         NumberLiteral());
    case 2:
      return fmt::format("{} {} {}", number,
                         Pick({"==", "!=", "<", "<=", ">", ">="}), Number());
    default:
      return fmt::format("{} {} {}", number,
                         Pick({"==", "!=", "<", "<=", ">", ">="}),
                         NumberLiteral());
  }
}

std::string LawMaker::PlaceAtom() {
  return Pick(
      {"path(args.path) under \"/srv/data\"", "path(args.path) under \"/\"",
       "path(args.path) under \"/home\" / caller.subject",
       "url(args.url).host in cidr(\"10.0.0.0/8\")", "url(args.url).host is ip",
       "ip(args.address) in cidr(\"192.168.0.0/16\")",
       "ip(args.address) not in cidr(\"::/0\")",
       "url(args.url).host == args.host", "time(args.since) < now",
       "time(args.since) <= time(args.until)",
       "time(args.until) > time(\"2020-01-01T00:00:00Z\")",
       "now in zone \"Europe/Berlin\".weekday in {monday, sunday}",
       "now in zone \"UTC\".date in \"2000-02-29\"..\"2024-02-29\""});
}

std::string LawMaker::CallerAtom() {
  return Pick({"\"ci\" in caller.roles", "caller.claims.team == \"sre\"",
               "has caller.claims.team", "server == \"files\"",
               "marked(p0.mark0)", "args.force", "not args.force",
               "has args.name", "args.count is null", "args.tags is list",
               "args.count is number", "has args.options.path",
               "args.options only {name, count}"});
}

std::string LawMaker::Quantifier(bool any) {
  const bool texts = random_.Percent(50);
  const std::string body =
      texts
          ? TextAtom("v")
          : (random_.Percent(50) ? TextAtom("v.name") : NumberAtom("v.count"));
  return fmt::format("{} v in {} ({})", any ? "any" : "all",
                     texts ? "args.tags" : "args.items", body);
}

std::string LawMaker::Atom() {
  switch (random_.Below(6)) {
    case 0:
    case 1:
      return TextAtom(Text());
    case 2:
      return NumberAtom(Number());
    case 3:
      return PlaceAtom();
    case 4:
      return CallerAtom();
    default:
      return Quantifier(random_.Percent(50));
  }
}

std::string LawMaker::Condition(int depth) {
  if (depth == 0 || random_.Percent(25)) return "(" + Atom() + ")";
  if (random_.Percent(20)) return "not " + Condition(depth - 1);
  return fmt::format("({} {} {})", Condition(depth - 1), Pick({"and", "or"}),
                     Condition(depth - 1));
}

LawInstance LawMaker::NotEqual() {
  const bool texts = random_.Percent(50);
  const std::string a = texts ? Text() : Number();
  const std::string b = texts ? TextLiteral() + Folding() : Number();
  return {"x != y", "", fmt::format("{} != {}", a, b),
          fmt::format("not ({} == {})", a, b)};
}

LawInstance LawMaker::InSet() {
  const bool texts = random_.Percent(60);
  const std::string x = texts ? Text() : Number();
  const std::string a = texts ? TextLiteral() : NumberLiteral();
  const std::string b = texts ? TextLiteral() : NumberLiteral();
  const std::string fold = texts ? Folding() : "";
  return {"x in {a, b}", "", fmt::format("{} in {{{}, {}}}{}", x, a, b, fold),
          fmt::format("{0} == {1}{3} or {0} == {2}{3}", x, a, b, fold)};
}

LawInstance LawMaker::NotIn() {
  const std::string pair = Pick({
      Text() + "|args.tags",
      Text() + "|" + TextSet(3),
      Number() + "|0..3.25",
      "args.amount|args.counts",
      "ip(args.address)|cidr(\"10.0.0.0/8\")",
      "url(args.url).host|cidr(\"::1/128\")",
      "\"ci\"|caller.roles",
  });
  const size_t bar = pair.find('|');
  const std::string x = pair.substr(0, bar);
  const std::string s = pair.substr(bar + 1);
  return {"x not in S", "", x + " not in " + s,
          fmt::format("not ({} in {})", x, s)};
}

LawInstance LawMaker::Dual() {
  const std::string all = Quantifier(false);
  const size_t open = all.find('(');
  const std::string list = all.substr(4, open - 4);
  const std::string body = all.substr(open + 1, all.size() - open - 2);
  return {"all v in L (E)", "", all,
          fmt::format("not (any {}(not ({})))", list, body)};
}

LawInstance LawMaker::DeMorgan() {
  const std::string a = Condition(1);
  const std::string b = Condition(1);
  const bool conjunction = random_.Percent(50);
  return {"De Morgan", "",
          fmt::format("not ({} {} {})", a, conjunction ? "and" : "or", b),
          fmt::format("not {} {} not {}", a, conjunction ? "or" : "and", b)};
}

LawInstance LawMaker::Order() {
  const std::string a = Condition(1);
  const std::string b = Condition(1);
  const std::string op = Pick({"and", "or"});
  return {"operand order", "", fmt::format("{} {} {}", a, op, b),
          fmt::format("{} {} {}", b, op, a)};
}

LawInstance LawMaker::Substitution() {
  const bool texts = random_.Percent(50);
  const std::string argument = texts ? Text() : Number();
  const std::string body = texts ? TextAtom("x") : NumberAtom("x");
  std::string instead = body;
  for (size_t at = 0; (at = instead.find('x', at)) != std::string::npos;) {
    // The parameter is the only word of one letter that begins the body.
    if (at == 0) {
      instead.replace(at, 1, "(" + argument + ")");
      break;
    }
    ++at;
  }
  return {"substitution", fmt::format("predicate holds(x) = {};", body),
          fmt::format("holds({})", argument), instead};
}

LawInstance LawMaker::Algebra() {
  const std::string x = Text();
  const std::string sets =
      fmt::format("set s = {};\nset t = {};\n", TextSet(3), TextSet(2));
  switch (random_.Below(3)) {
    case 0:
      return {"set algebra", sets + "set u = s | t;", x + " in u",
              fmt::format("{0} in s or {0} in t", x)};
    case 1:
      return {"set algebra", sets + "set u = s & t;", x + " in u",
              fmt::format("{0} in s and {0} in t", x)};
    default:
      return {"set algebra", sets + "set u = s - t;", x + " in u",
              fmt::format("{0} in s and {0} not in t", x)};
  }
}

LawInstance LawMaker::Range() {
  const std::string x = Number();
  const std::string lo = Pick({"-1", "0", "0.1"});
  const std::string hi = Pick({"2", "3.25", "100"});
  return {"x in a..b", "", fmt::format("{} in {}..{}", x, lo, hi),
          fmt::format("{0} >= {1} and {0} <= {2}", x, lo, hi)};
}

LawInstance LawMaker::Mirror() {
  const std::string a = Number();
  const std::string b = random_.Percent(50) ? Number() : NumberLiteral();
  if (random_.Percent(50)) {
    return {"a < b", "", fmt::format("{} < {}", a, b),
            fmt::format("{} > {}", b, a)};
  }
  return {"a < b", "", fmt::format("{} < {}", a, b),
          fmt::format("not ({} >= {})", a, b)};
}

std::vector<LawInstance> LawMaker::MakeAll() {
  return {NotEqual(), InSet(),        NotIn(),   Dual(),  DeMorgan(),
          Order(),    Substitution(), Algebra(), Range(), Mirror()};
}

}  // namespace polc::testing
