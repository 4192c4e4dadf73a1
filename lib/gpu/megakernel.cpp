#include "vyre/gpu/megakernel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "gpu/buffer.hpp"
#include "gpu/device.hpp"
#include "gpu/kernel_shape.hpp"
#include "gpu/kernel_trace.hpp"
#include "gpu/pipeline.hpp"
#include "gpu/probe.hpp"
#include "gpu/read_back.hpp"
#include "gpu/residency.hpp"
#include "gpu/scan_plan.hpp"
#include "gpu/transfer_copier.hpp"
#include "gpu/vulkan_error.hpp"
#include "ring/doorbell.hpp"
#include "ring/host_copier.hpp"
#include "ring/resource_table.hpp"
#include "vyre/codec/control.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre_shader_sources.hpp"

namespace vyre::gpu {

namespace {

static_assert(sizeof(Specialization) % sizeof(std::uint32_t) == 0);
std::span<const std::uint32_t> words_of(const Specialization& specialization) {
  return {reinterpret_cast<const std::uint32_t*>(&specialization),
          sizeof(Specialization) / sizeof(std::uint32_t)};
}

std::uint32_t doorbell_words(const ring::BackendConfig& config) {
  return ring::doorbell_words(config.slot_count, ring::queue_count(config.scheduler, config.shards));
}

/// Everything that the kernel reads and writes, by binding.
struct Buffers {
  Buffer ring, control, debug_log, completions, state, doorbells, dfa_table, report;
  Buffer arena, io_queue, io_table, results, scan_tables;

  Buffers(const Device& device, const ring::BackendConfig& config, const ScanPlan& plan)
      : ring(device, Use::kToKernel, std::uint64_t{protocol::kSlotWords} * config.slot_count),
        control(device, Use::kToKernel,
                std::uint64_t{protocol::kControlFixedWords} + config.observable_count),
        debug_log(device, Use::kToKernel, debug_words(config)),
        completions(device, Use::kFromKernel, config.slot_count),
        state(device, Use::kKernelOnly,
              protocol::kernel_state_words(config.slot_count, resource_count(config)) +
                  (plan.table_count == 0 ? 0 : protocol::scan_state_words(plan.record_count))),
        doorbells(device, Use::kToKernel, doorbell_words(config)),
        dfa_table(device, Use::kToKernel, config.dfa_table.size()),
        report(device, Use::kFromKernel, protocol::kReportWords),
        arena(device, Use::kToKernel, config.arena_words),
        io_queue(device, Use::kToKernel, protocol::kIoMaxSlots * protocol::kIoSlotWords),
        io_table(device, Use::kToKernel, protocol::io_table_words(resource_count(config))),
        results(device, Use::kFromKernel, config.result_words),
        scan_tables(device, Use::kToKernel, config.scan_tables.size()) {
    std::copy(config.scan_tables.begin(), config.scan_tables.end(), scan_tables.words().begin());
    std::copy(config.dfa_table.begin(), config.dfa_table.end(), dfa_table.words().begin());
    ring::write_resources(config.resources, io_table.words());
  }

  [[nodiscard]] static std::uint32_t resource_count(const ring::BackendConfig& config) {
    return static_cast<std::uint32_t>(config.resources.size());
  }

  [[nodiscard]] static std::uint64_t debug_words(const ring::BackendConfig& config) {
    return protocol::kDebugHeaderWords + std::uint64_t{protocol::kDebugRecordWords} * config.debug_records;
  }

  /// As shaders/include/buffers.glsl binds them.
  [[nodiscard]] std::vector<vk::Buffer> handles(const Buffer* trace) const {
    std::vector<vk::Buffer> handles{
        ring.handle(),      control.handle(),   debug_log.handle(),  completions.handle(), state.handle(),
        doorbells.handle(), dfa_table.handle(), report.handle(),     arena.handle(),       io_queue.handle(),
        io_table.handle(),  results.handle(),   scan_tables.handle()};
    if (trace != nullptr) handles.push_back(trace->handle());
    return handles;
  }

