#include "runtime/shim/policy.h"

#include <dlfcn.h>
#include <linux/limits.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "runtime/abi/plugin.h"
#include "runtime/aot.h"

namespace polc::runtime::shim {
namespace {

constexpr size_t kStackBytes = size_t{256} << 20;

std::string ProgramFolder() {
  char path[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0) return ".";
  const std::string whole(path, static_cast<size_t>(length));
  return whole.substr(0, whole.rfind('/'));
}

struct Plugin {
  pol_plugin_compile_fn compile = nullptr;
  pol_plugin_release_fn release = nullptr;
  pol_plugin_free_text_fn free_text = nullptr;
};

template <typename Function>
bool Find(void* library, const char* name, Function* out) {
  *out = reinterpret_cast<Function>(dlsym(library, name));
  return *out != nullptr;
}

/// The library stays loaded: its code may be running.
bool Load(Plugin* plugin, std::string* error) {
  void* library = nullptr;
  for (const char* place :
       {"/../lib/libpolc_compiler.so", "/../lib/polc/libpolc_compiler.so"}) {
    const std::string path = ProgramFolder() + place;
    if (access(path.c_str(), F_OK) != 0) continue;
    library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      *error = std::string("can't load the compiler: ") + dlerror();
      return false;
    }
    break;
  }
  if (!library) {
    *error = "libpolc_compiler.so is not beside the program";
    return false;
  }
  if (Find(library, POL_PLUGIN_COMPILE, &plugin->compile) &&
      Find(library, POL_PLUGIN_RELEASE, &plugin->release) &&
      Find(library, POL_PLUGIN_FREE_TEXT, &plugin->free_text)) {
    return true;
  }
  *error = "libpolc_compiler.so is of another version";
  return false;
}

std::shared_ptr<const Engine> Compile(const PolicySource& source,
                                      std::string* diagnostics) {
  Plugin plugin;
  if (!Load(&plugin, diagnostics)) {
    *diagnostics += '\n';
    return nullptr;
  }
  std::vector<const char*> paths;
  paths.reserve(source.paths.size());
  for (const std::string& path : source.paths) paths.push_back(path.c_str());
  pol_compile_options options = {};
  options.abi_version = POL_ABI_VERSION;
  options.size = sizeof options;
  options.paths = paths.data();
  options.path_count = paths.size();
  options.catalog = source.catalog.empty() ? nullptr : source.catalog.c_str();
  options.stdlib = source.stdlib.empty() ? nullptr : source.stdlib.c_str();
  const auto release = plugin.release;
  std::shared_ptr<pol_compiled> compiled(new pol_compiled(),
                                         [release](pol_compiled* set) {
                                           if (set->owner) release(set);
                                           delete set;
                                         });
  char* text = nullptr;
  const int failed = plugin.compile(&options, compiled.get(), &text);
  if (text) {
    *diagnostics = text;
    plugin.free_text(text);
  }
  if (failed) return nullptr;
  std::string error;
  auto engine = Engine::Create(compiled->code, compiled, &error);
  if (!engine) *diagnostics += error + "\n";
  return engine;
}

/// Everything travels in the file; what would change it is refused, not
/// passed over.
std::shared_ptr<const Engine> Open(const PolicySource& source,
                                   std::string* diagnostics) {
  std::string error;
  std::shared_ptr<const Engine> engine;
  if (source.paths.size() > 1) {
    error = "a library of compiled policies is a whole set: name it alone";
  } else if (!source.catalog.empty() || !source.stdlib.empty()) {
    error = "`" + source.paths[0] +
            "` is compiled: its catalog and its library of policies are in it";
  } else {
    engine = OpenCompiled(source.paths[0], &error);
  }
  if (!engine) *diagnostics = error + "\n";
  return engine;
}

struct Job {
  const PolicySource* source;
  std::string* diagnostics;
  std::shared_ptr<const Engine> engine;
};

void* RunJob(void* argument) {
  auto* job = static_cast<Job*>(argument);
  job->engine = Compile(*job->source, job->diagnostics);
  return nullptr;
}

}  // namespace

std::shared_ptr<const Engine> LoadPolicy(const PolicySource& source,
                                         std::string* diagnostics) {
  if (std::any_of(source.paths.begin(), source.paths.end(), IsCompiled)) {
    return Open(source, diagnostics);
  }
  Job job = {&source, diagnostics, nullptr};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  pthread_t thread = {};
  const int failed = pthread_create(&thread, &attributes, RunJob, &job);
  pthread_attr_destroy(&attributes);
  if (failed) {
    *diagnostics = "can't start a thread for the compiler";
    return nullptr;
  }
  pthread_join(thread, nullptr);
  return std::move(job.engine);
}

}  // namespace polc::runtime::shim
