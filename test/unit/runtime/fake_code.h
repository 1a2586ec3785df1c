// A compiled policy written by hand: what codegen would make of
//
//   policy f;
//   limit calls = 2 per minute per grant on tool echo;
//   limit budget = 100 per day cost args.amount;
//   deny  no_delete "not {args.id}" tool delete_repo;
//   ask   big   tool pay when args.amount > 1000;
//   allow echo  tool echo;
//   allow pay   tool pay when args.amount > 0 charge budget;
//   allow tagged tool tag when all t in args.tags (t is string);
//   allow docs  resource "file:///docs";
//   default deny;
//
// with a schema that has the tools named here; `echo` demands that its
// arguments have no member but `text`.
#ifndef POLC_TEST_UNIT_RUNTIME_FAKE_CODE_H_
#define POLC_TEST_UNIT_RUNTIME_FAKE_CODE_H_

#include <memory>

#include "runtime/abi/manifest.h"
#include "runtime/engine.h"

namespace polc::runtime::testing {

Manifest FakeManifest();
std::unique_ptr<Engine> FakeEngine();
/// The same code beside another manifest; null if the engine refuses it.
std::unique_ptr<Engine> FakeEngine(const Manifest& manifest);

}  // namespace polc::runtime::testing

#endif  // POLC_TEST_UNIT_RUNTIME_FAKE_CODE_H_
