// The reference interpreter as a Backend: it runs inside notify(), on the thread that publishes.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "ring/host_copier.hpp"
#include "ring/resource_table.hpp"
#include "vyre/codec/control.hpp"
#include "vyre/reference/interpreter.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::session {
namespace {

constexpr const char* kWhere = "make_reference_backend";

Result<void> check_limit(std::string_view what, std::uint64_t value, std::uint64_t least,
                         std::uint64_t most) {
  if (value >= least && value <= most) return {};
  return fail(ErrorCode::kOutOfRange, fmt::format("{} {}, {} to {} are possible", value, what, least, most),
              kWhere, fmt::format("ask for {} to {}", least, most));
}

Result<void> check_config(const BackendConfig& config) {
  VYRE_CHECK(check_limit("slots", config.slot_count, 1, protocol::kMaxSlots));
  VYRE_CHECK(check_limit("shards", config.shards, 1, std::min(ring::kMaxQueues, config.slot_count)));
  VYRE_CHECK(check_limit("observables", config.observable_count, 0, protocol::kMaxObservables));
  VYRE_CHECK(check_limit("debug records", config.debug_records, 0, protocol::kMaxDebugRecords));
  if (config.dfa_table.size() % protocol::kDfaColumns != 0)
    return fail(ErrorCode::kBadInput,
                fmt::format("a DFA table of {} words is no whole number of states", config.dfa_table.size()),
                kWhere, fmt::format("give {} words a state", protocol::kDfaColumns));
  return ring::check_resources(config.resources, config.arena_words);
}

/// The interpreter runs on the host's clock, one slot at a time, and without slices.
struct HostTrace final : ring::DeviceTrace {
  explicit HostTrace(std::size_t word_count) : words(word_count) {}
  std::span<std::uint32_t> slots() noexcept override { return words; }
  std::string note() const override { return {}; }
  std::uint32_t lanes() const noexcept override { return 1; }
  void listen(ring::SliceListener*) noexcept override {}
  Result<ring::ClockMap> clock_map() override { return ring::ClockMap{}; }
  std::vector<std::uint32_t> words;
};

class ReferenceBackend final : public Backend {
 public:
  /// Phase 1: memory. The interpreter comes with open(), since it may fail.
  ReferenceBackend(const BackendConfig& config, std::vector<std::uint32_t> control)
      : ring_(std::size_t{protocol::kSlotWords} * config.slot_count),
        completions_(config.slot_count),
        fault_details_(config.slot_count),
        doorbells_(
            ring::doorbell_words(config.slot_count, ring::queue_count(config.scheduler, config.shards))),
        control_(std::move(control)),
        debug_log_(protocol::kDebugHeaderWords +
                   std::size_t{protocol::kDebugRecordWords} * config.debug_records),
        dfa_table_(config.dfa_table.begin(), config.dfa_table.end()),
        trace_(config.trace ? std::size_t{protocol::kTraceWords} * config.slot_count : 0),
        arena_(config.arena_words),
        results_(config.result_words),
        scan_tables_(config.scan_tables.begin(), config.scan_tables.end()),
        resource_count_(static_cast<std::uint32_t>(config.resources.size())),
        scheduler_(config.scheduler),
        shards_(config.shards) {
    for (std::uint32_t i = 0; i < ring::queue_count(scheduler_, shards_); ++i)
      doorbells_[2 * i] = config.first_entry;
    if (resource_count_ == 0) return;
    io_queue_.resize(std::size_t{protocol::kIoMaxSlots} * protocol::kIoSlotWords);
    io_table_.resize(protocol::io_table_words(resource_count_));
    ring::write_resources(config.resources, io_table_);
  }

  Result<void> open(bool open_protection) {
    VYRE_TRY(auto interpreter,
             reference::Interpreter::make({.ring = ring_memory(),
                                           .control = control_,
                                           .debug_log = debug_log_,
                                           .dfa_table = dfa_table_,
                                           .trace = trace_.words,
                                           .arena = arena_,
                                           .io = {.resource_count = resource_count_,
                                                  .queue = io_queue_,
                                                  .table = io_table_,
                                                  .bell = &io_bell_},
                                           .scans = {.tables = scan_tables_, .results = results_},
                                           .open_protection = open_protection}));
    interpreter_.emplace(std::move(interpreter));
    return {};
  }

  std::string name() const override { return "reference"; }
  std::string device_name() const override { return "reference interpreter"; }

  ring::RingMemory ring_memory() noexcept override {
    return {.ring = {.words = ring_, .kind = ring::MemoryKind::kCached},
            .completions = completions_,
            .fault_details = fault_details_,
            .doorbells = doorbells_,
            .scheduler = scheduler_,
            .shards = shards_};
  }

  void notify() noexcept override {
    const std::lock_guard lock(mutex_);
    interpreter_->run();
  }

  Result<void> health() override { return {}; }

  bool has_shut_down() noexcept override {
    const std::lock_guard lock(mutex_);
    return interpreter_->has_shut_down();
  }

  std::string residency_text() override {
    const std::lock_guard lock(mutex_);
    return fmt::format(
        "the interpreter ran all it could: {} slots wait in a fence or for a file, {} for their tenant's "
        "quota",
        interpreter_->parked(), interpreter_->quota_blocked());
  }

