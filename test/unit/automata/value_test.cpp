// Paths, addresses and URLs: automata against the procedural readers, and the
// hostile values of the threat model.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "compiler/automata/ip.h"
#include "compiler/automata/path.h"
#include "compiler/automata/reference.h"
#include "compiler/automata/url.h"
#include "compiler/automata/witness.h"
#include "test/unit/automata/testing.h"

namespace polc::automata {
namespace {

bool Below(const std::vector<std::string>& path,
           const std::vector<std::string>& dir) {
  return path.size() >= dir.size() &&
         std::equal(dir.begin(), dir.end(), path.begin());
}

TEST(Path, HostileValuesAreErrorsOrOutside) {
  const Dfa safe = Make(PathUnder("/safe"));
  const std::string in[] = {"/safe",     "/safe/",    "/safe//b", "/safe/./c",
                            "//safe/./", "/./safe/x", "/safe/..."};
  for (const std::string& text : in) {
    EXPECT_TRUE(Matches(safe, text)) << text;
    EXPECT_TRUE(Matches(ValidPath(), text)) << text;
  }
  const std::string errors[] = {"/safe/../etc/shadow",
                                "/safe/a/../../etc/shadow",
                                "/safe/./../etc/shadow",
                                "/safe/..%2fetc/shadow",
                                "/safe/%2e%2e/etc",
                                "/safe/%252e%252e",
                                "safe/a",
                                "~/.ssh/id_rsa",
                                "/safe/\xef\xbc\x8e\xef\xbc\x8e/etc/shadow",
                                "/safe/..\\..\\etc",
                                "C:\\safe\\x",
                                "C:/safe",
                                "/C:/safe",
                                "/./c:x",
                                "",
                                "file:///safe/../etc/shadow",
                                "file:///safe",
                                "/safe/d/../e",
                                "/..",
                                "/safe/\xe2\x80\xa5/x",
                                "/safe/x\xef\xbc\x8fy",
                                "//safe//.."};
  for (const std::string& text : errors) {
    EXPECT_FALSE(Matches(ValidPath(), text)) << text;
    EXPECT_FALSE(ParsePath(text).has_value()) << text;
    EXPECT_FALSE(PathUnder(text).has_value()) << text;
  }
  const std::string outside[] = {
      "/safe-evil/x", "/proc/self/root/etc/shadow", "/", "/saf", "/x/safe",
      "/Safe"};
  for (const std::string& text : outside) {
    EXPECT_TRUE(Matches(ValidPath(), text)) << text;
    EXPECT_FALSE(Matches(safe, text)) << text;
  }
  EXPECT_EQ(Make(PathUnder("/./")), ValidPath());
  EXPECT_EQ(Make(PathUnder("//safe/.")), safe);
  EXPECT_TRUE(ParsePath("/" + std::string(kMaxPathBytes - 1, 'a')));
  EXPECT_FALSE(ParsePath("/" + std::string(kMaxPathBytes, 'a')));
}

TEST(Path, AgreesWithReferenceOnAllShortStrings) {
  const std::vector<std::string> dirs = {"/", "/a", "/.a", "/a/b"};
  std::vector<Dfa> under;
  for (const std::string& dir : dirs) {
    under.push_back(Make(PathUnder(dir)));
    EXPECT_TRUE(IsSubset(under.back(), ValidPath()));
  }
  const auto texts =
      AllStrings({"/", ".", "a", "b", ":", "%", "\xe2\x80\xa4"}, 6);
  for (const std::string& text : texts) {
    const auto path = ParsePath(text);
    ASSERT_EQ(Matches(ValidPath(), text), path.has_value()) << text;
    ASSERT_EQ(Matches(PathSegment(), text), IsPathSegment(text)) << text;
    for (size_t i = 0; i < dirs.size(); ++i) {
      ASSERT_EQ(Matches(under[i], text),
                path && Below(*path, *ParsePath(dirs[i])))
          << text << " under " << dirs[i];
    }
  }
}

TEST(Ip, OneSpelling) {
  for (const char* good :
       {"0.0.0.0", "255.255.255.255", "10.1.2.3", "::", "::1", "1::", "fe80::1",
        "2001:db8::1:0:0:1", "1:2:3:4:5:6:7:8", "1:0:3:4:5:6:7:8",
        "1::4:0:0:7:8", "::fffe:1:2"}) {
    EXPECT_TRUE(ParseIp(good).has_value()) << good;
    EXPECT_TRUE(Matches(AnyIp(), good)) << good;
  }
  for (const char* bad : {"127.1",
                          "2130706433",
                          "0x7f.1",
                          "01.2.3.4",
                          "256.1.1.1",
                          "1.2.3.4.",
                          "1.2.3",
                          "",
                          "0:0::1",
                          "::FFFF",
                          "1:2:3:4:5:6:7::",
                          "1::3:4:5:6:7:8",
                          "::ffff:127.0.0.1",
                          "::ffff:7f00:1",
                          "1::4:0:0:0:8",
                          "::00",
                          "1::2::3",
                          ":1",
                          ":::",
                          "fe80::1%eth0"}) {
    EXPECT_FALSE(ParseIp(bad).has_value()) << bad;
    EXPECT_FALSE(Matches(AnyIp(), bad)) << bad;
  }
  std::cout << "v4 " << AnyIpv4().num_states() << " v6 "
            << AnyIpv6().num_states() << " url " << ValidUrl().num_states()
            << " path " << ValidPath().num_states() << " states\n";
}

TEST(Ip, AgreesWithReferenceOnGeneratedAddresses) {
  Random random(31);
  const std::vector<std::string> bits = {"0", "1",  "0", "ff",   "ffff", ":",
                                         ":", "::", "a", "fe80", "00"};
  const std::vector<std::string> nets = {
      "fe80::/10",       "::/0",     "::1/128", "2001:db8::/33",
      "::ffff:0:0:0/95", "0:4::/30", "::/3"};
  std::vector<Dfa> dfas;
  for (const std::string& net : nets) dfas.push_back(Make(InCidr(net)));
  size_t valid = 0;
  const auto check = [&](const std::string& text) {
    const auto ip = ParseIp(text);
    valid += ip.has_value();
    ASSERT_EQ(Matches(AnyIp(), text), ip.has_value()) << text;
    for (size_t i = 0; i < nets.size(); ++i) {
      ASSERT_EQ(Matches(dfas[i], text),
                ip && Contains(*ParseCidr(nets[i]), *ip))
          << text << " in " << nets[i];
    }
  };
  for (int i = 0; i < 30'000; ++i) {
    std::string text;
    for (size_t groups = 0; groups < 8; ++groups) {
      if (groups > 0) text += ":";
      text += random.Of({"0", "1", "0", "ffff", "fe80", "2001", "db8"});
      if (random.Below(12) == 0 && groups > 0) {
        text += ":";
        groups += random.Below(6);
      }
    }
    if (random.Below(6) == 0) text = "::" + text.substr(text.size() / 2);
    check(text);
    check(random.Text(bits, 9));
  }
  EXPECT_GT(valid, 3000u);
}

TEST(Ip, V4NetworksAgreeWithReference) {
  for (const char* net : {"10.0.0.0/8", "172.16.0.0/12", "192.168.1.0/31",
                          "169.254.169.254/32", "0.0.0.0/0", "128.0.0.0/1"}) {
    const Dfa dfa = Make(InCidr(net));
    const Cidr cidr = *ParseCidr(net);
    Random random(1);
    const std::vector<std::string> bytes = {
        "0",   "1",   "9",   "10",  "15",  "16",  "31",  "32",  "99",
        "127", "128", "168", "169", "172", "192", "249", "254", "255"};
    for (int i = 0; i < 5000; ++i) {
      const std::string text = random.Of(bytes) + "." + random.Of(bytes) + "." +
                               random.Of(bytes) + "." + random.Of(bytes);
      ASSERT_EQ(Matches(dfa, text), Contains(cidr, *ParseIp(text))) << text;
    }
  }
  for (const char* bad :
       {"10.0.0.1/8", "10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/",
        "10/8", "::1/127", "fe80::/129", "x/8", "10.0.0.0/-1"}) {
    EXPECT_FALSE(InCidr(bad).has_value()) << bad;
  }
}

TEST(Url, HostileValues) {
  const Dfa host = Make(UrlHost(Make(FromLiteral("api.example.com"))));
  for (const char* good :
       {"http://api.example.com/", "HTTPS://API.Example.COM./x?y=%2e",
        "https://api.example.com:8443", "gopher://api.example.com/",
        "http://api.example.com?q=/../"}) {
    EXPECT_TRUE(Matches(host, good)) << good;
    EXPECT_TRUE(Matches(ValidUrl(), good)) << good;
  }
  for (const char* bad : {"http://127.1/",
                          "http://2130706433/",
                          "http://0x7f.1/",
                          "http://0x7f000001/",
                          "http://0177.0.0.1/",
                          "http://a.0x/",
                          "http://[::ffff:127.0.0.1]/",
                          "http://api.example.com@evil.example/",
                          "http://evil.example#@api.example.com/",
                          "http://api.exa\tmple.com/",
                          "http://\xd0\xb0pi.example.com/",
                          "http://api.example.com\\@evil/",
                          "http://api.example.com..",
                          "http://.",
                          "http:///x",
                          "http:/a/b",
                          "//api.example.com/",
                          "http://a:0/",
                          "http://a:65536/",
                          "http://a:/",
                          "http://a:080/",
                          "http://a/../b",
                          "http://a/%2e%2E/b",
                          "http://a/.",
                          "http://a%2eb/",
                          "http://a b/",
                          "http://a/%zz",
                          "http://a/%2",
                          "http://1.2.3.4./",
                          "",
                          "http://",
                          "1http://a",
                          "http://[::1",
                          " http://a/",
                          "http://a/ ",
                          "http://a/#f",
                          "javascript:alert(1)"}) {
    EXPECT_FALSE(Matches(ValidUrl(), bad)) << bad;
    EXPECT_FALSE(ParseUrl(bad).has_value()) << bad;
    EXPECT_FALSE(Matches(host, bad)) << bad;
  }
  for (const char* other :
       {"http://localhost/", "http://169.254.169.254/latest/",
        "http://api.example.com.evil.example/", "http://[::1]/"}) {
    EXPECT_TRUE(Matches(ValidUrl(), other)) << other;
    EXPECT_FALSE(Matches(host, other)) << other;
  }
}

TEST(Url, ComponentsAgreeWithReferenceOnGeneratedUrls) {
  const Dfa scheme_of = ReDfa("https?|x+");
  const Dfa host_of = ReDfa("a\\..*|::1|1\\.2\\.3\\.4|.*_");
  const Dfa path_of = ReDfa("/(a.*)?");
  const Dfa query_of = ReDfa("|a=.*");
  const Dfa scheme = Make(UrlScheme(scheme_of));
  const Dfa host = Make(UrlHost(host_of));
  const Dfa path = Make(UrlPath(path_of));
  const Dfa query = Make(UrlQuery(query_of));
  const Dfa port = Make(UrlPort(80, 442));
  Random random(41);
  size_t valid = 0;
  for (int i = 0; i < 60'000; ++i) {
    std::string text =
        random.Of({"http", "HTTPS", "x", "xX", "ftp", "ws", "", "1"}) +
        random.Of({"://", "://", "://", ":/"}) +
        random.Of({"a.b", "A.b.", "[::1]", "1.2.3.4", "1.2.3", "_", "a.1",
                   "a.0x", "a..b", "a@b", "[::1", "x.0xG", "-"}) +
        random.Of({"", "", ":80", ":443", ":442", ":0", ":", ":99999", ":79"});
    text += random.Text({"/", "a", ".", "%2e", "?", "a=", "%", "#", "/"}, 5);
    const auto url = ParseUrl(text);
    valid += url.has_value();
    ASSERT_EQ(Matches(ValidUrl(), text), url.has_value()) << text;
    ASSERT_EQ(Matches(scheme, text), url && Matches(scheme_of, url->scheme))
        << text;
    ASSERT_EQ(Matches(host, text), url && Matches(host_of, url->host)) << text;
    ASSERT_EQ(Matches(path, text), url && Matches(path_of, url->path)) << text;
    ASSERT_EQ(Matches(query, text), url && Matches(query_of, url->query))
        << text;
    ASSERT_EQ(Matches(port, text),
              url && url->port && *url->port >= 80 && *url->port <= 442)
        << text;
  }
  std::cout << valid << " valid URLs\n";
  EXPECT_GT(valid, 3000u);
}

TEST(Url, PreimagesPartitionTheValidUrls) {
  const Dfa of = ReDfa("[a-m].*");
  EXPECT_EQ(Make(Union(Make(UrlHost(of)), Make(UrlHost(Complement(of))))),
            ValidUrl());
  EXPECT_TRUE(AreDisjoint(Make(UrlHost(of)), Make(UrlHost(Complement(of)))));
  EXPECT_EQ(Make(UrlScheme(AnyString())), ValidUrl());
  EXPECT_EQ(Make(UrlPath(AnyString())), ValidUrl());
  EXPECT_EQ(Make(UrlQuery(AnyString())), ValidUrl());
  EXPECT_EQ(Make(UrlPort(5, 4)), Nothing());
  const Dfa with_port = Make(UrlPort(1, 65535));
  EXPECT_TRUE(Matches(with_port, "http://a"));
  EXPECT_FALSE(Matches(with_port, "gopher://a"));
  const auto witness =
      ShortestWitness(Make(UrlHost(Make(InCidr("10.0.0.0/8")))));
  EXPECT_EQ(witness, "a://10.0.0.0");
}

}  // namespace
}  // namespace polc::automata
