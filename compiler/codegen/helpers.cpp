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
#include "runtime/abi/tables.h"

namespace polc::codegen {

// What the text below takes for granted.
static_assert(sizeof(pol_slot) == 24 && offsetof(pol_slot, length) == 4 &&
              offsetof(pol_slot, u) == 8);
static_assert(offsetof(pol_frame, host) == 8 &&
              offsetof(pol_frame, tools) == 24 &&
              offsetof(pol_frame, error_field) == 32 &&
              offsetof(pol_frame, abstract) == 36 &&
              offsetof(pol_frame, tables) == 48 &&
              offsetof(pol_frame, memo) == 56 &&
              offsetof(pol_frame, now) == 64);
static_assert(offsetof(pol_host, next_element) == 8 &&
              offsetof(pol_host, compare) == 40 &&
              offsetof(pol_host, votes) == 48 &&
              offsetof(pol_host, mark_covers) == 72 &&
              offsetof(pol_host, calculate) == 80);
static_assert(sizeof(runtime::TableAutomaton) == 280);
static_assert(sizeof(pol_iterator) == 32);
static_assert(POL_TRUE == 1 && POL_FALSE == 2 && POL_ERROR == 4);
static_assert(POL_STRING == 5);

const char kHelpers[] = R"(
%slot = type { i8, [3 x i8], i32, i64, i64 }
%frame = type { ptr, ptr, ptr, ptr, i32, i32, ptr, ptr, ptr, i64 }
%host = type { i32, i32, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr, ptr,
               ptr }
%iterator = type { [4 x i64] }
; TableAutomaton: start, first accepting state, the one that always accepts, the
; one that never does, whether transitions have 32 bits; classes of bytes.
; Transitions follow.
%automaton = type { i32, i32, i32, i32, i32, i32, [256 x i8] }
%interval = type { double, double }

@shapes = external hidden constant [0 x ptr]
@shape_count = external hidden constant i32

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

define internal i32 @calculate(ptr %frame, ptr %element,
                               i32 %calculation) nounwind {
  %error.at = alloca i32
  %host.at = getelementptr %frame, ptr %frame, i32 0, i32 1
  %host = load ptr, ptr %host.at
  %fn.at = getelementptr %host, ptr %host, i32 0, i32 11
  %fn = load ptr, ptr %fn.at
  %verdict = call i32 %fn(ptr %frame, ptr %element, i32 %calculation,
                          ptr %error.at)
  %bad = icmp eq i32 %verdict, 4
  br i1 %bad, label %blame, label %done
blame:
  %error = load i32, ptr %error.at
  call void @note(ptr %frame, i32 %error)
  br label %done
done:
  ret i32 %verdict
}

; What lies in the tables at an offset.
define internal ptr @table(ptr %frame, i32 %offset) nounwind {
  %tables.at = getelementptr %frame, ptr %frame, i32 0, i32 7
  %tables = load ptr, ptr %tables.at
  %offset64 = zext i32 %offset to i64
  %at = getelementptr i8, ptr %tables, i64 %offset64
  ret ptr %at
}

; Operands gone through in a loop: %operands are a count, then each one's shape
; and constants. The shapes are the concrete or the abstract ones, as the frame
; is.
define internal i32 @operand(ptr %frame, ptr %elements, ptr %operands,
                             i32 %i) nounwind {
  %abstract.at = getelementptr %frame, ptr %frame, i32 0, i32 5
  %abstract = load i32, ptr %abstract.at
  %is.abstract = icmp ne i32 %abstract, 0
  %count = load i32, ptr @shape_count
  %first = select i1 %is.abstract, i32 %count, i32 0
  %pair = shl i32 %i, 1
  %pair64 = zext i32 %pair to i64
  %operand = getelementptr i32, ptr %operands, i64 %pair64
  %shape.at = getelementptr i32, ptr %operand, i64 1
  %offset.at = getelementptr i32, ptr %operand, i64 2
  %shape = load i32, ptr %shape.at
  %offset = load i32, ptr %offset.at
  %number = add i32 %first, %shape
  %number64 = zext i32 %number to i64
  %fn.at = getelementptr ptr, ptr @shapes, i64 %number64
  %fn = load ptr, ptr %fn.at
  %constants = call ptr @table(ptr %frame, i32 %offset)
  %verdict = call i32 %fn(ptr %frame, ptr %elements, ptr %constants)
  ret i32 %verdict
}

; %stop is what decides at once; %both combines two sets of verdicts.
define internal i32 @each(ptr %frame, ptr %elements, ptr %operands, i32 %unit,
                          i32 %stop, ptr %both) nounwind {
entry:
  %n = load i32, ptr %operands
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %i.next, %go.on ]
  %all = phi i32 [ %unit, %entry ], [ %all.next, %go.on ]
  %more = icmp ult i32 %i, %n
  br i1 %more, label %look, label %done
look:
  %one = call i32 @operand(ptr %frame, ptr %elements, ptr %operands, i32 %i)
  %stops = icmp eq i32 %one, %stop
  br i1 %stops, label %stopped, label %go.on
go.on:
  %row = shl i32 %all, 3
  %cell = or i32 %row, %one
  %cell64 = zext i32 %cell to i64
  %cell.at = getelementptr i8, ptr %both, i64 %cell64
  %cell8 = load i8, ptr %cell.at
  %all.next = zext i8 %cell8 to i32
  %i.next = add i32 %i, 1
  br label %head
stopped:
  ret i32 %stop
done:
  ret i32 %all
}

