#include "vyre/scan/table_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/crc32c.hpp"
#include "base/file_io.hpp"
#include "base/little_endian.hpp"
#include "scan/table_check.hpp"
#include "scan/table_format.hpp"
#include "vyre/version.hpp"

namespace vyre::scan {
namespace {

using base::append_le;
using base::load_le;
using base::store_le;

constexpr const char* kRebuild = "build it again with `vyre table build`";

void append_text(std::vector<std::byte>& bytes, std::string_view text) {
  const auto more = std::as_bytes(std::span(text));
  bytes.insert(bytes.end(), more.begin(), more.end());
}

void append_words(std::vector<std::byte>& bytes, std::span<const std::uint32_t> words) {
  const std::size_t begin = bytes.size();
  bytes.resize(begin + words.size_bytes());
  for (std::size_t i = 0; i < words.size(); ++i) store_le(std::span(bytes), begin + 4 * i, words[i]);
}

void append_crc(std::vector<std::byte>& bytes, std::size_t begin) {
  append_le<std::uint32_t>(bytes, base::crc32c(std::span(bytes).subspan(begin)));
}

std::size_t text_bytes_of(const Table& table) {
  std::size_t bytes = 0;
  for (const auto& text : table.patterns) bytes += text.size();
  return bytes;
}

std::uint64_t body_bytes_of(const Table& table) {
  return body_bytes(table.transitions.size(), table.state_count(), table.outputs.size(),
                    table.patterns.size(), text_bytes_of(table));
}

void append_head(std::vector<std::byte>& bytes, const Table& table) {
  const std::size_t begin = bytes.size();
  append_le<std::uint64_t>(bytes, body_bytes_of(table));
  const std::uint32_t words[] = {static_cast<std::uint32_t>(table.kind),
                                 table.ignore_case ? kIgnoreCaseFlag : 0,
                                 table.class_count,
                                 table.state_count(),
                                 table.start,
                                 table.dead,
                                 static_cast<std::uint32_t>(table.outputs.size()),
                                 static_cast<std::uint32_t>(table.patterns.size()),
                                 table.max_length,
                                 static_cast<std::uint32_t>(text_bytes_of(table)),
                                 0,
                                 0,
                                 0};
  append_words(bytes, words);
  append_crc(bytes, begin);
}

void append_body(std::vector<std::byte>& bytes, const Table& table) {
  const std::size_t begin = bytes.size();
  const auto classes = std::as_bytes(std::span(table.class_of));
  bytes.insert(bytes.end(), classes.begin(), classes.end());
  append_words(bytes, table.transitions);
  append_words(bytes, table.output_begin);
  append_words(bytes, table.outputs);
  append_words(bytes, table.pattern_length);
  for (const auto& text : table.patterns)
    append_le<std::uint32_t>(bytes, static_cast<std::uint32_t>(text.size()));
  for (const auto& text : table.patterns) append_text(bytes, text);
  bytes.resize((bytes.size() - begin + 3) / 4 * 4 + begin);
  append_crc(bytes, begin);
}

/// Reads from the front to the back; `at_` is where the next error would be.
class Decoder {
 public:
  Decoder(std::span<const std::byte> bytes, std::string_view name) : bytes_(bytes), name_(name) {}

  Result<std::vector<Table>> decode() {
    VYRE_TRY(const auto count, header());
    std::vector<Table> tables;
    for (std::uint32_t index = 0; index < count; ++index) {
      VYRE_TRY(auto table, one());
      if (const auto order = order_problem(tables, table)) return wrong(head_at_ + kKindAt, *order);
      tables.push_back(std::move(table));
    }
    if (tables.back().kind == TableKind::kRegex)
      return wrong(at_, "the file ends with a regex that has no reverse table");
    if (at_ != bytes_.size())
      return wrong(at_, fmt::format("{} bytes behind the last table", bytes_.size() - at_));
    return tables;
  }

 private:
  [[nodiscard]] std::unexpected<Error> wrong(std::size_t at, std::string what,
                                             std::string fix = kRebuild) const {
    return fail(ErrorCode::kBadInput, std::move(what), fmt::format("{}: byte {}", name_, at), std::move(fix));
  }
  [[nodiscard]] std::uint32_t word(std::size_t at) const { return load_le<std::uint32_t>(bytes_, at); }

