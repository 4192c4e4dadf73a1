#include <iterator>
#include <string>

#include <fmt/format.h>

#include "rows.hpp"

namespace vyre::cli {
namespace {

/// As RFC 4180 quotes it.
std::string quoted(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string safe = "\"";
  for (const char c : text) safe += c == '"' ? std::string("\"\"") : std::string(1, c);
  return safe + '"';
}

class CsvRows final : public Rows {
 public:
  explicit CsvRows(Output& out) : out_(out) {}

  void begin_document(std::string_view) override {}
  void end_head() override {}
  void end_document() override {}
  void begin_section(std::string_view) override {}
  void end_section() override {}

  void begin_list(std::string_view, std::string_view) override { names_.clear(); }
  void begin_row() override {
    in_row_ = true;
    line_.clear();
    comma_ = false;
  }
  void end_row() override {
    in_row_ = false;
    if (!named_) out_.write(names_ + "\n");
    named_ = true;
    line_ += '\n';
    out_.write(line_);
  }
  void end_list() override {}

  void number(std::string_view name, std::uint64_t value) override {
    if (field(name)) line_ += fmt::format_int(value).c_str();
  }
  void text(std::string_view name, std::string_view value) override {
    if (field(name)) line_ += quoted(value);
  }
  void flag(std::string_view name, bool value) override {
    if (field(name)) line_ += value ? "true" : "false";
  }
  void none(std::string_view name) override { static_cast<void>(field(name)); }
  /// A column a word: name_0, name_1, ...
  void words(std::string_view name, std::span<const std::uint32_t> values) override {
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (named_ ? !field({}) : !field(fmt::format("{}_{}", name, i))) return;
      line_ += fmt::format_int(values[i]).c_str();
    }
  }

  void begin_object(std::string_view) override { ++nested_; }
  void end_object() override { --nested_; }
  void begin_array(std::string_view) override { ++nested_; }
  void end_array() override { --nested_; }

 private:
  /// Whether the field is a column of the row; puts the comma, and in the first row the name.
  bool field(std::string_view name) {
    if (!in_row_ || nested_ > 0) return false;
    if (comma_) line_ += ',';
    if (!named_) {
      if (comma_) names_ += ',';
      names_ += name;
    }
    comma_ = true;
    return true;
  }

  Output& out_;
  std::string names_;
  std::string line_;
  bool named_ = false;
  bool in_row_ = false;
  bool comma_ = false;
  unsigned nested_ = 0;
};

}  // namespace

std::unique_ptr<Rows> make_csv_rows(Output& out) { return std::make_unique<CsvRows>(out); }

}  // namespace vyre::cli