  /// As if nothing had ever run. Only while no slice is queued.
  void reset(std::span<const std::uint32_t> fresh_control) {
    for (Buffer* buffer : {&ring, &debug_log, &completions, &state, &doorbells, &report, &io_queue, &results})
      buffer->clear();
    std::copy(fresh_control.begin(), fresh_control.end(), control.words().begin());
    ring::store_fence(ring::MemoryKind::kWriteCombined);
  }
};

class Megakernel final : public ring::Backend {
 public:
  Megakernel(std::unique_ptr<Device> device, const ring::BackendConfig& config, const KernelShape& shape,
             const Specialization& specialization, std::span<const std::uint32_t> spirv, const ScanPlan& plan,
             std::vector<std::uint32_t> fresh_control)
      : device_(std::move(device)),
        scheduler_(config.scheduler),
        shards_(config.shards),
        slot_count_(config.slot_count),
        first_entry_(config.first_entry),
        fresh_control_(std::move(fresh_control)),
        arena_words_(config.arena_words),
        result_words_(config.result_words),
        has_resources_(!config.resources.empty()),
        buffers_(*device_, config, plan),
        read_back_(*device_, device_->transfer.get()),
        trace_(config.trace ? std::make_unique<KernelTrace>(*device_, config.slot_count, specialization.lanes)
                            : nullptr),
        pipeline_(
            *device_,
            {.spirv = spirv, .constants = words_of(specialization), .push_bytes = sizeof(SliceConstants)},
            buffers_.handles(trace_ ? trace_->buffer() : nullptr)),
        shape_(shape) {
    // Before the first slice, while nobody else uses the queue.
    if (trace_) trace_->read_clocks_at_start();
    reset();
    start();
  }

  ~Megakernel() override {
    static_cast<void>(stop());
    // Freeing memory that the device still writes would be worse than leaking it.
    if (hung_ || (trace_ && trace_->is_hung()) || (device_->transfer && device_->transfer->hung)) {
      static_cast<void>(new Buffers(std::move(buffers_)));
      static_cast<void>(new Pipeline(std::move(pipeline_)));
      static_cast<void>(trace_.release());
      static_cast<void>(device_.release());
    }
  }

  std::string name() const override { return "vulkan"; }
  std::string device_name() const override { return device_->found.info.name; }

  ring::RingMemory ring_memory() noexcept override {
    const auto kind =
        buffers_.ring.is_write_combined() ? ring::MemoryKind::kWriteCombined : ring::MemoryKind::kCached;
    return {.ring = {buffers_.ring.words(), kind},
            .completions = buffers_.completions.words(),
            .fault_details =
                buffers_.state.words().subspan(protocol::state_details_word(slot_count_), slot_count_),
            .doorbells = buffers_.doorbells.words(),
            .scheduler = scheduler_,
            .shards = shards_,
            .run_slots = shape_.run_slots};
  }

  ring::PayloadMemory payload_memory() noexcept override {
    ring::PayloadMemory memory{.arena = buffers_.arena.words().first(arena_words_),
                               .kind = buffers_.arena.is_write_combined() ? ring::MemoryKind::kWriteCombined
                                                                          : ring::MemoryKind::kCached,
                               .io_queue = {},
                               .io_table = {},
                               .io_bell = &buffers_.report.words()[protocol::kReportIoBellWord]};
    if (!has_resources_) return memory;
    memory.io_queue = buffers_.io_queue.words();
    memory.io_table = buffers_.io_table.words();
    return memory;
  }

  Result<void> read_arena(std::uint32_t first, std::span<std::uint32_t> out) override {
    if (first > arena_words_ || out.size() > arena_words_ - first)
      return fail(ErrorCode::kOutOfRange,
                  fmt::format("{} words from {} leave the arena of {}", out.size(), first, arena_words_), "",
                  "name words within the arena, or make it larger");
    return read_back_.read(buffers_.arena, first, out);
  }

  std::span<std::uint32_t> result_memory() noexcept override {
    return buffers_.results.words().first(result_words_);
  }
  Result<std::unique_ptr<ring::PayloadCopier>> open_copier(std::uint64_t staging_bytes) override {
    if (!device_->transfer || !buffers_.arena.is_write_combined())
      return ring::open_host_copier(payload_memory(), staging_bytes);
    return open_transfer_copier(*device_, *device_->transfer, buffers_.arena,
                                sizeof(std::uint32_t) * std::uint64_t{arena_words_}, staging_bytes);
  }

  void notify() noexcept override {
    if (residency_) residency_->notify();
  }
  Result<void> health() override { return residency_ ? residency_->health() : Result<void>{}; }
  bool has_shut_down() noexcept override { return !residency_ || residency_->has_shut_down(); }
  std::string residency_text() override { return residency_ ? residency_->text() : "kernel stopped"; }

  Result<void> read_control(std::uint32_t first, std::span<std::uint32_t> out) override {
    const auto words = buffers_.control.words();
    if (first > words.size() || out.size() > words.size() - first) return no_such_words(first, out.size());
    return read_back_.read(buffers_.control, first, out);
  }

