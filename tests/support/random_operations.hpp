/// RandomOperations: single operations of a random work, each kept apart from the others of its step.
#pragma once

#include <cstdint>
#include <optional>

#include "support/race_guard.hpp"
#include "support/random_source.hpp"
#include "support/random_work.hpp"

namespace vyre::test {

// Tenants of random work, and what they are for.
inline constexpr std::uint32_t kWideTenants = 3;    ///< 0 (system), 1, 2: large quotas, may fence
inline constexpr std::uint32_t kNarrowTenants = 2;  ///< 3, 4: quotas of 1 to 3, never fence
inline constexpr std::uint32_t kMaskedTenants = 2;  ///< 5, 6: masked for some steps
inline constexpr std::uint32_t kFirstNarrow = kWideTenants;
inline constexpr std::uint32_t kFirstMasked = kFirstNarrow + kNarrowTenants;
inline constexpr std::uint32_t kEnabledTenants = kFirstMasked + kMaskedTenants;
inline constexpr std::uint32_t kNeverTenant = 20;  ///< never enabled

inline constexpr std::uint32_t kObservables = 1024;
/// The last observables belong to blocked submissions, each word to one slot, for the whole run.
inline constexpr std::uint32_t kPrivateWords = 160;
inline constexpr std::uint32_t kControlWords = protocol::kObservableWord + kObservables;
inline constexpr std::uint32_t kSharedEnd = kControlWords - kPrivateWords;
inline constexpr std::uint32_t kDfaStates = 3;

/// Where an operation will stand.
struct Place {
  std::uint32_t tenant = 0;
  std::uint32_t slot = 0;          ///< a number of the slot's own, not its index
  std::uint32_t slots_before = 0;  ///< slots of the same submission before it, that a fence may wait for
  bool inner = false;              ///< inside a packed slot
  bool private_words = false;      ///< of a blocked submission
};

class RandomOperations {
 public:
  RandomOperations(RandomSource& random, bool open_protection)
      : random_(random), open_(open_protection), guard_(kControlWords) {}

  /// `tag`: set when the step may fence; every fence of the step then carries it.
  void begin_step(std::optional<std::uint32_t> tag);
  [[nodiscard]] std::optional<std::uint32_t> tag() const noexcept { return tag_; }

  /// Any operation that may stand there.
  [[nodiscard]] WorkOperation any(const Place& place);
  /// An operation that ends in a fault.
  [[nodiscard]] WorkOperation faulting(const Place& place);
  /// Records printed so far.
  [[nodiscard]] std::uint32_t printed() const noexcept { return printed_; }
  void count_printed(std::uint32_t records) noexcept { printed_ += records; }

  /// A load that a window's slot can do: from a word to observable `to`. Nothing if the words are taken.
  [[nodiscard]] bool claim_window_load(std::uint32_t from, std::uint32_t to, std::uint32_t slot);

 private:
  using Maybe = std::optional<WorkOperation>;
  [[nodiscard]] Maybe try_any(const Place& place);
  [[nodiscard]] Maybe store(const Place& place);
  [[nodiscard]] Maybe add(const Place& place);
  [[nodiscard]] Maybe load(const Place& place);
  [[nodiscard]] Maybe compare_swap(const Place& place);
  [[nodiscard]] Maybe memcpy(const Place& place);
  [[nodiscard]] Maybe dfa_step(const Place& place);
  [[nodiscard]] Maybe fence(const Place& place);
  [[nodiscard]] Maybe printf(const Place& place);

  [[nodiscard]] bool protects(std::uint32_t tenant) const noexcept { return tenant != 0 && !open_; }
  /// Words that may be taken already.
  [[nodiscard]] std::uint32_t writable_word(const Place& place);
  [[nodiscard]] std::uint32_t readable_word();
  [[nodiscard]] std::uint32_t observable_word();
  /// The word, now the slot's own, or a private one for a blocked submission; nothing when taken or used up.
  [[nodiscard]] std::optional<std::uint32_t> word_to_write(const Place& place, std::uint32_t word);
  [[nodiscard]] std::optional<std::uint32_t> private_word();
  [[nodiscard]] WorkOperation faulting_index(const Place& place);
  [[nodiscard]] WorkOperation faulting_protected();

  RandomSource& random_;
  bool open_;
  RaceGuard guard_;
  std::optional<std::uint32_t> tag_;
  std::uint32_t printed_ = 0;
  std::uint32_t next_private_ = 0;
};

}  // namespace vyre::test
