// Snapshot reader: any bytes give a snapshot or an error with its place. What is accepted reads the same
// twice, and keeps to the limits.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "vyre/protocol/layout.hpp"
#include "vyre/recording/snapshot.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto snapshot = vyre::recording::decode_snapshot(bytes, "input");
  if (!snapshot) {
    const auto& error = snapshot.error();
    if (!error.where.starts_with("input: byte ") || error.what.empty() || error.fix.empty()) std::abort();
    return 0;
  }
  const std::size_t words = snapshot->control.size() + snapshot->ring.size() + snapshot->debug_log.size() +
                            snapshot->io_queue.size() + snapshot->completions.size();
  if (words > size / sizeof(std::uint32_t)) std::abort();
  if (snapshot->ring.size() % vyre::protocol::kSlotWords != 0) std::abort();
  const auto again = vyre::recording::decode_snapshot(bytes, "input");
  if (!again || again->control != snapshot->control || again->formats != snapshot->formats ||
      again->names != snapshot->names)
    std::abort();
  return 0;
}
