#include "runtime/polrt/seat.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "runtime/polrt/answer.h"
#include "runtime/text.h"

namespace polc::runtime {
namespace {

// Reasons are short; what a limit or a mark is kept by may be as long as the
// message, and is spelt a few times.
constexpr size_t kArenaBytes = size_t{64} << 10;
constexpr size_t kArenaMessages = 8;
// Claims may be as long as a message; names and roles are there besides.
constexpr size_t kCallerMessages = 3;
// Marks that one caller can be said to hold.
constexpr size_t kMaxMarks = 4096;

/// The shortest names that there are, one after the other. Without some
/// letters, so that none is another spelling of a name that messages have.
std::string NameOf(size_t number) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqstvwxyzABCDEFGHIJKLMNOPQSTVWXYZ0123456789"
      "!#$%&'()*+,-./:;<=>?@[]^_`{|}~ ";
  std::string name;
  for (size_t rest = number + 1; rest > 0;
       rest = (rest - 1) / kLetters.size()) {
    name += kLetters[(rest - 1) % kLetters.size()];
  }
  return name;
}

/// An object of exactly `bytes` bytes with as many different members as go in,
/// after `first`.
std::string ManyMembers(size_t bytes, const std::string& first) {
  std::string out = "{" + first;
  for (size_t i = 0;; ++i) {
    const std::string member = ",\"" + NameOf(i) + "\":0";
    if (out.size() + member.size() + 1 > bytes) break;
    out += member;
  }
  out.append(bytes - out.size() - 1, ' ');
  return out + '}';
}

std::string Repeated(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

// What a text begins with that is not there: no text is so long.
constexpr uint64_t kNone = ~uint64_t{0};

/// One text behind the other, each behind its length. False if there is no room
/// in what `out` has reserved.
bool Append(const pol_text& text, std::string* out) {
  const uint64_t length = text.data == nullptr ? kNone : text.size;
  const std::string_view bytes = ViewOf(text);
  const size_t room = out->capacity() - out->size();
  if (room < sizeof length || room - sizeof length < bytes.size()) return false;
  out->append(reinterpret_cast<const char*>(&length), sizeof length);
  out->append(bytes);
  return true;
}

bool Spell(const pol_context& context, std::string* out) {
  out->clear();
  if (!Append(context.grant, out) || !Append(context.subject, out) ||
      !Append(context.claims, out)) {
    return false;
  }
  for (size_t i = 0; i < context.role_count; ++i) {
    if (!Append(context.roles[i], out)) return false;
  }
  return true;
}

/// The first text of what Append made.
std::optional<std::string_view> Take(std::string_view* rest) {
  uint64_t length = 0;
  std::memcpy(&length, rest->data(), sizeof length);
  rest->remove_prefix(sizeof length);
  if (length == kNone) return std::nullopt;
  const std::string_view text = rest->substr(0, length);
  rest->remove_prefix(length);
  return text;
}

}  // namespace

Force::Force(std::unique_ptr<Engine> made, size_t seats)
    : engine(std::move(made)) {
  RequestView request;
  request.tool = "tool";
  for (size_t i = 0; i < seats; ++i) {
    Desk& desk = *desks.emplace_back(std::make_unique<Desk>());
    engine->ReadCaller(request.caller, &desk.scratch.slots, &desk.caller);
    (void)engine->Decide(request, {}, &desk.scratch);
  }
}

Seat::Seat(size_t max_message_bytes)
    : reader_({.bytes = max_message_bytes}),
      roles_reader_({.bytes = max_message_bytes}),
      claims_reader_({.bytes = max_message_bytes}),
      arena_(kArenaBytes + kArenaMessages * max_message_bytes) {
  roles_text_.reserve(max_message_bytes);
  said_.reserve(kCallerMessages * max_message_bytes);
  kept_.reserve(kCallerMessages * max_message_bytes);
  marks_.reserve(kMaxMarks);
  Warm(max_message_bytes);
}

void Seat::Warm(size_t bytes) {
  const std::string head = "{\"jsonrpc\":\"2.0\",\"id\":\"" +
                           std::string(1000, 'i') +
                           "\",\"method\":\"resources/read\",\"params\":";
  // Parameters that are read twice, and as long as can be; keys of few bytes;
  // depth.
  const std::string texts[] = {
      head + ManyMembers(bytes - head.size() - 1, "\"uri\":\"a\"") + "}",
      "{" + Repeated("\"\":0,", (bytes - 8) / 5) + "\"\":0}",
      Repeated("[", json::kMaxDepth - 1) + Repeated("]", json::kMaxDepth - 1)};
  for (const std::string& text : texts) {
    (void)reader_.Read(text);
    (void)roles_reader_.Read(text);
    (void)claims_reader_.Read(text);
  }
}

const char* Seat::ReadRoles(const pol_context& context) {
  read_.roles = {};
  if (context.role_count == 0) return nullptr;
  size_t bytes = 2;
  for (size_t i = 0; i < context.role_count; ++i) {
    bytes += 6 * ViewOf(context.roles[i]).size() + 3;
    if (bytes > roles_text_.capacity()) return "the context has too many roles";
  }
  roles_text_ = "[";
  for (size_t i = 0; i < context.role_count; ++i) {
    if (i > 0) roles_text_ += ',';
    AppendJsonString(ViewOf(context.roles[i]), &roles_text_);
  }
  roles_text_ += ']';
  if (roles_reader_.Read(roles_text_) != nullptr) {
    return "a role of the context is no text";
  }
  read_.roles = roles_reader_.root();
  return nullptr;
}

const char* Seat::ReadCaller(const pol_context& context) {
  if (!Spell(context, &said_)) return "the context's caller is too long";
  if (caller_ != 0 && said_ == kept_) return nullptr;
  // Whatever was kept is gone with the first document that is read.
  kept_.clear();
  ++caller_;
  read_ = {};
  if (context.claims.data != nullptr) {
    if (claims_reader_.Read(ViewOf(context.claims)) != nullptr ||
        !claims_reader_.root().is_object()) {
      return "the context's claims are no JSON object, or one that readers do "
             "not agree about";
    }
    read_.claims = claims_reader_.root();
  }
  if (const char* problem = ReadRoles(context)) return problem;
  kept_ = said_;
  // The context's own texts are gone when it is.
  std::string_view rest = kept_;
  if (const auto grant = Take(&rest)) read_.grant = *grant;
  read_.subject = Take(&rest);
  return nullptr;
}

const char* Seat::ReadContext(const pol_context& context, const Engine& engine,
                              Desk* desk, RequestView* view) {
  if (const char* problem = ReadCaller(context)) return problem;
  if (desk->whose != caller_) {
    engine.ReadCaller(read_, &desk->scratch.slots, &desk->caller);
    desk->whose = caller_;
  }
  view->caller = read_;
  view->caller.fields = &desk->caller;
  view->server = ViewOf(context.server);
  if (context.session.data != nullptr) view->session = ViewOf(context.session);
  view->now = context.now;
  marks_.clear();
  for (size_t i = 0; i < context.mark_count; ++i) {
    const std::string_view name = ViewOf(context.marks[i]);
    const auto& known = engine.marks();
    const bool is_known =
        std::any_of(known.begin(), known.end(),
                    [&](const MarkSpec& mark) { return mark.name == name; });
    if (!is_known) continue;
    if (marks_.size() == kMaxMarks) return "the context has too many marks";
    marks_.push_back(name);
  }
  view->marks = marks_;
  return nullptr;
}

}  // namespace polc::runtime
