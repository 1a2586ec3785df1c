// Witnesses are members, shortest and legible; products say what each of
// their members says.
#include "compiler/automata/witness.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <set>

#include "compiler/automata/product.h"
#include "test/unit/automata/testing.h"

namespace polc::automata {
namespace {

const std::vector<std::string> kAtoms = {"a",    "b",        ".",
                                         "[^a]", "\xc3\xa9", "\\d"};

TEST(Witness, ShortestAndLegible) {
  EXPECT_EQ(ShortestWitness(Nothing()), std::nullopt);
  EXPECT_EQ(ShortestWitness(AnyString()), "");
  EXPECT_EQ(ShortestWitness(ReDfa(".+")), "a");
  EXPECT_EQ(ShortestWitness(ReDfa("[^a-z]x*[^0-9a-zA-Z]")), "0!");
  EXPECT_EQ(ShortestWitness(ReDfa("[^\\x00-\\x7f]")), "\xc2\x80");
  EXPECT_EQ(ShortestWitness(GlobDfa("*-prod-??")), "-prod-aa");
}

TEST(Witness, EnumeratesShortFirst) {
  EXPECT_EQ(Witnesses(ReDfa("a|bb|b|ccc"), 10),
            (std::vector<std::string>{"a", "b", "bb", "ccc"}));
  EXPECT_EQ(Witnesses(AnyString(), 3),
            (std::vector<std::string>{"", "a", "b"}));
  EXPECT_TRUE(Witnesses(Nothing(), 3).empty());
  EXPECT_EQ(Witnesses(ReDfa("(aaaaaaa)*"), 3),
            (std::vector<std::string>{"", std::string(7, 'a'),
                                      std::string(14, 'a')}));
  const Dfa dfa = ReDfa("[a-c]{2,3}");
  const auto all = Witnesses(dfa, 100);
  EXPECT_EQ(all.size(), 36u);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 36u);
}

TEST(Witness, ProductsAgreeWithBooleanOperations) {
  Random random(17);
  using Status = WitnessResult::Status;
  for (int i = 0; i < 400; ++i) {
    std::vector<Dfa> dfas;
    for (int j = 0; j < 5; ++j) {
      dfas.push_back(Make(FromRegex(
          Re(random.Pattern(kAtoms, 3)),
          random.Below(2) ? MatchMode::kWhole : MatchMode::kAnywhere)));
    }
    const size_t cut = random.Below(6);
    std::vector<const Dfa*> include;
    std::vector<const Dfa*> exclude;
    Dfa expected = AnyString();
    for (size_t j = 0; j < dfas.size(); ++j) {
      (j < cut ? include : exclude).push_back(&dfas[j]);
      expected = Make(j < cut ? Intersect(expected, dfas[j])
                              : Difference(expected, dfas[j]));
    }
    const WitnessResult found = WitnessOf(include, exclude);
    const auto shortest = ShortestWitness(expected);
    ASSERT_NE(found.status, Status::kBound);
    ASSERT_EQ(found.status == Status::kFound, shortest.has_value());
    if (shortest) ASSERT_EQ(found.text, *shortest);
  }
}

TEST(Witness, HundredsOfParts) {
  std::vector<Dfa> dfas;
  for (int i = 0; i < 300; ++i) {
    dfas.push_back(GlobDfa("svc-" + std::to_string(i) + "-*"));
  }
  const Dfa include = GlobDfa("svc-2*");
  std::vector<const Dfa*> exclude;
  for (const Dfa& dfa : dfas) exclude.push_back(&dfa);
  const Dfa* includes[] = {&include};
  const auto start = std::chrono::steady_clock::now();
  const WitnessResult free = WitnessOf(includes, exclude);
  EXPECT_EQ(free.text, "svc-2");
  const Dfa narrow = GlobDfa("svc-299-?");
  const Dfa* narrows[] = {&narrow};
  EXPECT_EQ(WitnessOf(narrows, exclude).status, WitnessResult::Status::kEmpty);
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - start;
  std::cout << "300 excludes, twice: " << took.count() << " s\n";
  EXPECT_LT(took.count(), 2.0);
}

TEST(Witness, GivesUpAtTheBound) {
  std::vector<Dfa> dfas;
  std::vector<const Dfa*> include;
  for (char c = 'a'; c <= 'z'; ++c) {
    dfas.push_back(GlobDfa(std::string("*") + c + c + c + "*"));
  }
  for (const Dfa& dfa : dfas) include.push_back(&dfa);
  EXPECT_EQ(WitnessOf(include, {}, 1000).status, WitnessResult::Status::kBound);
}

void CheckProducts(const std::vector<Dfa>& dfas,
                   const std::vector<Product>& products,
                   const std::vector<std::string>& texts, size_t bound) {
  std::vector<int> seen(dfas.size(), 0);
  for (const Product& product : products) {
    EXPECT_LE(product.num_states(), bound);
    for (const uint32_t member : product.members) ++seen[member];
    for (const std::string& text : texts) {
      uint32_t state = product.start;
      for (const char c : text) {
        state = product.Step(state, static_cast<uint8_t>(c));
      }
      const auto& set = product.accept_sets[product.output[state]];
      for (uint32_t m = 0; m < product.members.size(); ++m) {
        ASSERT_EQ(std::binary_search(set.begin(), set.end(), m),
                  Matches(dfas[product.members[m]], text))
            << text;
      }
    }
  }
  for (const int times : seen) EXPECT_EQ(times, 1);
}

std::vector<const Dfa*> Pointers(const std::vector<Dfa>& dfas) {
  std::vector<const Dfa*> out;
  for (const Dfa& dfa : dfas) out.push_back(&dfa);
  return out;
}

TEST(Product, EveryStateSaysWhatItsMembersSay) {
  Random random(23);
  for (const size_t bound : {30u, 200u, 4096u}) {
    std::vector<Dfa> dfas;
    while (dfas.size() < 30) {
      Dfa dfa =
          Make(FromRegex(Re(random.Pattern(kAtoms, 2)), MatchMode::kAnywhere));
      if (dfa.num_states() <= bound) dfas.push_back(std::move(dfa));
    }
    dfas.push_back(Nothing());
    dfas.push_back(AnyString());
    const auto products = PackProducts(Pointers(dfas), bound);
    ASSERT_TRUE(products.has_value());
    CheckProducts(dfas, *products, AllStrings({"a", "b", "1", "\xc3\xa9"}, 4),
                  bound);
  }
  const Dfa big = ReDfa("a{100}");
  const Dfa* one[] = {&big};
  EXPECT_FALSE(PackProducts(one, 50).has_value());
  EXPECT_TRUE(PackProducts({}, 50)->empty());
}

TEST(Product, ThousandsOfLiteralsAndInfixGlobs) {
  std::vector<Dfa> dfas;
  std::vector<std::string> texts = {"", "x"};
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "team-" + std::to_string(i * 7919 % 10007);
    dfas.push_back(i % 2 ? Make(FromLiteral(name)) : Make(Prefix(name + "/")));
    if (i % 100 == 0) texts.push_back(name + "/x");
  }
  for (int i = 0; i < 100; ++i) {
    dfas.push_back(GlobDfa("*x" + std::to_string(i) + "y*"));
  }
  const auto start = std::chrono::steady_clock::now();
  const auto products = PackProducts(Pointers(dfas));
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(products.has_value());
  std::cout << dfas.size() << " patterns: " << products->size() << " products, "
            << took.count() << " s\n";
  EXPECT_LT(took.count(), 10.0);
  CheckProducts(dfas, *products, texts, kLimits.dfa_states);
}

}  // namespace
}  // namespace polc::automata
