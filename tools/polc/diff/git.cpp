#include "tools/polc/diff/git.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

extern char** environ;

namespace polc::tool {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = size_t{1} << 30;  // of all files together

struct Ran {
  int status = -1;
  std::string out;
};

// Runs git without a shell; standard error goes nowhere.
Result<Ran> Git(const std::string& folder, std::vector<std::string> args,
                const std::string& input = "/dev/null") {
  args.insert(args.begin(), {"git", "-C", folder, "--literal-pathspecs",
                             "--no-optional-locks"});
  std::vector<char*> argv;
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return Error{std::strerror(errno)};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input.c_str(),
                                   O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                   O_WRONLY, 0);
  pid_t pid = 0;
  const int failed =
      posix_spawnp(&pid, "git", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(fds[1]);
  if (failed != 0) {
    close(fds[0]);
    return Error{fmt::format("cannot run git: {}", std::strerror(failed))};
  }
  Ran ran;
  char buffer[1 << 16];
  ssize_t n = 0;
  while ((n = read(fds[0], buffer, sizeof buffer)) > 0 ||
         (n < 0 && errno == EINTR)) {
    if (n > 0 && ran.out.size() < kMaxBytes) {
      ran.out.append(buffer, static_cast<size_t>(n));
    }
  }
  close(fds[0]);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (ran.out.size() >= kMaxBytes) return Error{"the revision is too large"};
  return ran;
}

std::string Trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string Absolute(const std::string& path) {
  std::error_code error;
  fs::path out = fs::weakly_canonical(path, error);
  return error ? fs::absolute(path).lexically_normal().string() : out.string();
}

struct Entry {
  std::string mode;
  std::string blob;
  std::string path;  // from the top
};

class Exporter {
 public:
  Exporter(std::string top, std::string commit)
      : top_(std::move(top)), commit_(std::move(commit)) {}

  // All files of a directory at the revision.
  Result<std::vector<Entry>> List(const std::string& folder) const {
    std::vector<std::string> args = {"ls-tree", "-r", "-z", "--full-tree",
                                     commit_};
    if (!folder.empty()) args.insert(args.end(), {"--", folder + "/"});
    const auto ran = Git(top_, args);
    if (!ran) return ran.error();
    if (ran->status != 0) return Error{"git cannot list the revision's files"};
    std::vector<Entry> entries;
    for (size_t at = 0; at < ran->out.size();) {
      const size_t end = ran->out.find('\0', at);
      const std::string line = ran->out.substr(at, end - at);
      at = end == std::string::npos ? ran->out.size() : end + 1;
      const size_t tab = line.find('\t');
      const size_t first = line.find(' ');
      const size_t second = line.find(' ', first + 1);
      if (tab == std::string::npos || second == std::string::npos) continue;
      entries.push_back({line.substr(0, first),
                         line.substr(second + 1, tab - second - 1),
                         line.substr(tab + 1)});
    }
    return entries;
  }

  bool Has(const std::string& path) const {
    const auto ran = Git(top_, {"cat-file", "-e", commit_ + ":" + path});
    return ran && ran->status == 0;
  }

  bool IsFile(const std::string& path) const {
    const auto ran = Git(top_, {"cat-file", "-t", commit_ + ":" + path});
    return ran && ran->status == 0 && ran->out == "blob\n";
  }

  // One process for all blobs: it reads their ids from a file, so that neither
  // side waits for the other.
  Result<void> Write(const std::vector<Entry>& entries,
                     const fs::path& root) const {
    const std::string list = (root / ".polc-blobs").string();
    std::ofstream ids(list, std::ios::binary);
    for (const Entry& entry : entries) ids << entry.blob << '\n';
    ids.close();
    const auto ran = Git(top_, {"cat-file", "--batch"}, list);
    std::error_code ignored;
    fs::remove(list, ignored);
    if (!ran) return ran.error();
    size_t at = 0;
    for (const Entry& entry : entries) {
      const size_t line = ran->out.find('\n', at);
      const size_t space = ran->out.rfind(' ', line);
      if (line == std::string::npos ||
          ran->out.compare(at, 41, entry.blob + " ", 0, 41) != 0) {
        return Error{fmt::format("git has no content for `{}`", entry.path)};
      }
      const size_t size = std::strtoull(&ran->out[space + 1], nullptr, 10);
      if (line + 1 + size > ran->out.size()) {
        return Error{fmt::format("git has no content for `{}`", entry.path)};
      }
      const auto text = std::string_view(ran->out).substr(line + 1, size);
      if (auto done = WriteOne(entry, text, root); !done) return done.error();
      at = line + 1 + size + 1;
    }
    return {};
  }