  Result<void> write_control(std::uint32_t word, std::uint32_t value) override {
    if (word >= control_words()) return no_such_words(word, 1);
    std::atomic_ref(buffers_.control.words()[word]).store(value, std::memory_order_release);
    ring::store_fence(ring::MemoryKind::kWriteCombined);  // out before notify() looks whether to wake
    notify();
    return {};
  }

  std::uint32_t control_words() const noexcept override {
    return static_cast<std::uint32_t>(buffers_.control.words().size());
  }

  Result<void> read_ring(std::span<std::uint32_t> out) override { return read_front(buffers_.ring, out); }
  Result<void> read_debug_log(std::span<std::uint32_t> out) override {
    return read_front(buffers_.debug_log, out);
  }
  std::uint32_t debug_log_words() const noexcept override {
    return static_cast<std::uint32_t>(buffers_.debug_log.words().size());
  }

  ring::DeviceTrace* device_trace() noexcept override { return trace_.get(); }

  Result<void> stop() override {
    if (!residency_) return {};
    VYRE_CHECK(write_control(protocol::kShutdownWord, 1));
    auto stopped = residency_->stop();
    hung_ = residency_->is_hung();
    if (hung_) {
      static_cast<void>(residency_.release());  // its thread's objects are the device's too
      return stopped;
    }
    residency_.reset();
    if (trace_ && stopped) trace_->read_clocks_at_end();
    return stopped;
  }

  /// Tries the device out, then puts everything back as it was.
  Result<void> probe(std::chrono::milliseconds timeout) {
    VYRE_CHECK(run_probe(*this, timeout));
    VYRE_CHECK(stop());
    return guarded("starting the kernel", [this] {
      reset();
      start();
    });
  }

 private:
  void start() {
    residency_ = std::make_unique<Residency>(*device_, pipeline_, shape_.slice,
                                             &buffers_.control.words()[protocol::kShutdownWord],
                                             &buffers_.state.words()[protocol::kStateLeaveWord],
                                             buffers_.report.words(), trace_ ? &trace_->feed() : nullptr);
  }

  void reset() {
    if (trace_) trace_->reset();
    buffers_.reset(fresh_control_);
    if (first_entry_ == 0) return;
    const std::uint32_t queues = ring::queue_count(scheduler_, shards_);
    for (std::uint32_t queue = 0; queue < queues; ++queue) {
      buffers_.doorbells.words()[2 * queue] = first_entry_;
      for (std::uint32_t stripe = 0; stripe < shape_.stripes; ++stripe) {
        // The stripe's first entry that is not before it.
        const std::uint32_t head = (first_entry_ - stripe + shape_.stripes - 1) / shape_.stripes;
        buffers_.state.words()[protocol::kStateHeadsWord + queue * shape_.stripes + stripe] = head;
      }
    }
  }

  /// As many words as both have.
  Result<void> read_front(const Buffer& from, std::span<std::uint32_t> out) {
    return read_back_.read(from, 0, out.first(std::min(from.words().size(), out.size())));
  }

  [[nodiscard]] std::unexpected<Error> no_such_words(std::uint32_t first, std::size_t count) const {
    return fail(
        ErrorCode::kOutOfRange,
        fmt::format("control words {}..{} leave the buffer of {}", first, first + count - 1, control_words()),
        "", "name a word within the buffer, or give the ring more observables");
  }

