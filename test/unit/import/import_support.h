// A file as Import reads it, and what comes of it.
#ifndef POLC_TEST_UNIT_IMPORT_IMPORT_SUPPORT_H_
#define POLC_TEST_UNIT_IMPORT_IMPORT_SUPPORT_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "compiler/diag/diag.h"
#include "compiler/import/import.h"
#include "compiler/source/source.h"

namespace polc::import {

class ImportTest : public testing::Test {
 protected:
  /// The Pol without comments and empty lines; "" after an error.
  std::string Pol(const std::string& text,
                  const std::string& path = "dir/refunds.yaml") {
    const std::optional<Translation> made = Translate(text, path);
    if (!made) return "";
    std::string out;
    for (size_t at = 0; at < made->pol.size();) {
      const size_t end = made->pol.find('\n', at) + 1;
      const std::string line = made->pol.substr(at, end - at);
      if (line != "\n" && !line.starts_with("// ")) out += line;
      at = end;
    }
    return out;
  }

  std::optional<Translation> Translate(
      const std::string& text, const std::string& path = "dir/refunds.yaml") {
    diags_ = {};
    file_ = files_.Add(path, text);
    return Import(files_, file_, &diags_);
  }

  /// The last error, with what it points at; "" if the file was read.
  std::string Problem(const std::string& text,
                      const std::string& path = "dir/refunds.yaml") {
    if (Translate(text, path)) return "";
    EXPECT_TRUE(diags_.has_errors());
    return diags_.all().back().message;
  }

  /// Whether a diagnostic holds these words.
  bool Says(const std::string& words) const {
    for (const diag::Diagnostic& d : diags_.all()) {
      if (d.message.find(words) != std::string::npos) return true;
    }
    return false;
  }

  source::Files files_;
  source::FileId file_;
  diag::Diagnostics diags_;
};

}  // namespace polc::import

#endif  // POLC_TEST_UNIT_IMPORT_IMPORT_SUPPORT_H_
