// From values to slots. What paths mean is held to the evaluator by
// test/diff; here are names that are hard to tell apart, and orders.
#include "runtime/fields.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "runtime/json/reader.h"

namespace polc::runtime {
namespace {

Manifest Reading(const std::vector<std::string>& names) {
  Manifest manifest;
  for (const std::string& name : names) {
    manifest.fields.push_back({Root::kArgs, {{name, -1}}, "args." + name});
  }
  return manifest;
}

/// What each field's slot holds, as a letter; numbers and texts as themselves.
std::string Written(const FieldReader& fields, const Slots& slots) {
  std::string out;
  for (size_t i = 0; i < fields.slot_count(); ++i) {
    const pol_slot& slot = slots.data()[i];
    if (!out.empty()) out += ' ';
    switch (slot.kind) {
      case POL_NUMBER:
        out += std::to_string(static_cast<int>(slot.u.number));
        break;
      case POL_STRING:
        out.append(slot.u.text, slot.length);
        break;
      default:
        out += "-nbNisLOx"[slot.kind];
    }
  }
  return out;
}

std::string SlotsOf(const Manifest& manifest, const std::string& args,
                    Slots* buffer = nullptr) {
  json::Reader reader;
  EXPECT_EQ(reader.Read(args), nullptr) << args;
  RequestView request;
  request.args = reader.root();
  const FieldReader fields(manifest);
  Slots own;
  Slots& slots = buffer != nullptr ? *buffer : own;
  fields.Read(request, &slots);
  return Written(fields, slots);
}

TEST(Fields, NamesOfOneHashAreToldApart) {
  // Alike in length, the first sixteen bytes and the last eight.
  const std::string a = "0123456789abcdef-a-01234567";
  const std::string b = "0123456789abcdef-b-01234567";
  const std::string other = "0123456789abcdef-c-01234567";
  const std::string longer = a + "7";
  const Manifest manifest = Reading({a, b, longer, ""});
  EXPECT_EQ(SlotsOf(manifest, "{\"" + other + "\":1,\"" + b + "\":2,\"" +
                                  longer + "\":3,\"\":4}"),
            "- 2 3 4");
  EXPECT_EQ(SlotsOf(manifest, "{\"" + b + "\":1,\"" + a + "\":2}"), "2 1 - -");
}

TEST(Fields, AnyOrderAndNumberOfMembers) {
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) {
    names.push_back(std::string(static_cast<size_t>(i % 20), 'n') +
                    std::to_string(i));
  }
  const Manifest manifest = Reading(names);
  std::string expected;
  for (size_t i = 0; i < names.size(); ++i) {
    expected += (i == 0 ? "" : " ") + (i % 3 == 1 ? "-" : std::to_string(i));
  }
  for (const size_t step : {1, 7, 299}) {
    std::string args = "{\"unknown\":null";
    for (size_t k = 0; k < names.size(); ++k) {
      const size_t i = k * step % names.size();
      if (i % 3 == 1) continue;
      args += ",\"" + names[i] + "\":" + std::to_string(i);
      args += ",\"not " + names[i] + "\":{\"" + names[i] + "\":true}";
    }
    EXPECT_EQ(SlotsOf(manifest, args + "}"), expected);
  }
}

TEST(Fields, NothingStaysOfTheRequestBefore) {
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back("n" + std::to_string(i));
  const Manifest many = Reading(names);
  const Manifest few = Reading({"n499", "n0"});
  Slots used;
  for (int i = 0; i < 500; i += 31) {
    std::string args = "{";
    for (int k = i; k < 500; k += i + 1) {
      args += (k == i ? "\"n" : ",\"n") + std::to_string(k) +
              "\":" + std::to_string(k);
    }
    args += "}";
    for (const Manifest* manifest : {&many, &few}) {
      EXPECT_EQ(SlotsOf(*manifest, args, &used), SlotsOf(*manifest, args))
          << args;
    }
  }
}

TEST(Fields, EveryKindIsTold) {
  const Manifest manifest =
      Reading({"a", "b", "c", "d", "e", "f", "g", "h", "i"});
  EXPECT_EQ(SlotsOf(manifest,
                    "{\"b\":null,\"c\":false,\"d\":-7,\"e\":9007199254740993,"
                    "\"f\":\"text\",\"g\":[{}],\"h\":{\"a\":1},\"i\":1e3}"),
            "- n b -7 i text L O 1000");
}

TEST(Fields, ACallerIsReadOnceByTheReaderThatAsks) {
  Manifest manifest = Reading({"a"});
  manifest.fields.push_back({Root::kGrant, {}, "caller.grant"});
  manifest.fields.push_back({Root::kSubject, {}, "caller.subject"});
  manifest.fields.push_back({Root::kRoles, {}, "caller.roles"});
  manifest.fields.push_back(
      {Root::kClaims, {{"team", -1}}, "caller.claims.team"});
  manifest.fields.push_back(
      {Root::kClaims, {{"none", -1}}, "caller.claims.none"});
  const FieldReader fields(manifest);
  const FieldReader other(manifest);
  json::Reader args;
  json::Reader claims;
  ASSERT_EQ(args.Read(R"({"a":1,"team":2})"), nullptr);
  ASSERT_EQ(claims.Read(R"({"team":"core","a":3})"), nullptr);
  Slots slots;
  CallerFields read;
  Caller caller;
  caller.grant = "ci";
  caller.claims = claims.root();
  fields.ReadCaller(caller, &slots, &read);
  RequestView request;
  request.args = args.root();
  request.caller.grant = "who reads it again";
  request.caller.fields = &read;
  fields.Read(request, &slots);
  EXPECT_EQ(Written(fields, slots), "1 ci - L core -");
  other.Read(request, &slots);
  EXPECT_EQ(Written(other, slots), "1 who reads it again - L - -");
}

}  // namespace
}  // namespace polc::runtime
