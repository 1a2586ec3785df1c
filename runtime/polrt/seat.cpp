#include "runtime/polrt/seat.h"

#include <algorithm>
#include <utility>

#include "runtime/polrt/answer.h"
#include "runtime/text.h"

namespace polc::runtime {
namespace {

// Reasons are short; what a limit or a mark is kept by may be as long as the
// message, and is spelt a few times.
constexpr size_t kArenaBytes = size_t{64} << 10;
constexpr size_t kArenaMessages = 8;
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

}  // namespace

Force::Force(std::unique_ptr<Engine> made, size_t seats)
    : engine(std::move(made)) {
  RequestView request;
  request.tool = "tool";
  for (size_t i = 0; i < seats; ++i) {
    scratch.push_back(std::make_unique<Scratch>());
    (void)engine->Decide(request, {}, scratch.back().get());
  }
}

Seat::Seat(size_t max_message_bytes)
    : reader_({.bytes = max_message_bytes}),
      roles_reader_({.bytes = max_message_bytes}),
      claims_reader_({.bytes = max_message_bytes}),
      arena_(kArenaBytes + kArenaMessages * max_message_bytes) {
  roles_text_.reserve(max_message_bytes);
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

const char* Seat::ReadRoles(const pol_context& context, RequestView* view) {
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
  view->caller.roles = roles_reader_.root();
  return nullptr;
}

const char* Seat::ReadContext(const pol_context& context, const Engine& engine,
                              RequestView* view) {
  view->server = ViewOf(context.server);
  if (context.grant.data != nullptr) view->caller.grant = ViewOf(context.grant);
  if (context.subject.data != nullptr) {
    view->caller.subject = ViewOf(context.subject);
  }
  if (context.session.data != nullptr) view->session = ViewOf(context.session);
  view->now = context.now;
  if (context.claims.data != nullptr) {
    if (claims_reader_.Read(ViewOf(context.claims)) != nullptr ||
        !claims_reader_.root().is_object()) {
      return "the context's claims are no JSON object, or one that readers do "
             "not agree about";
    }
    view->caller.claims = claims_reader_.root();
  }
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
  return ReadRoles(context, view);
}

}  // namespace polc::runtime
