// From syntax trees to a checked program.
//
//   1. The driver parses a file and asks ReferencesOf() what else it names;
//      it reads those files, resolves imports to other LoadedFiles and reports
//      what it cannot read or find.
//   2. Check() takes all files of a set and resolves names, types every
//      expression in place, checks constants, patterns, limits and targets,
//      and holds the policies against their catalogs. It reports as many
//      errors as it can.
//   3. compiler/lower reads the Program and needs no diagnostics of names or
//      types any more: what Check accepts has a meaning in the IR.
//
// Predicates are substituted by Expand (expand.h), once for checking and once
// for lowering, so both see the same condition.
#ifndef POLC_COMPILER_SEMA_SEMA_H_
#define POLC_COMPILER_SEMA_SEMA_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/catalog/catalog.h"
#include "compiler/diag/diag.h"
#include "compiler/source/source.h"
#include "compiler/zones/zone.h"

namespace polc::sema {

/// Something outside the file that it names: an import ("std.aws.ecs", or a
/// file's path), a catalog or the file of a set.
struct Reference {
  std::string text;
  source::Range range;
  bool is_file = false;
};

/// What a file names, each list in the order written.
struct References {
  std::vector<Reference> imports;
  std::vector<Reference> catalogs;
  std::vector<Reference> set_files;
  std::vector<Reference> zones;   // time zones, by name
  std::vector<Reference> others;  // sets to compare with; not read for Check
};
References ReferencesOf(const ast::File& file);

/// Stands for an import that the driver could not resolve and has reported.
inline constexpr size_t kUnresolved = static_cast<size_t>(-1);

/// A parsed file with its references resolved. The lists are parallel to
/// those of ReferencesOf(ast), but for `others`; kUnresolved, a null catalog
/// and an invalid FileId mean "reported already": nothing read through them is
/// reported again, and Check returns nothing.
struct LoadedFile {
  ast::File ast;
  std::string path;
  std::string module_path;  // "std.aws.ecs" of a library module, else empty
  std::vector<size_t> imports;
  std::vector<const catalog::Catalog*> catalogs;
  std::vector<source::FileId> set_files;  // one member a line
  std::vector<const zones::Zone*> zones;  // null: reported already
};

/// The value of a `set`: strings or numbers, sorted and distinct. Both empty:
/// a set without members, of either type.
struct SetValue {
  enum class Of : uint8_t { kAnything, kStrings, kNumbers };
  /// Of an empty set too, where its operands or its file say it.
  Of of = Of::kAnything;
  std::vector<std::string> strings;
  std::vector<double> numbers;
};

enum class SymbolKind : uint8_t {
  kSet,
  kPredicate,
  kClass,
  kLimit,
  kMark,
  kRule,
  kAssertion,
};

/// A declared name. `index` counts within the kind: it is an index into
/// Program::sets, ::predicates and so on.
struct Symbol {
  size_t index = 0;
  source::Range range;
};

/// Each kind has names of its own: a class and a rule may share one.
using SymbolTable =
    std::map<std::pair<SymbolKind, std::string>, Symbol, std::less<>>;

/// A declaration and the file (an index into Program::files) it stands in.
template <typename T>
struct Declared {
  size_t file = 0;
  const T* decl = nullptr;
  source::Range range;
};

struct Program {
  Program() = default;
  Program(Program&&) = default;
  Program& operator=(Program&&) = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::vector<LoadedFile> files;
  std::vector<Declared<ast::SetDecl>> sets;
  std::vector<SetValue> set_values;  // parallel to sets
  std::vector<Declared<ast::Predicate>> predicates;
  std::vector<Declared<ast::ClassDecl>> classes;
  std::vector<Declared<ast::LimitDecl>> limits;
  std::vector<Declared<ast::MarkDecl>> marks;
  std::vector<Declared<ast::Rule>> rules;  // of all files, in their order
  std::vector<Declared<ast::Assert>> assertions;
  std::map<std::string, zones::Zone, std::less<>> zones;  // that files name

  /// Names of each file, and the files that it imports by the name it uses.
  std::vector<SymbolTable> names;
  std::vector<std::map<std::string, size_t, std::less<>>> modules;

  /// What `name` ("scans", or "ecs.scans" through an import) means in `file`;
  /// null if nothing.
  const Symbol* Find(size_t file, SymbolKind kind, std::string_view name) const;
  /// The name of a rule or limit as decisions print it, "ecs.scans", from how
  /// a test block of `file` writes it: `scans`, `ecs.scans` through an import,
  /// or any policy's `policy.rule`.
  std::optional<std::string> QualifiedName(size_t file, SymbolKind kind,
                                           std::string_view name) const;
  /// What qualifies the file's names: "ecs", or "std.aws.ecs".
  const std::string& ModuleName(size_t file) const {
    const LoadedFile& loaded = files[file];
    return loaded.module_path.empty() ? loaded.ast.header.name.text
                                      : loaded.module_path;
  }
};

/// Checks the files of a set. Nothing is returned if there was an error, in
/// `diags` before or after, but for what only a catalog says (unknown-tool,
/// unknown-argument, impossible-value): those are findings about a program
/// that has a meaning.
std::optional<Program> Check(const source::Files& files,
                             std::vector<LoadedFile> loaded,
                             diag::Diagnostics* diags);

}  // namespace polc::sema

#endif  // POLC_COMPILER_SEMA_SEMA_H_
