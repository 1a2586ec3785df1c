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

struct SetBuilder::Parts {
  Parts(const ir::Module& module, const ir::Languages& langs, Kept* kept)
      : digests(ir::DigestsOf(module, kept->seed,
                              langs.Digests(module, kept->seed))),
        layout(MakeLayout(module)),
        emitter(module, langs, digests, layout, kept) {}

  ir::Digests digests;
  Layout layout;
  Emitter emitter;
};

SetBuilder::SetBuilder(const ir::Module& module, const ir::Languages& langs,
                       const Tuning& tuning, Kept* kept)
    : module_(module),
      langs_(langs),
      tuning_(tuning),
      kept_(*kept),
      parts_(std::make_unique<Parts>(module, langs, kept)) {}
SetBuilder::~SetBuilder() = default;

uint64_t SetBuilder::memo_size() const { return parts_->emitter.memo_size(); }

// All numbers that pieces hold: of slots, errors, quantifiers, and so on.
ir::Digest SetBuilder::LayoutDigest() const {
  const Layout& layout = parts_->layout;
  const ir::Digests& digests = parts_->digests;
  ir::Digester out(kept_.seed);
  const auto add_fields = [&](const std::vector<ir::FieldId>& fields) {
    out.Add(uint64_t{fields.size()});
    for (const ir::FieldId id : fields) out.Add(digests.of(id));
  };
  add_fields(layout.slots);
  add_fields(layout.errors);
  out.Add(uint64_t{layout.quantifiers.size()});
  for (const Layout::Quantifier& one : layout.quantifiers) {
    out.Add(digests.of(one.body));
    add_fields(one.fields);
  }
  out.Add(uint64_t{layout.key_sets.size()});
  for (const std::vector<std::string>& keys : layout.key_sets) {
    out.Add(uint64_t{keys.size()});
    for (const std::string& key : keys) out.Add(std::string_view(key));
  }
  for (const auto& [cond, quantifier] : layout.calculations) {
    out.Add(digests.of(cond));
    out.Add(static_cast<uint64_t>(int64_t{quantifier}));
  }
  parts_->emitter.AddNumbers(digests, &out);
  return out.digest();
}

Result<void> SetBuilder::Write() {
  const ir::Digest layout = LayoutDigest();
  if (layout != kept_.layout) {
    kept_.Clear();
    kept_.layout = layout;
  }
  runtime::TablesHeader header =
      WriteTables(module_, langs_, parts_->digests, parts_->layout, tuning_,
                  &parts_->emitter, &kept_);
  header.memo_size = parts_->emitter.memo_size();
  const bool is_full = kept_.blob.is_full();
  linked_ = kept_.blob.Link(header);
  if (is_full || linked_.tables.size() > Blob::kMaxBytes) {
    kept_.Clear();
    return Error{"the policy set needs tables of more than " +
                 std::to_string(Blob::kMaxBytes >> 20) + " MiB"};
  }
  runtime::Manifest manifest = MakeManifest(module_, parts_->layout);
  manifest.shapes = parts_->emitter.ShapeWords(linked_.shapes);
  manifest_ = runtime::EncodeManifest(manifest);
  return {};
}

std::unique_ptr<llvm::Module> SetBuilder::Emit(Placement placement,
                                               llvm::LLVMContext* context) {
  llvm::SMDiagnostic problem;
  std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(
      std::string(kHelpers) + kTestHelpers, problem, *context);
  llvm::Module* out = module.get();
  POLC_CHECK(out != nullptr, "helpers: " + problem.getMessage().str() +
                                 " at line " +
                                 std::to_string(problem.getLineNo()));
  out->setModuleIdentifier("policy");
  out->setSourceFileName("policy");
  // From here on only functions and data need names.
  context->setDiscardValueNames(true);
  parts_->emitter.Emit(shapes(), out);
  AddEntry(placement, out);
  if (placement == Placement::kEmbedded) AddNote(module_, out);
  DropUnused(out);
  std::string bad;
  llvm::raw_string_ostream stream(bad);
  const bool is_broken = llvm::verifyModule(*out, &stream);
  POLC_CHECK(!is_broken, "generated code: " + stream.str());
  return module;
}

// The one symbol that leaves the module.
void SetBuilder::AddEntry(Placement placement, llvm::Module* out) const {
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
      embeds ? Embed(manifest(), "manifest", out) : none,
      number(embeds ? manifest().size() : 0),
      embeds ? Embed(tables(), "tables", out) : none,
      number(embeds ? tables().size() : 0),
      out->getNamedGlobal("shapes"),
      number(shapes().size()),
      number(memo_size())};
  llvm::Constant* init = llvm::ConstantStruct::getAnon(context, members);
  auto* code = new llvm::GlobalVariable(
      *out, init->getType(), /*isConstant=*/true,
      llvm::GlobalValue::ExternalLinkage, init, "pol_module");
  code->setAlignment(llvm::Align(8));
}

Error FromLlvm(llvm::Error error) {
  return Error{"code generation: " + llvm::toString(std::move(error))};
}

}  // namespace polc::codegen
