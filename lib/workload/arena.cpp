// `arena:` and `resources:`: memory for payload, what lies in it at the start, and the ranges of files that
// the kernel may ask for.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "vyre/protocol/kernel_layout.hpp"
#include "workload/names.hpp"
#include "workload/settings.hpp"

namespace vyre::workload {

namespace {

constexpr std::int64_t kMaxArenaBytes = std::int64_t{4} * 0x4000'0000;  ///< 4 GiB; devices have limits below
/// Resources without a place of their own begin at multiples of this, a cache line.
constexpr std::uint64_t kPlacement = 64;

/// The parts that both readers need.
class Places {
 public:
  Places(const ValueReader& values, const Workload& workload)
      : values_(values), problems_(values.problems()), workload_(workload) {}

  void add_unaligned(const Node& node, std::string_view what, std::int64_t bytes) {
    problems_.add(node.position, fmt::format("{} is {} bytes, no multiple of 4", what, bytes),
                  "the arena is made of 32-bit words");
  }

  /// A place in the arena, in bytes.
  std::optional<std::uint64_t> place(const Node& node) {
    const auto at = values_.constant(node, "'at'", {0, kMaxArenaBytes - 4});
    if (!at) return std::nullopt;
    if (*at % 4 != 0) {
      add_unaligned(node, "'at'", *at);
      return std::nullopt;
    }
    return static_cast<std::uint64_t>(*at);
  }

  bool fits(const Node& node, std::string_view what, std::uint64_t at, std::uint64_t bytes) {
    const std::uint64_t size = 4 * std::uint64_t{workload_.arena_words};
    if (at <= size && bytes <= size - at) return true;
    problems_.add(node.position,
                  fmt::format("{} of {} bytes at {} leaves the arena of {}", what, bytes, at, size),
                  size == 0 ? "give the workload an arena: {size: 64KiB}" : "raise 'size' in 'arena'");
    return false;
  }

 protected:
  const ValueReader& values_;
  Problems& problems_;

  const Workload& workload_;
};

class PieceReader : private Places {
 public:
  using Places::Places;

  std::optional<ArenaPiece> read(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "a piece of data")) return std::nullopt;
    Fields fields(node, "a piece of data", problems_);
    const Node* const at = fields.required("at");
    const Node* const words = fields.optional("words");
    const Node* const text = fields.optional("text");
    const Node* const file = fields.optional("file");
    fields.finish();
    if ((words != nullptr) + (text != nullptr) + (file != nullptr) != 1) {
      problems_.add(node.position, "a piece of data needs one of 'words', 'text' and 'file'",
                    "write words: [1, 2], text: \"abc\" or file: payload.bin");
      return std::nullopt;
    }
    if (at == nullptr) return std::nullopt;
    const auto first = place(*at);
    if (!first) return std::nullopt;
    ArenaPiece piece{.first_word = static_cast<std::uint32_t>(*first / 4), .words = {}};
    const bool good = words != nullptr  ? read_words(*words, piece)
                      : text != nullptr ? read_text(*text, piece)
                                        : read_file(*file, *first, piece);
    if (!good || !fits(node, "data", *first, 4 * piece.words.size())) return std::nullopt;
    return piece;
  }

 private:
  bool read_words(const Node& node, ArenaPiece& piece) {
    if (!values_.is(node, NodeKind::kSequence, "'words'")) return false;
    for (const auto& item : node.items) {
      const auto word = values_.constant_u32(item, "a word");
      if (!word) return false;
      piece.words.push_back(*word);
    }
    return true;
  }

  bool read_text(const Node& node, ArenaPiece& piece) {
    const auto text = values_.string(node, "'text'");
    if (text) put_bytes(*text, piece);
    return text.has_value();
  }

  bool read_file(const Node& node, std::uint64_t at, ArenaPiece& piece) {
    if (!values_.is(node, NodeKind::kString, "'file'")) return false;
    const std::filesystem::path path = base_folder(workload_.file) / node.text;
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
      problems_.add(node.position, fmt::format("cannot read {}: {}", quote(path.string()), error.message()),
                    "name a file; relative names start at the workload's folder");
      return false;
    }
    // Before memory is taken for it.
    if (!fits(node, "a file", at, size)) return false;
    std::string bytes(size, '\0');
    std::ifstream stream(path, std::ios::binary);
    stream.read(bytes.data(), static_cast<std::streamsize>(size));
    if (!stream) {
      problems_.add(node.position, fmt::format("cannot read {}", quote(path.string())),
                    "make the file readable");
      return false;
    }
    put_bytes(bytes, piece);
    return true;
  }

  /// Zeros fill the last word.
  static void put_bytes(std::string_view bytes, ArenaPiece& piece) {
    piece.words.assign((bytes.size() + 3) / 4, 0);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      piece.words[i / 4] |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * (i % 4));
  }
};