  /// Nothing if `size` bytes and their CRC stand at `at`.
  Result<void> check_crc(std::size_t at, std::size_t size, const char* part) const {
    const std::uint32_t due = base::crc32c(bytes_.subspan(at, size)), seen = word(at + size);
    if (due == seen) return {};
    return wrong(at, fmt::format("the CRC32C of {} is 0x{:08x}, its bytes give 0x{:08x}", part, seen, due));
  }

  Result<std::uint32_t> header() {
    if (bytes_.empty()) return wrong(0, "the file is empty");
    const std::size_t stem = std::min(bytes_.size(), kTableMagic.size());
    if (std::memcmp(bytes_.data(), kTableMagic.data(), stem) != 0)
      return wrong(0, fmt::format("no table file: it does not begin with '{}'", kTableMagic),
                   "name a file that `vyre table build` wrote");
    if (bytes_.size() < kHeaderBytes)
      return wrong(bytes_.size(), fmt::format("the file ends after {} of the header's {} bytes",
                                              bytes_.size(), kHeaderBytes));
    VYRE_CHECK(check_crc(0, kHeaderCrcAt, "the header"));
    if (const std::uint32_t version = word(kVersionAt); version != kTableFileVersion)
      return fail(
          ErrorCode::kUnsupported,
          fmt::format("a table file of version {}, this vyre reads version {}", version, kTableFileVersion),
          fmt::format("{}: byte {}", name_, kVersionAt), kRebuild);
    if (word(kByteOrderAt) != kByteOrder)
      return wrong(kByteOrderAt, fmt::format("the byte order is 0x{:08x}, 0x{:08x} is due",
                                             word(kByteOrderAt), kByteOrder));
    const std::uint32_t count = word(kTableCountAt);
    if (count == 0 || count > kMaxTables)
      return wrong(kTableCountAt, fmt::format("{} tables, 1 to {} are possible", count, kMaxTables));
    at_ = kHeaderBytes;
    return count;
  }

  Result<Table> one() {
    head_at_ = at_;
    if (bytes_.size() - at_ < kHeadBytes)
      return wrong(bytes_.size(), fmt::format("the file ends after {} of the {} bytes of a table's head",
                                              bytes_.size() - at_, kHeadBytes));
    VYRE_CHECK(check_crc(at_, kHeadCrcAt, "a table's head"));
    Table table;
    VYRE_CHECK(head(table));
    const auto size = load_le<std::uint64_t>(bytes_, head_at_ + kBodyBytesAt);
    at_ += kHeadBytes;
    const std::size_t left = bytes_.size() - at_;
    if (left < kCrcBytes || size > left - kCrcBytes)
      return wrong(bytes_.size(),
                   fmt::format("the file ends after {} of a table's {} bytes", left, size + kCrcBytes));
    VYRE_CHECK(check_crc(at_, size, "a table"));
    body(table);
    if (const auto problem = table_problem(table)) return wrong(head_at_, *problem);
    at_ += size + kCrcBytes;
    return table;
  }

  [[nodiscard]] std::uint32_t head_word(std::size_t at) const { return word(head_at_ + at); }

  Result<void> head(Table& table) const {
    const std::uint32_t kind = head_word(kKindAt), flags = head_word(kFlagsAt);
    const std::uint32_t classes = head_word(kClassCountAt), states = head_word(kStateCountAt);
    if (kind > static_cast<std::uint32_t>(TableKind::kRegexReverse))
      return wrong(head_at_ + kKindAt, fmt::format("a table of kind {}, at most 2 is possible", kind));
    if ((flags & ~kIgnoreCaseFlag) != 0)
      return wrong(head_at_ + kFlagsAt, fmt::format("flags 0x{:x}, 0x1 is known", flags));
    if (classes == 0 || classes > 256)
      return wrong(head_at_ + kClassCountAt, fmt::format("{} byte classes, 1 to 256 are possible", classes));
    if (states == 0) return wrong(head_at_ + kStateCountAt, "a table without states");
    for (std::size_t i = 0; i < 3; ++i)
      if (const std::uint32_t value = head_word(kReservedAt + 4 * i); value != 0)
        return wrong(head_at_ + kReservedAt + 4 * i, fmt::format("a reserved word is 0x{:x}, not 0", value));
    const std::uint64_t due = body_bytes(std::uint64_t{classes} * states, states, head_word(kOutputCountAt),
                                         head_word(kPatternCountAt), head_word(kTextBytesAt));
    if (const auto size = load_le<std::uint64_t>(bytes_, head_at_ + kBodyBytesAt); size != due)
      return wrong(head_at_, fmt::format("a table of {} bytes, its counts take {}", size, due));
    table.kind = static_cast<TableKind>(kind);
    table.ignore_case = flags != 0;
    table.class_count = classes;
    table.start = head_word(kStartAt);
    table.dead = head_word(kDeadAt);
    table.max_length = head_word(kMaxLengthAt);
    return {};
  }

