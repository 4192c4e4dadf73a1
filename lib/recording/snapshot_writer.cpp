#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "recording/file_io.hpp"
#include "recording/safetensors_header.hpp"
#include "recording/snapshot_tensors.hpp"
#include "vyre/recording/snapshot.hpp"

namespace vyre::recording {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kChunkWords = 16'384;  ///< converted at a time where words are not little-endian

/// Names and strings come from files and command lines: what is no UTF-8 is replaced, never thrown at.
std::string dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json metadata_of(const Snapshot& snapshot) {
  ordered_json metadata;
  metadata[kVersionKey] = std::to_string(kSnapshotVersion);
  const auto is_texts = [](std::string_view name) {
    return std::ranges::find(kSnapshotTexts, name, &SnapshotTexts::key) != kSnapshotTexts.end();
  };
  for (const auto& [name, value] : snapshot.metadata)
    if (name != kVersionKey && !is_texts(name)) metadata[name] = value;
  for (const auto& row : kSnapshotTexts)
    if (const auto& texts = texts_of(snapshot, row); !texts.empty())
      metadata[std::string(row.key)] = encode_texts(texts);
  return metadata;
}

Result<void> check_shapes(const Snapshot& snapshot, const std::string& file) {
  bool has_tensor = false;
  for (const auto& tensor : kSnapshotTensors) {
    const std::size_t words = (snapshot.*tensor.words).size();
    has_tensor |= words != 0;
    if (tensor.columns != 0 && words % tensor.columns != 0)
      return fail(
          ErrorCode::kOutOfRange,
          fmt::format("{} of {} words is no whole number of rows of {}", tensor.name, words, tensor.columns),
          file, "give whole rows");
    if (words > tensor.max_words)
      return fail(
          ErrorCode::kOutOfRange,
          fmt::format("{} of {} words, at most {} are possible", tensor.name, words, tensor.max_words), file,
          "keep to the protocol's limits");
  }
  if (has_tensor) return {};
  return fail(ErrorCode::kBadInput, "a snapshot without a single buffer", file,
              "fill control and ring first");
}

/// The header with its length before it, padded with spaces so that the tensors lie aligned.
std::string header_of(const Snapshot& snapshot) {
  ordered_json header;
  header["__metadata__"] = metadata_of(snapshot);
  std::uint64_t begin = 0;
  for (const auto& tensor : kSnapshotTensors) {
    const std::uint64_t words = (snapshot.*tensor.words).size();
    if (words == 0) continue;
    const std::uint64_t end = begin + words * sizeof(std::uint32_t);
    ordered_json shape = ordered_json::array();
    shape.push_back(tensor.columns == 0 ? words : words / tensor.columns);
    if (tensor.columns != 0) shape.push_back(tensor.columns);
    header[tensor.name] = {{"dtype", kTensorDtype}, {"shape", shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string json = dump(header);
  json.append((8 - json.size() % 8) % 8, ' ');
  std::string text;
  for (unsigned shift = 0; shift < 64; shift += 8)
    text.push_back(static_cast<char>((std::uint64_t{json.size()} >> shift) & 0xFF));
  return text + json;
}

Result<void> write_words(AtomicFile& file, std::span<const std::uint32_t> words) {
  if constexpr (std::endian::native == std::endian::little) return file.write(std::as_bytes(words));
  std::vector<std::uint32_t> chunk;
  while (!words.empty()) {
    const auto part = words.first(std::min(words.size(), kChunkWords));
    chunk.clear();
    for (const std::uint32_t word : part) chunk.push_back(std::byteswap(word));
    VYRE_CHECK(file.write(std::as_bytes(std::span<const std::uint32_t>(chunk))));
    words = words.subspan(part.size());
  }
  return {};
}

}  // namespace

Result<void> write_snapshot(const std::filesystem::path& path, const Snapshot& snapshot) try {
  VYRE_CHECK(check_shapes(snapshot, path.string()));
  const std::string header = header_of(snapshot);
  VYRE_TRY(AtomicFile file, AtomicFile::open(path));
  VYRE_CHECK(file.write(std::as_bytes(std::span(header))));
  for (const auto& tensor : kSnapshotTensors) VYRE_CHECK(write_words(file, snapshot.*tensor.words));
  return file.commit();
} catch (const std::exception& problem) {
  return fail(ErrorCode::kFile, fmt::format("cannot write: {}", problem.what()), path.string(),
              "free some memory and try again");
}

}  // namespace vyre::recording
