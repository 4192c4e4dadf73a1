#include "recording/log_payload.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <limits>

#include "recording/little_endian.hpp"
#include "recording/run_json.hpp"

namespace vyre::recording {
namespace {

using Bytes = std::span<const std::byte>;
using Problem = std::optional<std::string>;

std::uint32_t u32_at(Bytes bytes, std::size_t offset) { return load_le<std::uint32_t>(bytes, offset); }
std::uint64_t u64_at(Bytes bytes, std::size_t offset) { return load_le<std::uint64_t>(bytes, offset); }

void pad(std::vector<std::byte>& out, std::byte with) {
  while (out.size() % sizeof(std::uint32_t) != 0) out.push_back(with);
}
void append_text(std::vector<std::byte>& out, std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  out.insert(out.end(), bytes.begin(), bytes.end());
}
std::string_view text_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

void to_native(std::span<std::uint32_t> words) {
  if constexpr (std::endian::native == std::endian::big)
    for (auto& word : words) word = std::byteswap(word);
}
void append_words(std::vector<std::byte>& out, std::span<const std::uint32_t> words) {
  out.reserve(out.size() + words.size_bytes());
  for (const std::uint32_t word : words) append_le(out, word);
}

/// The record's value of this type: the one it holds, with its memory, or a new one.
template <class T>
T& reused(LogRecord& record) {
  if (auto* held = std::get_if<T>(&record.what)) return *held;
  return record.what.emplace<T>();
}

Problem size_problem(std::string_view what, std::size_t bytes, std::uint64_t expected) {
  if (bytes == expected) return std::nullopt;
  return fmt::format("{} of {} bytes, it takes {}", what, bytes, expected);
}

struct Encoder {
  std::vector<std::byte>& out;

