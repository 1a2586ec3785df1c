// A set that is read by who has read its earlier states is read as by who has
// not, whatever was changed: the same program, the same words.
#include "compiler/driver/readings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "compiler/diag/render.h"
#include "compiler/driver/session.h"
#include "compiler/ir/text.h"

namespace polc::driver {
namespace {

namespace fs = std::filesystem;

class ReadingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = ::testing::TempDir() + "readings-" + std::to_string(getpid());
    fs::create_directories(dir_);
  }
  void TearDown() override { fs::remove_all(dir_); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(dir_ + "/" + name, std::ios::binary | std::ios::trunc)
        << text;
  }
  void Remove(const std::string& name) const { fs::remove(dir_ + "/" + name); }

  std::string Read(Readings* readings) const {
    diag::Diagnostics diags;
    SetOptions options;
    options.paths = {dir_};
    const Session session =
        driver::Run(options, Phase::kLower, &diags, readings);
    MapOrigins(*session.set, &diags);
    diags.SortAndDeduplicate();
    return session.set->digest + "\n" +
           diag::RenderText(session.set->files, diags, {}) +
           (session.module ? ir::Print(*session.module) : "");
  }
  // `said`: some of what is said of the set, or what its program has.
  void ExpectTheSame(const std::string& said) {
    const std::string alone = Read(nullptr);
    EXPECT_NE(alone.find(said), std::string::npos) << said << "\n" << alone;
    EXPECT_EQ(Read(&readings_), alone);
    EXPECT_EQ(Read(&readings_), alone);
  }

  std::string dir_;
  Readings readings_;
};

constexpr const char* kCatalog =
    R"({"tools":[{"name":"get","inputSchema":{"type":"object","properties":)"
    R"({"id":{"type":"integer","maximum":9}}}},{"name":"put"}]})";

TEST_F(ReadingsTest, WhateverWasChanged) {
  Write("names.pol", "module names;\nset few = {\"a\", \"b\"};\n");
  Write("one.pol",
        "policy one;\nimport \"names.pol\";\ncatalog \"c.json\";\n"
        "allow get tool get when args.id < 5;\n");
  Write("two.pol",
        "policy two;\nimport \"names.pol\";\n"
        "deny put tool put when args.name in names.few;\n");
  Write("c.json", kCatalog);
  ExpectTheSame("one.get");
  // One file; a file that all import; the catalog, whose schema now rules a
  // name out.
  Write("two.pol",
        "policy two;\nimport \"names.pol\";\n"
        "deny put tool put when args.name in names.few and args.id > 7;\n");
  ExpectTheSame("(7, inf]");
  Write("names.pol", "module names;\nset few = {\"c\"};\n");
  ExpectTheSame("\"c\"");
  Write("c.json", R"({"tools":[{"name":"got"}]})");
  ExpectTheSame("has no tool");
  Write("c.json", kCatalog);
  ExpectTheSame("one.get");
  // What the parser says is said each time, and nothing of it is kept.
  Write("one.pol", "policy one;\nallow get tool ;\n");
  ExpectTheSame("expected");
  Write("c.json", "{");
  Write("one.pol", "policy one;\ncatalog \"c.json\";\nallow get tool get;\n");
  ExpectTheSame("JSON");
  Write("c.json", kCatalog);
  ExpectTheSame("one.get");
  // Files that come and go give others another number in the set.
  Write("a.pol", "policy a;\nallow get tool get when args.id is number;\n");
  ExpectTheSame("a.get");
  Remove("one.pol");
  ExpectTheSame("two.put");
  Write("zero.pol", "policy a;\nallow get tool get;\n");
  ExpectTheSame("a");
}

TEST_F(ReadingsTest, KeepsWhatTheLastStateHad) {
  Write("c.json", kCatalog);
  const auto write = [&](int bound) {
    Write(
        "one.pol",
        "policy one;\ncatalog \"c.json\";\nallow get tool get when args.id < " +
            std::to_string(bound) + ";\n");
    return std::ifstream(dir_ + "/one.pol", std::ios::binary);
  };
  const auto text = [](std::ifstream file) {
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const std::string old = text(write(3));
  Read(&readings_);
  EXPECT_NE(readings_.Tree(source::FileId(0), old), nullptr);
  EXPECT_EQ(readings_.Tree(source::FileId(1), old), nullptr);
  const std::string fresh = text(write(4));
  Read(&readings_);
  Read(&readings_);
  EXPECT_NE(readings_.Tree(source::FileId(0), fresh), nullptr);
  EXPECT_EQ(readings_.Tree(source::FileId(0), old), nullptr);
  const auto kept = readings_.Catalog(fs::path(dir_) / "c.json", kCatalog);
  ASSERT_NE(kept, nullptr);
  Read(&readings_);
  EXPECT_EQ(readings_.Catalog(fs::path(dir_) / "c.json", kCatalog), kept);
}

}  // namespace
}  // namespace polc::driver
