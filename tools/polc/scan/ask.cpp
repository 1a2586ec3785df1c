// The conversation of `polc scan` with a live server.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>

#include "runtime/mcp/client/client.h"
#include "runtime/mcp/client/http_transport.h"
#include "runtime/mcp/client/stdio_transport.h"
#include "runtime/text.h"
#include "tools/polc/scan/scan.h"

namespace polc::tool {
namespace {

namespace mcp = runtime::mcp;

// What any program needs to run. Nothing else of ours, and so no token, gets
// to a server that is only being looked at.
constexpr std::array<const char*, 14> kPassed = {
    "PATH",     "HOME",           "USER",     "LOGNAME",        "SHELL",
    "LANG",     "LC_ALL",         "TERM",     "TMPDIR",         "TZ",
    "LC_CTYPE", "XDG_CACHE_HOME", "NO_COLOR", "XDG_RUNTIME_DIR"};

// Words that start other programs, and are nobody's name.
constexpr std::array<std::string_view, 22> kLaunchers = {
    "npx",     "bunx",   "bun",    "pnpm", "yarn", "dlx",    "exec", "x",
    "uvx",     "uv",     "pipx",   "run",  "node", "nodejs", "deno", "python",
    "python3", "docker", "podman", "env",  "tool", "sh"};
// File names that say nothing; the folder above them may.
constexpr std::array<std::string_view, 9> kAnonymous = {
    "index", "main", "server", "dist", "build", "src", "lib", "bin", "cli"};

template <typename List>
bool IsIn(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

void AddVariable(const std::string& name, std::vector<std::string>* out) {
  const char* value = std::getenv(name.c_str());
  if (value != nullptr) out->push_back(name + "=" + value);
}

std::vector<std::string> EnvironmentOf(const ScanOptions& options) {
  std::vector<std::string> out;
  for (const char* name : kPassed) AddVariable(name, &out);
  for (const std::string& one : options.environment) {
    const size_t equals = one.find('=');
    const std::string name = one.substr(0, equals);
    std::erase_if(out, [&](const std::string& have) {
      return have.starts_with(name + "=");
    });
    if (equals != std::string::npos) {
      out.push_back(one);
    } else {
      AddVariable(name, &out);
    }
  }
  return out;
}

// ${NAME} from our environment, so that a secret need not be in the command.
Result<std::string> Expanded(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = text.find("${", at);
    const size_t end = text.find('}', begin);
    if (begin == std::string::npos || end == std::string::npos) {
      return out + text.substr(at);
    }
    const std::string name = text.substr(begin + 2, end - begin - 2);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) {
      return Error{
          fmt::format("`--header` names the variable `{}`, which is "
                      "not set",
                      name)};
    }
    out += text.substr(at, begin - at) + value;
    at = end + 1;
  }
  return out;
}

bool IsHeaderText(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  });
}

using Headers = std::vector<std::pair<std::string, std::string>>;

Result<Headers> HeadersOf(const ScanOptions& options) {
  Headers out;
  for (const std::string& one : options.headers) {
    Result<std::string> text = Expanded(one);
    if (!text) return text.error();
    const size_t colon = text->find(':');
    if (colon == 0 || colon == std::string::npos || !IsHeaderText(*text)) {
      return Error{"a `--header` is written `Name: value`"};
    }
    const size_t value = text->find_first_not_of(' ', colon + 1);
    out.emplace_back(text->substr(0, colon),
                     value == std::string::npos ? "" : text->substr(value));
  }
  return out;
}

// What a server writes for people, as a terminal can bear it.
void PrintErrors(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool shown = c == '\n' || c == '\t' || (byte >= 0x20 && byte < 0x7F);
    out += shown || byte >= 0xA0 ? c : '.';
  }
  std::fwrite(out.data(), 1, out.size(), stderr);
}

Result<std::unique_ptr<mcp::Transport>> Connect(const ScanOptions& options) {
  if (!options.url.empty()) {
    std::string problem;
    auto url = mcp::ParseUrl(options.url, &problem);
    if (!url) return Error{problem};
    Result<Headers> headers = HeadersOf(options);
    if (!headers) return headers.error();
    if (!headers->empty() && !url->is_https && !url->IsLoopback()) {
      return Error{
          "`--header` would go unencrypted over the network: use "
          "`https://`"};
    }
    return std::unique_ptr<mcp::Transport>(std::make_unique<mcp::HttpTransport>(
        std::move(*url), std::move(*headers)));
  }
  // A server that ends while we write is an answer, not our end.
  std::signal(SIGPIPE, SIG_IGN);
  mcp::StdioOptions stdio{.command = options.command,
                          .environment = EnvironmentOf(options),
                          .on_errors = nullptr};
  if (options.verbose) stdio.on_errors = PrintErrors;
  auto transport = std::make_unique<mcp::StdioTransport>(std::move(stdio));
  const std::string problem = transport->Start();
  if (!problem.empty()) return Error{problem};
  return std::unique_ptr<mcp::Transport>(std::move(transport));
}

