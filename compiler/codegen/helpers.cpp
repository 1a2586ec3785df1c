// Written in LLVM's own text form, because it is the shortest exact way to say
// what the machine shall do, and it is what `--emit=llvm` shows. Verdicts are
// the bits of native.h: 1 true, 2 false, 4 error; a test's table packs the
// outcome of each kind into three bits, lowest kind first.
//
// Every string is valid UTF-8 (the strict reader saw to that), so a scan may
// stop as soon as no suffix, or every suffix, is accepted.
#include "compiler/codegen/helpers.h"

#include <cstddef>

#include "runtime/abi/native.h"

namespace polc::codegen {

// What the text below takes for granted.
static_assert(sizeof(pol_slot) == 24 && offsetof(pol_slot, length) == 4 &&
              offsetof(pol_slot, u) == 8);
static_assert(offsetof(pol_frame, host) == 8 &&
              offsetof(pol_frame, tools) == 24 &&
              offsetof(pol_frame, error_field) == 32 &&
              offsetof(pol_frame, abstract) == 36);
static_assert(offsetof(pol_host, next_element) == 8 &&
              offsetof(pol_host, compare) == 40);
static_assert(sizeof(pol_vote) == 12 && offsetof(pol_vote, rule) == 4 &&
              offsetof(pol_vote, error_field) == 8);
static_assert(sizeof(pol_iterator) == 32);
static_assert(POL_TRUE == 1 && POL_FALSE == 2 && POL_ERROR == 4);
static_assert(POL_STRING == 5 && POL_DENY == 0 && POL_NONE == 3);

const char kHelpers[] = R"(
%slot = type { i8, [3 x i8], i32, i64, i64 }
%frame = type { ptr, ptr, ptr, ptr, i32, i32 }
%host = type { i32, i32, ptr, ptr, ptr, ptr, ptr }
%vote = type { i8, i8, i8, i8, i32, i32 }
%iterator = type { [4 x i64] }
; classes, transitions, start, first accepting, first that always accepts,
; first that never accepts, and whether transitions have 32 bits. States are
; offsets of their rows: others, accepting, always, never, in this order.
%dfa = type { ptr, ptr, i32, i32, i32, i32, i32 }
; first part, past the last part, default effect
%policy = type { i32, i32, i32 }
%range = type { i32, i32 }
%interval = type { double, double }

@policy_count = external hidden constant i32
@policies = external hidden constant [0 x %policy]
@rule_effects = external hidden constant [0 x i8]
@parts = external hidden constant [0 x ptr]
@abstract_parts = external hidden constant [0 x ptr]
@schema_count = external hidden constant i32
@schemas = external hidden constant [0 x %range]
@tools = external hidden constant [0 x %range]
@demand_parts = external hidden constant [0 x ptr]
@abstract_demand_parts = external hidden constant [0 x ptr]
@limit_count = external hidden constant i32
@limits = external hidden constant [0 x ptr]
@abstract_limits = external hidden constant [0 x ptr]
@mark_count = external hidden constant i32
@marks = external hidden constant [0 x ptr]
@abstract_marks = external hidden constant [0 x ptr]

; Kleene's `and` of two sets of verdicts, at index 8 * a + b: all outcomes that
; one verdict out of each can have.
@and_table = internal constant [64 x i8] [
  i8 0, i8 0, i8 0, i8 0, i8 0, i8 0, i8 0, i8 0,
  i8 0, i8 1, i8 2, i8 3, i8 4, i8 5, i8 6, i8 7,
  i8 0, i8 2, i8 2, i8 2, i8 2, i8 2, i8 2, i8 2,
  i8 0, i8 3, i8 2, i8 3, i8 6, i8 7, i8 6, i8 7,
  i8 0, i8 4, i8 2, i8 6, i8 4, i8 4, i8 6, i8 6,
  i8 0, i8 5, i8 2, i8 7, i8 4, i8 5, i8 6, i8 7,
  i8 0, i8 6, i8 2, i8 6, i8 6, i8 6, i8 6, i8 6,
  i8 0, i8 7, i8 2, i8 7, i8 6, i8 7, i8 6, i8 7]

; Kleene's `or`, likewise.
@or_table = internal constant [64 x i8] [
  i8 0, i8 0, i8 0, i8 0, i8 0, i8 0, i8 0, i8 0,
  i8 0, i8 1, i8 1, i8 1, i8 1, i8 1, i8 1, i8 1,
  i8 0, i8 1, i8 2, i8 3, i8 4, i8 5, i8 6, i8 7,
  i8 0, i8 1, i8 3, i8 3, i8 5, i8 5, i8 7, i8 7,
  i8 0, i8 1, i8 4, i8 5, i8 4, i8 5, i8 4, i8 5,
  i8 0, i8 1, i8 5, i8 5, i8 5, i8 5, i8 5, i8 5,
  i8 0, i8 1, i8 6, i8 7, i8 4, i8 5, i8 6, i8 7,
  i8 0, i8 1, i8 7, i8 7, i8 5, i8 5, i8 7, i8 7]

@one_segment = internal constant [1 x i8] c"x"
@good_segment = internal constant %slot {
  i8 5, [3 x i8] zeroinitializer, i32 1,
  i64 ptrtoint (ptr @one_segment to i64), i64 0 }

; Keeps the first field whose test was an error.
define internal void @note(ptr %frame, i32 %error) nounwind {
  %at = getelementptr %frame, ptr %frame, i32 0, i32 4
  %old = load i32, ptr %at
  %none = icmp slt i32 %old, 0
  br i1 %none, label %first, label %done
first:
  store i32 %error, ptr %at
  br label %done
done:
  ret void
}

; The outcome for a kind that needs no look at the value.
define internal i32 @outcome(ptr %frame, i32 %kind, i32 %table,
                             i32 %error) nounwind {
  %shift = mul i32 %kind, 3
  %shifted = lshr i32 %table, %shift
  %verdict = and i32 %shifted, 7
  %bad = icmp eq i32 %verdict, 4
  br i1 %bad, label %keep, label %done
keep:
  call void @note(ptr %frame, i32 %error)
  br label %done
done:
  ret i32 %verdict
}

define internal void @clear(ptr %bytes, i64 %n) nounwind {
entry:
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %i.next, %step ]
  %more = icmp ult i64 %i, %n
  br i1 %more, label %step, label %done
step:
  %at = getelementptr i8, ptr %bytes, i64 %i
  store i8 0, ptr %at
  %i.next = add i64 %i, 1
  br label %head
done:
  ret void
}

