#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

#include "vyre/scan/table_file.hpp"
#include "workload/settings.hpp"

namespace vyre::workload {

namespace {

constexpr std::int64_t kMaxStates = 65'536;  ///< 64 MiB of table
constexpr std::size_t kRowBytes = 4 * protocol::kDfaColumns;

class DfaReader {
 public:
  DfaReader(const ValueReader& values, std::vector<std::uint32_t>& table)
      : values_(values), problems_(values.problems()), table_(table) {}

  void read(const Node& node, const std::filesystem::path& folder) {
    if (!values_.is(node, NodeKind::kMap, "'dfa'")) return;
    Fields fields(node, "'dfa'", problems_);
    const Node* const file = fields.optional("file");
    const Node* const states = fields.optional("states");
    const Node* const table = fields.optional("table");
    const Node* const index = fields.optional("index");
    const Node* const initial = fields.optional("default");
    const Node* const edges = fields.optional("edges");
    fields.finish();
    if ((file != nullptr) + (states != nullptr) + (table != nullptr) != 1) {
      problems_.add(node.position, "'dfa' needs one of 'states', 'file' and 'table'",
                    "give a table, a number of states with edges, or a file");
      return;
    }
    if (index != nullptr && table == nullptr) {
      problems_.add(index->position, "'index' has no meaning without 'table'",
                    "it picks one of the tables of a file that vyre table build wrote");
      return;
    }
    if (table != nullptr) return read_table_file(*table, index, folder);
    if (file != nullptr) return read_file(*file, folder);
    if (states->kind == NodeKind::kSequence) {
      if (edges != nullptr || initial != nullptr)
        problems_.add(node.position, "'default' and 'edges' do not go with a full table",
                      "make 'states' a number, or leave them out");
      return read_rows(*states);
    }
    const auto count = values_.constant_u32(*states, "'states'", {1, kMaxStates});
    if (!count) return;
    const std::uint32_t fill =
        initial == nullptr ? 0 : values_.constant_u32(*initial, "'default'", {0, *count - 1}).value_or(0);
    table_.assign(std::size_t{*count} * protocol::kDfaColumns, fill);
    if (edges != nullptr) read_edges(*edges, *count);
  }

 private:
  void read_rows(const Node& rows) {
    for (std::size_t state = 0; state < rows.items.size(); ++state) {
      const Node& row = rows.items[state];
      if (!values_.is(row, NodeKind::kSequence, "a state")) continue;
      if (row.items.size() != protocol::kDfaColumns) {
        problems_.add(row.position,
                      fmt::format("state {} has {} next states, {} are due", state, row.items.size(),
                                  protocol::kDfaColumns),
                      "give one for each byte, or use 'edges'");
        continue;
      }
      for (const auto& cell : row.items)
        table_.push_back(values_.constant_u32(cell, "a next state").value_or(0));
    }
  }

  void read_edges(const Node& edges, std::uint32_t states) {
    if (!values_.is(edges, NodeKind::kSequence, "'edges'")) return;
    for (const auto& edge : edges.items)
      if (values_.is(edge, NodeKind::kMap, "an edge")) read_edge(edge, states);
  }

  void read_edge(const Node& edge, std::uint32_t states) {
    Fields fields(edge, "an edge", problems_);
    const Node* const from = fields.required("from");
    const Node* const to = fields.required("to");
    const Node* const byte = fields.optional("byte");
    const Node* const range = fields.optional("range");
    const Node* const chars = fields.optional("chars");
    fields.finish();
    if ((byte != nullptr) + (range != nullptr) + (chars != nullptr) != 1) {
      problems_.add(edge.position, "an edge needs one of 'byte', 'range' and 'chars'",
                    "write byte: 97, range: [97, 122] or chars: \"abc\"");
      return;
    }
    if (from == nullptr || to == nullptr) return;
    const auto source = values_.constant_u32(*from, "'from'", {0, states - 1});
    const auto target = values_.constant_u32(*to, "'to'", {0, states - 1});
    if (!source || !target) return;
    std::uint32_t* const row = &table_[std::size_t{*source} * protocol::kDfaColumns];
    if (byte != nullptr) {
      if (const auto value = values_.constant_u32(*byte, "'byte'", {0, 255})) row[*value] = *target;
    } else if (range != nullptr) {
      read_range(*range, row, *target);
    } else if (const auto text = values_.string(*chars, "'chars'")) {
      for (const char c : *text) row[static_cast<unsigned char>(c)] = *target;
    }
  }