class ArenaReader : private Places {
 public:
  ArenaReader(const ValueReader& values, Workload& workload, Scope& scope)
      : Places(values, workload), made_(workload), scope_(scope) {}

  void read_arena(const Node& node) {
    if (!values_.is(node, NodeKind::kMap, "'arena'")) return;
    Fields fields(node, "'arena'", problems_);
    const Node* const size = fields.required("size");
    const Node* const data = fields.optional("data");
    fields.finish();
    if (size == nullptr) return;
    const auto bytes = values_.constant(*size, "'size'", {4, kMaxArenaBytes - 4});
    if (!bytes) return;
    if (*bytes % 4 != 0) return add_unaligned(*size, "the arena's size", *bytes);
    made_.arena_words = static_cast<std::uint32_t>(*bytes / 4);
    if (data == nullptr || !values_.is(*data, NodeKind::kSequence, "'data'")) return;
    for (const auto& piece : data->items)
      if (auto read = read_arena_piece(piece, values_, workload_))
        made_.arena_data.push_back(std::move(*read));
  }

  void read_resources(const Node& node) {
    if (!values_.is(node, NodeKind::kSequence, "'resources'")) return;
    for (const auto& entry : node.items)
      if (values_.is(entry, NodeKind::kMap, "a resource")) read_resource(entry);
    if (workload_.resources.size() > protocol::kMaxResources)
      problems_.add(node.position,
                    fmt::format("{} resources, at most {} are possible", workload_.resources.size(),
                                protocol::kMaxResources),
                    "make them larger, and use parts of them");
  }

 private:
  void read_resource(const Node& node) {
    Resource resource;
    resource.position = node.position;
    Fields fields(node, "a resource", problems_);
    const Node* const name = fields.required("name");
    const Node* const file = fields.required("file");
    const Node* const offset = fields.optional("offset");
    const Node* const length = fields.required("length");
    const Node* const at = fields.optional("at");
    const Node* const writable = fields.optional("writable");
    fields.finish();
    if (name == nullptr || file == nullptr || length == nullptr) return;
    const bool named = read_name(*name, resource);
    const auto bytes = values_.constant_u32(*length, "'length'", {1, kMaxArenaBytes - 4});
    const auto start = offset == nullptr ? std::optional<std::int64_t>(0)
                                         : values_.constant(*offset, "'offset'",
                                                            {0, std::numeric_limits<std::int64_t>::max()});
    if (writable != nullptr) resource.writable = values_.boolean(*writable, "'writable'").value_or(false);
    if (!values_.is(*file, NodeKind::kString, "'file'")) return;
    resource.path = base_folder(workload_.file) / file->text;
    const auto first = at == nullptr ? std::optional(next_place_) : place(*at);
    if (!named || !bytes || !start || !first) return;
    if (!fits(node, "a resource", *first, *bytes)) return;
    resource.bytes = *bytes;
    resource.offset = static_cast<std::uint64_t>(*start);
    resource.first_word = static_cast<std::uint32_t>(*first / 4);
    next_place_ = std::max(next_place_, (*first + *bytes + kPlacement - 1) / kPlacement * kPlacement);
    scope_.resources[resource.name] = static_cast<std::uint32_t>(workload_.resources.size());
    made_.resources.push_back(std::move(resource));
  }

  bool read_name(const Node& node, Resource& resource) {
    if (!values_.is(node, NodeKind::kString, "a resource's 'name'")) return false;
    if (!is_identifier(node.text)) {
      problems_.add(node.position, fmt::format("{} is no name for a resource", quote(node.text)),
                    "names are letters, digits and underscores, no digit first");
      return false;
    }
    if (scope_.resources.contains(node.text)) {
      problems_.add(node.position, fmt::format("two resources are called {}", quote(node.text)),
                    "give each its own name");
      return false;
    }
    resource.name = node.text;
    return true;
  }

  Workload& made_;
  Scope& scope_;
  std::uint64_t next_place_ = 0;  ///< bytes
};

}  // namespace

std::optional<ArenaPiece> read_arena_piece(const Node& node, const ValueReader& values,
                                           const Workload& workload) {
  return PieceReader(values, workload).read(node);
}

void read_payload(const Node* arena, const Node* resources, const ValueReader& values, Workload& workload,
                  Scope& scope) {
  ArenaReader reader(values, workload, scope);
  if (arena != nullptr) reader.read_arena(*arena);
  if (resources != nullptr) reader.read_resources(*resources);
}

}  // namespace vyre::workload