  std::unique_ptr<Device> device_;
  ring::Scheduler scheduler_;
  std::uint32_t shards_;
  std::uint32_t slot_count_;
  std::uint32_t first_entry_;
  std::vector<std::uint32_t> fresh_control_;
  std::uint32_t arena_words_;
  std::uint32_t result_words_;
  bool has_resources_;
  Buffers buffers_;
  ReadBack read_back_;
  std::unique_ptr<KernelTrace> trace_;  ///< null: no timeline is wanted
  Pipeline pipeline_;
  KernelShape shape_;
  bool hung_ = false;
  std::unique_ptr<Residency> residency_;
};

Result<void> check_limits(const DeviceInfo& info, const ring::BackendConfig& config) {
  const auto refuse = [&](std::string_view what, std::uint64_t value, std::uint64_t limit, std::string fix) {
    return fail(ErrorCode::kUnsupported,
                fmt::format("{} {} {}, the most is {}", info.name, what, value, limit), "", std::move(fix));
  };
  if (config.slot_count == 0 || config.slot_count > protocol::kMaxSlots)
    return refuse("was asked for a ring of slots:", config.slot_count, protocol::kMaxSlots,
                  "give the ring 1 to 1048576 slots");
  if (const auto most = std::min(ring::kMaxQueues, config.slot_count);
      config.shards == 0 || config.shards > most)
    return refuse("was asked for shards of the ring:", config.shards, most, "cut the ring into fewer parts");
  const std::uint64_t largest =
      4 * std::max({std::uint64_t{doorbell_words(config)},
                    std::uint64_t{protocol::kSlotWords} * config.slot_count,
                    std::uint64_t{protocol::kControlFixedWords} + config.observable_count,
                    std::uint64_t{config.dfa_table.size()}, std::uint64_t{config.arena_words},
                    std::uint64_t{config.scan_tables.size()}, std::uint64_t{config.result_words}});
  VYRE_CHECK(ring::check_resources(config.resources, config.arena_words));
  if (largest > info.max_buffer_bytes)
    return refuse("would need a buffer of bytes:", largest, info.max_buffer_bytes,
                  "make the ring, the observables or the arena smaller");
  return {};
}

}  // namespace

Result<std::unique_ptr<ring::Backend>> open_megakernel(const ring::BackendConfig& config,
                                                       const MegakernelOptions& options) {
  handler::Kernel source;
  if (!config.trace) { VYRE_TRY(source, handler::compile(options.handlers)); }
  VYRE_TRY(auto device,
           open_device(options.device, options.validation, config.trace ? Clocks::kIfAny : Clocks::kNone));
  // Without a clock the plain kernel runs, and a timeline shows what the host saw.
  const auto variant = device->has_clock ? handler::Variant::kTraced : handler::Variant::kPlain;
  if (config.trace) { VYRE_TRY(source, handler::compile(options.handlers, variant)); }
  const DeviceInfo& info = device->found.info;
  VYRE_CHECK(check_limits(info, config));
  VYRE_TRY(const KernelShape shape, shape_for(info, config, options));
  // A copy, for what the device fills in.
  std::vector<std::uint32_t> scan_tables(config.scan_tables.begin(), config.scan_tables.end());
  const ScanPlan plan = plan_scans(scan_tables, device->found);
  if (plan.pass_cost > kMostScanPassCost)
    return fail(
        ErrorCode::kUnsupported,
        fmt::format("{} cannot look for literals of which so many end at one byte: {} turns of loops, "
                    "at most {} are possible",
                    info.name, plan.pass_cost, kMostScanPassCost),
        "", "look for fewer literals that are ends of each other");
  ring::BackendConfig planned = config;
  planned.scan_tables = scan_tables;
  VYRE_TRY(auto fresh_control,
           codec::encode_control_for_ring(config.tenant_count, config.observable_count, config.slot_count));
  ring::OperationSet operations = config.operations;
  if (options.probe) operations.add(kProbeOperation);
  const Specialization specialization{
      .lanes = shape.lanes,
      .slot_count = config.slot_count,
      .queue_capacity = ring::doorbell_capacity(config.slot_count),
      .control_words = static_cast<std::uint32_t>(fresh_control.size()),
      .debug_words = static_cast<std::uint32_t>(Buffers::debug_words(config)),
      .dfa_words = static_cast<std::uint32_t>(config.dfa_table.size()),
      .priority_scheduler = config.scheduler == ring::Scheduler::kPriority ? VK_TRUE : VK_FALSE,
      .open_protection = config.open_protection ? VK_TRUE : VK_FALSE,
      .quantum_steps = protocol::kQuantumSteps,
      .in_step = shape.in_step ? VK_TRUE : VK_FALSE,
      .arena_words = config.arena_words,
      .resource_count = Buffers::resource_count(config),
      .scan_table_count = plan.table_count,
      .result_words = config.result_words,
      .scan_record_count = plan.record_count,
      .scan_shared_words = plan.shared_words,
      .scan_pass_cost = plan.pass_cost,
      .queue_count = ring::queue_count(config.scheduler, config.shards),
      .stripes = shape.stripes,
      .wide_subgroups = shape.wide_subgroups ? VK_TRUE : VK_FALSE,
      .cuts_loops = info.type == DeviceType::kCpu ? VK_TRUE : VK_FALSE,
      .loads_pairs = info.type == DeviceType::kCpu ? VK_FALSE : VK_TRUE,
      .operations = operations.bits(),
      .follows_loads = info.type == DeviceType::kCpu ? VK_FALSE : VK_TRUE};
  VYRE_TRY(auto kernel, guarded("making buffers and pipeline", [&] {
             return std::make_unique<Megakernel>(std::move(device), planned, shape, specialization,
                                                 source.spirv, plan, std::move(fresh_control));
           }));
  if (options.probe) VYRE_CHECK(kernel->probe(options.probe_timeout));
  return std::unique_ptr<ring::Backend>(std::move(kernel));
}

}  // namespace vyre::gpu
