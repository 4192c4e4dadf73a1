/// FaultyDriver: a driver whose requests fail, come back short or late, as a seed decides.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "support/random_source.hpp"
#include "vyre/stream/io_driver.hpp"

namespace vyre::test {

/// Chances in percent, of each transfer.
struct Faults {
  std::uint64_t seed = 1;
  std::uint32_t interrupted = 0;  ///< EINTR
  std::uint32_t again = 0;        ///< EAGAIN
  std::uint32_t short_transfer = 0;
  std::uint32_t late = 0;     ///< completes some waits later, behind others
  std::uint32_t failure = 0;  ///< `failure_errno`, for good
  int failure_errno = EIO;
  std::uint64_t bad_from =
      UINT64_MAX;  ///< byte of the file: reads that go beyond fail as a whole, as of a bad disk
};

class FaultyDriver final : public stream::IoDriver {
 public:
  /// `told` hears of each request that is failed for good.
  FaultyDriver(std::unique_ptr<IoDriver> inner, const Faults& faults,
               std::function<void(const stream::IoRequest&)> told = {})
      : inner_(std::move(inner)), faults_(faults), told_(std::move(told)), random_(faults.seed) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "faulty"; }
  [[nodiscard]] std::uint32_t depth() const noexcept override { return inner_->depth(); }

  void submit(const stream::IoRequest& request) override {
    if (request.kind == stream::IoKind::kWaitReadable) return inner_->submit(request);
    if (request.offset != stream::kSequential && request.offset + request.memory.size() > faults_.bad_from)
      return end(request, faults_.failure_errno);
    if (fails(request)) return end(request, faults_.failure_errno);
    if (random_.percent(faults_.interrupted)) return end(request, EINTR);
    if (random_.percent(faults_.again)) return end(request, EAGAIN);
    stream::IoRequest part = request;
    const std::uint32_t unit = request.file.alignment;
    const auto units = static_cast<std::uint32_t>(request.memory.size() / unit);
    if (units > 1 && random_.percent(faults_.short_transfer))
      part.memory = request.memory.first(std::size_t{unit} * random_.between(1, units - 1));
    inner_->submit(part);
  }

  Result<void> wait(std::vector<stream::IoCompletion>& done, std::chrono::nanoseconds patience) override {
    const std::size_t before = done.size();
    arrived_.clear();
    VYRE_CHECK(inner_->wait(arrived_, held_.empty() ? patience : std::chrono::nanoseconds{0}));
    for (const auto& completion : arrived_)
      held_.push_back({completion, random_.percent(faults_.late) ? random_.between(1, 20) : 0});
    do {
      std::erase_if(held_, [&](Held& held) {
        if (held.waits_left > 0 && !abandoned_) return --held.waits_left, false;
        done.push_back(held.completion);
        return true;
      });
    } while (done.size() == before && !held_.empty() && patience > std::chrono::nanoseconds{0});
    return {};
  }

  void abandon(std::span<const std::uint64_t> tags) override {
    abandoned_ = true;
    inner_->abandon(tags);
  }
  void attach(stream::IoFile& file) override { inner_->attach(file); }
  void detach(stream::IoFile& file) override { inner_->detach(file); }
  Result<void> register_memory(std::span<const std::span<std::byte>> regions) override {
    return inner_->register_memory(regions);
  }

 private:
  struct Held {
    stream::IoCompletion completion;
    std::uint32_t waits_left;
  };
  /// What failed goes on to fail, when the engine asks again for less of it, until less cannot be asked for.
  bool fails(const stream::IoRequest& request) {
    const std::pair place(request.file.descriptor, request.offset);
    const bool again = failing_.erase(place) > 0;
    if (!again && !random_.percent(faults_.failure)) return false;
    if (!again && told_) told_(request);
    const std::uint32_t unit = request.file.alignment;
    if (request.kind == stream::IoKind::kRead && unit > 1 && request.memory.size() > unit &&
        faults_.failure_errno == EIO)
      failing_.insert(place);
    return true;
  }
  void end(const stream::IoRequest& request, int error_number) {
    held_.push_back({{.tag = request.tag, .bytes = 0, .error_number = error_number},
                     random_.percent(faults_.late) ? random_.between(1, 20) : 0});
  }

  std::unique_ptr<IoDriver> inner_;
  Faults faults_;
  std::function<void(const stream::IoRequest&)> told_;
  RandomSource random_;
  std::vector<Held> held_;
  std::set<std::pair<int, std::uint64_t>> failing_;  ///< descriptors and offsets
  std::vector<stream::IoCompletion> arrived_;
  bool abandoned_ = false;
};

}  // namespace vyre::test
