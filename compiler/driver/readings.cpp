#include "compiler/driver/readings.h"

#include <iterator>
#include <utility>

#include "compiler/support/sha256.h"

namespace polc::driver {
namespace {

std::string KeyOf(const std::string& text, const std::string& place) {
  return Sha256Hex(text) + place;
}

std::string KeyOf(const std::string& text, source::FileId file) {
  return KeyOf(text, std::to_string(file.value()));
}

}  // namespace

template <typename T>
std::shared_ptr<const T> Readings::Find(const std::string& key,
                                        Shelf<T>* shelf) {
  const auto at = shelf->find(key);
  if (at == shelf->end()) return nullptr;
  at->second.is_used = true;
  return at->second.value;
}

std::shared_ptr<const ast::File> Readings::Tree(source::FileId file,
                                                const std::string& text) {
  return Find(KeyOf(text, file), &trees_);
}

void Readings::Keep(source::FileId file, const std::string& text,
                    std::shared_ptr<const ast::File> tree) {
  trees_[KeyOf(text, file)] = {std::move(tree)};
}

std::shared_ptr<const catalog::Catalog> Readings::Catalog(
    const std::string& path, const std::string& text) {
  return Find(KeyOf(text, path), &catalogs_);
}

void Readings::Keep(const std::string& path, const std::string& text,
                    std::shared_ptr<const catalog::Catalog> catalog) {
  catalogs_[KeyOf(text, path)] = {std::move(catalog)};
}

template <typename T>
void Readings::ForgetRest(Shelf<T>* shelf) {
  for (auto at = shelf->begin(); at != shelf->end();) {
    const bool was_used = std::exchange(at->second.is_used, false);
    at = was_used ? std::next(at) : shelf->erase(at);
  }
}

void Readings::ForgetRest() {
  ForgetRest(&trees_);
  ForgetRest(&catalogs_);
}

}  // namespace polc::driver
