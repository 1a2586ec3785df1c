// What was read of a set's files, for who reads the set again. A syntax tree
// and a catalog hang on nothing but a text, so of a set of many files only
// those that changed are parsed.
#ifndef POLC_COMPILER_DRIVER_READINGS_H_
#define POLC_COMPILER_DRIVER_READINGS_H_

#include <map>
#include <memory>
#include <string>

#include "compiler/ast/ast.h"
#include "compiler/catalog/catalog.h"
#include "compiler/source/source.h"

namespace polc::driver {

class Readings {
 public:
  /// The tree of the file that has this number in the set, as the parser made
  /// it; null if it is not kept. Its ranges name the file by that number.
  std::shared_ptr<const ast::File> Tree(source::FileId file,
                                        const std::string& text);
  void Keep(source::FileId file, const std::string& text,
            std::shared_ptr<const ast::File> tree);

  /// Likewise of a catalog, which knows its path.
  std::shared_ptr<const catalog::Catalog> Catalog(const std::string& path,
                                                  const std::string& text);
  void Keep(const std::string& path, const std::string& text,
            std::shared_ptr<const catalog::Catalog> catalog);

  /// Forgets what was neither asked for nor kept since the last time.
  void ForgetRest();

 private:
  template <typename T>
  struct Kept {
    std::shared_ptr<const T> value;
    bool is_used = true;
  };
  template <typename T>
  using Shelf = std::map<std::string, Kept<T>>;  // by text and place

  template <typename T>
  static std::shared_ptr<const T> Find(const std::string& key, Shelf<T>* shelf);
  template <typename T>
  static void ForgetRest(Shelf<T>* shelf);

  Shelf<ast::File> trees_;
  Shelf<catalog::Catalog> catalogs_;
};

}  // namespace polc::driver

#endif  // POLC_COMPILER_DRIVER_READINGS_H_
