#include "workload/json_scanner.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace vyre::workload {

namespace {

/// Longer integers may overflow a double, which a parser of JSON refuses.
constexpr std::size_t kPlainDigits = 18;

enum class Byte : std::uint8_t { kPlain, kQuote, kEscape, kRefused, kContinuation };

/// What a byte means inside a string.
constexpr std::array<Byte, 256> kInString = [] {
  std::array<Byte, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = i < 0x20 ? Byte::kRefused : (i & 0xC0) == 0x80 ? Byte::kContinuation : Byte::kPlain;
  table['"'] = Byte::kQuote;
  table['\\'] = Byte::kEscape;
  return table;
}();

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace

bool JsonScanner::read() {
  skip_space();
  if (peek() != '{' || !value()) return false;
  skip_space();
  return at_ == text_.size();
}

void JsonScanner::skip_space() noexcept {
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '\n') {
      ++line_;
      line_start_ = at_ + 1;
      continuations_ = 0;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
  }
}

bool JsonScanner::take(char c) noexcept {
  if (peek() != c) return false;
  ++at_;
  return true;
}

// The builder refuses what is nested too deeply, so the recursion ends.
bool JsonScanner::value() {
  switch (peek()) {
    case '{': return object();
    case '[': return array();
    case '"': return string();
    case 't': return word(NodeKind::kBoolean, "true");
    case 'f': return word(NodeKind::kBoolean, "false");
    case 'n': return word(NodeKind::kNull, "null");
    default: return number();
  }
}

bool JsonScanner::object() {
  if (!builder_.start(NodeKind::kMap, here())) return false;
  ++at_;
  skip_space();
  if (take('}')) return builder_.end();
  for (;;) {
    if (peek() != '"' || !string()) return false;
    skip_space();
    if (!take(':')) return false;
    skip_space();
    if (!value()) return false;
    skip_space();
    if (take('}')) return builder_.end();
    if (!take(',')) return false;
    skip_space();
  }
}

bool JsonScanner::array() {
  const bool within = builder_.in_steps();
  if (!builder_.start(NodeKind::kSequence, here())) return false;
  ++at_;
  if (!within && builder_.in_steps()) steps_ = JsonListStart{at_, here()};
  skip_space();
  if (take(']')) return builder_.end();
  for (;;) {
    if (!value()) return false;
    skip_space();
    if (take(']')) return builder_.end();
    if (!take(',')) return false;
    skip_space();
  }
}

bool JsonScanner::string() {
  Node node;
  node.kind = NodeKind::kString;
  node.quoted = true;
  node.position = here();
  const std::size_t start = ++at_;
  for (; at_ < text_.size(); ++at_) {
    switch (kInString[static_cast<unsigned char>(text_[at_])]) {
      case Byte::kPlain: break;
      case Byte::kContinuation: ++continuations_; break;
      case Byte::kRefused: return false;
      case Byte::kEscape: return escaped_string(start, std::move(node));
      case Byte::kQuote:
        node.verbatim = true;
        node.text.assign(text_, start, at_ - start);
        ++at_;
        return builder_.scalar(std::move(node));
    }
  }
  return false;
}

/// Escapes are rare, and their rules many: the parser that knows them reads the one string.
bool JsonScanner::escaped_string(std::size_t start, Node node) {
  for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
    if (text_[at_] == '\\') ++at_;
    if (at_ < text_.size() && kInString[static_cast<unsigned char>(text_[at_])] == Byte::kContinuation)
      ++continuations_;
  }
  if (at_ >= text_.size()) return false;
  ++at_;
  const std::string_view literal = text_.substr(start - 1, at_ - start + 1);
  const auto parsed = nlohmann::json::parse(literal, nullptr, false);
  if (!parsed.is_string()) return false;
  node.text = parsed.get_ref<const std::string&>();
  node.verbatim = literal.substr(1, literal.size() - 2) == node.text;
  return builder_.scalar(std::move(node));
}

bool JsonScanner::number() {
  const std::size_t start = at_;
  Node node;
  node.kind = NodeKind::kNumber;
  node.position = here();
  static_cast<void>(take('-'));
  const std::size_t digits = at_;
  while (is_digit(peek())) ++at_;
  const std::size_t count = at_ - digits;
  if (count == 0 || (count > 1 && text_[digits] == '0')) return false;
  const std::size_t whole = at_;
  while (is_digit(peek()) || std::string_view(".eE+-").find(peek()) != std::string_view::npos) ++at_;
  node.text.assign(text_, start, at_ - start);
  if ((at_ > whole || count > kPlainDigits) && !nlohmann::json::accept(node.text)) return false;
  return builder_.scalar(std::move(node));
}

bool JsonScanner::word(NodeKind kind, std::string_view text) {
  if (text_.substr(at_, text.size()) != text) return false;
  Node node;
  node.kind = kind;
  node.position = here();
  node.text = text;
  at_ += text.size();
  return builder_.scalar(std::move(node));
}

}  // namespace vyre::workload
