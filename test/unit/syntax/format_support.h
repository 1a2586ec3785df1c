// Formats a text, and what must hold of every formatted text.
#ifndef POLC_TEST_UNIT_SYNTAX_FORMAT_SUPPORT_H_
#define POLC_TEST_UNIT_SYNTAX_FORMAT_SUPPORT_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace polc::syntax {

std::optional<std::string> FormatText(const std::string& text);

/// The comments of a text in their order, each line without the space around
/// it.
std::vector<std::string> CommentsIn(const std::string& text);

/// That formatting `text`, which parses, keeps its tree and its comments,
/// changes nothing when done again, and leaves no spaces at the ends of lines
/// and no two blank lines in a row.
testing::AssertionResult FormatsWell(const std::string& text);

/// A policy with every construct of the grammar.
extern const char kEveryConstruct[];

}  // namespace polc::syntax

#endif  // POLC_TEST_UNIT_SYNTAX_FORMAT_SUPPORT_H_
