#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <optional>

#include "recording/file_io.hpp"
#include "recording/safetensors_header.hpp"
#include "recording/snapshot_tensors.hpp"
#include "vyre/recording/snapshot.hpp"

namespace vyre::recording {
namespace {

constexpr const char* kFix = "write the snapshot again, or take an unharmed copy";

/// Bytes to read a snapshot from: a file, or memory.
struct ByteSource {
  std::string name;
  std::uint64_t size_bytes = 0;
  std::function<Result<void>(std::uint64_t, std::span<std::byte>)> read_at;
};

std::unexpected<Error> refuse(const ByteSource& source, std::uint64_t offset, std::string what,
                              std::string fix = kFix) {
  return fail(ErrorCode::kBadInput, std::move(what), at_byte(source.name, offset), std::move(fix));
}

Result<std::string> read_header_text(const ByteSource& source) {
  if (source.size_bytes < kHeaderLengthBytes)
    return refuse(source, source.size_bytes,
                  fmt::format("the file ends after {} bytes, the header's length takes {}", source.size_bytes,
                              kHeaderLengthBytes));
  std::array<std::byte, kHeaderLengthBytes> raw{};
  VYRE_CHECK(source.read_at(0, raw));
  std::uint64_t length = 0;
  for (std::size_t i = raw.size(); i-- > 0;) length = length << 8 | std::to_integer<std::uint64_t>(raw[i]);
  if (length > kMaxHeaderBytes)
    return refuse(source, 0,
                  fmt::format("a header of {} bytes, at most {} are possible", length, kMaxHeaderBytes),
                  "check that the file is a safetensors file");
  if (length > source.size_bytes - kHeaderLengthBytes)
    return refuse(source, 0,
                  fmt::format("a header of {} bytes leaves the file of {} bytes: it was cut", length,
                              source.size_bytes));
  std::string text(length, '\0');
  VYRE_CHECK(source.read_at(kHeaderLengthBytes, std::as_writable_bytes(std::span(text))));
  return text;
}

Result<void> take_metadata(const ByteSource& source, SafetensorsHeader& header, Snapshot& snapshot) {
  for (auto& [name, entry] : header.metadata) {
    if (name == kVersionKey && entry.value != std::to_string(kSnapshotVersion))
      return refuse(
          source, entry.value_at,
          fmt::format("snapshot version '{}', this library knows {}", entry.value, kSnapshotVersion),
          "read it with the version of vyre that wrote it, or a newer one");
    const auto texts = std::ranges::find(kSnapshotTexts, name, &SnapshotTexts::key);
    if (texts == kSnapshotTexts.end()) {
      snapshot.metadata.emplace(name, std::move(entry.value));
      continue;
    }
    if (const auto problem = decode_texts(entry.value, texts->wording, texts_of(snapshot, *texts)))
      return refuse(source, entry.value_at, fmt::format("{}: {}", name, *problem));
  }
  return {};
}

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

Result<void> check_tensor(const ByteSource& source, const SnapshotTensor& known, const TensorEntry& entry) {
  if (entry.dtype != kTensorDtype)
    return refuse(source, entry.dtype_at,
                  fmt::format("tensor '{}' is of {}, not {}", known.name, entry.dtype, kTensorDtype));
  const std::size_t dimensions = known.columns == 0 ? 1 : 2;
  if (entry.shape.size() != dimensions || (known.columns != 0 && entry.shape[1] != known.columns))
    return refuse(source, entry.shape_at,
                  known.columns == 0 ? fmt::format("tensor '{}' has the shape {}, not [words]", known.name,
                                                   shape_text(entry.shape))
                                     : fmt::format("tensor '{}' has the shape {}, not [slots, {}]",
                                                   known.name, shape_text(entry.shape), known.columns));
  const std::uint64_t row_words = known.columns == 0 ? 1 : known.columns;
  if (entry.shape[0] > known.max_words / row_words)
    return refuse(source, entry.shape_at,
                  fmt::format("tensor '{}' has {} rows, at most {} are possible", known.name, entry.shape[0],
                              known.max_words / row_words));
  const std::uint64_t bytes = entry.shape[0] * row_words * sizeof(std::uint32_t);
  if (bytes != entry.end - entry.begin)
    return refuse(source, entry.offsets_at,
                  fmt::format("tensor '{}' has {} bytes, its shape {} takes {}", known.name,
                              entry.end - entry.begin, shape_text(entry.shape), bytes));
  return {};
}

Result<void> read_tensor(const ByteSource& source, const TensorEntry& entry,
                         std::vector<std::uint32_t>& words) {
  words.resize((entry.end - entry.begin) / sizeof(std::uint32_t));
  VYRE_CHECK(source.read_at(entry.begin, std::as_writable_bytes(std::span(words))));
  if constexpr (std::endian::native == std::endian::big)
    for (auto& word : words) word = std::byteswap(word);
  return {};
}

Result<Snapshot> read_from(const ByteSource& source) {
  VYRE_TRY(const std::string text, read_header_text(source));
  VYRE_TRY(SafetensorsHeader header, parse_safetensors_header(text, source.size_bytes, source.name));
  Snapshot snapshot;
  VYRE_CHECK(take_metadata(source, header, snapshot));
  bool has_known = false;
  for (const auto& entry : header.tensors) {
    const auto known = std::ranges::find(kSnapshotTensors, entry.name, &SnapshotTensor::name);
    if (known == kSnapshotTensors.end()) continue;
    has_known = true;
    VYRE_CHECK(check_tensor(source, *known, entry));
    VYRE_CHECK(read_tensor(source, entry, snapshot.*known->words));
  }
  if (!has_known)
    return refuse(source, kHeaderLengthBytes, "none of the file's tensors is a snapshot's",
                  "name a file that vyre wrote with --dump");
  const std::size_t slots = snapshot.ring.size() / protocol::kSlotWords;
  const std::size_t completed = snapshot.completions.size() / protocol::kDumpCompletionWords;
  if (!snapshot.ring.empty() && !snapshot.completions.empty() && slots != completed)
    return refuse(source, kHeaderLengthBytes,
                  fmt::format("a ring of {} slots with completions of {}", slots, completed));
  return snapshot;
}

/// nlohmann and the containers throw only for want of memory here; nothing leaves the room as an exception.
Result<Snapshot> read_guarded(const ByteSource& source) try {
  return read_from(source);
} catch (const std::exception& problem) {
  return refuse(source, 0, fmt::format("cannot read the snapshot: {}", problem.what()),
                "free some memory and try again");
}

}  // namespace

Result<Snapshot> read_snapshot(const std::filesystem::path& path) {
  VYRE_TRY(const InputFile file, InputFile::open(path));
  return read_guarded(
      {.name = path.string(),
       .size_bytes = file.size_bytes(),
       .read_at = [&](std::uint64_t offset, std::span<std::byte> out) { return file.read_at(offset, out); }});
}

Result<Snapshot> decode_snapshot(std::span<const std::byte> bytes, const std::string& name) {
  return read_guarded({.name = name,
                       .size_bytes = bytes.size(),
                       .read_at = [&](std::uint64_t offset, std::span<std::byte> out) -> Result<void> {
                         std::ranges::copy(bytes.subspan(offset, out.size()), out.begin());
                         return {};
                       }});
}

}  // namespace vyre::recording