define internal i32 @next(ptr %frame, ptr %list, ptr %iterator, i32 %quantifier,
                          ptr %slots) nounwind {
  %host.at = getelementptr %frame, ptr %frame, i32 0, i32 1
  %host = load ptr, ptr %host.at
  %fn.at = getelementptr %host, ptr %host, i32 0, i32 2
  %fn = load ptr, ptr %fn.at
  %more = call i32 %fn(ptr %frame, ptr %list, ptr %iterator, i32 %quantifier,
                       ptr %slots)
  ret i32 %more
}

; Compares two fields. An error is the left one's if its kind is not in the
; bit set %kinds or if it is no path (then it is an error with any right side),
; else the right one's.
define internal i32 @compare(ptr %frame, i32 %op, i32 %kinds, ptr %left,
                             ptr %right, ptr %prefix, i32 %n, i32 %left.error,
                             i32 %right.error) nounwind {
  %host.at = getelementptr %frame, ptr %frame, i32 0, i32 1
  %host = load ptr, ptr %host.at
  %fn.at = getelementptr %host, ptr %host, i32 0, i32 6
  %fn = load ptr, ptr %fn.at
  %verdict = call i32 %fn(i32 %op, ptr %left, ptr %right, ptr %prefix, i32 %n)
  %bad = icmp eq i32 %verdict, 4
  br i1 %bad, label %blame, label %done
done:
  ret i32 %verdict
blame:
  %kind8 = load i8, ptr %left
  %kind = zext i8 %kind8 to i32
  %shifted = lshr i32 %kinds, %kind
  %bit = and i32 %shifted, 1
  %is.kind = icmp ne i32 %bit, 0
  br i1 %is.kind, label %path, label %blame.left
path:
  %joins = icmp eq i32 %op, 3
  br i1 %joins, label %again, label %blame.right
again:
  %second = call i32 %fn(i32 %op, ptr %left, ptr @good_segment, ptr %prefix,
                         i32 %n)
  %no.path = icmp eq i32 %second, 4
  br i1 %no.path, label %blame.left, label %blame.right
blame.left:
  call void @note(ptr %frame, i32 %left.error)
  ret i32 4
blame.right:
  call void @note(ptr %frame, i32 %right.error)
  ret i32 4
}

