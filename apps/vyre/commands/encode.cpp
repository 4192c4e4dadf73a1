#include <bit>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "file_output.hpp"
#include "names.hpp"
#include "render.hpp"
#include "render_slots.hpp"
#include "report_load.hpp"
#include "set_option.hpp"
#include "vyre/recording/snapshot.hpp"
#include "vyre/session/ring_image.hpp"
#include "vyre/version.hpp"

namespace vyre::cli {
namespace {

static_assert(std::endian::native == std::endian::little, "rings are written as they lie in memory");

class Encode final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", file_, "Workload, YAML or JSON; - is the standard input")
        ->required()
        ->type_name("FILE");
    set_.add_to(app);
    app.add_option("--slots", slot_count_, "Size of the ring, in place of the workload's")
        ->type_name("N")
        ->check(CLI::Range(std::uint32_t{1}, protocol::kMaxSlots));
    app.add_option("-o,--output", output_, "Write the ring's bytes to FILE; - is the standard output")
        ->type_name("FILE");
    app.add_option("--snapshot", snapshot_, "Write ring and control buffer as a snapshot")->type_name("FILE");
    app.add_option("--format", format_, "How the slots are listed on the standard output")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.footer("Every step is published into a fresh ring; nothing drains it, so it must hold all of them.");
  }

  Result<void> validate() const override { return set_.validate(); }

  Result<ExitCode> run(Context& context) override {
    if (output_ == "-" && context.out().is_terminal()) {
      context.complain(Error{.code = ErrorCode::kBadInput,
                             .what = "a ring's bytes would garble the terminal",
                             .where = "--output",
                             .fix = "name a file, or send the output into a pipe"});
      return ExitCode::kUsage;
    }
    if (snapshot_) VYRE_CHECK(check_writable(*snapshot_));
    workload::LoadOptions options;
    VYRE_TRY(options.set, set_.values());
    const auto workload = workload::load_file(file_, options);
    if (!workload) {
      complain(context, file_, workload.error());
      return exit_code_of(workload.error().errors.front().code);
    }
    VYRE_TRY(const auto image, session::encode_ring(*workload, {.slot_count = slot_count_}));
    note_skipped(context, image);
    VYRE_CHECK(write(context, *workload, image));
    return ExitCode::kDone;
  }

 private:
  void note_skipped(Context& context, const session::RingImage& image) const {
    for (const auto& step : image.skipped)
      context.note(fmt::format("{}:{}:{}: {} left out: it publishes nothing", file_, step.position.line,
                               step.position.column, step.kind));
  }

  Result<void> write(Context& context, const workload::Workload& workload,
                     const session::RingImage& image) const {
    if (snapshot_) VYRE_CHECK(recording::write_snapshot(*snapshot_, make_snapshot(context, workload, image)));
    if (output_) {
      const std::string_view bytes(reinterpret_cast<const char*>(image.ring.data()),
                                   image.ring.size() * sizeof(std::uint32_t));
      if (*output_ != "-") return write_file(*output_, bytes);
      context.out().write(bytes);
      return {};
    }
    if (!snapshot_ || format_ == "json") list(context, workload, image);
    return {};
  }

  void list(Context& context, const workload::Workload& workload, const session::RingImage& image) const {
    if (format_ == "text")
      return context.out().write(render_slots(image.ring, printable(names_of(workload))));
    auto document = begin_document("vyre.encode/1");
    document["file"] = file_;
    document["name"] = workload.name;
    document["slot_count"] = image.ring.size() / protocol::kSlotWords;
    document["slots_used"] = image.slots_used;
    document["skipped"] = nlohmann::ordered_json::array();
    for (const auto& step : image.skipped)
      document["skipped"].push_back(
          {{"line", step.position.line}, {"column", step.position.column}, {"kind", std::string(step.kind)}});
    document["slots"] = slots_json(image.ring, names_of(workload));
    context.out().write(to_text(document));
  }

  static recording::Names names_of(const workload::Workload& workload) {
    recording::Names names;
    for (const auto& handler : workload.handlers) names.handlers[handler.opcode] = handler.name;
    for (const auto& tenant : workload.tenants)
      if (!tenant.name.empty()) names.tenants[tenant.id] = tenant.name;
    return names;
  }

  static recording::Snapshot make_snapshot(const Context& context, const workload::Workload& workload,
                                           const session::RingImage& image) {
    return {.control = image.control,
            .ring = image.ring,
            .debug_log = {},
            .io_queue = {},
            .completions = {},
            .metadata = {{"vyre.version", std::string(kVersion)},
                         {"vyre.name", workload.name},
                         {"vyre.workload", workload.file},
                         {"vyre.command", context.command_line()}},
            .formats = workload.formats,
            .names = names_of(workload)};
  }

  std::string file_;
  SetOption set_;
  std::optional<std::uint32_t> slot_count_;
  std::optional<std::string> output_;
  std::optional<std::string> snapshot_;
  std::string format_ = "text";
};

}  // namespace

std::unique_ptr<Verb> make_encode() { return std::make_unique<Encode>(); }

}  // namespace vyre::cli
