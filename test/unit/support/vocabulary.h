// The words that generated policies and requests share.
#ifndef POLC_TEST_UNIT_SUPPORT_VOCABULARY_H_
#define POLC_TEST_UNIT_SUPPORT_VOCABULARY_H_

#include <string>
#include <vector>

#include "test/unit/support/ir_generator.h"

namespace polc::testing {

inline const std::vector<Argument>& Arguments() {
  static const std::vector<Argument> kAll = {
      {"name", Shape::kText},     {"mode", Shape::kText},
      {"odd key", Shape::kText},  {"path", Shape::kPath},
      {"url", Shape::kUrl},       {"address", Shape::kAddress},
      {"count", Shape::kNumber},  {"amount", Shape::kNumber},
      {"force", Shape::kBool},    {"tags", Shape::kTexts},
      {"items", Shape::kRecords}, {"options", Shape::kRecord},
      {"since", Shape::kTime},    {"until", Shape::kTime},
      {"host", Shape::kHost},     {"counts", Shape::kNumbers},
  };
  return kAll;
}

inline const std::vector<std::string>& Tools() {
  static const std::vector<std::string> kAll = {
      "read_file", "write_file",  "delete_app", "list_apps",
      "send_mail", "deploy-prod", "scan"};
  return kAll;
}

inline const std::vector<std::string>& Servers() {
  static const std::vector<std::string> kAll = {"files", "ecs"};
  return kAll;
}

inline const std::vector<std::string>& Texts() {
  static const std::vector<std::string> kAll = {"alpha",
                                                "beta",
                                                "prod-1",
                                                "prod-2",
                                                "dev-1",
                                                "payments",
                                                "",
                                                "a",
                                                "1",
                                                "ALPHA",
                                                "\xC3\x89T\xC3\x89",
                                                "\xE2\x84\xAA",  // Kelvin
                                                "\xC5\xBF",      // long s
                                                "K",
                                                "alphabet",
                                                "prod-",
                                                "\xC3\xA9t\xC3\xA9",
                                                "e\xCC\x81",
                                                "\xF0\x9F\x98\x80",
                                                "x*y",
                                                "a\nb",
                                                "back\\slash",
                                                "ci",
                                                "alice",
                                                "sre"};
  return kAll;
}

inline const std::vector<std::string>& Paths() {
  static const std::vector<std::string> kAll = {"/srv/data",
                                                "/srv/data/a.txt",
                                                "/srv//data/./b",
                                                "/srv/database",
                                                "/etc/passwd",
                                                "/",
                                                "/home/alice/x",
                                                "/home/bob",
                                                "relative/x",
                                                "/srv/data/../etc",
                                                "~/x",
                                                "",
                                                "/srv/%2e%2e",
                                                "/srv\\data",
                                                "/C:/x",
                                                "/srv/data/\xE2\x80\xA4/x",
                                                "/srv/data/\xC3\xA9"};
  return kAll;
}

inline const std::vector<std::string>& Urls() {
  static const std::vector<std::string> kAll = {"https://example.com/a?q=1",
                                                "http://example.com:8080/",
                                                "HTTPS://EXAMPLE.COM./a",
                                                "https://evil.example.org",
                                                "ftp://example.com/x",
                                                "https://user@example.com/",
                                                "https://10.0.0.1/",
                                                "https://0x0a.1/",
                                                "gopher://example.com/",
                                                "not a url",
                                                "https://example.com/a#f",
                                                "https://[::1]:80/",
                                                "https://example.com/../x",
                                                "https://10.9.8.7./",
                                                "https://[FE80::1]/a",
                                                "https://[fe80::1]:8443/",
                                                ""};
  return kAll;
}

inline const std::vector<std::string>& Addresses() {
  static const std::vector<std::string> kAll = {
      "10.0.0.1",  "10.255.0.7", "192.168.1.1", "8.8.8.8",
      "::1",       "fe80::1",    "2001:db8::5", "fd00:1::",
      "010.0.0.1", "10.0.0.256", "10.1",        "::ffff:10.0.0.1",
      "FE80::1",   "0::1",       "localhost",   ""};
  return kAll;
}

inline const std::vector<std::string>& Hosts() {
  static const std::vector<std::string> kAll = {
      "example.com", "EXAMPLE.com", "evil.example.org",
      "10.0.0.1",    "::1",         "fe80::1",
      "https",       "http",        "/a",
      "q=1"};
  return kAll;
}

inline const std::vector<std::string>& Times() {
  static const std::vector<std::string> kAll = {
      "1970-01-01T00:00:00Z",
      "1969-12-31T23:59:59.999999999Z",
      "2026-03-29T02:30:00+01:00",
      "2026-03-29T01:30:00Z",
      "2024-02-29t12:00:00z",
      "2000-01-01T00:00:00.5-00:00",
      "0000-01-01T00:00:00Z",
      "9999-12-31T23:59:59Z",
      "2023-02-29T00:00:00Z",
      "2016-12-31T23:59:60Z",
      "2026-01-01T24:00:00Z",
      "2026-01-01 00:00:00Z",
      "2026-01-01T00:00:00",
      "2026-01-01T00:00:00.Z",
      "2026-01-01T00:00:00.1234567890Z",
      "2026-01-01T00:00:00+1:00",
      "2026-1-1T00:00:00Z",
      "now",
      ""};
  return kAll;
}

inline const std::vector<double>& Numbers() {
  static const std::vector<double> kAll = {0,
                                           -0.0,
                                           1,
                                           2,
                                           10,
                                           100,
                                           -1,
                                           0.1,
                                           0.5,
                                           1e308,
                                           -1e308,
                                           5e-324,
                                           9007199254740991.0,
                                           1e15,
                                           3.25,
                                           22,
                                           80,
                                           443,
                                           1e-10};
  return kAll;
}

/// Marks that a set may declare, and that conditions read whether it does.
struct GeneratedMark {
  std::string name;
  std::string per;
  ir::Root key;
};
inline const std::vector<GeneratedMark>& Marks() {
  static const std::vector<GeneratedMark> kMarks = {
      {"p0.mark0", "grant", ir::Root::kGrant},
      {"p0.mark1", "subject", ir::Root::kSubject},
      {"p0.mark2", "session", ir::Root::kSession}};
  return kMarks;
}

}  // namespace polc::testing

#endif  // POLC_TEST_UNIT_SUPPORT_VOCABULARY_H_
