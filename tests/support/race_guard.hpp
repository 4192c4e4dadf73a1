/// RaceGuard: which slot of a step may touch which control word.
#pragma once

#include <cstdint>
#include <vector>

namespace vyre::test {

/// In one step a word is untouched, read by one, read by several, added to by any number, or owned by the
/// one slot that writes it. Slots are named by any number that differs.
class RaceGuard {
 public:
  explicit RaceGuard(std::uint32_t words) : words_(words) {}

  void begin_step() { words_.assign(words_.size(), {}); }

  [[nodiscard]] bool may_read(std::uint32_t word, std::uint32_t slot) const {
    const Word& w = words_[word];
    return w.use == Use::kNone || w.use == Use::kReadByOne || w.use == Use::kReadByMany ||
           (w.use == Use::kOwned && w.slot == slot);
  }
  [[nodiscard]] bool may_write(std::uint32_t word, std::uint32_t slot) const {
    const Word& w = words_[word];
    return w.use == Use::kNone || ((w.use == Use::kOwned || w.use == Use::kReadByOne) && w.slot == slot);
  }
  [[nodiscard]] bool may_add(std::uint32_t word, std::uint32_t slot) const {
    const Word& w = words_[word];
    return w.use == Use::kNone || w.use == Use::kAdded || (w.use == Use::kOwned && w.slot == slot);
  }

  // To be called only where the question above was answered with yes.
  void read(std::uint32_t word, std::uint32_t slot) {
    Word& w = words_[word];
    if (w.use == Use::kNone) w = {Use::kReadByOne, slot};
    if (w.use == Use::kReadByOne && w.slot != slot) w.use = Use::kReadByMany;
  }
  void write(std::uint32_t word, std::uint32_t slot) { words_[word] = {Use::kOwned, slot}; }
  void add(std::uint32_t word, std::uint32_t slot) {
    if (words_[word].use == Use::kNone) words_[word] = {Use::kAdded, slot};
  }

 private:
  enum class Use : std::uint8_t { kNone, kReadByOne, kReadByMany, kAdded, kOwned };
  struct Word {
    Use use = Use::kNone;
    std::uint32_t slot = 0;
  };
  std::vector<Word> words_;
};

}  // namespace vyre::test
