// What the functions of compiled policies make of their constants, in words:
// for those who hold tables to what they were made from (`polc check
// --paranoid`). Nothing decides by them.
//
// Manifest::shapes begins with the functions that the tables name, in their
// order, and goes on with those that only other functions call. Constants are
// 32-bit words, read in the order of the words below:
//
//   shape    [m] root          m: remembers its verdict in the frame's memo;
//            [M] root          M: behind the element's slots. Word: the offset
//   root     const V           the verdict numbered V of polc::ir::Verdict
//            LOOK MAY field    a test. Words: the field's, the outcomes of a
//                              TableSite, what the look needs
//            compare OP field field
//                              a polc::ir::CompareOp. Words: those of the
//                              fields, the prefix, its bytes
//            calculate [?]     a calculation; ?: unknown in abstract frames.
//                              Word: which of the manifest's
//            all N,CELLS field F SHAPE
//                              of a list, with N slots and CELLS bytes of memo
//                              for an element. Words: the field's, outcomes,
//                              the manifest's quantifier, the body's constants
//            !( &( |( {operand SPACE} )
//            not, and, or      of operands that the constants name. Words: how
//                              many, then a function of the tables and its
//                              constants for each
//   operand  root, or F SHAPE / MAY (a call; word: its constants)
//   field    f: of the request, a: of what a call chooses, e: of the element.
//            Words: slot and error, as in a TableSite
//   LOOK     kShapeLooks. MAY: the verdicts that are counted with, POL_* bits
//
// What is apart above stands together: "&(bool7f prefix3a )".
#ifndef POLC_RUNTIME_ABI_SHAPES_H_
#define POLC_RUNTIME_ABI_SHAPES_H_

#include <array>
#include <string_view>

#include "runtime/abi/tables.h"

namespace polc::runtime {

/// By TestLook: those that generated code knows.
inline constexpr std::array<std::string_view, kTestOnly + 1> kShapeLooks = {
    "kind",   "bool",   "literal", "prefix", "string", "bounded",
    "strict", "number", "length",  "size",   "only"};

}  // namespace polc::runtime

#endif  // POLC_RUNTIME_ABI_SHAPES_H_