  EncodedKind operator()(const RunRecord& run) const {
    if (auto wrong = problem_of(run)) return {RecordKind::kRun, std::move(wrong)};
    append_le(out, std::uint32_t{0});
    append_text(out, run_to_json(run));
    pad(out, std::byte{' '});
    const std::size_t text_bytes = out.size() - kRunHeadBytes;
    if (text_bytes > kMaxRunTextBytes)
      return {RecordKind::kRun,
              fmt::format("a run with {} bytes of text, at most {} fit", text_bytes, kMaxRunTextBytes)};
    store_le(std::span(out), 0, static_cast<std::uint32_t>(text_bytes));
    append_words(out, run.dfa_table);
    return {RecordKind::kRun, {}};
  }
  /// The writer's own path, see encode_publication_head().
  EncodedKind operator()(const PublicationRecord&) const { return {RecordKind::kPublication, {}}; }
  EncodedKind operator()(const ControlWriteRecord& write) const {
    append_le(out, write.word);
    append_le(out, write.value);
    return {RecordKind::kControlWrite, {}};
  }
  EncodedKind operator()(const WaitRecord& wait) const {
    append_le(out, static_cast<std::uint32_t>(wait.awaited));
    append_le(out, std::uint32_t{0});
    append_le(out, wait.value);
    return {RecordKind::kWait, {}};
  }
  EncodedKind operator()(const CheckpointRecord& seen) const {
    if (!seen.observables.empty() && seen.observables.rbegin()->first >= protocol::kMaxObservables)
      return {RecordKind::kCheckpoint,
              fmt::format("observable {}, at most {} is possible", seen.observables.rbegin()->first,
                          protocol::kMaxObservables - 1)};
    append_le(out, seen.epoch);
    append_le(out, seen.done_count);
    append_le(out, seen.published);
    append_le(out, seen.quiescent ? kFlagQuiescent : std::uint32_t{0});
    append_le(out, static_cast<std::uint32_t>(seen.observables.size()));
    for (const auto& [index, value] : seen.observables) {
      append_le(out, index);
      append_le(out, value);
    }
    return {RecordKind::kCheckpoint, {}};
  }
  EncodedKind operator()(const EndRecord& end) const {
    if (end.verdict.size() > kMaxVerdictBytes)
      return {RecordKind::kEnd,
              fmt::format("a verdict of {} bytes, at most {} fit", end.verdict.size(), kMaxVerdictBytes)};
    append_le(out, end.published);
    append_le(out, end.done);
    append_le(out, end.faulted);
    append_le(out, static_cast<std::uint32_t>(end.verdict.size()));
    append_text(out, end.verdict);
    pad(out, std::byte{0});
    return {RecordKind::kEnd, {}};
  }
};

void decode_slots(Bytes bytes, std::vector<protocol::Slot>& slots) {
  slots.resize(bytes.size() / protocol::kSlotBytes);
  std::memcpy(slots.data(), bytes.data(), bytes.size());
  if constexpr (std::endian::native == std::endian::big)
    for (auto& slot : slots) {
      auto words = std::bit_cast<std::array<std::uint32_t, protocol::kSlotWords>>(slot);
      to_native(words);
      slot = std::bit_cast<protocol::Slot>(words);
    }
}

Problem decode_run(Bytes payload, LogRecord& record) {
  if (payload.size() < kRunHeadBytes)
    return fmt::format("a run of {} bytes, its head takes {}", payload.size(), kRunHeadBytes);
  const std::uint32_t text_bytes = u32_at(payload, 0);
  const std::size_t rest = payload.size() - kRunHeadBytes;
  if (text_bytes % 4 != 0 || text_bytes > kMaxRunTextBytes || text_bytes > rest)
    return fmt::format("a run with {} bytes of text in {} bytes", text_bytes, rest);
  const Bytes table = payload.subspan(kRunHeadBytes + text_bytes);
  if (table.size() / 4 > kMaxDfaWords)
    return fmt::format("a DFA table of {} words, at most {} are possible", table.size() / 4, kMaxDfaWords);
  auto& run = reused<RunRecord>(record);
  if (auto wrong = run_from_json(text_of(payload.subspan(kRunHeadBytes, text_bytes)), run)) return wrong;
  run.dfa_table.resize(table.size() / 4);
  if (!table.empty()) std::memcpy(run.dfa_table.data(), table.data(), table.size());
  to_native(run.dfa_table);
  return std::nullopt;
}

Problem decode_publication(Bytes payload, LogRecord& record) {
  if (payload.size() < kPublicationHeadBytes)
    return fmt::format("a publication of {} bytes, its head takes {}", payload.size(), kPublicationHeadBytes);
  auto& read = reused<PublicationRecord>(record);
  const auto form = std::to_integer<std::uint8_t>(payload[0]);
  const auto flags = std::to_integer<std::uint8_t>(payload[1]);
  if (form >= kPublicationForms)
    return fmt::format("a publication of form {}, at most {} is possible", form, kPublicationForms - 1);
  if ((flags & ~unsigned{kKnownPublicationFlags}) != 0 || load_le<std::uint16_t>(payload, 2) != 0)
    return fmt::format("a publication with the flags {:#x}, {:#x} are known", u32_at(payload, 0) >> 8,
                       kKnownPublicationFlags);
  const std::uint32_t slot_count = u32_at(payload, 28);
  if (auto wrong = size_problem(fmt::format("a publication of {} slots", slot_count), payload.size(),
                                kPublicationHeadBytes + std::uint64_t{slot_count} * protocol::kSlotBytes))
    return wrong;
  read.form = static_cast<PublicationForm>(form);
  read.ticket = u64_at(payload, 4);
  read.first_slot = u32_at(payload, 12);
  read.at_slot = (flags & kFlagAtSlot) != 0;
  read.in_partition = (flags & kFlagInPartition) != 0;
  read.window_ticket = u32_at(payload, 16);
  read.window_required = u32_at(payload, 20);
  read.epoch.reset();
  if ((flags & kFlagHasEpoch) != 0) read.epoch = u32_at(payload, 24);
  read.args_cut = (flags & kFlagArgsCut) != 0;
  read.other_words = {};
  if (auto wrong = publication_problem(read, slot_count)) return wrong;
  decode_slots(payload.subspan(kPublicationHeadBytes), read.slots);
  return std::nullopt;
}

Problem decode_control_write(Bytes payload, LogRecord& record) {
  if (auto wrong = size_problem("a control write", payload.size(), kControlWriteBytes)) return wrong;
  reused<ControlWriteRecord>(record) = {.word = u32_at(payload, 0), .value = u32_at(payload, 4)};
  return std::nullopt;
}

Problem decode_wait(Bytes payload, LogRecord& record) {
  if (auto wrong = size_problem("a wait", payload.size(), kWaitBytes)) return wrong;
  const std::uint32_t awaited = u32_at(payload, 0);
  if (awaited >= kWaitKinds)
    return fmt::format("a wait for {}, at most {} is possible", awaited, kWaitKinds - 1);
  reused<WaitRecord>(record) = {.awaited = static_cast<WaitRecord::For>(awaited),
                                .value = u64_at(payload, 8)};
  return std::nullopt;
}

Problem decode_checkpoint(Bytes payload, LogRecord& record) {
  if (payload.size() < kCheckpointHeadBytes)
    return fmt::format("a checkpoint of {} bytes, its head takes {}", payload.size(), kCheckpointHeadBytes);
  const std::uint32_t flags = u32_at(payload, 16);
  const std::uint32_t count = u32_at(payload, 20);
  constexpr std::uint64_t kPairBytes = 8;
  if (auto wrong = size_problem(fmt::format("a checkpoint of {} observables", count), payload.size(),
                                kCheckpointHeadBytes + count * kPairBytes))
    return wrong;
  if ((flags & ~kFlagQuiescent) != 0)
    return fmt::format("a checkpoint with the flags {:#x}, {:#x} is known", flags, kFlagQuiescent);
  auto& seen = reused<CheckpointRecord>(record);
  seen.epoch = u32_at(payload, 0);
  seen.done_count = u32_at(payload, 4);
  seen.published = u64_at(payload, 8);
  seen.quiescent = flags != 0;
  seen.observables.clear();
  for (std::size_t at = kCheckpointHeadBytes; at < payload.size(); at += kPairBytes) {
    const std::uint32_t index = u32_at(payload, at);
    if (index >= protocol::kMaxObservables)
      return fmt::format("observable {}, at most {} is possible", index, protocol::kMaxObservables - 1);
    if (!seen.observables.empty() && index <= seen.observables.rbegin()->first)
      return fmt::format("observable {} after {}, they must ascend", index, seen.observables.rbegin()->first);
    seen.observables.emplace_hint(seen.observables.end(), index, u32_at(payload, at + 4));
  }
  return std::nullopt;
}

Problem decode_end(Bytes payload, LogRecord& record) {
  if (payload.size() < kEndHeadBytes)
    return fmt::format("an end of {} bytes, its head takes {}", payload.size(), kEndHeadBytes);
  const std::uint32_t length = u32_at(payload, 24);
  if (length > kMaxVerdictBytes)
    return fmt::format("a verdict of {} bytes, at most {} fit", length, kMaxVerdictBytes);
  const std::uint32_t padded = (length + 3) / 4 * 4;
  if (auto wrong = size_problem(fmt::format("an end with a verdict of {} bytes", length), payload.size(),
                                kEndHeadBytes + padded))
    return wrong;
  reused<EndRecord>(record) = {.verdict = std::string(text_of(payload.subspan(kEndHeadBytes, length))),
                               .published = u64_at(payload, 0),
                               .done = u64_at(payload, 8),
                               .faulted = u64_at(payload, 16)};
  return std::nullopt;
}

}  // namespace

std::optional<std::string> publication_problem(const PublicationRecord& head, std::size_t slot_count) {
  if (slot_count == 0 || slot_count > protocol::kMaxSlots)
    return fmt::format("a publication of {} slots, 1 to {} are possible", slot_count, protocol::kMaxSlots);
  if (slot_count - 1 > std::numeric_limits<std::uint32_t>::max() - head.first_slot)
    return fmt::format("a publication of {} slots from slot {}: they pass 2^32", slot_count, head.first_slot);
  if (head.window_required > slot_count)
    return fmt::format("a window of {} slots, {} of them required", slot_count, head.window_required);
  return std::nullopt;
}

std::array<std::byte, kPublicationHeadBytes> encode_publication_head(const PublicationRecord& head,
                                                                     std::uint32_t slot_count) noexcept {
  const unsigned flags = (head.at_slot ? kFlagAtSlot : 0U) | (head.in_partition ? kFlagInPartition : 0U) |
                         (head.epoch ? kFlagHasEpoch : 0U) | (head.args_cut ? kFlagArgsCut : 0U);
  std::array<std::byte, kPublicationHeadBytes> bytes{};
  bytes[0] = static_cast<std::byte>(head.form);
  bytes[1] = static_cast<std::byte>(flags);
  store_le<std::uint64_t>(bytes, 4, head.ticket);
  store_le<std::uint32_t>(bytes, 12, head.first_slot);
  store_le<std::uint32_t>(bytes, 16, head.window_ticket);
  store_le<std::uint32_t>(bytes, 20, head.window_required);
  store_le<std::uint32_t>(bytes, 24, head.epoch.value_or(0));
  store_le<std::uint32_t>(bytes, 28, slot_count);
  return bytes;
}

EncodedKind encode_payload(const LogRecord& record, std::vector<std::byte>& out) {
  out.clear();
  return std::visit(Encoder{out}, record.what);
}

std::optional<std::string> decode_payload(RecordKind kind, std::span<const std::byte> payload,
                                          LogRecord& record) {
  switch (kind) {
    case RecordKind::kRun: return decode_run(payload, record);
    case RecordKind::kPublication: return decode_publication(payload, record);
    case RecordKind::kControlWrite: return decode_control_write(payload, record);
    case RecordKind::kWait: return decode_wait(payload, record);
    case RecordKind::kCheckpoint: return decode_checkpoint(payload, record);
    case RecordKind::kEnd: return decode_end(payload, record);
  }
  return fmt::format("a record of kind {}, kinds 1 to {} are known", static_cast<unsigned>(kind),
                     kLastRecordKind);
}

}  // namespace vyre::recording
