#include "compiler/catalog/catalog.h"

#include <gtest/gtest.h>

namespace polc::catalog {
namespace {

class CatalogTest : public testing::Test {
 protected:
  std::optional<Catalog> Read(const std::string& json) {
    return ReadCatalog(files_, files_.Add("c.json", json), {}, &diags_);
  }
  // The schema of the one property `x` of a one-tool catalog.
  std::shared_ptr<const Schema> Property(const std::string& schema) {
    catalog_ = Read(R"({"tools": [{"name": "t", "inputSchema": {"type":
        "object", "$defs": {"d": {"type": "integer"}, "loop": {"items":
        {"$ref": "#/$defs/loop"}}}, "properties": {"x": )" +
                    schema + "}}}]}");
    if (!catalog_) return nullptr;
    return catalog_->tools[0].input->properties[0].second;
  }
  std::string Problem() {
    return diags_.all().empty() ? "" : diags_.all().back().message;
  }

  source::Files files_;
  diag::Diagnostics diags_;
  std::optional<Catalog> catalog_;
};

TEST_F(CatalogTest, ReadsListResultAndResponse) {
  const std::string tool = R"({"name": "b"}, {"name": "a"})";
  for (const std::string& json :
       {"[" + tool + "]", "{\"tools\": [" + tool + "]}",
        "{\"jsonrpc\": \"2.0\", \"result\": {\"tools\": [" + tool + "]}}"}) {
    const auto catalog = Read(json);
    ASSERT_TRUE(catalog) << json;
    ASSERT_EQ(catalog->tools.size(), 2u);
    EXPECT_EQ(catalog->tools[0].name, "a");
    EXPECT_NE(catalog->Find("b"), nullptr);
    EXPECT_EQ(catalog->Find("c"), nullptr);
  }
}

TEST_F(CatalogTest, LeavesOutWhatIsNotServed) {
  const auto catalog = Read(R"([{"name": "a", "_meta":
      {"dev.polc/registered": false}}, {"name": "b", "annotations":
      {"readOnlyHint": true}}, {"name": "c", "annotations": {}}])");
  ASSERT_EQ(catalog->tools.size(), 2u);
  EXPECT_EQ(catalog->tools[0].risk, "read");
  EXPECT_EQ(catalog->tools[1].risk, "destructive");  // the protocol's default
}

TEST_F(CatalogTest, SaysWhatIsNoCatalog) {
  const std::pair<const char*, const char*> rows[] = {
      {"{", "is not JSON"},
      {"{}", "holds no list of tools"},
      {"[1]", "an entry 0 that is no object"},
      {"[{}]", "a tool without a name"},
      {R"([{"name": "a"}, {"name": "a"}])", "names the tool `a` twice"},
      {R"([{"name": "a", "inputSchema": 3}])", "unreadable schema of `a`"},
  };
  for (const auto& [json, problem] : rows) {
    EXPECT_FALSE(Read(json)) << json;
    EXPECT_NE(Problem().find(problem), std::string::npos) << Problem();
  }
}

TEST_F(CatalogTest, ReadsTheKeywordsThatAreEnforced) {
  auto schema = Property(R"({"type": ["integer", "null"], "minimum": 1,
      "exclusiveMaximum": 10, "enum": [1, 2, 3], "default": 2})");
  EXPECT_EQ(schema->types, kInteger | kNull);
  EXPECT_EQ(schema->minimum, 1);
  EXPECT_FALSE(schema->exclusive_minimum);
  EXPECT_EQ(schema->maximum, 10);
  EXPECT_TRUE(schema->exclusive_maximum);
  EXPECT_EQ(schema->values->size(), 3u);
  EXPECT_EQ(schema->default_value->number, 2);
  EXPECT_TRUE(catalog_->tools[0].ignored.empty());

  schema = Property(R"({"maximum": 5, "exclusiveMaximum": true})");  // draft 4
  EXPECT_EQ(schema->maximum, 5);
  EXPECT_TRUE(schema->exclusive_maximum);

  schema = Property(R"({"$ref": "#/$defs/d"})");
  ASSERT_EQ(schema->all_of.size(), 1u);
  EXPECT_EQ(schema->all_of[0]->types, kInteger);
}

TEST_F(CatalogTest, NamesTheKeywordsThatAreNot) {
  Property(R"({"type": "string", "format": "date", "title": "X"})");
  EXPECT_EQ(catalog_->tools[0].ignored,
            std::vector<std::string>{"args.x: format"});
  Property(R"({"$ref": "#/$defs/loop"})");
  EXPECT_EQ(catalog_->tools[0].ignored,
            std::vector<std::string>{"args.x[]: $ref"});
  const auto schema = Property(
      R"({"additionalProperties": false, "patternProperties": {"^a": {}}})");
  EXPECT_FALSE(schema->closed);
}

TEST_F(CatalogTest, ReadsTheSavedCatalogOfTheEcsServer) {
  const auto file =
      files_.Read("examples/ecs/awslabs.ecs-mcp-server.json", size_t{1} << 20);
  ASSERT_TRUE(file.has_value());
  const auto catalog = ReadCatalog(files_, *file, {}, &diags_);
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->tools.size(), 10u);
  EXPECT_EQ(catalog->server, "awslabs.ecs-mcp-server");
  EXPECT_EQ(catalog->Find("run_checkov"), nullptr);
}

}  // namespace
}  // namespace polc::catalog
