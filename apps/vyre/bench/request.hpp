/// What `vyre bench` was asked to measure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vyre::cli::bench {

/// One kernel on one ring. 0: the device's default, or the subject's.
struct Shape {
  std::uint32_t slots = 0;
  std::uint32_t lanes = 0;
  std::uint32_t workgroups = 0;
  std::uint32_t publishers = 1;  ///< threads that publish, each into a part of the ring
};

struct Request {
  std::string device = "auto";
  unsigned rounds = 7;
  bool quick = false;       ///< as little as shows that everything works
  bool dry_run = false;     ///< tune: leave the profile as it is
  std::uint64_t count = 0;  ///< operations of a round, 0: the subject's default

  // Empty: the default alone. Every combination is measured.
  std::vector<std::uint32_t> batches;
  std::vector<std::uint32_t> slots;
  std::vector<std::uint32_t> lanes;
  std::vector<std::uint32_t> workgroups;
  std::vector<std::uint32_t> publishers;

  std::uint64_t steps = 0;  ///< of the workload that is parsed, 0: the default

  std::string file;              ///< that is streamed; empty: a temporary one of `size_bytes`
  std::uint64_t size_bytes = 0;  ///< 0: the default
  std::uint64_t chunk_bytes = 1U << 20;
  std::uint32_t depth = 8;
  std::uint32_t jobs = 1;
  bool direct = false;
};

/// Every combination of the lists but that of batches; `default_slots` where none are named.
[[nodiscard]] std::vector<Shape> shapes_of(const Request& request, std::uint32_t default_slots);

/// " slots=64 lanes=8": what was asked for, to tell results apart; nothing where nothing was.
[[nodiscard]] std::string suffix_of(const Request& request, const Shape& shape);

}  // namespace vyre::cli::bench
