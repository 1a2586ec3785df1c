// Doing a check in parts. What a part finds out without a solver is a function
// of the slices that it hangs on and of nothing else: their lists of requests
// are, and so are replays of these. So it can be kept under their digests. What
// a solver finds out is not: which of several right models it gives hangs on
// all that it was asked before. Such parts are done again in each run, in the
// same order, by a solver that answers nobody else.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "compiler/support/sha256.h"
#include "verifier/properties/run.h"

namespace polc::verifier {
namespace {

// Of what is known of slices, all together, before those not in use are given
// up.
constexpr size_t kMaxBytes = size_t{192} << 20;

void Append(diag::Diagnostics from, diag::Diagnostics* to) {
  for (diag::Diagnostic& d : from.mutable_all()) {
    to->Report(d.kind, d.range, "");
    to->mutable_all().back() = std::move(d);
  }
}

}  // namespace

// Where a solver shows the requests all slices are encoded here, one after the
// other: which of several right models it gives hangs on the order.
const Slice* Run::FindTooLarge() {
  if (listed_ != nullptr && !MayBeTooLarge(module_)) return nullptr;
  Side* side = listed_ ? listed_.get() : solved_.get();
  for (size_t i = 0; i < slices_.size(); ++i) {
    std::string key;
    if (digests_) {
      key = Sha256Hex("fits " + DigestOf(i));
      if (memo_->Find(key)) continue;
    }
    if (side->models[i]->space().too_large()) return &slices_[i];
    if (digests_) memo_->Keep(key, "");
  }
  return nullptr;
}

const std::string& Run::DigestOf(size_t slice) {
  std::string& digest = slice_digests_[slice];
  if (digest.empty()) {
    digest = digests_->OfSlice(slices_[slice], sketches_[slice].targeted);
  }
  return digest;
}

std::string Run::KeyOf(const char* check, const Task& task) {
  Writer out;
  out.Text(check);
  out.Text(task.about);
  out.Each(task.slices, [&](size_t slice) { out.Text(DigestOf(slice)); });
  if (task.slices.size() < 2) return Sha256Hex(out.bytes());
  // The order of two slices' rules decides which of them is named first.
  std::vector<ir::RuleId> rules;
  for (const size_t slice : task.slices) {
    const auto& targeted = sketches_[slice].targeted;
    rules.insert(rules.end(), targeted.begin(), targeted.end());
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  out.Each(rules, [&](ir::RuleId id) { out.Text(digests_->OfRule(id)); });
  return Sha256Hex(out.bytes());
}

std::optional<Effects> Run::Remember(const std::string& key) {
  const auto kept = memo_->Find(key);
  return kept ? places_.Decode(*kept) : std::nullopt;
}

Effects Run::Do(const Task& task) {
  Effects effects;
  now_ = &effects;
  task.work();
  now_ = &whole_;
  return effects;
}

Effects Run::TryListed(const Task& task, const std::string& notes,
                       bool* missed) {
  side_ = listed_.get();
  side_->missed = false;
  if (!notes.empty()) notes_.emplace(memo_->Find(notes).value_or(""));
  Effects effects = Do(task);
  if (notes_ && notes_->changed()) memo_->Keep(notes, notes_->Bytes());
  notes_.reset();
  *missed = side_->missed;
  side_ = solved_.get();
  return effects;
}

std::string Run::NoteOf(const std::string& what, const SliceModel& model,
                        const std::vector<size_t>& more) {
  const auto place = static_cast<size_t>(&model.slice() - slices_.data());
  Writer out;
  out.Text(what);
  out.Text(DigestOf(place));
  out.Each(more, [&](size_t slice) { out.Text(DigestOf(slice)); });
  return Sha256Hex(out.bytes()).substr(0, 32);
}

std::optional<std::string> Run::NotedText(const std::string& what,
                                          const SliceModel& model,
                                          const std::vector<size_t>& more) {
  if (!notes_) return std::nullopt;
  return notes_->Find(NoteOf(what, model, more));
}

void Run::NoteText(const std::string& what, const SliceModel& model,
                   std::string answer, const std::vector<size_t>& more) {
  if (!notes_ || side_->missed || report_.bug) return;
  notes_->Add(NoteOf(what, model, more), std::move(answer));
}

// Tasks come slice by slice: a slice before all of the next one's is not needed
// again in this check, and most others not soon.
void Run::Forget(const Task& next, Side* side) {
  size_t bytes = 0;
  for (const auto& model : side->models) bytes += model->bytes();
  for (size_t i = 0; i < slices_.size() && bytes >= kMaxBytes; ++i) {
    if (std::binary_search(next.slices.begin(), next.slices.end(), i)) continue;
    bytes -= side->models[i]->bytes();
    side->models[i]->Forget();
  }
}

void Run::Merge(Effects effects) {
  whole_.proved += effects.proved;
  whole_.refuted += effects.refuted;
  whole_.unknown += effects.unknown;
  whole_.dead.merge(effects.dead);
  whole_.blamed.merge(effects.blamed);
  whole_.redundant.merge(effects.redundant);
  answers_.push_back(std::move(effects.answers));
  Append(std::move(effects.diags), &whole_.diags);
}

void Run::Settle() {
  report_.proved += std::exchange(whole_.proved, 0);
  report_.refuted += std::exchange(whole_.refuted, 0);
  report_.unknown += std::exchange(whole_.unknown, 0);
  Append(std::exchange(whole_.diags, {}), diags_);
}

void Run::Perform(const char* check, const std::vector<Task>& tasks) {
  answers_.clear();
  if (listed_ == nullptr) {
    for (const Task& task : tasks) {
      Merge(Do(task));
      if (report_.bug) break;
    }
    return Settle();
  }
  report_.tasks += tasks.size();
  std::vector<std::optional<Effects>> done(tasks.size());
  std::vector<std::string> keys(tasks.size());
  std::vector<std::string> notes(tasks.size());  // keys, of tasks that have any
  std::vector<size_t> open;
  for (size_t i = 0; i < tasks.size(); ++i) {
    // What hangs on no slice is quick, and on more than its key would say.
    if (digests_ && !tasks[i].slices.empty()) {
      keys[i] = KeyOf(check, tasks[i]);
      done[i] = Remember(keys[i]);
      if (tasks[i].slices.size() > 1 && places_.distinct()) {
        notes[i] = fmt::format("notes {} {}", check, tasks[i].about);
        // Asked for in each run, or they would be dropped before an edit.
        if (done[i]) (void)memo_->Find(notes[i]);
      }
    }
    if (done[i]) {
      ++report_.remembered;
    } else {
      open.push_back(i);
    }
  }
  std::stable_sort(open.begin(), open.end(), [&](size_t a, size_t b) {
    return tasks[a].slices < tasks[b].slices;
  });
  std::vector<size_t> hard;
  const std::vector<size_t>* last = nullptr;
  for (const size_t i : open) {
    if (last == nullptr || *last != tasks[i].slices) {
      Forget(tasks[i], listed_.get());
    }
    last = &tasks[i].slices;
    bool missed = false;
    Effects effects = TryListed(tasks[i], notes[i], &missed);
    if (report_.bug) return Settle();
    if (missed) {
      hard.push_back(i);
      continue;
    }
    if (!keys[i].empty()) {
      if (auto bytes = places_.Encode(effects)) {
        memo_->Keep(keys[i], std::move(*bytes));
      }
    }
    done[i] = std::move(effects);
  }
  report_.solved += hard.size();
  std::sort(hard.begin(), hard.end());
  for (const size_t i : hard) {
    Forget(tasks[i], solved_.get());
    done[i] = Do(tasks[i]);
    if (report_.bug) return Settle();
  }
  for (auto& effects : done) Merge(std::move(*effects));
  Settle();
}

}  // namespace polc::verifier
