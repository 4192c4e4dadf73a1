/// Rows of typed fields as a JSON document, as JSON lines or as CSV, written as a stream.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "output.hpp"

namespace vyre::cli {

enum class RowFormat : std::uint8_t { kJson, kJsonl, kCsv };

/// Order: begin_document, fields of the head, end_head; sections and lists; end_document.
/// JSON: one object; a section is an object in it and a list an array with a row a line.
/// JSON lines: the head is a line of type "begin", a section and a row a line of its type each.
/// CSV: head and sections are left out, and so is what is nested in a row; names stand in the first line.
/// Only one list makes sense there.
/// Text that is no UTF-8 is replaced, never refused.
class Rows {
 public:
  virtual ~Rows() = default;

  virtual void begin_document(std::string_view schema) = 0;
  virtual void end_head() = 0;
  virtual void end_document() = 0;

  virtual void begin_section(std::string_view name) = 0;
  virtual void end_section() = 0;

  /// Every row of the list has this type and, for CSV, the same fields in the same order.
  virtual void begin_list(std::string_view name, std::string_view row_type) = 0;
  virtual void begin_row() = 0;
  virtual void end_row() = 0;
  virtual void end_list() = 0;

  // Fields. A name is empty inside an array.
  virtual void number(std::string_view name, std::uint64_t value) = 0;
  virtual void text(std::string_view name, std::string_view value) = 0;
  virtual void flag(std::string_view name, bool value) = 0;
  virtual void none(std::string_view name) = 0;
  virtual void words(std::string_view name, std::span<const std::uint32_t> values) = 0;

  virtual void begin_object(std::string_view name) = 0;
  virtual void end_object() = 0;
  virtual void begin_array(std::string_view name) = 0;
  virtual void end_array() = 0;
};

[[nodiscard]] std::unique_ptr<Rows> make_rows(RowFormat format, Output& out);

// One a file.
[[nodiscard]] std::unique_ptr<Rows> make_json_rows(RowFormat format, Output& out);
[[nodiscard]] std::unique_ptr<Rows> make_csv_rows(Output& out);

}  // namespace vyre::cli