; One policy's vote. A part returns -1 to go on, else 2 * rule + is error.
define internal void @vote(ptr %frame, ptr %policy, ptr %out) nounwind {
entry:
  %first = load i32, ptr %policy
  %last.at = getelementptr %policy, ptr %policy, i32 0, i32 1
  %last = load i32, ptr %last.at
  %error.at = getelementptr %frame, ptr %frame, i32 0, i32 4
  %rule.out = getelementptr %vote, ptr %out, i32 0, i32 4
  %field.out = getelementptr %vote, ptr %out, i32 0, i32 5
  %bad.out = getelementptr %vote, ptr %out, i32 0, i32 1
  %permit.out = getelementptr %vote, ptr %out, i32 0, i32 2
  %abstain.out = getelementptr %vote, ptr %out, i32 0, i32 3
  store i8 0, ptr %permit.out
  store i8 0, ptr %abstain.out
  br label %head
head:
  %i = phi i32 [ %first, %entry ], [ %i.next, %go.on ]
  %more = icmp ult i32 %i, %last
  br i1 %more, label %part, label %default
part:
  %ii = zext i32 %i to i64
  %fn.at = getelementptr ptr, ptr @parts, i64 %ii
  %fn = load ptr, ptr %fn.at
  %result = call i32 %fn(ptr %frame)
  %decided = icmp sge i32 %result, 0
  br i1 %decided, label %by.rule, label %go.on
go.on:
  %i.next = add i32 %i, 1
  br label %head
by.rule:
  %rule = lshr i32 %result, 1
  store i32 %rule, ptr %rule.out
  %bad = and i32 %result, 1
  %bad8 = trunc i32 %bad to i8
  store i8 %bad8, ptr %bad.out
  %is.bad = icmp ne i32 %bad, 0
  br i1 %is.bad, label %error, label %fine
error:
  store i8 0, ptr %out
  %field = load i32, ptr %error.at
  store i32 %field, ptr %field.out
  ret void
fine:
  %rule64 = zext i32 %rule to i64
  %effect.at = getelementptr i8, ptr @rule_effects, i64 %rule64
  %effect = load i8, ptr %effect.at
  store i8 %effect, ptr %out
  store i32 -1, ptr %field.out
  ret void
default:
  %default.at = getelementptr %policy, ptr %policy, i32 0, i32 2
  %default.effect = load i32, ptr %default.at
  %default8 = trunc i32 %default.effect to i8
  store i8 %default8, ptr %out
  store i32 -1, ptr %rule.out
  store i8 0, ptr %bad.out
  store i32 -1, ptr %field.out
  ret void
}

