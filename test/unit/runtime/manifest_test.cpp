#include "runtime/abi/manifest.h"

#include <gtest/gtest.h>

#include <string>

namespace polc::runtime {
namespace {

Manifest Sample() {
  Manifest manifest;
  manifest.digest = "ab12";
  manifest.compiler = "0.1.0";
  manifest.fields = {{Root::kArgs, {{"a", -1}, {"", 3}}, "args.a[3]"},
                     {Root::kGrant, {}, "caller.grant"}};
  manifest.error_fields = {"args.a[3]"};
  manifest.quantifiers = {{{{Root::kElement, {}, "it"}}}};
  manifest.key_sets = {{"a", "b"}};
  manifest.policies = {{"p", {"s"}, 3}};
  ManifestRule rule;
  rule.name = "p.r";
  rule.effect = 2;
  rule.reason = {{"no writes to ", -1}, {"", 0}};
  rule.charges = {{0, true}};
  rule.roles = {"sre"};
  rule.within_seconds = -5;
  rule.redact = {0};
  manifest.rules = {rule};
  ManifestLimit limit;
  limit.name = "p.l";
  limit.amount = "10";
  limit.window = 1;
  limit.has_on = true;
  limit.keys = {{"grant", 1}};
  ManifestTerm term;
  term.kind = TermKind::kNumber;
  term.has_default = true;
  term.text = "0.25";
  limit.cost = {term};
  limit.policies = {0};
  manifest.limits = {limit};
  manifest.marks = {{"p.m", {"grant", 1}, 60, {0}}};
  manifest.schemas = {
      {{"s"}, true, {{{"args.a", "must be a list"}}}, {{"t", 0}}}};
  return manifest;
}

TEST(ManifestTest, ComesBackAsItWas) {
  const std::string bytes = EncodeManifest(Sample());
  const auto decoded = DecodeManifest(bytes);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(EncodeManifest(*decoded), bytes);
  EXPECT_EQ(decoded->fields[0].steps[1].index, 3);
  EXPECT_EQ(decoded->rules[0].within_seconds, -5);
  EXPECT_TRUE(decoded->rules[0].charges[0].or_ask);
  EXPECT_EQ(decoded->limits[0].cost[0].text, "0.25");
  EXPECT_EQ(decoded->limits[0].cost[0].kind, TermKind::kNumber);
  EXPECT_EQ(decoded->schemas[0].demands[0][0].what, "must be a list");
}

TEST(ManifestTest, EveryPrefixAndSuffixIsRefused) {
  const std::string bytes = EncodeManifest(Sample());
  for (size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(DecodeManifest(bytes.substr(0, i))) << i;
  }
  EXPECT_FALSE(DecodeManifest(bytes + '\0'));
}

TEST(ManifestTest, NoChangedByteCrashes) {
  const std::string bytes = EncodeManifest(Sample());
  for (size_t i = 0; i < bytes.size(); ++i) {
    for (const int change : {1, 0x80, 0xFF}) {
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ change);
      const auto decoded = DecodeManifest(damaged);
      if (i < 12) EXPECT_FALSE(decoded) << "magic and version: " << i;
    }
  }
}

}  // namespace
}  // namespace polc::runtime
