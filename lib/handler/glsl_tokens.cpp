#include "handler/glsl_tokens.hpp"

namespace vyre::handler {
namespace {

// <cctype> follows the locale, GLSL does not.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view glsl) : rest_(glsl) {}

  std::vector<Token> run() {
    while (!rest_.empty()) {
      if (skip_blank_or_comment()) continue;
      if (rest_.front() == '#' && at_line_start_)
        take_directive();
      else
        take_token();
    }
    return std::move(tokens_);
  }

 private:
  /// Drops `count` characters and counts the lines in them.
  void drop(std::size_t count) {
    for (const char c : rest_.substr(0, count))
      if (c == '\n') ++line_;
    rest_.remove_prefix(count < rest_.size() ? count : rest_.size());
  }

  bool skip_blank_or_comment() {
    if (rest_.starts_with("\\\n")) {
      drop(2);
    } else if (rest_.starts_with("\\\r\n")) {
      drop(3);
    } else if (rest_.front() == '\n') {
      drop(1);
      at_line_start_ = true;
    } else if (is_blank(rest_.front())) {
      drop(1);
    } else if (rest_.starts_with("//")) {
      skip_line_comment();
    } else if (rest_.starts_with("/*")) {
      const auto end = rest_.find("*/", 2);
      drop(end == std::string_view::npos ? rest_.size() : end + 2);
    } else {
      return false;
    }
    return true;
  }

  void skip_line_comment() {
    std::size_t end = rest_.find('\n');
    // The backslash joins lines before comments end.
    while (end != std::string_view::npos && end > 0 &&
           (rest_[end - 1] == '\\' || (end > 1 && rest_[end - 1] == '\r' && rest_[end - 2] == '\\')))
      end = rest_.find('\n', end + 1);
    drop(end == std::string_view::npos ? rest_.size() : end);
  }

  void take_directive() {
    at_line_start_ = false;
    drop(1);
    while (!rest_.empty() && rest_.front() != '\n' && skip_blank_or_comment()) {}
    if (!rest_.empty() && is_letter(rest_.front())) push(Token::Kind::kDirective, word_length());
  }

  void take_token() {
    at_line_start_ = false;
    const char c = rest_.front();
    if (is_letter(c)) return push(Token::Kind::kIdentifier, word_length());
    if (is_digit(c)) return push(Token::Kind::kOther, word_length());
    if (c == '}' && depth_ > 0) --depth_;
    push(Token::Kind::kOther, 1);
    if (c == '{') ++depth_;
  }

  std::size_t word_length() const {
    std::size_t length = 1;
    while (length < rest_.size() && (is_letter(rest_[length]) || is_digit(rest_[length]))) ++length;
    return length;
  }

  void push(Token::Kind kind, std::size_t length) {
    tokens_.push_back({.kind = kind, .text = rest_.substr(0, length), .line = line_, .depth = depth_});
    drop(length);
  }

  std::string_view rest_;
  std::uint32_t line_ = 1;
  std::uint32_t depth_ = 0;
  bool at_line_start_ = true;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view glsl) { return Tokenizer(glsl).run(); }

}  // namespace vyre::handler