  /// Its size was held against the head's counts and the file's bytes.
  void body(Table& table) const {
    std::size_t at = at_;
    const auto take = [&](std::size_t count) {
      std::vector<std::uint32_t> words(count);
      for (std::uint32_t& one : words) {
        one = word(at);
        at += 4;
      }
      return words;
    };
    std::memcpy(table.class_of.data(), bytes_.data() + at, kClassOfBytes);
    at += kClassOfBytes;
    const std::size_t states = head_word(kStateCountAt), patterns = head_word(kPatternCountAt);
    table.transitions = take(states * table.class_count);
    table.output_begin = take(states + 1);
    table.outputs = take(head_word(kOutputCountAt));
    table.pattern_length = take(patterns);
    const auto lengths = take(patterns);
    std::size_t left = head_word(kTextBytesAt);
    for (const std::uint32_t length : lengths) {
      if (length > left) break;
      table.patterns.emplace_back(length, '\0');
      std::memcpy(table.patterns.back().data(), bytes_.data() + at, length);
      at += length;
      left -= length;
    }
    // Texts that do not add up are seen by their number.
    if (left != 0) table.patterns.clear();
  }

  std::span<const std::byte> bytes_;
  std::string_view name_;
  std::size_t at_ = 0;
  std::size_t head_at_ = 0;
};

}  // namespace

Result<std::vector<std::byte>> encode_tables(std::span<const Table> tables) {
  if (tables.empty() || tables.size() > kMaxTables)
    return fail(ErrorCode::kTooMany,
                fmt::format("{} tables, a file holds 1 to {}", tables.size(), kMaxTables), "",
                "split them over several files");
  std::uint64_t size = kHeaderBytes;
  for (const Table& table : tables) size += kHeadBytes + body_bytes_of(table) + kCrcBytes;
  if (size > kMaxTableFileBytes)
    return fail(ErrorCode::kTooMany,
                fmt::format("the tables take {} bytes, a file has at most {}", size, kMaxTableFileBytes), "",
                "split them over several files");
  std::vector<std::byte> bytes;
  bytes.reserve(size);
  append_text(bytes, kTableMagic);
  append_le<std::uint32_t>(bytes, kTableFileVersion);
  append_le<std::uint32_t>(bytes, kByteOrder);
  append_text(bytes, fmt::format("vyre {}", kVersion).substr(0, kToolBytes));
  bytes.resize(kTableCountAt);
  append_le<std::uint32_t>(bytes, static_cast<std::uint32_t>(tables.size()));
  append_crc(bytes, 0);
  for (const Table& table : tables) {
    append_head(bytes, table);
    append_body(bytes, table);
  }
  return bytes;
}

Result<std::vector<Table>> decode_tables(std::span<const std::byte> bytes, std::string_view name) {
  return Decoder(bytes, name).decode();
}

Result<void> write_tables(const std::filesystem::path& path, std::span<const Table> tables) {
  VYRE_TRY(const auto bytes, encode_tables(tables));
  VYRE_TRY(auto file, base::AtomicFile::open(path));
  VYRE_CHECK(file.write(bytes));
  return file.commit();
}

Result<std::vector<Table>> read_tables(const std::filesystem::path& path) {
  VYRE_TRY(const auto file, base::InputFile::open(path));
  if (file.size_bytes() > kMaxTableFileBytes)
    return fail(
        ErrorCode::kBadInput,
        fmt::format("a file of {} bytes, a table file has at most {}", file.size_bytes(), kMaxTableFileBytes),
        fmt::format("{}: byte 0", path.string()), "name a file that `vyre table build` wrote");
  std::vector<std::byte> bytes(file.size_bytes());
  VYRE_CHECK(file.read_at(0, bytes));
  return decode_tables(bytes, path.string());
}

}  // namespace vyre::scan
