#include "compiler/scan/hidden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polc::scan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Hidden, FindsWhatIsNotSeen) {
  EXPECT_THAT(FindHidden("a\xE2\x80\x8B"
                         "b\xE2\x80\x8D"
                         "c"),
              ElementsAre("zero-width characters (2, first U+200B)"));
  EXPECT_THAT(FindHidden("\xE2\x80\xAE"),
              ElementsAre("marks that turn text around (1, first U+202E)"));
  EXPECT_THAT(FindHidden("\xF3\xA0\x81\xA1"),
              ElementsAre("invisible tag characters (1, first U+E0061)"));
  EXPECT_THAT(FindHidden("\x1b[31m"),
              ElementsAre("terminal escapes (1, first U+001B)"));
  EXPECT_THAT(FindHidden(std::string("\0", 1)),
              ElementsAre("control characters (1, first U+0000)"));
  EXPECT_THAT(FindHidden("a <!-- b -->"), ElementsAre("an HTML comment"));
  EXPECT_THAT(FindHidden("a" + std::string(60, ' ') + "b"),
              ElementsAre("blank space that pushes text out of sight"));
}

TEST(Hidden, LeavesOrdinaryTextAlone) {
  EXPECT_THAT(FindHidden("Grüße, 你好, naïve\n\tcode\r\nמה שלומך"), IsEmpty());
  // A family, a heart with its selector, a keycap.
  EXPECT_THAT(FindHidden("\U0001F468\u200D\U0001F469\u200D\U0001F467 "
                         "\u2764\uFE0F 1\uFE0F\u20E3"),
              IsEmpty());
  EXPECT_THAT(FindHidden("trailing" + std::string(200, ' ')), IsEmpty());
}

TEST(Hidden, ShowsItByNumber) {
  EXPECT_EQ(Visible("a\x1b[0m\u202Eé"), "a<U+001B>[0m<U+202E>é");
  EXPECT_EQ(Visible("\xC3("), "(not UTF-8)");
}

TEST(Hidden, FindsPhrasesWhateverIsBetweenTheirLetters) {
  EXPECT_THAT(FindPhrases("Then Do  NOT\n tell the user."),
              ElementsAre("do not tell the user"));
  EXPECT_THAT(FindPhrases("don\u2019t t\u200Bell the user"),
              ElementsAre("don't tell the user"));
  // Tag characters spell ASCII that only a model reads.
  std::string tags;
  for (const char c : std::string("system prompt")) {
    tags += {'\xF3', '\xA0', static_cast<char>(0x80 + (c >> 6)),
             static_cast<char>(0x80 + (c & 0x3F))};
  }
  EXPECT_THAT(FindPhrases(tags), ElementsAre("system prompt"));
  EXPECT_THAT(FindPhrases("Tells the user what the weather is"), IsEmpty());
}

}  // namespace
}  // namespace polc::scan
