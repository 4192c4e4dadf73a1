/// Counting of numbers that may be any, in bounded memory.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "vyre/inspection/summary.hpp"

namespace vyre::inspection {

class Counter {
 public:
  void add(std::uint32_t id);
  [[nodiscard]] Histogram histogram() const;

 private:
  std::unordered_map<std::uint32_t, std::uint64_t> counts_;
  std::uint64_t others_ = 0;
};

}  // namespace vyre::inspection