; What one policy may vote. A part returns 1 if it may permit, 2 if a request
; may go past it, or both.
define internal void @abstract_vote(ptr %frame, ptr %policy,
                                    ptr %out) nounwind {
entry:
  %first = load i32, ptr %policy
  %last.at = getelementptr %policy, ptr %policy, i32 0, i32 1
  %last = load i32, ptr %last.at
  %rule.out = getelementptr %vote, ptr %out, i32 0, i32 4
  %field.out = getelementptr %vote, ptr %out, i32 0, i32 5
  %bad.out = getelementptr %vote, ptr %out, i32 0, i32 1
  %permit.out = getelementptr %vote, ptr %out, i32 0, i32 2
  %abstain.out = getelementptr %vote, ptr %out, i32 0, i32 3
  store i8 0, ptr %out
  store i8 0, ptr %bad.out
  store i8 0, ptr %abstain.out
  store i32 -1, ptr %rule.out
  store i32 -1, ptr %field.out
  br label %head
head:
  %i = phi i32 [ %first, %entry ], [ %i.next, %go.on ]
  %permit = phi i32 [ 0, %entry ], [ %permit.next, %go.on ]
  %more = icmp ult i32 %i, %last
  br i1 %more, label %part, label %default
part:
  %ii = zext i32 %i to i64
  %fn.at = getelementptr ptr, ptr @abstract_parts, i64 %ii
  %fn = load ptr, ptr %fn.at
  %result = call i32 %fn(ptr %frame)
  %may = and i32 %result, 1
  %permit.next = or i32 %permit, %may
  %past = and i32 %result, 2
  %goes.on = icmp ne i32 %past, 0
  br i1 %goes.on, label %go.on, label %done
go.on:
  %i.next = add i32 %i, 1
  br label %head
default:
  %default.at = getelementptr %policy, ptr %policy, i32 0, i32 2
  %effect = load i32, ptr %default.at
  %abstains = icmp eq i32 %effect, 3
  %abstains8 = zext i1 %abstains to i8
  store i8 %abstains8, ptr %abstain.out
  %some = icmp ne i32 %effect, 0
  %not.none = xor i1 %abstains, true
  %permits = and i1 %some, %not.none
  %permits32 = zext i1 %permits to i32
  %permit.default = or i32 %permit, %permits32
  br label %done
done:
  %all = phi i32 [ %permit.next, %part ], [ %permit.default, %default ]
  %all8 = trunc i32 %all to i8
  store i8 %all8, ptr %permit.out
  ret void
}

define internal void @votes(ptr %frame, ptr %covered, ptr %out) nounwind {
entry:
  %n = load i32, ptr @policy_count
  %abstract.at = getelementptr %frame, ptr %frame, i32 0, i32 5
  %abstract = load i32, ptr %abstract.at
  %is.abstract = icmp ne i32 %abstract, 0
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %i.next, %next ]
  %more = icmp ult i32 %i, %n
  br i1 %more, label %look, label %done
look:
  %ii = zext i32 %i to i64
  %covered.at = getelementptr i8, ptr %covered, i64 %ii
  %covers = load i8, ptr %covered.at
  %is.covered = icmp ne i8 %covers, 0
  br i1 %is.covered, label %call, label %next
call:
  %policy = getelementptr %policy, ptr @policies, i64 %ii
  %vote = getelementptr %vote, ptr %out, i64 %ii
  br i1 %is.abstract, label %sets, label %one
one:
  call void @vote(ptr %frame, ptr %policy, ptr %vote)
  br label %next
sets:
  call void @abstract_vote(ptr %frame, ptr %policy, ptr %vote)
  br label %next
next:
  %i.next = add i32 %i, 1
  br label %head
done:
  ret void
}

