#include "compiler/support/number_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace polc {
namespace {

TEST(NumberMap, IsAMap) {
  constexpr unsigned kSeed = 3;
  std::mt19937 random(kSeed);
  NumberMap<std::string> map;
  std::map<uint32_t, std::string> known;
  EXPECT_EQ(map.Find(0), nullptr);
  for (int i = 0; i < 20'000; ++i) {
    // Close together, far apart, and at both ends.
    const auto drawn = static_cast<uint32_t>(random());
    const uint32_t key = i % 3 == 0   ? drawn % 500
                         : i % 3 == 1 ? drawn
                                      : 0 - drawn % 500;
    const auto it = known.find(key);
    const std::string* found = map.Find(key);
    if (it == known.end()) {
      EXPECT_EQ(found, nullptr) << key << ", seed " << kSeed;
      map.Add(key, std::to_string(i));
      known[key] = std::to_string(i);
    } else {
      ASSERT_NE(found, nullptr) << key << ", seed " << kSeed;
      EXPECT_EQ(*found, it->second);
    }
  }
  EXPECT_EQ(map.size(), known.size());
  map.Clear();
  EXPECT_EQ(map.Find(known.begin()->first), nullptr);
}

}  // namespace
}  // namespace polc
