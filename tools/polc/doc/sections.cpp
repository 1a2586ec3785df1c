// What holds for the whole set: limits, marks, approvals,
// assertions.
#include "tools/polc/doc/context.h"

namespace polc::tool::doc {
namespace {

// The parts of a doc comment in one cell.
Line CommentCell(const std::string& doc) {
  Line out;
  for (Line& paragraph : Paragraphs(doc)) {
    if (!out.empty()) Append(&out, Break());
    Append(&out, std::move(paragraph));
  }
  return out;
}

// The doc comment of the declaration at `range`.
std::string DocOf(const ast::File& file, source::Range range) {
  for (const ast::Decl& decl : file.decls) {
    if (decl.range == range) return decl.doc;
  }
  return "";
}

std::string FullName(const Context& context, size_t file,
                     const ast::Name& name) {
  return context.program().ModuleName(file) + "." + name.text;
}

}  // namespace

void AddLimits(const Context& context, Page* page) {
  std::vector<std::vector<Line>> rows;
  for (const auto& limit : context.program().limits) {
    const std::string name = FullName(context, limit.file, limit.decl->name);
    rows.push_back({{context.SourceLink(name, limit.file, limit.range)},
                    context.words().Limit(limit.file, *limit.decl),
                    CommentCell(DocOf(context.program().files[limit.file].ast,
                                      limit.range))});
  }
  if (rows.empty()) return;
  page->Heading(2, {Text("Limits")}, "limits");
  page->Paragraph(
      {Text("Counted before a call goes out. A call that does not "
            "fit is denied, unless its rule says that a person "
            "may approve it then.")});
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& limit = context.program().limits[i];
    rows[i][0].insert(rows[i][0].begin(),
                      Place(Anchor("counts " + FullName(context, limit.file,
                                                        limit.decl->name))));
  }
  page->Table({"Limit", "How much", "Why"}, std::move(rows));
}

void AddMarks(const Context& context, Page* page) {
  std::vector<std::vector<Line>> rows;
  for (const auto& mark : context.program().marks) {
    const std::string name = FullName(context, mark.file, mark.decl->name);
    rows.push_back({{Place(Anchor("sets " + name)),
                     context.SourceLink(name, mark.file, mark.range)},
                    context.words().Mark(mark.file, *mark.decl),
                    CommentCell(DocOf(context.program().files[mark.file].ast,
                                      mark.range))});
  }
  if (rows.empty()) return;
  page->Heading(2, {Text("Marks")}, "marks");
  page->Paragraph(
      {Text("Set when a call goes out, and remembered for later "
            "calls.")});
  page->Table({"Mark", "Set", "Why"}, std::move(rows));
}

void AddApprovals(const Context& context, Page* page) {
  std::vector<std::vector<Line>> rows;
  for (const auto& rule : context.program().rules) {
    if (rule.decl->effect != ast::Effect::kAsk) continue;
    Line who;
    for (const ast::Name& role : rule.decl->roles) {
      Append(&who, Text(who.empty() ? "role " : " or "));
      Append(&who, Code(role.text));
    }
    if (who.empty()) who = {Text("anybody but the caller")};
    Line what = context.words().Target(rule.file, rule.decl->target);
    if (rule.decl->when) {
      Append(&what, Text(" where "));
      Append(&what, context.words().Condition(rule.file, *rule.decl->when));
    }
    const int64_t seconds =
        rule.decl->within ? rule.decl->within->seconds : 600;
    rows.push_back(
        {{context.SourceLink(FullName(context, rule.file, rule.decl->name),
                             rule.file, rule.range)},
         std::move(what),
         std::move(who),
         {Text(DurationWords(seconds))}});
  }
  if (rows.empty()) return;
  page->Heading(2, {Text("Approvals")}, "approvals");
  page->Paragraph(
      {Text("Nobody approves their own call. An approval is for "
            "one call with these arguments, and ends with the "
            "time.")});
  page->Table({"Rule", "What", "Who approves", "Within"}, std::move(rows));
}

void AddAssertions(const Context& context, Page* page) {
  std::vector<std::vector<Line>> rows;
  for (const auto& assertion : context.program().assertions) {
    rows.push_back(
        {{context.SourceLink(
             FullName(context, assertion.file, assertion.decl->name),
             assertion.file, assertion.range)},
         context.words().Assertion(assertion.file, *assertion.decl),
         CommentCell(DocOf(context.program().files[assertion.file].ast,
                           assertion.range))});
  }
  if (rows.empty()) return;
  page->Heading(2, {Text("What must hold")}, "assertions");
  page->Paragraph(
      {Text("Claims about all policies together, on every request. "),
       Code("polc check"),
       Text(" proves each, or shows a request that breaks it.")});
  page->Table({"Name", "Claim", "Why"}, std::move(rows));
}

}  // namespace polc::tool::doc