define internal i32 @each_and(ptr %frame, ptr %elements,
                              ptr %operands) nounwind {
  %all = call i32 @each(ptr %frame, ptr %elements, ptr %operands, i32 1, i32 2,
                        ptr @and_table)
  ret i32 %all
}

define internal i32 @each_or(ptr %frame, ptr %elements,
                             ptr %operands) nounwind {
  %all = call i32 @each(ptr %frame, ptr %elements, ptr %operands, i32 2, i32 1,
                        ptr @or_table)
  ret i32 %all
}

; The one operand, bits 0 and 1 exchanged.
define internal i32 @each_not(ptr %frame, ptr %elements,
                              ptr %operands) nounwind {
  %one = call i32 @operand(ptr %frame, ptr %elements, ptr %operands, i32 0)
  %true = and i32 %one, 1
  %up = shl i32 %true, 1
  %half = lshr i32 %one, 1
  %down = and i32 %half, 1
  %bad = and i32 %one, 4
  %both = or i32 %up, %down
  %all = or i32 %both, %bad
  ret i32 %all
}

; Entry points: the host's matcher has the answers.

define internal ptr @matcher(ptr %frame, i32 %which) nounwind {
  %host.at = getelementptr %frame, ptr %frame, i32 0, i32 1
  %host = load ptr, ptr %host.at
  %first = getelementptr %host, ptr %host, i32 0, i32 7
  %which64 = zext i32 %which to i64
  %fn.at = getelementptr ptr, ptr %first, i64 %which64
  %fn = load ptr, ptr %fn.at
  ret ptr %fn
}

define internal void @votes(ptr %frame, ptr %covered, ptr %out) nounwind {
  %fn = call ptr @matcher(ptr %frame, i32 0)
  call void %fn(ptr %frame, ptr %covered, ptr %out)
  ret void
}

define internal i32 @schema(ptr %frame, i32 %schema, ptr %demand) nounwind {
  %fn = call ptr @matcher(ptr %frame, i32 1)
  %verdict = call i32 %fn(ptr %frame, i32 %schema, ptr %demand)
  ret i32 %verdict
}

define internal i32 @limit_covers(ptr %frame, i32 %index) nounwind {
  %fn = call ptr @matcher(ptr %frame, i32 2)
  %verdict = call i32 %fn(ptr %frame, i32 %index)
  ret i32 %verdict
}

define internal i32 @mark_covers(ptr %frame, i32 %index) nounwind {
  %fn = call ptr @matcher(ptr %frame, i32 3)
  %verdict = call i32 %fn(ptr %frame, i32 %index)
  ret i32 %verdict
}
)";

}  // namespace polc::codegen
