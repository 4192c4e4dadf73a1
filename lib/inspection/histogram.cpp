#include "inspection/histogram.hpp"

#include <algorithm>
#include <tuple>

namespace vyre::inspection {

void Counter::add(std::uint32_t id) {
  if (const auto known = counts_.find(id); known != counts_.end())
    ++known->second;
  else if (counts_.size() < kMaxCounted)
    counts_.emplace(id, 1);
  else
    ++others_;
}

Histogram Counter::histogram() const {
  Histogram histogram{.entries = {}, .others = others_};
  for (const auto& [id, count] : counts_) histogram.entries.push_back({id, count});
  std::ranges::sort(histogram.entries, [](const Counted& a, const Counted& b) {
    return std::tuple(b.count, a.id) < std::tuple(a.count, b.id);
  });
  return histogram;
}

}  // namespace vyre::inspection
