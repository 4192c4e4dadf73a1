#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <limits>
#include <streambuf>
#include <string>

#include "workload/reader.hpp"

namespace vyre::workload {

namespace {

/// Leaves the parser, which knows no other way out of an event.
struct Stop {};

/// Lets the parser read the text where it lies.
class TextBuffer final : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* const begin = const_cast<char*>(text.data());  // the interface's type; nothing writes
    setg(begin, begin, begin + text.size());
  }
};

bool is_any(std::string_view text, std::initializer_list<std::string_view> names) {
  for (const auto name : names)
    if (text == name) return true;
  return false;
}

/// A number as YAML writes it; whether it is an integer in range is for others to say.
bool looks_like_number(std::string_view text) {
  const auto skip = [&](std::string_view set) {
    const auto end = std::min(text.find_first_not_of(set), text.size());
    text.remove_prefix(end);
    return end;
  };
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with("0x") && text.size() > 2) {
    text.remove_prefix(2);
    return skip("0123456789abcdefABCDEF_") > 0 && text.empty();
  }
  if (text.starts_with("0b") && text.size() > 2) {
    text.remove_prefix(2);
    return skip("01_") > 0 && text.empty();
  }
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  skip("0123456789_");
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    skip("0123456789");
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    if (skip("0123456789") == 0) return false;
  }
  return text.empty();
}

NodeKind plain_kind(std::string_view text) {
  if (is_any(text, {"true", "True", "TRUE", "false", "False", "FALSE"})) return NodeKind::kBoolean;
  return looks_like_number(text) ? NodeKind::kNumber : NodeKind::kString;
}

/// The likeliest remedy for what the parser found.
std::string yaml_fix(const YAML::Exception& error, std::string_view text, Position position) {
  if (error.msg.find("anchor is not defined") != std::string::npos)
    return "define it with '&' above its first use";
  const auto indent = make_excerpt(text, {position.line, 1}).text;
  const auto first = indent.find_first_not_of(" \t");
  if (indent.substr(0, first).find('\t') != std::string::npos)
    return "indent with spaces, YAML takes no tabs there";
  return "see that indentation, quotes and brackets match";
}

class YamlEvents final : public YAML::EventHandler {
 public:
  YamlEvents(std::string_view text, NodeBuilder& builder, Problems& problems)
      : text_(text), cursor_(text), builder_(builder), problems_(problems) {}

  [[nodiscard]] Position position(const YAML::Mark& mark) noexcept {
    return mark.pos < 0 ? Position{1, 1} : cursor_.at(static_cast<std::size_t>(mark.pos));
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    problems_.add(position(mark), "a second YAML document in the file", "keep one workload in a file");
    throw Stop{};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.position = position(mark);
    go_on(builder_.scalar(std::move(node), anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    go_on(builder_.alias(position(mark), anchor));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_tag(mark, tag);
    Node node;
    node.position = position(mark);
    node.quoted = tag == "!";
    node.kind = node.quoted ? NodeKind::kString : plain_kind(value);
    node.text = value;
    if (node.kind == NodeKind::kBoolean) node.text = value[0] == 't' || value[0] == 'T' ? "true" : "false";
    const std::size_t start = static_cast<std::size_t>(mark.pos) + (node.quoted ? 1U : 0U);
    node.verbatim = start <= text_.size() && text_.substr(start, value.size()) == value;
    go_on(builder_.scalar(std::move(node), anchor));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    refuse_tag(mark, tag);
    go_on(builder_.start(NodeKind::kSequence, position(mark), anchor));
  }
  void OnSequenceEnd() override { go_on(builder_.end()); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    refuse_tag(mark, tag);
    go_on(builder_.start(NodeKind::kMap, position(mark), anchor));
  }
  void OnMapEnd() override { go_on(builder_.end()); }

  [[nodiscard]] int documents() const noexcept { return documents_; }

 private:
  static void go_on(bool wanted) {
    if (!wanted) throw Stop{};
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    problems_.add(position(mark), fmt::format("the tag {} has no meaning here", quote(tag)),
                  "remove the tag");
    throw Stop{};
  }

  std::string_view text_;
  PositionCursor cursor_;
  NodeBuilder& builder_;
  Problems& problems_;
  int documents_ = 0;
};

}  // namespace

bool read_yaml(std::string_view text, Problems& problems, DocumentSink& sink) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    problems.add({1, 1}, fmt::format("{} bytes of YAML, 2147483647 can be read", text.size()),
                 "write the workload as JSON");
    return false;
  }
  NodeBuilder builder(problems, sink, text.size());
  YamlEvents events(text, builder, problems);
  try {
    TextBuffer buffer(text);
    std::istream stream(&buffer);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(events)) continue;
    if (events.documents() > 0) return true;
    problems.add({1, 1}, "the file holds no workload, only comments", "start with 'vyre: 1'");
  } catch (const Stop&) {  // whoever stopped has said why
  } catch (const YAML::Exception& error) {
    const Position position = events.position(error.mark);
    problems.add(position, fmt::format("not valid YAML: {}", error.msg), yaml_fix(error, text, position));
  } catch (const std::exception& error) {
    problems.add({1, 1}, fmt::format("cannot read the YAML: {}", error.what()), "simplify the file");
  }
  return false;
}

}  // namespace vyre::workload
