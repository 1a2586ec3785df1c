#include "compiler/scan/names.h"

#include <gtest/gtest.h>

namespace polc::scan {
namespace {

TEST(Names, KnowsWhatCanBeCalled) {
  EXPECT_TRUE(IsCallable("aws.s3-get_object2"));
  EXPECT_TRUE(IsCallable(std::string(128, 'a')));
  EXPECT_FALSE(IsCallable(std::string(129, 'a')));
  EXPECT_FALSE(IsCallable(""));
  EXPECT_FALSE(IsCallable("get file"));
  EXPECT_FALSE(IsCallable("g\u0435t"));
}

TEST(Names, SeesTheSameInWhatLooksTheSame) {
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{
           {"delete_repo", "d\u0435lete_repo"},  // Cyrillic
           {"delete_repo", "Delete-Repo"},
           {"list_files", "l1st_fi1es"},
           {"pay_bill", "pay_bi\u04CF\u04CF"},
           {"commit", "cornmit"},
           {"echo", "\uFF45\uFF43\uFF48\uFF4F"}}) {
    EXPECT_EQ(Skeleton(a), Skeleton(b)) << a << " " << b;
  }
  EXPECT_NE(Skeleton("get_file"), Skeleton("set_file"));
}

TEST(Names, FindsLookalikes) {
  KnownNames known;
  for (const char* name : {"add", "read_text_file", "read_texts_v1"}) {
    known.Add(name);
  }
  const auto how = [&](const char* name, bool is_new) -> std::string {
    const auto found = known.FindLookalike(name, is_new);
    return found ? found->how : "";
  };
  EXPECT_EQ(how("Read_Text_File", false), "differs from it only in case");
  EXPECT_EQ(how("readtextfile", false), "looks the same");
  EXPECT_EQ(how("read_text_fill", false), "");
  EXPECT_EQ(how("read_text_fill", true), "differs from it in one letter");
  EXPECT_EQ(how("raed_text_file", true), "differs from it in one letter");
  EXPECT_EQ(how("read_text_files", true), "");  // a plural
  EXPECT_EQ(how("read_texts_v2", true), "");    // a version
  EXPECT_EQ(how("and", true), "");              // too short
  EXPECT_EQ(how("read_text_file", true), "");   // itself
}

}  // namespace
}  // namespace polc::scan
