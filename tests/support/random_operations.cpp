#include "support/random_operations.hpp"

#include <array>

#include "vyre/protocol/opcodes.hpp"

namespace vyre::test {
namespace {

using protocol::kObservableWord;

constexpr int kTries = 12;  ///< for words that nobody else has
constexpr std::uint32_t kFenceOwner = 0xFFFF'FFFF;

/// Fixed words that nothing else changes: counters of opcodes without handlers, quotas of tenants 29 to 31.
constexpr std::uint32_t kFirstIdleMetric = protocol::kMetricsWord + 8;
constexpr std::uint32_t kIdleMetrics = protocol::kMetricsCount - 8;
constexpr std::uint32_t kFirstIdleQuota = protocol::kTenantQuotaWord + protocol::kTenantCount;
constexpr std::uint32_t kIdleQuotas = protocol::kTenantCounters - protocol::kTenantCount;
/// Fixed words that only the host changes, between steps.
constexpr std::array<std::uint32_t, 9> kSteadyWords{protocol::kTenantBaseWord,
                                                    protocol::kPriorityOffsetsWord,
                                                    protocol::kPriorityOffsetsWord + 1,
                                                    protocol::kPriorityOffsetsWord + 4,
                                                    protocol::kPriorityOffsetsWord + 5,
                                                    protocol::kTenantMaskWord,
                                                    protocol::kTenantMaskWord + kFirstMasked,
                                                    protocol::kTenantQuotaWord + kFirstNarrow,
                                                    protocol::kTenantQuotaWord + kNeverTenant};

}  // namespace

void RandomOperations::begin_step(std::optional<std::uint32_t> tag) {
  guard_.begin_step();
  tag_ = tag;
  if (tag) guard_.write(kObservableWord, kFenceOwner);
}

WorkOperation RandomOperations::any(const Place& place) {
  if (random_.percent(12)) return faulting(place);
  for (int i = 0; i < kTries; ++i)
    if (auto operation = try_any(place)) return *operation;
  return {protocol::kOpNop, {random_.word(), random_.word()}};
}

RandomOperations::Maybe RandomOperations::try_any(const Place& place) {
  switch (random_.below(place.private_words ? 5 : 11)) {
    case 0: return WorkOperation{protocol::kOpNop, {}};
    case 1: return store(place);
    case 2: return add(place);
    case 3: return dfa_step(place);
    case 4: return printf(place);
    case 5: return load(place);
    case 6: return compare_swap(place);
    case 7: return fence(place);
    case 8: return memcpy(place);
    case 9: return load(place);
    default: return add(place);
  }
}

std::optional<std::uint32_t> RandomOperations::private_word() {
  if (next_private_ == kPrivateWords) return std::nullopt;
  return kSharedEnd + next_private_++;
}

std::uint32_t RandomOperations::observable_word() { return random_.between(kObservableWord, kSharedEnd - 1); }

std::uint32_t RandomOperations::writable_word(const Place& place) {
  if (protects(place.tenant) || random_.percent(80)) return observable_word();
  if (random_.percent(20)) return kFirstIdleQuota + random_.below(kIdleQuotas);
  return kFirstIdleMetric + random_.below(kIdleMetrics);
}

std::uint32_t RandomOperations::readable_word() {
  if (random_.percent(15)) return kSteadyWords[random_.below(kSteadyWords.size())];
  if (random_.percent(10)) return kFirstIdleMetric + random_.below(kIdleMetrics);
  return observable_word();
}

std::optional<std::uint32_t> RandomOperations::word_to_write(const Place& place, std::uint32_t word) {
  if (place.private_words) return private_word();
  if (!guard_.may_write(word, place.slot)) return std::nullopt;
  guard_.write(word, place.slot);
  return word;
}

RandomOperations::Maybe RandomOperations::store(const Place& place) {
  const auto to = word_to_write(place, writable_word(place));
  if (!to) return std::nullopt;
  return WorkOperation{protocol::kOpStoreU32, {random_.word(), *to}};
}

RandomOperations::Maybe RandomOperations::add(const Place& place) {
  // A few words are favoured, so that many slots add to the same.
  std::optional<std::uint32_t> to =
      random_.percent(60) ? kObservableWord + 1 + random_.below(4) : writable_word(place);
  if (place.private_words) {
    to = private_word();
    if (!to) return std::nullopt;
  } else {
    if (!guard_.may_add(*to, place.slot)) return std::nullopt;
    guard_.add(*to, place.slot);
  }
  return WorkOperation{protocol::kOpAtomicAdd, {random_.word(), *to}};
}

RandomOperations::Maybe RandomOperations::load(const Place& place) {
  const std::uint32_t from = readable_word();
  const std::uint32_t to = observable_word();
  if (!guard_.may_read(from, place.slot) || !guard_.may_write(to, place.slot)) return std::nullopt;
  guard_.read(from, place.slot);
  if (!guard_.may_write(to, place.slot)) return std::nullopt;
  guard_.write(to, place.slot);
  return WorkOperation{protocol::kOpLoadU32, {from, to - kObservableWord}};
}

RandomOperations::Maybe RandomOperations::compare_swap(const Place& place) {
  // The previous value goes to observable[at], so `at` must also be the number of an observable.
  const std::uint32_t at = random_.between(kObservableWord, kSharedEnd - kObservableWord - 1);
  const std::uint32_t previous = kObservableWord + at;
  if (!guard_.may_write(at, place.slot) || !guard_.may_write(previous, place.slot)) return std::nullopt;
  guard_.write(at, place.slot);
  guard_.write(previous, place.slot);
  // 0 is what most words hold, so that some swaps take place.
  return WorkOperation{protocol::kOpCompareSwap,
                       {at, random_.percent(70) ? 0 : random_.word(), random_.word()}};
}

RandomOperations::Maybe RandomOperations::memcpy(const Place& place) {
  const std::uint32_t room = kSharedEnd - kObservableWord;
  const std::uint32_t words = random_.percent(15) ? random_.between(100, 420) : random_.below(24);
  const std::uint32_t from = kObservableWord + random_.below(room - words);
  std::uint32_t to = kObservableWord + random_.below(room - words);
  if (random_.percent(40)) {  // overlapping, up or down
    to = from + random_.below(9);
    if (to + words > kSharedEnd) return std::nullopt;
  }
  for (std::uint32_t i = 0; i < words; ++i)
    if (!guard_.may_read(from + i, place.slot) || !guard_.may_write(to + i, place.slot)) return std::nullopt;
  for (std::uint32_t i = 0; i < words; ++i) guard_.read(from + i, place.slot);
  for (std::uint32_t i = 0; i < words; ++i) guard_.write(to + i, place.slot);
  return WorkOperation{protocol::kOpMemcpy, {from, to, words}};
}

RandomOperations::Maybe RandomOperations::dfa_step(const Place& place) {
  const auto to = word_to_write(place, observable_word());
  if (!to) return std::nullopt;
  return WorkOperation{
      protocol::kOpDfaStep,
      {random_.below(kDfaStates), random_.below(protocol::kDfaColumns), *to - kObservableWord}};
}

RandomOperations::Maybe RandomOperations::fence(const Place& place) {
  if (!tag_ || place.tenant >= kWideTenants) return std::nullopt;
  return WorkOperation{protocol::kOpBatchFence, {random_.below(place.slots_before + 1), *tag_}};
}

RandomOperations::Maybe RandomOperations::printf(const Place& place) {
  if (place.inner) return std::nullopt;
  ++printed_;
  return WorkOperation{protocol::kOpPrintf, {random_.word(), random_.word(), random_.word()}};
}

bool RandomOperations::claim_window_load(std::uint32_t from, std::uint32_t to, std::uint32_t slot) {
  const std::uint32_t word = kObservableWord + to;
  if (!guard_.may_read(from, slot) || !guard_.may_write(word, slot)) return false;
  guard_.read(from, slot);
  guard_.write(word, slot);
  return true;
}

WorkOperation RandomOperations::faulting(const Place& place) {
  if (protects(place.tenant) && random_.percent(35)) {
    if (!place.inner && random_.percent(15)) return {protocol::kOpShutdown, {}};
    return faulting_protected();
  }
  return faulting_index(place);
}

WorkOperation RandomOperations::faulting_protected() {
  const std::uint32_t word = random_.below(kObservableWord);
  switch (random_.below(4)) {
    case 0: return {protocol::kOpStoreU32, {random_.word(), word}};
    case 1: return {protocol::kOpAtomicAdd, {random_.word(), word}};
    case 2: return {protocol::kOpCompareSwap, {word, 0, 1}};
    default: return {protocol::kOpMemcpy, {kObservableWord, word, random_.between(1, 300)}};
  }
}

WorkOperation RandomOperations::faulting_index(const Place& place) {
  // Just past the end, somewhere past it, and the last number there is.
  const auto past = [&](std::uint32_t end) {
    const std::uint32_t choice = random_.below(3);
    return choice == 0 ? end : choice == 1 ? 0xFFFF'FFFF : end + random_.below(0x7FFF'0000);
  };
  switch (random_.below(12)) {
    case 0: return {protocol::kOpStoreU32, {random_.word(), past(kControlWords)}};
    case 1: return {protocol::kOpAtomicAdd, {random_.word(), past(kControlWords)}};
    case 2: return {protocol::kOpLoadU32, {past(kControlWords), random_.word()}};
    case 3: return {protocol::kOpLoadU32, {random_.below(kControlWords), past(kObservables)}};
    case 4: return {protocol::kOpCompareSwap, {past(kControlWords), 0, 1}};
    case 5: return {protocol::kOpCompareSwap, {random_.between(kObservables, kControlWords - 1), 0, 1}};
    case 6: return {protocol::kOpMemcpy, {past(kControlWords + 1), kObservableWord, random_.word()}};
    case 7: return {protocol::kOpMemcpy, {kObservableWord, kControlWords - 5, random_.between(6, 500)}};
    case 8: return {protocol::kOpDfaStep, {random_.below(kDfaStates), past(protocol::kDfaColumns), 0}};
    case 9: return {protocol::kOpDfaStep, {past(kDfaStates), random_.below(protocol::kDfaColumns), 0}};
    case 10:
      // More than any ring has slots before it, wherever the publisher puts it.
      return {protocol::kOpBatchFence, {past(protocol::kMaxSlots), 1}};
    default: break;
  }
  if (place.inner) return {random_.between(8, 255), {}};
  return {random_.percent(50) ? random_.between(8, 0xFFEF)
                              : protocol::kTenantOpcodeBase + random_.below(1U << 24),
          {}};
}

}  // namespace vyre::test
