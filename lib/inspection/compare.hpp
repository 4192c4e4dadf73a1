/// The two halves of compare().
#pragma once

#include <utility>

#include "vyre/inspection/difference.hpp"

namespace vyre::inspection {

/// Counts differences, and keeps the first.
class Collector {
 public:
  explicit Collector(std::size_t limit) : limit_(limit) {}
  [[nodiscard]] bool wants() const noexcept { return found_.first.size() < limit_; }
  /// `make` is called only for a difference that is kept.
  template <class Make>
  void add(Make&& make) {
    ++found_.count;
    if (wants()) found_.first.push_back(make());
  }
  [[nodiscard]] Differences take() { return std::move(found_); }

 private:
  std::size_t limit_;
  Differences found_;
};

void compare_buffers(const Inspection& a, const Inspection& b, const Ignored& ignored, Collector& found);
[[nodiscard]] Result<void> compare_logs(const Inspection& a, const Inspection& b, const Ignored& ignored,
                                        Collector& found);
/// A slot and what its side calls opcodes and tenants.
struct NamedSlot {
  const protocol::Slot& slot;
  const Names& names;
};
/// The fields of two slots that differ; `name` stands before a field's.
void compare_slots(const NamedSlot& a, const NamedSlot& b, std::string_view part, std::uint64_t index,
                   const std::string& name, const Ignored& ignored, Collector& found);

}  // namespace vyre::inspection
