#include "vyre/reference/interpreter.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "reference/machine.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::reference {
namespace {

constexpr const char* kWhere = "Interpreter::make";

Result<void> check_control(const Memory& memory) {
  constexpr std::size_t kMost = std::size_t{protocol::kObservableWord} + protocol::kMaxObservables;
  const std::size_t words = memory.control.size();
  if (words >= protocol::kControlFixedWords && words <= kMost) return {};
  return fail(ErrorCode::kOutOfRange,
              fmt::format("a control buffer of {} words, {} to {} are possible", words,
                          protocol::kControlFixedWords, kMost),
              kWhere, "pass the 160 fixed words and the observables");
}

Result<void> check_ring(const Memory& memory) {
  const std::size_t words = memory.ring.ring.words.size();
  if (words % protocol::kSlotWords == 0 && words / protocol::kSlotWords <= protocol::kMaxSlots) return {};
  return fail(ErrorCode::kOutOfRange,
              fmt::format("a ring of {} words, whole slots of {} and at most {} of them are possible", words,
                          protocol::kSlotWords, protocol::kMaxSlots),
              kWhere, "pass whole slots");
}

Result<void> check_host_buffers(const Memory& memory) {
  const std::uint32_t slots = memory.ring.ring.slot_count();
  if (const std::size_t completions = memory.ring.completions.size(); completions != 0 && completions < slots)
    return fail(ErrorCode::kOutOfRange, fmt::format("{} completion words for {} slots", completions, slots),
                kWhere, "pass a word a slot, or an empty span to have none written");
  if (const std::size_t details = memory.ring.fault_details.size();
      !memory.ring.completions.empty() && details < slots)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} words for details of faults of {} slots", details, slots), kWhere,
                "pass a word a slot wherever completions are written");
  if (const std::uint32_t shards = memory.ring.shards; shards == 0 || shards > ring::kMaxQueues)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} shards, 1 to {} are possible", shards, ring::kMaxQueues), kWhere,
                "cut the ring into fewer parts");
  const std::size_t doorbells = memory.ring.doorbells.size();
  if (const std::size_t needed = ring::doorbell_words(slots, memory.ring.queue_count());
      doorbells != 0 && doorbells < needed)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} doorbell words for {} slots, which need {}", doorbells, slots, needed),
                kWhere, "pass doorbell_words() words, or an empty span to have the ring scanned");
  if (const std::size_t needed = std::size_t{protocol::kTraceWords} * slots;
      !memory.trace.empty() && memory.trace.size() < needed)
    return fail(ErrorCode::kOutOfRange,
                fmt::format("{} trace words for {} slots, which need {}", memory.trace.size(), slots, needed),
                kWhere, fmt::format("pass {} words a slot, or an empty span", protocol::kTraceWords));
  return {};
}

Result<void> check_io(const Memory& memory) {
  const IoMemory& io = memory.io;
  if (io.resource_count == 0) return {};
  if (io.queue.size() >= std::size_t{protocol::kIoMaxSlots} * protocol::kIoSlotWords &&
      io.table.size() >= protocol::io_table_words(io.resource_count) && io.bell != nullptr)
    return {};
  return fail(
      ErrorCode::kOutOfRange,
      fmt::format("{} queue words and {} table words for {} resources, which need {} and {}, and a bell",
                  io.queue.size(), io.table.size(), io.resource_count,
                  protocol::kIoMaxSlots * protocol::kIoSlotWords,
                  protocol::io_table_words(io.resource_count)),
      kWhere, "pass them, or no resources");
}

Result<void> check_operations(const CustomOperations& operations) {
  for (const auto& [opcode, operation] : operations) {
    if (!protocol::is_custom_opcode(opcode))
      return fail(ErrorCode::kReservedOpcode,
                  fmt::format("an operation for opcode 0x{:x}, which is the protocol's own", opcode), kWhere,
                  "use an opcode outside the system range, such as 0x40000000");
    if (!operation)
      return fail(ErrorCode::kBadInput, fmt::format("the operation for opcode 0x{:x} is empty", opcode),
                  kWhere, "pass a callable, or leave the opcode out");
  }
  return {};
}

}  // namespace

Result<Interpreter> Interpreter::make(const Memory& memory, CustomOperations operations) {
  VYRE_CHECK(check_control(memory));
  VYRE_CHECK(check_ring(memory));
  VYRE_CHECK(check_host_buffers(memory));
  VYRE_CHECK(check_io(memory));
  VYRE_CHECK(check_operations(operations));
  return Interpreter(std::make_unique<Machine>(memory, std::move(operations)));
}

Interpreter::Interpreter(std::unique_ptr<Machine> machine) noexcept : machine_(std::move(machine)) {}
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;
Interpreter::~Interpreter() = default;

std::uint64_t Interpreter::run(std::uint64_t max_slots) { return machine_->run(max_slots); }
bool Interpreter::has_shut_down() const noexcept { return machine_->has_shut_down(); }
std::uint64_t Interpreter::parked() const noexcept { return machine_->parked(); }
std::uint64_t Interpreter::quota_blocked() const noexcept { return machine_->quota_blocked(); }

}  // namespace vyre::reference
