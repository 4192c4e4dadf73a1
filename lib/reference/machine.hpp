/// Machine: the interpreter's state and its loop: find a slot, claim it, run it, end it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "reference/operations.hpp"
#include "reference/store.hpp"
#include "reference/work_queue.hpp"
#include "vyre/reference/interpreter.hpp"

namespace vyre::reference {

class Machine {
 public:
  Machine(const Memory& memory, CustomOperations operations);
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  std::uint64_t run(std::uint64_t max_slots);

  [[nodiscard]] bool has_shut_down() const noexcept { return store_.read(protocol::kShutdownWord) != 0; }
  [[nodiscard]] std::uint64_t parked() const noexcept { return parked_.size(); }
  [[nodiscard]] std::uint64_t quota_blocked() const noexcept { return blocked_.size(); }

 private:
  /// A claimed slot. Its body is copied: nobody writes it before it is DONE or FAULT.
  struct Claimed {
    std::uint32_t index = 0;
    protocol::Slot slot;
    std::uint32_t next_inner = 0;     ///< of a packed slot: the operation to go on with
    std::uint64_t pass_began_ns = 0;  ///< when it was last taken up; only where times are kept
  };

  [[nodiscard]] bool retry_parked();
  [[nodiscard]] bool retry_blocked(std::uint64_t max_slots);
  [[nodiscard]] bool take_found(std::uint64_t max_slots);
  [[nodiscard]] bool may_claim(std::uint64_t max_slots) const noexcept;

  /// Looks at an announced slot: gives it back, remembers it for a quota, or claims and runs it.
  /// Returns whether the slot was claimed.
  bool consider(const Found& found);
  [[nodiscard]] bool claim(const Found& found, std::uint32_t tenant);
  void count_claim(const Found& found, std::uint32_t tenant);
  /// Runs a claimed slot to its end, or parks it. Returns whether it ended.
  bool advance(Claimed& claimed);
  void end(const Claimed& claimed, protocol::Status status, const Fault& fault);

  /// Tells the host that the slot stays PUBLISHED, since its tenant may not run anything.
  void give_back(std::uint32_t slot) noexcept;
  void trace_claim(Claimed& claimed) noexcept;
  void trace_end(const Claimed& claimed) noexcept;

  [[nodiscard]] std::uint32_t load_status(std::uint32_t slot) const noexcept;
  void store_status(std::uint32_t slot, protocol::Status status) noexcept;
  [[nodiscard]] protocol::Slot read_slot(std::uint32_t slot) const noexcept;
  [[nodiscard]] bool finished_before(std::uint32_t slot, std::uint32_t count) const noexcept;

  ring::RingMemory ring_;
  Store store_;
  IoRequests io_;
  CustomOperations custom_;
  Environment environment_;
  WorkQueue queue_;
  std::span<std::uint32_t> trace_;                                 ///< may be empty
  std::array<std::uint32_t, protocol::kTenantCount> in_flight_{};  ///< claimed and not ended, by tenant
  std::vector<Claimed> parked_;   ///< in REQUEUE or WAIT_IO, oldest claim first
  std::vector<Found> blocked_;    ///< PUBLISHED, their tenant at its quota, oldest first
  std::vector<bool> is_blocked_;  ///< by slot: it is in blocked_, so an entry for it adds nothing
  std::uint64_t claims_ = 0;      ///< in the present run()
};

}  // namespace vyre::reference
