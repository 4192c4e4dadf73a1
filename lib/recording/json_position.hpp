/// Positions of JSON tokens, which nlohmann's SAX callbacks do not tell.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>

namespace vyre::recording {

/// Iterates over text and keeps, outside of itself, how far any copy of it has come.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** reached) noexcept : at_(at), reached_(reached) {}

  reference operator*() const noexcept { return *at_; }
  CountingIterator& operator++() noexcept {
    *reached_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) noexcept {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) noexcept {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) noexcept { return !(a == b); }

 private:
  const char* at_;
  const char** reached_;
};

/// Follows a parse: each token begins at the first character after the one before that is neither
/// white space nor a separator. (The parser reads one character past a number; that character is
/// a separator or a closing bracket, whose position nobody asks for.)
class TokenPosition {
 public:
  explicit TokenPosition(std::string_view text) noexcept : text_(text), reached_(text.data()) {}

  [[nodiscard]] CountingIterator begin() noexcept { return {text_.data(), &reached_}; }
  [[nodiscard]] CountingIterator end() noexcept { return {text_.data() + text_.size(), &reached_}; }

  /// To be called once in each callback: the offset at which its token begins.
  [[nodiscard]] std::size_t next() noexcept {
    const std::size_t start = text_.find_first_not_of(" \t\r\n,:", last_end_);
    last_end_ = static_cast<std::size_t>(reached_ - text_.data());
    return start == std::string_view::npos ? text_.size() : start;
  }

 private:
  std::string_view text_;
  const char* reached_;
  std::size_t last_end_ = 0;
};

}  // namespace vyre::recording
