#include "scan/regex_text.hpp"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <cstdint>
#include <utility>

#include "scan/hex_byte.hpp"
#include "scan/limits.hpp"
#include "scan/regex_set.hpp"

namespace vyre::scan {
namespace {

constexpr std::size_t kMaxBytes = 4096;
constexpr std::uint32_t kMaxDepth = 200;
/// libfa's time and memory grow with the square of it.
constexpr std::uint64_t kMaxPlaces = 2000;

bool is_word(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Reads by recursion, as the grammar is written: alternatives of sequences of repeated atoms. Each call adds
/// to out_ and gives the places that its part takes: bytes to match, with repetitions written out.
class Reader {
 public:
  Reader(std::string_view text, bool ignore_case) : text_(text), ignore_case_(ignore_case) {}

  Result<std::string> read() {
    if (text_.empty())
      return fail(ErrorCode::kBadInput, "an empty regular expression", "", "write what to look for");
    if (text_.size() > kMaxBytes)
      return fail(
          ErrorCode::kTooMany,
          fmt::format("a regular expression of {} bytes, at most {} are possible", text_.size(), kMaxBytes),
          "", "split it into several");
    VYRE_TRY(const auto places, alternatives(0));
    (void)places;
    if (at_ < text_.size())
      return problem(at_, "this ')' closes nothing", "open it with (, or write \\) for the character");
    return std::move(out_);
  }

 private:
  using Places = Result<std::uint64_t>;

  [[nodiscard]] std::unexpected<Error> problem(std::size_t at, std::string what, std::string fix,
                                               ErrorCode code = ErrorCode::kBadInput) const {
    return fail(code, std::move(what), regex_place(text_, at), std::move(fix));
  }
  [[nodiscard]] bool sees(std::string_view any_of) const {
    return at_ < text_.size() && any_of.find(text_[at_]) != std::string_view::npos;
  }

  Places alternatives(std::uint32_t depth) {
    std::uint64_t places = 0;
    while (true) {
      while (at_ < text_.size() && !sees("|)")) {
        VYRE_TRY(const auto more, repeated(depth));
        places += more;
        if (places > kMaxPlaces)
          return problem(
              at_,
              fmt::format("with its repetitions written out, the rule passes {} places by here", kMaxPlaces),
              "repeat less, or split it into several", ErrorCode::kTooMany);
      }
      if (!sees("|")) return places;
      out_ += text_[at_++];
    }
  }

  Places repeated(std::uint32_t depth) {
    if (sees("*+?{"))
      return problem(at_, fmt::format("this '{}' repeats nothing", text_[at_]),
                     fmt::format("write \\{} for the character", text_[at_]));
    VYRE_TRY(auto places, atom(depth));
    if (!sees("*+?{")) return places;
    if (text_[at_] == '{') {
      VYRE_TRY(const auto times, bounds());
      places *= times;
    } else {
      if (text_[at_] == '+') places *= 2;  // libfa writes x+ as xx*
      out_ += text_[at_++];
    }
    if (sees("*+?{"))
      return problem(
          at_, fmt::format("this '{}' repeats a repetition", text_[at_]),
          fmt::format("put what it repeats in parentheses, or write \\{} for the character", text_[at_]));
    return places;
  }

  Places atom(std::uint32_t depth) {
    const std::size_t begin = at_;
    const char c = text_[at_++];
    switch (c) {
      case '(': return group(begin, depth);
      case '[': {
        ByteSet set;
        if (auto wrong = read_set(text_, at_, ignore_case_, set))
          return problem(wrong->at, std::move(wrong->what), std::move(wrong->fix));
        out_ += set_text(set);
        return 1;
      }
      case '.': out_ += c; return 1;
      case '^':
      case '$':
        return problem(begin, fmt::format("'{}' as an anchor is not supported", c),
                       fmt::format("leave it out, or write \\{} for the character", c));
      case '\\': return escape(begin);
      default: return byte(c);
    }
  }

  Places group(std::size_t begin, std::uint32_t depth) {
    if (depth == kMaxDepth)
      return problem(begin, fmt::format("parentheses nest deeper than {} levels", kMaxDepth), "nest less",
                     ErrorCode::kTooMany);
    out_ += '(';
    VYRE_TRY(const auto places, alternatives(depth + 1));
    if (!sees(")"))
      return problem(begin, "this '(' is never closed", "close it with ), or write \\( for the character");
    out_ += text_[at_++];
    return std::max<std::uint64_t>(places, 1);
  }

  Places escape(std::size_t begin) {
    if (at_ == text_.size())
      return problem(begin, "a backslash with nothing behind it", "write \\\\ for the character");
    const char c = text_[at_++];
    constexpr std::string_view kLetters = "ntrfv", kBytes = "\n\t\r\f\v";
    if (const auto which = kLetters.find(c); which != std::string_view::npos) return byte(kBytes[which]);
    if (c == 'x') {
      const auto value = hex_byte(text_.substr(at_));
      if (!value) return problem(begin, "\\x without two hexadecimal digits", "write it as \\x0a");
      at_ += 2;
      return byte(static_cast<char>(*value));
    }
    if (is_word(c) || c == '<' || c == '>' || c == '`' || c == '\'')
      return problem(begin, fmt::format("'\\{}' is not supported", c),
                     is_word(c) ? fmt::format("write a set, as [0-9] for \\d, or {} for the character", c)
                                : fmt::format("leave it out, or write {} for the character", c));
    return byte(c);
  }

  Places byte(char c) {
    ByteSet both;
    both.set(static_cast<std::uint8_t>(c));
    if (ignore_case_) add_other_case(both);
    if (both.count() > 1)
      out_ += set_text(both);
    else
      out_ += {'\\', c};
    return 1;
  }

  /// "{n}", "{n,}", "{,m}" or "{n,m}": how often libfa will write out what stands before it.
  Places bounds() {
    const std::size_t begin = at_++;
    const auto wrong = [&] {
      return problem(begin, "this '{' begins no count",
                     "write {3}, {3,}, {,5} or {3,5}, or \\{ for the character");
    };
    VYRE_TRY(const auto least, count(begin));
    auto most = least;
    const bool is_range = sees(",");
    if (is_range) {
      ++at_;
      VYRE_TRY(most, count(begin));
    }
    if (!sees("}") || (!least && !most)) return wrong();
    ++at_;
    if (most && least && *most < *least)
      return problem(begin, fmt::format("a count from {} to {}", *least, *most), "swap the two");
    out_ += fmt::format("{{{}", least.value_or(0));
    if (is_range) out_ += most ? fmt::format(",{}", *most) : ",";
    out_ += '}';
    return std::max<std::uint64_t>(1, most ? *most : *least + 1);
  }

  Result<std::optional<std::uint32_t>> count(std::size_t begin) {
    const std::size_t first = at_;
    while (sees("0123456789")) ++at_;
    if (at_ == first) return std::nullopt;
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text_.data() + first, text_.data() + at_, value);
    if (error != std::errc{} || value > kMaxPlaces)
      return problem(
          begin,
          fmt::format("a count of {}, at most {} is possible", text_.substr(first, at_ - first), kMaxPlaces),
          "repeat less", ErrorCode::kTooMany);
    return value;
  }

  std::string_view text_;
  bool ignore_case_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::string regex_place(std::string_view pattern, std::size_t at) {
  return fmt::format("byte {} of '{}'", at, pattern);
}

Result<std::string> libfa_regex(std::string_view pattern, bool ignore_case) {
  return Reader(pattern, ignore_case).read();
}

}  // namespace vyre::scan
