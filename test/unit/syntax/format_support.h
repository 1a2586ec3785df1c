// Formats a text, and what must hold of every formatted text.
#ifndef POLC_TEST_UNIT_SYNTAX_FORMAT_SUPPORT_H_
#define POLC_TEST_UNIT_SYNTAX_FORMAT_SUPPORT_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace polc::syntax {

std::optional<std::string> FormatText(const std::string& text);

/// That formatting `text`, which parses, keeps its tree, changes nothing when
/// done again, and leaves no spaces at the ends of lines and no two blank lines
/// in a row.
testing::AssertionResult FormatsWell(const std::string& text);

/// A policy with every construct of the grammar.
extern const char kEveryConstruct[];

}  // namespace polc::syntax

#endif  // POLC_TEST_UNIT_SYNTAX_FORMAT_SUPPORT_H_
