/// Payloads of version 2 records: LogRecord::what to bytes and back. Layout: log_format.hpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "recording/log_format.hpp"
#include "vyre/recording/log_records.hpp"

namespace vyre::recording {

/// What the format cannot hold, for a person; empty: nothing. Slots are checked by their number alone.
[[nodiscard]] std::optional<std::string> publication_problem(const PublicationRecord& head,
                                                             std::size_t slot_count);

/// The payload before the slots, of a publication without a problem.
[[nodiscard]] std::array<std::byte, kPublicationHeadBytes> encode_publication_head(
    const PublicationRecord& head, std::uint32_t slot_count) noexcept;

/// A payload of any other kind, in place of what `out` held. Gives what the format cannot hold, or nothing.
struct EncodedKind {
  RecordKind kind = RecordKind::kEnd;
  std::optional<std::string> problem;
};
[[nodiscard]] EncodedKind encode_payload(const LogRecord& record, std::vector<std::byte>& out);

/// Fills record.what, reusing its memory where it has the same kind already. Gives what is wrong, or nothing.
[[nodiscard]] std::optional<std::string> decode_payload(RecordKind kind, std::span<const std::byte> payload,
                                                        LogRecord& record);

}  // namespace vyre::recording
