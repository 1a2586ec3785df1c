"""Reads a page as a browser does and says what is wrong with it: elements that
do not nest, an id given twice, a link to no id, anything that is fetched or
run."""
import html.parser
import sys

VOID = {"br", "meta"}
PLAIN = {"html", "head", "title", "style", "body", "h1", "h2", "h3", "h4",
         "p", "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "div",
         "span", "a", "code", "pre", "strong"} | VOID
problems = []


class Reader(html.parser.HTMLParser):
    open, ids, links = [], set(), set()

    def handle_starttag(self, tag, attrs):
        if tag not in PLAIN:
            problems.append(f"<{tag}>")
        for name, value in attrs:
            if name == "id":
                if value in self.ids:
                    problems.append(f"two of id {value}")
                self.ids.add(value)
            elif name == "href":
                if value.startswith("#"):
                    self.links.add(value[1:])
                elif not value.startswith((".", "/")):
                    problems.append(f"a link to {value}")
            elif name not in ("class", "scope", "lang", "charset", "name",
                              "content", "http-equiv"):
                problems.append(f"{name}= of <{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            problems.append(f"</{tag}>")


reader = Reader(convert_charrefs=True)
with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
reader.feed(text)
reader.close()
problems += [f"<{tag}> stays open" for tag in reader.open]
problems += [f"#{link} leads nowhere" for link in reader.links - reader.ids]
if not text.startswith("<!DOCTYPE html>") or "url(" in text.split(
        "</style>")[0]:
    problems.append("no document, or a style that fetches")
print(*problems or ["one document, nothing fetched, no script"], sep="\n")
