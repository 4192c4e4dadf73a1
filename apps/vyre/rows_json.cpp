#include <algorithm>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rows.hpp"
#include "vyre/version.hpp"

namespace vyre::cli {
namespace {

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

/// Collects a line at a time; nlohmann's own documents would hold every slot of a ring at once.
class JsonRows final : public Rows {
 public:
  JsonRows(RowFormat format, Output& out) : out_(out), lines_(format == RowFormat::kJsonl) {}

  void begin_document(std::string_view schema) override {
    line_ += '{';
    if (lines_) text("type", "begin");
    text("schema", schema);
    text("version", kVersion);
  }
  void end_head() override {
    if (lines_) end_line();
  }
  void end_document() override {
    if (lines_) return;
    line_ += "\n}\n";
    write();
  }

  void begin_section(std::string_view name) override {
    if (lines_) return begin_line(name);
    open(name, '{');
    depth_ = 2;
  }
  void end_section() override {
    if (lines_) return end_line();
    depth_ = 1;
    close('}', true);
    write();
  }

  void begin_list(std::string_view name, std::string_view row_type) override {
    row_type_ = row_type;
    if (!lines_) open(name, '[');
    first_row_ = true;
  }
  void begin_row() override {
    if (lines_) return begin_line(row_type_);
    line_ += first_row_ ? "\n    {" : ",\n    {";
    first_row_ = false;
    comma_ = false;
    depth_ = 3;
  }
  void end_row() override {
    if (lines_) return end_line();
    line_ += '}';
    depth_ = 1;
    write();
  }
  void end_list() override {
    if (lines_) return;
    line_ += first_row_ ? "]" : "\n  ]";
    comma_ = true;
    write();
  }

  void number(std::string_view name, std::uint64_t value) override {
    key(name);
    fmt::format_to(std::back_inserter(line_), "{}", value);
  }
  void text(std::string_view name, std::string_view value) override {
    key(name);
    quote(value);
  }
  void flag(std::string_view name, bool value) override {
    key(name);
    line_ += value ? "true" : "false";
  }
  void none(std::string_view name) override {
    key(name);
    line_ += "null";
  }
  void words(std::string_view name, std::span<const std::uint32_t> values) override {
    key(name);
    line_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) line_ += ',';
      line_ += fmt::format_int(values[i]).c_str();
    }
    line_ += ']';
  }

  void begin_object(std::string_view name) override { nest(name, '{'); }
  void end_object() override { unnest('}'); }
  void begin_array(std::string_view name) override { nest(name, '['); }
  void end_array() override { unnest(']'); }

 private:
  /// Puts what stands before a value: comma, indent in the two outer levels, name.
  void key(std::string_view name) {
    if (comma_) line_ += ',';
    if (!lines_ && depth_ <= 2 && nested_ == 0) {
      line_ += '\n';
      line_.append(2 * depth_, ' ');
    } else if (comma_ && !lines_) {
      line_ += ' ';
    }
    comma_ = true;
    if (name.empty()) return;
    quote(name);
    line_ += lines_ ? ":" : ": ";
  }
  void quote(std::string_view text) {
    if (!is_plain(text)) {
      line_ += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      return;
    }
    line_ += '"';
    line_ += text;
    line_ += '"';
  }
  void open(std::string_view name, char bracket) {
    key(name);
    line_ += bracket;
    comma_ = false;
  }
  void close(char bracket, bool own_line) {
    if (own_line) {
      line_ += '\n';
      line_.append(2 * depth_, ' ');
    }
    line_ += bracket;
    comma_ = true;
  }
  void nest(std::string_view name, char bracket) {
    open(name, bracket);
    ++nested_;
  }
  void unnest(char bracket) {
    --nested_;
    close(bracket, false);
  }
  void begin_line(std::string_view type) {
    line_ += '{';
    comma_ = false;
    text("type", type);
  }
  void end_line() {
    line_ += "}\n";
    comma_ = false;
    write();
  }
  void write() {
    out_.write(line_);
    line_.clear();
  }

  Output& out_;
  bool lines_;
  std::string line_;
  std::string row_type_;
  bool comma_ = false;
  bool first_row_ = true;
  unsigned depth_ = 1;   ///< levels of a document that the next field lies in
  unsigned nested_ = 0;  ///< objects and arrays inside a section or row
};

}  // namespace

std::unique_ptr<Rows> make_json_rows(RowFormat format, Output& out) {
  return std::make_unique<JsonRows>(format, out);
}

std::unique_ptr<Rows> make_rows(RowFormat format, Output& out) {
  return format == RowFormat::kCsv ? make_csv_rows(out) : make_json_rows(format, out);
}

}  // namespace vyre::cli
