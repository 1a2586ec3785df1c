#include "compiler/codegen/build.h"

#include <llvm/AsmParser/Parser.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <string>
#include <string_view>

#include "compiler/codegen/emitter.h"
#include "compiler/codegen/helpers.h"
#include "compiler/codegen/layout.h"
#include "compiler/codegen/manifest.h"
#include "compiler/codegen/write_tables.h"
#include "compiler/support/check.h"
#include "runtime/abi/aot.h"

namespace polc::codegen {

void InitializeTarget() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Both return true on failure: LLVM was built without this machine.
    const bool failed = llvm::InitializeNativeTarget() ||
                        llvm::InitializeNativeTargetAsmPrinter();
    POLC_CHECK(!failed, "LLVM has no code generator for this machine");
  });
}

namespace {

llvm::GlobalVariable* Embed(const std::string& bytes, const char* name,
                            llvm::Module* out) {
  llvm::Constant* init = llvm::ConstantDataArray::getString(
      out->getContext(), bytes, /*AddNull=*/false);
  auto* data = new llvm::GlobalVariable(
      *out, init->getType(),
      /*isConstant=*/true, llvm::GlobalValue::InternalLinkage, init, name);
  data->setAlignment(llvm::Align(8));
  return data;
}

// What runtime/abi/aot.h describes; the digest is who links it to fill in.
void AddNote(const ir::Module& module, llvm::Module* out) {
  pol_aot_note note = {};
  note.name_size = sizeof POL_AOT_NOTE_NAME;
  note.size = sizeof note - offsetof(pol_aot_note, abi_version);
  note.type = POL_AOT_NOTE_TYPE;
  std::memcpy(note.name, POL_AOT_NOTE_NAME, sizeof POL_AOT_NOTE_NAME);
  note.abi_version = POL_ABI_VERSION;
  constexpr std::string_view kVersion = POLC_VERSION;
  static_assert(kVersion.size() <= sizeof note.compiler);
  std::memcpy(note.compiler, kVersion.data(), kVersion.size());
  std::memcpy(note.set, module.digest.data(),
              std::min(module.digest.size(), sizeof note.set));
  const std::string bytes(reinterpret_cast<const char*>(&note), sizeof note);
  llvm::GlobalVariable* data = Embed(bytes, "library_note", out);
  data->setSection(POL_AOT_SECTION);
  data->setAlignment(llvm::Align(4));
}

// The one symbol that leaves the module.
void AddEntry(const Built& built, Placement placement, uint32_t shape_count,
              uint32_t memo_size) {
  llvm::Module* out = built.module.get();
  llvm::LLVMContext& context = out->getContext();
  auto* pointer = llvm::PointerType::get(context, 0);
  auto* small = llvm::Type::getInt32Ty(context);
  auto* large = llvm::Type::getInt64Ty(context);
  auto number = [&](uint64_t n) { return llvm::ConstantInt::get(large, n); };
  const bool embeds = placement == Placement::kEmbedded;
  llvm::Constant* none = llvm::ConstantPointerNull::get(pointer);
  const std::vector<llvm::Constant*> members = {
      llvm::ConstantInt::get(small, POL_ABI_VERSION),
      llvm::ConstantInt::get(small, sizeof(pol_code)),
      out->getFunction("votes"),
      out->getFunction("schema"),
      out->getFunction("limit_covers"),
      out->getFunction("mark_covers"),
      embeds ? Embed(built.manifest, "manifest", out) : none,
      number(embeds ? built.manifest.size() : 0),
      embeds ? Embed(built.tables, "tables", out) : none,
      number(embeds ? built.tables.size() : 0),
      out->getNamedGlobal("shapes"),
      number(shape_count),
      number(memo_size)};
  llvm::Constant* init = llvm::ConstantStruct::getAnon(context, members);
  auto* code = new llvm::GlobalVariable(
      *out, init->getType(), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, init, "pol_module");
  code->setAlignment(llvm::Align(8));
}

// What no shape calls need not be compiled.
void DropUnused(llvm::Module* out) {
  for (bool dropped = true; dropped;) {
    dropped = false;
    for (llvm::Function& function : llvm::make_early_inc_range(*out)) {
      if (!function.use_empty()) continue;
      function.eraseFromParent();
      dropped = true;
    }
  }
}

}  // namespace

Result<Built> Build(const ir::Module& module, const ir::Languages& langs,
                    const Tuning& tuning, Placement placement,
                    llvm::LLVMContext* context) {
  const Layout layout = MakeLayout(module);
  Blob blob;
  Emitter emitter(module, langs, layout, &blob);
  runtime::TablesHeader header =
      WriteTables(module, langs, layout, tuning, &emitter, &blob);
  header.memo_size = emitter.memo_size();
  Blob::Linked linked = blob.Link(header);
  if (linked.tables.size() > Blob::kMaxBytes || blob.is_full()) {
    return Error{"the policy set needs tables of more than " +
                 std::to_string(Blob::kMaxBytes >> 20) + " MiB"};
  }
  Built built;
  runtime::Manifest manifest = MakeManifest(module, layout);
  manifest.shapes = emitter.ShapeWords(linked.shapes);
  built.manifest = runtime::EncodeManifest(manifest);
  built.tables = std::move(linked.tables);
  llvm::SMDiagnostic problem;
  built.module = llvm::parseAssemblyString(std::string(kHelpers) + kTestHelpers,
                                           problem, *context);
  llvm::Module* out = built.module.get();
  POLC_CHECK(out != nullptr, "helpers: " + problem.getMessage().str() +
                                 " at line " +
                                 std::to_string(problem.getLineNo()));
  out->setModuleIdentifier("policy");
  out->setSourceFileName("policy");
  // From here on only functions and data need names.
  context->setDiscardValueNames(true);
  emitter.Emit(linked.shapes, out);
  AddEntry(built, placement, static_cast<uint32_t>(linked.shapes.size()),
           emitter.memo_size());
  if (placement == Placement::kEmbedded) AddNote(module, out);
  DropUnused(out);
  std::string bad;
  llvm::raw_string_ostream stream(bad);
  const bool is_broken = llvm::verifyModule(*out, &stream);
  POLC_CHECK(!is_broken, "generated code: " + stream.str());
  return built;
}

Error FromLlvm(llvm::Error error) {
  return Error{"code generation: " + llvm::toString(std::move(error))};
}

}  // namespace polc::codegen
