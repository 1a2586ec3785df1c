// Reading files: whatever they are, it ends, and with a reason.
#include "compiler/import/document.h"

#include "compiler/import/scalar.h"
#include "compiler/support/limits.h"
#include "test/unit/import/import_support.h"

namespace polc::import {
namespace {

class DocumentTest : public ImportTest {
 protected:
  std::optional<Document> Read(const std::string& text) {
    diags_ = {};
    file_ = files_.Add("a.yaml", text);
    return ReadDocument(files_, file_, &diags_);
  }
  std::string Refused(const std::string& text) {
    EXPECT_FALSE(Read(text)) << text.substr(0, 40);
    return diags_.all().empty() ? "" : diags_.all().back().message;
  }
};

TEST_F(DocumentTest, KnowsWhereThingsStand) {
  const std::string text =
      "\xEF\xBB\xBF# \xC3\xA9\nd\xC3\xA9: \"x\\\"y\" # c\nl: &a [ok, 'it''s']\n"
      "m: *a\nn:\n";
  const auto document = Read(text);
  ASSERT_TRUE(document);
  const Node& root = *document->root;
  EXPECT_EQ(files_.text(root.Find("d\xC3\xA9")->range), "\"x\\\"y\"");
  EXPECT_EQ(root.Find("d\xC3\xA9")->text, "x\"y");
  ASSERT_EQ(root.Find("l")->items.size(), 2u);
  EXPECT_EQ(files_.text(root.Find("l")->items[0]->range), "ok");
  EXPECT_EQ(root.Find("m"), root.Find("l"));
  EXPECT_TRUE(root.Find("n")->is_null());
  EXPECT_EQ(root.Find("o"), nullptr);
}

TEST_F(DocumentTest, MergesWhatIsNotWritten) {
  const auto document = Read("base: &b {a: 1, b: 2}\nmap:\n  <<: *b\n  a: 3\n");
  ASSERT_TRUE(document);
  const Node& map = *document->root->Find("map");
  EXPECT_EQ(map.members.size(), 2u);
  EXPECT_EQ(map.Find("a")->text, "3");
  EXPECT_EQ(map.Find("b")->text, "2");
}

TEST_F(DocumentTest, FindsASecondDocument) {
  EXPECT_FALSE(Read("a: 1\n")->second);
  EXPECT_TRUE(Read("a: 1\n---\nb: 2\n")->second);
}

TEST_F(DocumentTest, RefusesWithAReason) {
  EXPECT_EQ(Refused(""), "the file is empty");
  EXPECT_EQ(Refused("a: 1\nb: 2\na: 3\n"), "key `a` is here twice");
  EXPECT_EQ(Refused("{[a]: 1}"), "a key is text");
  EXPECT_EQ(Refused("a: !!binary x\n"),
            "the tag `tag:yaml.org,2002:binary` is not read");
  EXPECT_EQ(Refused("a: &x [*x]\n"), "an alias inside what it stands for");
  EXPECT_NE(Refused("a: [1\n").find("cannot read this file"),
            std::string::npos);
  EXPECT_NE(Refused("a: *nobody\n").find("cannot read this file"),
            std::string::npos);
  EXPECT_NE(Refused("a: \xFF\n").find("UTF-8"), std::string::npos);
  EXPECT_NE(Refused(std::string("a\0b", 3)).find("UTF-8"), std::string::npos);
}

TEST_F(DocumentTest, BoundsDepth) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(Read(nested(kLimits.nesting)));
  EXPECT_EQ(Refused(nested(kLimits.nesting + 1)),
            "this is nested deeper than 128 levels");
  EXPECT_EQ(Refused(nested(100'000)), "this is nested deeper than 128 levels");
  std::string dashes;
  for (int i = 0; i < 100'000; ++i) dashes += "- ";
  EXPECT_NE(Refused(dashes), "");
}

TEST_F(DocumentTest, BoundsWhatAliasesRepeat) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) {
      text += (j == 0 ? "*a" : ", *a") + std::to_string(i - 1);
    }
    text += "]\n";
  }
  EXPECT_EQ(Refused(text), "the file has more than 500000 values");
}

TEST(ScalarTest, ResolvesAsGoDoes) {
  using Type = Scalar::Type;
  const std::pair<const char*, Type> rows[] = {
      {"", Type::kNull},
      {"~", Type::kNull},
      {"NULL", Type::kNull},
      {"nil", Type::kText},
      {"true", Type::kBool},
      {"yes", Type::kText},
      {"1", Type::kInt},
      {"-0x1f", Type::kInt},
      {"0o17", Type::kInt},
      {"017", Type::kInt},
      {"1_000", Type::kInt},
      {"0b102", Type::kText},
      {"1.5", Type::kFloat},
      {".5", Type::kFloat},
      {"1e3", Type::kFloat},
      {"1.", Type::kFloat},
      {".inf", Type::kFloat},
      {"-.Inf", Type::kFloat},
      {".nan", Type::kFloat},
      {".", Type::kText},
      {"1e", Type::kText},
      {"2026-01-15", Type::kTime},
      {"2026-1-5 10:30:00", Type::kTime},
      {"2026-01", Type::kText},
      {"1.2.3", Type::kText},
      {"admin", Type::kText},
  };
  for (const auto& [text, type] : rows) {
    EXPECT_EQ(LooksLike(text), type) << text;
  }
  Node node;
  node.text = "017";
  EXPECT_EQ(ReadScalar(node).number, 15);
  node.text = "9223372036854775808";
  EXPECT_TRUE(ReadScalar(node).too_large);
  node.quoted = true;
  EXPECT_EQ(ReadScalar(node).type, Type::kText);
}

}  // namespace
}  // namespace polc::import
