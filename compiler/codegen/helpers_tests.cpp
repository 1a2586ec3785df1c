// The helpers that test one field (see helpers.cpp). One call a test keeps
// generated code, and the time to make it, small.
#include "compiler/codegen/helpers.h"

namespace polc::codegen {

const char kTestHelpers[] = R"(
; Whether the automaton accepts the slot's string.
define internal i32 @match(ptr %slot, ptr %dfa) nounwind {
entry:
  %n.at = getelementptr %slot, ptr %slot, i32 0, i32 2
  %n = load i32, ptr %n.at
  %text.at = getelementptr %slot, ptr %slot, i32 0, i32 3
  %text = load ptr, ptr %text.at
  %end.offset = zext i32 %n to i64
  %end = getelementptr i8, ptr %text, i64 %end.offset
  %classes = getelementptr %automaton, ptr %dfa, i32 0, i32 6
  %next = getelementptr %automaton, ptr %dfa, i32 1
  %start = load i32, ptr %dfa
  %accepting.at = getelementptr %automaton, ptr %dfa, i32 0, i32 1
  %accepting = load i32, ptr %accepting.at
  %always.at = getelementptr %automaton, ptr %dfa, i32 0, i32 2
  %always = load i32, ptr %always.at
  %never.at = getelementptr %automaton, ptr %dfa, i32 0, i32 3
  %never = load i32, ptr %never.at
  %wide.at = getelementptr %automaton, ptr %dfa, i32 0, i32 4
  %wide = load i32, ptr %wide.at
  %is.wide = icmp ne i32 %wide, 0
  br i1 %is.wide, label %wide.head, label %narrow.head

narrow.head:
  %ns = phi i32 [ %start, %entry ], [ %ns.next, %narrow.step ]
  %np = phi ptr [ %text, %entry ], [ %np.next, %narrow.step ]
  %n.more = icmp ne ptr %np, %end
  %n.open = icmp ult i32 %ns, %always
  %n.go = and i1 %n.more, %n.open
  br i1 %n.go, label %narrow.step, label %done
narrow.step:
  %nb = load i8, ptr %np
  %nbi = zext i8 %nb to i64
  %nc.at = getelementptr i8, ptr %classes, i64 %nbi
  %nc = load i8, ptr %nc.at
  %nci = zext i8 %nc to i32
  %ni = add i32 %ns, %nci
  %nii = zext i32 %ni to i64
  %nt.at = getelementptr i16, ptr %next, i64 %nii
  %nt = load i16, ptr %nt.at
  %ns.next = zext i16 %nt to i32
  %np.next = getelementptr i8, ptr %np, i64 1
  br label %narrow.head

wide.head:
  %ws = phi i32 [ %start, %entry ], [ %ws.next, %wide.step ]
  %wp = phi ptr [ %text, %entry ], [ %wp.next, %wide.step ]
  %w.more = icmp ne ptr %wp, %end
  %w.open = icmp ult i32 %ws, %always
  %w.go = and i1 %w.more, %w.open
  br i1 %w.go, label %wide.step, label %done
wide.step:
  %wb = load i8, ptr %wp
  %wbi = zext i8 %wb to i64
  %wc.at = getelementptr i8, ptr %classes, i64 %wbi
  %wc = load i8, ptr %wc.at
  %wci = zext i8 %wc to i32
  %wi = add i32 %ws, %wci
  %wii = zext i32 %wi to i64
  %wt.at = getelementptr i32, ptr %next, i64 %wii
  %ws.next = load i32, ptr %wt.at
  %wp.next = getelementptr i8, ptr %wp, i64 1
  br label %wide.head

done:
  %s = phi i32 [ %ns, %narrow.head ], [ %ws, %wide.head ]
  %above = icmp uge i32 %s, %accepting
  %below = icmp ult i32 %s, %never
  %accepted = and i1 %above, %below
  %verdict = select i1 %accepted, i32 1, i32 2
  ret i32 %verdict
}

; Whether a finite number is whole: from 2^52 on every double is.
define internal i32 @whole(double %x) nounwind {
  %low = fcmp olt double %x, 0x4330000000000000
  %high = fcmp ogt double %x, 0xC330000000000000
  %small = and i1 %low, %high
  br i1 %small, label %look, label %yes
look:
  %i = fptosi double %x to i64
  %back = sitofp i64 %i to double
  %same = fcmp oeq double %back, %x
  %verdict = select i1 %same, i32 1, i32 2
  ret i32 %verdict
yes:
  ret i32 1
}

define internal i32 @between(i64 %n, i64 %lo, i64 %hi) nounwind {
  %above = icmp uge i64 %n, %lo
  %below = icmp ule i64 %n, %hi
  %in = and i1 %above, %below
  %verdict = select i1 %in, i32 1, i32 2
  ret i32 %verdict
}

; Tests of one field. Each takes the slot, the outcomes by kind, and what to
; name in an error; the rest is what the look at the value needs.

define internal i32 @kind(ptr %frame, ptr %slot, i32 %table,
                          i32 %error) nounwind {
  %kind8 = load i8, ptr %slot
  %kind = zext i8 %kind8 to i32
  %verdict = call i32 @outcome(ptr %frame, i32 %kind, i32 %table, i32 %error)
  ret i32 %verdict
}

; Whether a string begins with %literal, %n bytes long; %length is its own.
define internal i32 @begins(ptr %slot, i32 %length, ptr %literal,
                            i32 %n) nounwind {
entry:
  %fits = icmp uge i32 %length, %n
  br i1 %fits, label %look, label %no
look:
  %text.at = getelementptr %slot, ptr %slot, i32 0, i32 3
  %text = load ptr, ptr %text.at
  %n64 = zext i32 %n to i64
  %end = getelementptr i8, ptr %text, i64 %n64
  br label %head
head:
  %a.at = phi ptr [ %text, %look ], [ %a.next, %same ]
  %b.at = phi ptr [ %literal, %look ], [ %b.next, %same ]
  %more = icmp ne ptr %a.at, %end
  br i1 %more, label %step, label %yes
step:
  %a = load i8, ptr %a.at
  %b = load i8, ptr %b.at
  %eq = icmp eq i8 %a, %b
  br i1 %eq, label %same, label %no
same:
  %a.next = getelementptr i8, ptr %a.at, i64 1
  %b.next = getelementptr i8, ptr %b.at, i64 1
  br label %head
yes:
  ret i32 1
no:
  ret i32 2
}

; A string: whether it is %literal, %n bytes long.
define internal i32 @literal(ptr %frame, ptr %slot, i32 %table, i32 %error,
                             ptr %literal, i32 %n) nounwind {
  %kind8 = load i8, ptr %slot
  %is.string = icmp eq i8 %kind8, 5
  br i1 %is.string, label %measure, label %other
measure:
  %length.at = getelementptr %slot, ptr %slot, i32 0, i32 2
  %length = load i32, ptr %length.at
  %fits = icmp eq i32 %length, %n
  br i1 %fits, label %look, label %no
look:
  %same = call i32 @begins(ptr %slot, i32 %length, ptr %literal, i32 %n)
  ret i32 %same
no:
  ret i32 2
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

; A string: whether it begins with %literal.
define internal i32 @prefix(ptr %frame, ptr %slot, i32 %table, i32 %error,
                            ptr %literal, i32 %n) nounwind {
  %kind8 = load i8, ptr %slot
  %is.string = icmp eq i8 %kind8, 5
  br i1 %is.string, label %look, label %other
look:
  %length.at = getelementptr %slot, ptr %slot, i32 0, i32 2
  %length = load i32, ptr %length.at
  %begins = call i32 @begins(ptr %slot, i32 %length, ptr %literal, i32 %n)
  ret i32 %begins
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

; A string: whether %language accepts it.
define internal i32 @string(ptr %frame, ptr %slot, i32 %table, i32 %error,
                            ptr %language) nounwind {
  %kind8 = load i8, ptr %slot
  %is.string = icmp eq i8 %kind8, 5
  br i1 %is.string, label %look, label %other
look:
  %matched = call i32 @match(ptr %slot, ptr %language)
  ret i32 %matched
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

; Whether a string is longer than %max bytes (0: no bound), an error.
define internal i1 @exceeds(ptr %slot, i32 %max) nounwind {
  %n.at = getelementptr %slot, ptr %slot, i32 0, i32 2
  %n = load i32, ptr %n.at
  %bounded = icmp ne i32 %max, 0
  %longer = icmp ugt i32 %n, %max
  %refused = and i1 %bounded, %longer
  ret i1 %refused
}

; As @string, but an error for strings longer than %max.
define internal i32 @bounded(ptr %frame, ptr %slot, i32 %table, i32 %error,
                             ptr %language, i32 %max) nounwind {
  %kind8 = load i8, ptr %slot
  %is.string = icmp eq i8 %kind8, 5
  br i1 %is.string, label %measure, label %other
measure:
  %refused = call i1 @exceeds(ptr %slot, i32 %max)
  br i1 %refused, label %bad, label %look
look:
  %matched = call i32 @match(ptr %slot, ptr %language)
  ret i32 %matched
bad:
  call void @note(ptr %frame, i32 %error)
  ret i32 4
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

; As @bounded, but an error too for strings that %domain does not accept.
define internal i32 @strict(ptr %frame, ptr %slot, i32 %table, i32 %error,
                            ptr %language, i32 %max, ptr %domain) nounwind {
  %kind8 = load i8, ptr %slot
  %is.string = icmp eq i8 %kind8, 5
  br i1 %is.string, label %measure, label %other
measure:
  %refused = call i1 @exceeds(ptr %slot, i32 %max)
  br i1 %refused, label %bad, label %check
check:
  %inside = call i32 @match(ptr %slot, ptr %domain)
  %ok = icmp eq i32 %inside, 1
  br i1 %ok, label %look, label %bad
look:
  %matched = call i32 @match(ptr %slot, ptr %language)
  ret i32 %matched
bad:
  call void @note(ptr %frame, i32 %error)
  ret i32 4
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

define internal i32 @bool(ptr %frame, ptr %slot, i32 %table,
                          i32 %error) nounwind {
  %kind8 = load i8, ptr %slot
  %is.bool = icmp eq i8 %kind8, 2
  br i1 %is.bool, label %look, label %other
look:
  %value.at = getelementptr %slot, ptr %slot, i32 0, i32 3
  %value = load i64, ptr %value.at
  %holds = icmp ne i64 %value, 0
  %seen = select i1 %holds, i32 1, i32 2
  ret i32 %seen
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

; A number: whether it is in one of %n closed intervals, sorted and disjoint,
; and whole if %integral is not 0.
define internal i32 @number(ptr %frame, ptr %slot, i32 %table, i32 %error,
                            ptr %intervals, i32 %n, i32 %integral) nounwind {
entry:
  %kind8 = load i8, ptr %slot
  %is.number = icmp eq i8 %kind8, 3
  br i1 %is.number, label %look, label %other
look:
  %x.at = getelementptr %slot, ptr %slot, i32 0, i32 3
  %x = load double, ptr %x.at
  br label %head
head:
  %lo = phi i32 [ 0, %look ], [ %lo.next, %step ]
  %hi = phi i32 [ %n, %look ], [ %hi.next, %step ]
  %open = icmp ult i32 %lo, %hi
  br i1 %open, label %step, label %found
step:
  %sum = add i32 %lo, %hi
  %mid = lshr i32 %sum, 1
  %mid.next = add i32 %mid, 1
  %mid64 = zext i32 %mid to i64
  %mid.at = getelementptr %interval, ptr %intervals, i64 %mid64, i32 0
  %first = load double, ptr %mid.at
  %right = fcmp ole double %first, %x
  %lo.next = select i1 %right, i32 %mid.next, i32 %lo
  %hi.next = select i1 %right, i32 %hi, i32 %mid
  br label %head
found:
  %none = icmp eq i32 %lo, 0
  br i1 %none, label %no, label %last
last:
  %index = sub i32 %lo, 1
  %index64 = zext i32 %index to i64
  %end.at = getelementptr %interval, ptr %intervals, i64 %index64, i32 1
  %end = load double, ptr %end.at
  %in = fcmp ole double %x, %end
  br i1 %in, label %inside, label %no
inside:
  %any = icmp eq i32 %integral, 0
  br i1 %any, label %yes, label %check
check:
  %whole = call i32 @whole(double %x)
  ret i32 %whole
yes:
  ret i32 1
no:
  ret i32 2
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

; A string's code points. A code point has one to four bytes, so most strings
; need not be counted.
define internal i32 @length(ptr %frame, ptr %slot, i32 %table, i32 %error,
                            i64 %lo, i64 %hi) nounwind {
  %kind8 = load i8, ptr %slot
  %is.string = icmp eq i8 %kind8, 5
  br i1 %is.string, label %look, label %other
look:
  %n.at = getelementptr %slot, ptr %slot, i32 0, i32 2
  %n = load i32, ptr %n.at
  %most = zext i32 %n to i64
  %rounded = add i64 %most, 3
  %least = lshr i64 %rounded, 2
  %short = icmp ult i64 %most, %lo
  %long = icmp ugt i64 %least, %hi
  %out = or i1 %short, %long
  br i1 %out, label %no, label %maybe
maybe:
  %above = icmp uge i64 %least, %lo
  %below = icmp ule i64 %most, %hi
  %in = and i1 %above, %below
  br i1 %in, label %yes, label %count
count:
  %host.at = getelementptr %frame, ptr %frame, i32 0, i32 1
  %host = load ptr, ptr %host.at
  %fn.at = getelementptr %host, ptr %host, i32 0, i32 4
  %fn = load ptr, ptr %fn.at
  %points = call i64 %fn(ptr %slot)
  %counted = call i32 @between(i64 %points, i64 %lo, i64 %hi)
  ret i32 %counted
yes:
  ret i32 1
no:
  ret i32 2
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

; A list's elements.
define internal i32 @size(ptr %frame, ptr %slot, i32 %table, i32 %error,
                          i64 %lo, i64 %hi) nounwind {
  %kind8 = load i8, ptr %slot
  %is.list = icmp eq i8 %kind8, 6
  br i1 %is.list, label %look, label %other
look:
  %host.at = getelementptr %frame, ptr %frame, i32 0, i32 1
  %host = load ptr, ptr %host.at
  %fn.at = getelementptr %host, ptr %host, i32 0, i32 3
  %fn = load ptr, ptr %fn.at
  %n = call i64 %fn(ptr %frame, ptr %slot)
  %counted = call i32 @between(i64 %n, i64 %lo, i64 %hi)
  ret i32 %counted
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}

; An object: whether it has no member outside the manifest's key set %keys.
define internal i32 @only(ptr %frame, ptr %slot, i32 %table, i32 %error,
                          i32 %keys) nounwind {
  %kind8 = load i8, ptr %slot
  %is.object = icmp eq i8 %kind8, 7
  br i1 %is.object, label %look, label %other
look:
  %host.at = getelementptr %frame, ptr %frame, i32 0, i32 1
  %host = load ptr, ptr %host.at
  %fn.at = getelementptr %host, ptr %host, i32 0, i32 5
  %fn = load ptr, ptr %fn.at
  %holds = call i32 %fn(ptr %frame, ptr %slot, i32 %keys)
  %yes = icmp ne i32 %holds, 0
  %seen = select i1 %yes, i32 1, i32 2
  ret i32 %seen
other:
  %verdict = call i32 @kind(ptr %frame, ptr %slot, i32 %table, i32 %error)
  ret i32 %verdict
}
)";

}  // namespace polc::codegen
