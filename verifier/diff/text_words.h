// What a text has to be that passes one test and fails others.
#ifndef POLC_VERIFIER_DIFF_TEXT_WORDS_H_
#define POLC_VERIFIER_DIFF_TEXT_WORDS_H_

#include <span>
#include <string>

#include "compiler/ir/ir.h"
#include "compiler/ir/languages.h"

namespace polc::verifier {

/// Are both tests of the same field's text, so that what passes one and fails
/// the other can be told together?
bool AreAlike(const ir::Module& module, ir::CondId passed, ir::CondId failed);

/// Passing `passed` and none of `failed`, all alike, in words: parts of a union
/// that are excluded are not named, nor what excludes nothing of the rest.
/// Empty if no part is left.
std::string TextWords(const ir::Module& module, const ir::Languages& languages,
                      ir::CondId passed, std::span<const ir::CondId> failed);

}  // namespace polc::verifier

#endif  // POLC_VERIFIER_DIFF_TEXT_WORDS_H_
