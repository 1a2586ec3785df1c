#include "verifier/memo/notes.h"

#include <algorithm>

#include "verifier/memo/bytes.h"

namespace polc::verifier {

Notes::Notes(std::string_view bytes) {
  Reader in(bytes);
  while (in.good() && !in.at_end()) {
    std::string digest = in.Text();
    all_[std::move(digest)] = {.answer = in.Text(), .is_used = false};
  }
  if (!in.good()) all_.clear();
}

std::optional<std::string> Notes::Find(const std::string& digest) {
  const auto it = all_.find(digest);
  if (it == all_.end()) return std::nullopt;
  it->second.is_used = true;
  return it->second.answer;
}

void Notes::Add(const std::string& digest, std::string answer) {
  all_[digest] = {.answer = std::move(answer), .is_used = true};
  added_ = true;
}

std::string Notes::Bytes() const {
  Writer out;
  for (const auto& [digest, note] : all_) {
    if (!note.is_used) continue;
    out.Text(digest);
    out.Text(note.answer);
  }
  return out.bytes();
}

bool Notes::changed() const {
  return added_ || std::any_of(all_.begin(), all_.end(), [](const auto& entry) {
           return !entry.second.is_used;
         });
}

}  // namespace polc::verifier