// The lists that a server of these capabilities has. Tools are asked for in
// any case: they are what policies are about.
struct Ask {
  scan::Sort sort;
  const char* method;
  bool wanted;
};

Result<void> ReadLists(mcp::Client* client, scan::Offer* offer) {
  const mcp::ServerClaims& claims = client->claims();
  const std::array<Ask, 4> asks = {{
      {scan::Sort::kTool, "tools/list", true},
      {scan::Sort::kResource, "resources/list", claims.has_resources},
      {scan::Sort::kTemplate, "resources/templates/list", claims.has_resources},
      {scan::Sort::kPrompt, "prompts/list", claims.has_prompts},
  }};
  for (const Ask& ask : asks) {
    if (!ask.wanted) continue;
    std::vector<std::string> entries;
    const std::string problem =
        client->List(ask.method, scan::SortMember(ask.sort), &entries);
    if (!problem.empty()) return Error{problem};
    Result<void> added = scan::AddEntries(ask.sort, entries, offer);
    if (!added) {
      return Error{fmt::format("the server's list can't be used: {}",
                               added.error().message)};
    }
  }
  return {};
}

// "@scope/server-x@1.2" is server-x, "dist/index.js" index.
std::string Stem(std::string_view word) {
  while (word.ends_with('/')) word.remove_suffix(1);
  const size_t version = word.rfind('@');
  if (version != std::string_view::npos && version > 0 &&
      word.find('/', version) == std::string_view::npos) {
    word = word.substr(0, version);
  }
  word = word.substr(word.rfind('/') + 1);
  for (const std::string_view extension :
       {".js", ".mjs", ".cjs", ".ts", ".py", ".sh", ".exe", ".jar"}) {
    if (word.ends_with(extension)) word.remove_suffix(extension.size());
  }
  return std::string(word);
}

std::string NameInPath(std::string_view word) {
  std::string stem = Stem(word);
  while (IsIn(kAnonymous, stem) && word.find('/') != std::string_view::npos) {
    word = word.substr(0, word.rfind('/'));
    if (word.empty()) break;
    stem = Stem(word);
  }
  return stem;
}

std::string Sanitized(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool kept = std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                      c == '_' || c == '-' || c == '.';
    if (kept && !(out.empty() && (c == '.' || c == '-'))) out += c;
  }
  return out.empty() ? "server" : out.substr(0, 64);
}

}  // namespace

std::string ServerName(const ScanOptions& options) {
  if (!options.server.empty()) return options.server;
  if (!options.url.empty()) {
    std::string problem;
    const auto url = mcp::ParseUrl(options.url, &problem);
    return Sanitized(url ? url->host : options.url);
  }
  for (const std::string& word : options.command) {
    const bool is_option = word.starts_with('-');
    const bool is_setting = word.find('=') != std::string::npos;
    if (!is_option && !is_setting && !IsIn(kLaunchers, Stem(word))) {
      return Sanitized(NameInPath(word));
    }
  }
  return Sanitized(Stem(options.command.front()));
}

Result<scan::Offer> AskServer(const ScanOptions& options) {
  auto transport = Connect(options);
  if (!transport) return transport.error();
  mcp::ClientOptions asking;
  asking.version = "0.1.0";
  asking.total =
      std::chrono::milliseconds(static_cast<int64_t>(options.timeout * 1000));
  mcp::Client client(transport->get(), asking);
  if (const std::string problem = client.Connect(); !problem.empty()) {
    return Error{problem};
  }
  scan::Offer offer;
  offer.server = ServerName(options);
  offer.claimed_name = client.claims().name;
  offer.claimed_version = client.claims().version;
  offer.instructions = client.claims().instructions;
  offer.revision = client.claims().revision;
  if (options.with_time) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    offer.scanned = runtime::TimeText(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  }
  if (auto read = ReadLists(&client, &offer); !read) return read.error();
  return offer;
}

}  // namespace polc::tool
