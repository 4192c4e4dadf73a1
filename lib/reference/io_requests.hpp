/// IoRequests: how the interpreter asks the host for bytes. The twin of shaders/include/io.glsl and
/// shaders/ops/load_miss.glsl.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "reference/outcome.hpp"
#include "vyre/reference/interpreter.hpp"

namespace vyre::reference {

class IoRequests {
 public:
  /// Refers to the memory.
  explicit IoRequests(const IoMemory& memory);

  /// LOAD_MISS of ring slot `slot`; called again while its outcome is kWaitIo or kWait.
  [[nodiscard]] Outcome load_miss(std::uint32_t slot, std::uint32_t resource, std::uint32_t mode);

 private:
  enum class Presence : std::uint8_t { kAbsent, kComing, kHere };

  [[nodiscard]] Outcome request(std::uint32_t slot, protocol::IoOp op, std::uint32_t resource, bool attended);
  void publish(std::uint32_t io, protocol::IoOp op, std::uint32_t resource, std::uint32_t slot);
  [[nodiscard]] std::uint32_t status(std::uint32_t io) const noexcept;
  [[nodiscard]] bool is_answered(std::uint32_t io) const noexcept;
  /// Gives the IO slot back. Returns the errno, 0 for none.
  std::uint32_t take_answer(std::uint32_t io);
  void settle_unattended();
  [[nodiscard]] std::uint32_t resource_word(std::uint32_t resource, std::uint32_t word) const noexcept;

  IoMemory memory_;
  std::vector<Presence> resources_;
  std::uint64_t held_ = 0;                          ///< IO slots with a request, a bit each
  std::uint64_t unattended_ = 0;                    ///< those whose answer no ring slot waits for
  std::map<std::uint32_t, std::uint32_t> waiting_;  ///< ring slot: the IO slot that holds its request
};

}  // namespace vyre::reference