; A part returns 8 * demand + verdicts for the first demand that cannot be
; true, else -8 + verdicts.
define internal i32 @schema(ptr %frame, i32 %schema, ptr %demand) nounwind {
entry:
  store i32 -1, ptr %demand
  %error.at = getelementptr %frame, ptr %frame, i32 0, i32 4
  store i32 -1, ptr %error.at
  %abstract.at = getelementptr %frame, ptr %frame, i32 0, i32 5
  %abstract = load i32, ptr %abstract.at
  %is.abstract = icmp ne i32 %abstract, 0
  %table = select i1 %is.abstract, ptr @abstract_demand_parts,
                                   ptr @demand_parts
  %schemas = load i32, ptr @schema_count
  %known = icmp ult i32 %schema, %schemas
  br i1 %known, label %find, label %no
find:
  %index = zext i32 %schema to i64
  %range = getelementptr %range, ptr @schemas, i64 %index
  %first.tool = load i32, ptr %range
  %count.at = getelementptr %range, ptr %range, i32 0, i32 1
  %count = load i32, ptr %count.at
  %indexes.at = getelementptr %frame, ptr %frame, i32 0, i32 3
  %indexes = load ptr, ptr %indexes.at
  %tool.at = getelementptr i32, ptr %indexes, i64 %index
  %tool = load i32, ptr %tool.at
  %has.tool = icmp ult i32 %tool, %count
  br i1 %has.tool, label %begin, label %no
begin:
  %number = add i32 %first.tool, %tool
  %number64 = zext i32 %number to i64
  %parts = getelementptr %range, ptr @tools, i64 %number64
  %first = load i32, ptr %parts
  %last.at = getelementptr %range, ptr %parts, i32 0, i32 1
  %last = load i32, ptr %last.at
  br label %head
head:
  %i = phi i32 [ %first, %begin ], [ %i.next, %go.on ]
  %all = phi i32 [ 1, %begin ], [ %all.next, %go.on ]
  %more = icmp ult i32 %i, %last
  br i1 %more, label %part, label %done
part:
  %ii = zext i32 %i to i64
  %fn.at = getelementptr ptr, ptr %table, i64 %ii
  %fn = load ptr, ptr %fn.at
  %result = call i32 %fn(ptr %frame)
  %verdicts = and i32 %result, 7
  %true = and i32 %result, 1
  %may = icmp ne i32 %true, 0
  br i1 %may, label %go.on, label %refuse
go.on:
  %row = shl i32 %all, 3
  %cell = or i32 %row, %verdicts
  %cell64 = zext i32 %cell to i64
  %cell.at = getelementptr i8, ptr @and_table, i64 %cell64
  %both = load i8, ptr %cell.at
  %all.next = zext i8 %both to i32
  %i.next = add i32 %i, 1
  br label %head
refuse:
  %which = ashr i32 %result, 3
  store i32 %which, ptr %demand
  ret i32 %verdicts
done:
  ret i32 %all
no:
  ret i32 2
}

define internal i32 @covers(ptr %frame, ptr %table, ptr %abstract.table, i32 %n,
                            i32 %index) nounwind {
  %error.at = getelementptr %frame, ptr %frame, i32 0, i32 4
  store i32 -1, ptr %error.at
  %abstract.at = getelementptr %frame, ptr %frame, i32 0, i32 5
  %abstract = load i32, ptr %abstract.at
  %is.abstract = icmp ne i32 %abstract, 0
  %used = select i1 %is.abstract, ptr %abstract.table, ptr %table
  %known = icmp ult i32 %index, %n
  br i1 %known, label %find, label %no
find:
  %i = zext i32 %index to i64
  %fn.at = getelementptr ptr, ptr %used, i64 %i
  %fn = load ptr, ptr %fn.at
  %has = icmp ne ptr %fn, null
  br i1 %has, label %ask, label %no
ask:
  %verdict = call i32 %fn(ptr %frame)
  ret i32 %verdict
no:
  ret i32 2
}

define internal i32 @limit_covers(ptr %frame, i32 %index) nounwind {
  %n = load i32, ptr @limit_count
  %verdict = call i32 @covers(ptr %frame, ptr @limits, ptr @abstract_limits,
                              i32 %n, i32 %index)
  ret i32 %verdict
}

define internal i32 @mark_covers(ptr %frame, i32 %index) nounwind {
  %n = load i32, ptr @mark_count
  %verdict = call i32 @covers(ptr %frame, ptr @marks, ptr @abstract_marks,
                              i32 %n, i32 %index)
  ret i32 %verdict
}
)";

}  // namespace polc::codegen