 private:
  static Result<void> WriteOne(const Entry& entry, std::string_view text,
                               const fs::path& root) {
    const fs::path target = root / entry.path;
    std::error_code error;
    fs::create_directories(target.parent_path(), error);
    if (entry.mode == "120000") {
      const fs::path to =
          (fs::path(entry.path).parent_path() / text).lexically_normal();
      // What leads out of the tree is left out; a policy that names it says so.
      if (fs::path(text).is_absolute() || *to.begin() == "..") return {};
      fs::create_symlink(text, target, error);
    } else {
      std::ofstream out(target, std::ios::binary);
      out << text;
      out.close();
      if (!out) error = std::make_error_code(std::errc::io_error);
    }
    if (error) {
      return Error{fmt::format("cannot write `{}`: {}", target.string(),
                               error.message())};
    }
    return {};
  }

  std::string top_;
  std::string commit_;
};

// The directory that the policies at `path` may name files in, from the top.
std::string FolderOf(const Exporter& exporter, const std::string& path,
                     bool is_file) {
  fs::path folder = is_file ? fs::path(path).parent_path() : fs::path(path);
  for (fs::path at = folder;; at = at.parent_path()) {
    if (exporter.Has((at / "polc.yaml").string())) return at.string();
    if (at.empty()) return folder.string();
  }
}

}  // namespace

Checkout::Checkout(Checkout&& other) noexcept { *this = std::move(other); }

Checkout& Checkout::operator=(Checkout&& other) noexcept {
  std::swap(paths, other.paths);
  std::swap(root, other.root);
  std::swap(commit, other.commit);
  return *this;
}

Checkout::~Checkout() {
  std::error_code ignored;
  if (!root.empty()) fs::remove_all(root, ignored);
}

Result<Checkout> CheckOut(const std::string& revision,
                          const std::vector<std::string>& paths) {
  std::error_code error;
  fs::path start = Absolute(paths[0]);
  while (!fs::is_directory(start, error) && start.has_relative_path()) {
    start = start.parent_path();
  }
  const auto top = Git(start.string(), {"rev-parse", "--show-toplevel"});
  if (!top) return top.error();
  if (top->status != 0) {
    return Error{fmt::format("`{}` is in no git repository", paths[0])};
  }
  const std::string folder = Absolute(Trimmed(top->out));
  const auto commit = Git(folder, {"rev-parse", "--verify", "--quiet",
                                   "--end-of-options", revision + "^{commit}"});
  if (!commit) return commit.error();
  Checkout out;
  out.commit = Trimmed(commit->out);
  const bool hex =
      out.commit.size() >= 40 &&
      out.commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (commit->status != 0 || !hex) {
    return Error{
        fmt::format("git knows no revision `{}` (a shallow clone has "
                    "only the newest)",
                    revision)};
  }
  std::string pattern =
      (fs::temp_directory_path(error) / "polc-review-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    return Error{
        fmt::format("cannot make a directory: {}", std::strerror(errno))};
  }
  out.root = Absolute(pattern);
  const Exporter exporter(folder, out.commit);
  std::set<std::string> written;
  for (const std::string& path : paths) {
    const fs::path from_top =
        fs::path(Absolute(path)).lexically_relative(folder);
    if (from_top.empty() || *from_top.begin() == "..") {
      return Error{fmt::format("`{}` is outside the repository", path)};
    }
    const std::string at = from_top == "." ? "" : from_top.string();
    const bool is_file = !at.empty() && (exporter.IsFile(at) ||
                                         fs::is_regular_file(path, error));
    const auto entries = exporter.List(FolderOf(exporter, at, is_file));
    if (!entries) return entries.error();
    std::vector<Entry> fresh;
    for (const Entry& entry : *entries) {
      const bool submodule = entry.mode == "160000";
      if (!submodule && written.insert(entry.path).second) {
        fresh.push_back(entry);
      }
    }
    if (auto done = exporter.Write(fresh, out.root); !done) return done.error();
    const fs::path here = fs::path(out.root) / at;
    out.paths.push_back(fs::exists(here, error) ? here.string() : "");
  }
  return out;
}

}  // namespace polc::tool
