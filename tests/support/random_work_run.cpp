#include "support/random_work_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <numeric>

#include "support/random_source.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/names.hpp"
#include "vyre/ring/publisher.hpp"

namespace vyre::test {
namespace {

constexpr std::size_t kUnfinishedShown = 12;

std::vector<std::size_t> order_of(std::size_t count, RandomSource* random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (random != nullptr)
    for (std::size_t i = count; i > 1; --i)
      std::swap(order[i - 1], order[random->below(static_cast<std::uint32_t>(i))]);
  return order;
}

class Player {
 public:
  Player(const RandomWork& work, ring::Backend& backend, const PlayOptions& options)
      : work_(work),
        backend_(backend),
        options_(options),
        publisher_(backend.ring_memory(), backend),
        random_(options.shuffle_seed) {}

  Result<WorkResult> play() {
    for (std::size_t i = 0; i < work_.steps.size(); ++i)
      if (auto played = play_step(i); !played) {
        Error error = std::move(played).error();
        error.where = fmt::format("step {} of {}: {}", i, work_.steps.size(), error.where);
        error.what += unfinished_text();
        return std::unexpected(std::move(error));
      }
    return collect();
  }

 private:
  Result<void> play_step(std::size_t index) {
    const WorkStep& step = work_.steps[index];
    const auto deadline = ring::Clock::now() + options_.step_timeout;
    for (const auto& [word, value] : step.host_writes) VYRE_CHECK(backend_.write_control(word, value));
    if (!step.host_writes.empty()) publisher_.ring_again();

    for (const std::size_t i :
         order_of(step.submissions.size(), options_.shuffle_seed != 0 ? &random_ : nullptr)) {
      VYRE_TRY(const ring::Ticket ticket, publish(step.submissions[i], deadline));
      if (const auto end = step.submissions[i].ends_in_step) awaited_[*end].push_back(ticket);
    }
    for (const auto& ticket : awaited_[index]) VYRE_CHECK(publisher_.wait(ticket, deadline));
    return {};
  }

  Result<ring::Ticket> publish(const Submission& submission, ring::Clock::time_point deadline) {
    ring::PublishOptions options;
    options.at_slot = submission.at_slot;
    options.priority = submission.priority;
    options.deadline = deadline;
    Result<ring::Ticket> ticket;
    with_descriptor(submission.form, [&](const descriptor::Descriptor& descriptor) {
      ticket = publisher_.publish(descriptor, options);
    });
    return ticket;
  }

  /// The first slots that are not finished, as the ring shows them.
  std::string unfinished_text() {
    std::vector<std::uint32_t> ring(std::size_t{protocol::kSlotWords} * work_.options.slots);
    if (!backend_.read_ring(ring)) return {};
    std::string text;
    for (const auto& slot : publisher_.in_flight(kUnfinishedShown)) {
      const std::uint32_t* words = &ring[std::size_t{protocol::kSlotWords} * slot.slot];
      text += fmt::format("\n  slot {}: {}, opcode {:#x}, tenant {}, args {:#x} {:#x} {:#x}", slot.slot,
                          protocol::status_name(words[0]), slot.opcode, slot.tenant, words[4], words[5],
                          words[6]);
    }
    return text;
  }

  Result<WorkResult> collect() {
    publisher_.reap();
    WorkResult result;
    result.control.resize(backend_.control_words());
    VYRE_CHECK(backend_.read_control(0, result.control));
    // Depends on the order of claims.
    result.control[protocol::kPriorityStarvationWord] = 0;

    const bool placed = work_.options.placed;
    if (placed) {
      result.ring.resize(std::size_t{protocol::kSlotWords} * work_.options.slots);
      VYRE_CHECK(backend_.read_ring(result.ring));
      const auto memory = backend_.ring_memory();
      for (std::size_t slot = 0; slot < memory.completions.size(); ++slot) {
        const std::uint32_t word = memory.completions[slot];
        const bool faulted = protocol::completion_fault(word) != protocol::FaultCode::kNone;
        result.completions.push_back(protocol::is_completed(word) ? word : 0);
        result.completions.push_back(faulted ? memory.fault_details[slot] : 0);
      }
    }
    std::vector<std::uint32_t> log(backend_.debug_log_words());
    VYRE_CHECK(backend_.read_debug_log(log));
    result.debug_cursor = log[0];
    for (std::size_t i = 1; i + 4 <= log.size() && i < std::size_t{log[0]} + 1; i += 4)
      result.debug_records.push_back({log[i], log[i + 1], log[i + 2], placed ? log[i + 3] : 0});
    std::ranges::sort(result.debug_records);
    for (const auto& fault : publisher_.faults())
      result.faults.push_back(
          {static_cast<std::uint32_t>(fault.code), fault.detail, fault.tenant, fault.opcode});
    std::ranges::sort(result.faults);
    result.done = publisher_.counts().done;
    result.faulted = publisher_.counts().faulted;
    return result;
  }

