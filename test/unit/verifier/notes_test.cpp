#include "verifier/memo/notes.h"

#include <gtest/gtest.h>

namespace polc::verifier {
namespace {

TEST(NotesTest, KeepWhatWasAskedForOrAdded) {
  Notes first("");
  EXPECT_EQ(first.Find("a"), std::nullopt);
  EXPECT_FALSE(first.changed());
  first.Add("a", "");
  first.Add("b", "two");
  EXPECT_TRUE(first.changed());

  Notes second(first.Bytes());
  EXPECT_EQ(second.Find("b"), "two");
  EXPECT_EQ(second.Find("c"), std::nullopt);
  EXPECT_TRUE(second.changed()) << "`a` is not needed any more";

  Notes third(second.Bytes());
  EXPECT_EQ(third.Find("a"), std::nullopt);
  EXPECT_EQ(third.Find("b"), "two");
  EXPECT_FALSE(third.changed());
}

TEST(NotesTest, OfDamagedBytesThereAreNone) {
  Notes notes("");
  notes.Add("a", "one");
  const std::string bytes = notes.Bytes();
  for (size_t size = 1; size < bytes.size(); ++size) {
    Notes cut(bytes.substr(0, size));
    EXPECT_EQ(cut.Find("a"), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace polc::verifier