  void read_range(const Node& range, std::uint32_t* row, std::uint32_t target) {
    if (range.kind != NodeKind::kSequence || range.items.size() != 2) {
      problems_.add(range.position, "'range' must be the first and the last byte", "write range: [97, 122]");
      return;
    }
    const auto first = values_.constant_u32(range.items[0], "the first byte", {0, 255});
    const auto last = values_.constant_u32(range.items[1], "the last byte", {0, 255});
    if (!first || !last) return;
    if (*first > *last)
      problems_.add(range.position, fmt::format("an empty range: {} is above {}", *first, *last),
                    "swap the two");
    for (std::uint32_t value = *first; value <= *last; ++value) row[value] = target;
  }

  void read_table_file(const Node& node, const Node* index, const std::filesystem::path& folder) {
    if (!values_.is(node, NodeKind::kString, "'table'")) return;
    const auto tables = scan::read_tables(folder / node.text);
    if (!tables)
      return problems_.add(node.position, fmt::format("{}: {}", tables.error().where, tables.error().what),
                           tables.error().code == ErrorCode::kFile
                               ? "name a table file; relative names start at the workload's folder"
                               : tables.error().fix);
    const auto last = static_cast<std::int64_t>(tables->size()) - 1;
    const auto chosen =
        index == nullptr ? std::optional(0U) : values_.constant_u32(*index, "'index'", {0, last});
    if (!chosen) return;
    auto words = scan::expand((*tables)[*chosen]);
    if (words)
      table_ = std::move(*words);
    else
      problems_.add(node.position, words.error().what, words.error().fix);
  }

  void read_file(const Node& node, const std::filesystem::path& folder) {
    if (!values_.is(node, NodeKind::kString, "'file'")) return;
    const std::filesystem::path path = folder / node.text;
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
      problems_.add(node.position, fmt::format("cannot read {}: {}", quote(path.string()), error.message()),
                    "name a table file; relative names start at the workload's folder");
      return;
    }
    if (size == 0 || size % kRowBytes != 0 || size / kRowBytes > kMaxStates) {
      problems_.add(node.position,
                    fmt::format("{} has {} bytes, a table is 1 to {} states of {} bytes",
                                quote(path.string()), size, kMaxStates, kRowBytes),
                    "write 256 little-endian 32-bit words for each state");
      return;
    }
    std::ifstream stream(path, std::ios::binary);
    std::vector<unsigned char> bytes(size);
    stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!stream) {
      problems_.add(node.position, fmt::format("cannot read {}", quote(path.string())),
                    "make the file readable");
      return;
    }
    table_.resize(size / 4);
    for (std::size_t i = 0; i < table_.size(); ++i)
      table_[i] = std::uint32_t{bytes[4 * i]} | std::uint32_t{bytes[4 * i + 1]} << 8 |
                  std::uint32_t{bytes[4 * i + 2]} << 16 | std::uint32_t{bytes[4 * i + 3]} << 24;
  }

  const ValueReader& values_;
  Problems& problems_;
  std::vector<std::uint32_t>& table_;
};

}  // namespace

void read_dfa(const Node& node, const ValueReader& values, const std::filesystem::path& folder,
              std::vector<std::uint32_t>& table) {
  DfaReader(values, table).read(node, folder);
}

}  // namespace vyre::workload