  const RandomWork& work_;
  ring::Backend& backend_;
  PlayOptions options_;
  ring::Publisher publisher_;
  RandomSource random_;
  std::map<std::size_t, std::vector<ring::Ticket>> awaited_;  ///< by step
};

std::string word_name(std::string_view buffer, std::size_t index) {
  if (buffer == "ring")
    return fmt::format("ring slot {} word {}", index / protocol::kSlotWords, index % protocol::kSlotWords);
  if (buffer == "completions") return fmt::format("completion of slot {} word {}", index / 2, index % 2);
  if (buffer == "control" && index >= protocol::kObservableWord)
    return fmt::format("control word {} (observable {})", index, index - protocol::kObservableWord);
  return fmt::format("{} word {}", buffer, index);
}

std::optional<std::string> differ(std::string_view buffer, const std::vector<std::uint32_t>& got,
                                  const std::vector<std::uint32_t>& expected) {
  if (got.size() != expected.size())
    return fmt::format("{} has {} words, expected {}", buffer, got.size(), expected.size());
  const auto [at, wanted] = std::ranges::mismatch(got, expected);
  if (at == got.end()) return std::nullopt;
  return fmt::format("{}: {:#x}, expected {:#x}",
                     word_name(buffer, static_cast<std::size_t>(at - got.begin())), *at, *wanted);
}

std::optional<std::string> differ(std::string_view what, const std::vector<std::array<std::uint32_t, 4>>& got,
                                  const std::vector<std::array<std::uint32_t, 4>>& expected) {
  const auto [at, wanted] = std::ranges::mismatch(got, expected);
  if (at == got.end() && wanted == expected.end()) return std::nullopt;
  const auto text = [](auto i, auto end) {
    return i == end ? std::string("nothing")
                    : fmt::format("({:#x}, {:#x}, {:#x}, {:#x})", (*i)[0], (*i)[1], (*i)[2], (*i)[3]);
  };
  return fmt::format("{} {} of those sorted: {}, expected {}", what, at - got.begin(), text(at, got.end()),
                     text(wanted, expected.end()));
}

}  // namespace

Result<WorkResult> play(const RandomWork& work, ring::Backend& backend, const PlayOptions& options) {
  return Player(work, backend, options).play();
}

std::optional<std::string> first_difference(const WorkResult& got, const WorkResult& expected) {
  const bool has_ring = !expected.ring.empty();  // the model has none
  // Faults and statuses first: they tell more than the counters that they change.
  if (auto text = differ("fault", got.faults, expected.faults)) return text;
  if (auto text = differ("completions", got.completions, expected.completions)) return text;
  if (has_ring)
    if (auto text = differ("ring", got.ring, expected.ring)) return text;
  if (auto text = differ("control", got.control, expected.control)) return text;
  if (got.debug_cursor != expected.debug_cursor)
    return fmt::format("debug log cursor: {}, expected {}", got.debug_cursor, expected.debug_cursor);
  if (auto text = differ("debug record", got.debug_records, expected.debug_records)) return text;
  if (got.done != expected.done || got.faulted != expected.faulted)
    return fmt::format("{} slots done and {} faulted, expected {} and {}", got.done, got.faulted,
                       expected.done, expected.faulted);
  return std::nullopt;
}

}  // namespace vyre::test
