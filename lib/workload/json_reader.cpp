#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "workload/reader.hpp"

namespace vyre::workload {

namespace {

bool is_between_tokens(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' || c == ':';
}

/// Keeps the part of the parser's message that speaks of the file.
std::string json_message(std::string_view text) {
  if (const auto dash = text.find(" - "); dash != std::string_view::npos) text.remove_prefix(dash + 3);
  std::string message;
  const auto last_read = text.find("; last read: '");
  message += text.substr(0, last_read);
  if (const auto expected = text.rfind("; expected ");
      expected != std::string_view::npos && expected > last_read)
    message += text.substr(expected);
  return message;
}

/// The parser tells no positions, so each token is found again in the text: between two tokens there
/// is nothing but white space, commas and colons.
class JsonEvents final : public nlohmann::json_sax<nlohmann::json> {
 public:
  JsonEvents(std::string_view text, std::size_t offset, PositionCursor& cursor, NodeBuilder& builder,
             Problems& problems)
      : text_(text),
        base_(offset),
        offset_(offset),
        cursor_(cursor),
        builder_(builder),
        problems_(problems) {}

  /// Stops building steps when the sink wants no more.
  void watch(const DocumentSink& sink) noexcept { sink_ = &sink; }
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  [[nodiscard]] const std::optional<JsonListStart>& steps() const noexcept { return steps_; }

  bool null() override { return literal(NodeKind::kNull, 4); }
  bool boolean(bool value) override { return literal(NodeKind::kBoolean, value ? 4 : 5); }
  bool number_integer(number_integer_t /*value*/) override { return number(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return number(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return number(); }
  bool string(string_t& value) override { return quoted(value); }
  bool key(string_t& value) override { return quoted(value); }
  bool binary(binary_t& /*value*/) override { return false; }

  bool start_object(std::size_t /*elements*/) override {
    return builder_.start(NodeKind::kMap, punctuation());
  }
  bool end_object() override {
    punctuation();
    if (!builder_.end()) return false;
    if (sink_ != nullptr && !builder_.skipping() && builder_.in_steps() && !sink_->wants_steps())
      builder_.skip_steps();
    return true;
  }
  bool start_array(std::size_t /*elements*/) override {
    const Position position = punctuation();
    const bool within = builder_.in_steps();
    if (!builder_.start(NodeKind::kSequence, position)) return false;
    if (!within && builder_.in_steps()) steps_ = JsonListStart{offset_, cursor_.at(offset_)};
    return true;
  }
  bool end_array() override {
    punctuation();
    return builder_.end();
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& error) override {
    const std::size_t at = base_ + (position > 0 ? position - 1 : 0);
    problems_.add(cursor_.at(at), fmt::format("not valid JSON: {}", json_message(error.what())),
                  "see that commas, quotes and brackets match");
    return false;
  }

 private:
  void skip_space() noexcept {
    while (offset_ < text_.size() && is_between_tokens(text_[offset_])) ++offset_;
  }
  Position next_token() noexcept {
    skip_space();
    return cursor_.at(offset_);
  }
  Position punctuation() noexcept {
    const Position position = next_token();
    ++offset_;
    return position;
  }
  bool literal(NodeKind kind, std::size_t length) {
    skip_space();
    if (builder_.skipping()) {
      offset_ += length;
      return true;
    }
    Node node;
    node.kind = kind;
    node.position = cursor_.at(offset_);
    node.text = text_.substr(offset_, length);
    offset_ += length;
    return builder_.scalar(std::move(node));
  }
  bool number() {
    skip_space();
    std::size_t length = 0;
    while (offset_ + length < text_.size() &&
           std::string_view("+-.0123456789eE").find(text_[offset_ + length]) != std::string_view::npos)
      ++length;
    return literal(NodeKind::kNumber, length);
  }
  bool quoted(std::string& value) {
    skip_space();
    const std::size_t quote_at = offset_;
    const std::size_t start = ++offset_;
    while (offset_ < text_.size() && text_[offset_] != '"') offset_ += text_[offset_] == '\\' ? 2 : 1;
    if (builder_.skipping()) {
      ++offset_;
      return true;
    }
    Node node;
    node.kind = NodeKind::kString;
    node.position = cursor_.at(quote_at);
    node.quoted = true;
    node.verbatim = text_.substr(start, offset_ - start) == value;
    node.text = std::move(value);
    ++offset_;
    return builder_.scalar(std::move(node));
  }

  std::string_view text_;
  std::size_t base_;
  std::size_t offset_;
  PositionCursor& cursor_;
  NodeBuilder& builder_;
  Problems& problems_;
  const DocumentSink* sink_ = nullptr;
  std::optional<JsonListStart> steps_;
};

bool parse(std::string_view text, std::size_t offset, JsonEvents& events, bool whole_text) {
  const std::string_view rest = text.substr(offset);
  return nlohmann::json::sax_parse(rest.data(), rest.data() + rest.size(), &events,
                                   nlohmann::json::input_format_t::json, whole_text);
}

}  // namespace

JsonReading read_json(std::string_view text, Problems& problems, DocumentSink& sink) {
  PositionCursor cursor(text);
  NodeBuilder builder(problems, sink, text.size());
  JsonEvents events(text, 0, cursor, builder, problems);
  events.watch(sink);
  JsonReading reading;
  reading.complete = parse(text, 0, events, true);
  reading.steps = events.steps();
  return reading;
}

JsonStepReader::JsonStepReader(std::string_view text, JsonListStart start, Problems& problems)
    : text_(text),
      offset_(start.offset),
      cursor_(text, start.offset, start.position),
      problems_(problems),
      builder_(problems, catcher_, text.size()) {
  // The builder is told what stands around the list, so that it takes the elements for steps.
  Node key;
  key.kind = NodeKind::kString;
  key.text = "steps";
  static_cast<void>(builder_.start(NodeKind::kMap, {}));
  static_cast<void>(builder_.scalar(std::move(key)));
  static_cast<void>(builder_.start(NodeKind::kSequence, start.position));
}

JsonStepReader::Next JsonStepReader::next(Node& step) {
  while (offset_ < text_.size() && is_between_tokens(text_[offset_])) ++offset_;
  if (offset_ >= text_.size()) return Next::kBroken;
  if (text_[offset_] == ']') return Next::kEnd;
  JsonEvents events(text_, offset_, cursor_, builder_, problems_);
  if (!parse(text_, offset_, events, false)) return Next::kBroken;
  offset_ = events.offset();
  step = std::move(catcher_.caught);
  return Next::kStep;
}

}  // namespace vyre::workload