  Result<void> read_control(std::uint32_t first, std::span<std::uint32_t> out) override {
    if (first > control_.size() || out.size() > control_.size() - first)
      return out_of_range("control words", first, out.size(), control_.size());
    const std::lock_guard lock(mutex_);
    std::ranges::copy(std::span(control_).subspan(first, out.size()), out.begin());
    return {};
  }

  Result<void> write_control(std::uint32_t word, std::uint32_t value) override {
    if (word >= control_.size()) return out_of_range("control words", word, 1, control_.size());
    const std::lock_guard lock(mutex_);
    control_[word] = value;
    interpreter_->run();
    return {};
  }

  std::uint32_t control_words() const noexcept override {
    return static_cast<std::uint32_t>(control_.size());
  }

  Result<void> read_ring(std::span<std::uint32_t> out) override {
    if (out.size() > ring_.size()) return out_of_range("ring words", 0, out.size(), ring_.size());
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = std::atomic_ref(ring_[i]).load(std::memory_order_relaxed);
    return {};
  }

  Result<void> read_debug_log(std::span<std::uint32_t> out) override {
    if (out.size() > debug_log_.size())
      return out_of_range("debug log words", 0, out.size(), debug_log_.size());
    const std::lock_guard lock(mutex_);
    std::ranges::copy(std::span(debug_log_).first(out.size()), out.begin());
    return {};
  }

  std::uint32_t debug_log_words() const noexcept override {
    return static_cast<std::uint32_t>(debug_log_.size());
  }

  ring::DeviceTrace* device_trace() noexcept override { return trace_.words.empty() ? nullptr : &trace_; }
  ring::PayloadMemory payload_memory() noexcept override {
    return {.arena = arena_,
            .kind = ring::MemoryKind::kCached,
            .io_queue = io_queue_,
            .io_table = io_table_,
            .io_bell = &io_bell_};
  }

  Result<void> read_arena(std::uint32_t first, std::span<std::uint32_t> out) override {
    if (first > arena_.size() || out.size() > arena_.size() - first)
      return out_of_range("arena words", first, out.size(), arena_.size());
    const std::lock_guard lock(mutex_);
    std::ranges::copy(std::span(arena_).subspan(first, out.size()), out.begin());
    return {};
  }

  std::span<std::uint32_t> result_memory() noexcept override { return results_; }
  Result<std::unique_ptr<ring::PayloadCopier>> open_copier(std::uint64_t staging_bytes) override {
    return ring::open_host_copier(payload_memory(), staging_bytes);
  }

  Result<void> stop() override {
    const std::lock_guard lock(mutex_);
    control_[protocol::kShutdownWord] = 1;
    return {};
  }

 private:
  static std::unexpected<Error> out_of_range(std::string_view what, std::uint64_t first, std::uint64_t count,
                                             std::uint64_t size) {
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} {} from {} leave a buffer of {}", count, what, first, size),
                "reference backend", fmt::format("stay below {}", size));
  }

  // Guards all but the ring's own memory, where publisher and interpreter meet by atomics.
  std::mutex mutex_;
  std::vector<std::uint32_t> ring_;
  std::vector<std::uint32_t> completions_;
  std::vector<std::uint32_t> fault_details_;
  std::vector<std::uint32_t> doorbells_;
  std::vector<std::uint32_t> control_;
  std::vector<std::uint32_t> debug_log_;
  std::vector<std::uint32_t> dfa_table_;
  HostTrace trace_;
  std::vector<std::uint32_t> arena_;
  std::vector<std::uint32_t> results_;
  std::vector<std::uint32_t> scan_tables_;
  std::uint32_t resource_count_;
  std::vector<std::uint32_t> io_queue_;
  std::vector<std::uint32_t> io_table_;
  std::uint32_t io_bell_ = 0;
  ring::Scheduler scheduler_;
  std::uint32_t shards_;
  std::optional<reference::Interpreter> interpreter_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_reference_backend(const BackendConfig& config) {
  VYRE_CHECK(check_config(config));
  try {
    VYRE_TRY(auto control,
             codec::encode_control_for_ring(config.tenant_count, config.observable_count, config.slot_count));
    auto backend = std::make_unique<ReferenceBackend>(config, std::move(control));
    VYRE_CHECK(backend->open(config.open_protection));
    return backend;
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kTooMany,
                fmt::format("not enough memory for {} slots and {} observables", config.slot_count,
                            config.observable_count),
                kWhere, "ask for fewer slots or observables");
  }
}

Result<std::unique_ptr<Backend>> make_reference_backend(const workload::Workload& workload, bool trace) {
  if (!workload.handlers.empty()) {
    const auto& handler = workload.handlers.front();
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("handler '{}' for opcode 0x{:x} is GLSL, which the reference interpreter cannot run",
                    handler.name, handler.opcode),
        fmt::format("{}:{}:{}", workload.file, handler.position.line, handler.position.column),
        "run the workload with --backend vulkan");
  }
  VYRE_TRY(const auto scan_tables, scan_tables_for(workload));
  BackendConfig config = config_for(workload, scan_tables);
  config.trace = trace;
  return make_reference_backend(config);
}

}  // namespace vyre::session
