/// Replay logs for tests: samples, raw records with their checksums, and reading to the end.
#pragma once

#include <fmt/format.h>

#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "snapshot_fixture.hpp"
#include "vyre/recording/log_reader.hpp"
#include "vyre/recording/log_writer.hpp"

namespace vyre::recording {

/// CRC32C bit by bit: a second opinion on the room's own.
inline std::uint32_t plain_crc32c(std::string_view bytes) {
  std::uint32_t crc = 0xFFFF'FFFF;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0x82F6'3B78U : 0U);
  }
  return ~crc;
}

/// So many bytes of the value, the lowest first.
inline std::string little(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i, value >>= 8) text.push_back(static_cast<char>(value & 0xFF));
  return text;
}

inline std::string v2_header() {
  const std::string header = "VRRL0002" + little(2, 4);
  return header + little(plain_crc32c(header), 4);
}

/// A record's head that claims so many bytes of payload.
inline std::string v2_head(std::uint32_t payload_bytes, std::uint16_t kind, std::uint64_t time_ns = 0) {
  const std::string head = little(payload_bytes, 4) + little(kind, 2);
  return head + little(plain_crc32c(head), 2) + little(time_ns, 8);
}

inline std::string v2_record(std::uint16_t kind, std::string_view payload, std::uint64_t time_ns = 0) {
  std::string record = v2_head(static_cast<std::uint32_t>(payload.size()), kind, time_ns);
  record += payload;
  return record + little(plain_crc32c(record), 4);
}

struct ReadLog {
  std::vector<LogRecord> records;
  std::optional<Error> damage;
  bool tail_is_cut = false;
};

inline ReadLog read_on(LogReader& reader) {
  ReadLog log;
  LogRecord record;
  while (true) {
    const auto more = reader.next(record);
    if (!more) ADD_FAILURE() << to_text(more.error());
    if (!more || !*more) break;
    log.records.push_back(record);
  }
  const auto again = reader.next(record);
  EXPECT_TRUE(again && !*again) << "reading goes on after its end";
  log.damage = reader.damage();
  log.tail_is_cut = reader.tail_is_cut();
  return log;
}

inline Result<std::unique_ptr<LogReader>> open_bytes(std::string_view bytes) {
  return open_log(std::as_bytes(std::span(bytes)), "a.vrrl");
}

/// What stands in bytes whose header is right.
inline ReadLog read_log(std::string_view bytes) {
  const auto reader = open_bytes(bytes);
  if (!reader) {
    ADD_FAILURE() << to_text(reader.error());
    return {};
  }
  return read_on(**reader);
}

inline void expect_same(const LogRecord& read, const LogRecord& written) {
  EXPECT_EQ(read.time_ns, written.time_ns);
  EXPECT_EQ(read.what.index(), written.what.index());
  EXPECT_TRUE(read.what == written.what);
}

inline void expect_prefix(const std::vector<LogRecord>& read, const std::vector<LogRecord>& written,
                          std::size_t count) {
  ASSERT_EQ(read.size(), count);
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(read[i].time_ns, written[i].time_ns) << "record " << i;
    EXPECT_TRUE(read[i].what == written[i].what) << "record " << i;
  }
}

inline void expect_damage(const ReadLog& log, std::string_view what, std::uint64_t at, std::string_view fix) {
  ASSERT_TRUE(log.damage) << "no damage: " << what;
  EXPECT_EQ(log.damage->code, ErrorCode::kBadInput);
  EXPECT_EQ(log.damage->what, what);
  EXPECT_EQ(log.damage->where, fmt::format("a.vrrl: byte {}", at));
  EXPECT_EQ(log.damage->fix, fix);
}

inline protocol::Slot sample_slot(std::uint32_t seed) {
  protocol::Slot slot{.status = 1, .opcode = seed % 8, .tenant = seed % 29, .priority = seed % 5, .args = {}};
  for (std::uint32_t arg = 0; arg < protocol::kArgWords; ++arg) slot.args[arg] = seed * 0x0101'0101 + arg;
  return slot;
}

inline RunRecord sample_run() {
  RunRecord run;
  run.vyre_version = "0.1.0";
  run.command = "vyre run \"ä\" \n--record";
  run.workload_file = "w.yaml";
  run.workload_name = "sum";
  run.backend = "vulkan";
  run.device = "llvmpipe";
  run.slot_count = 1'048'576;
  run.observable_count = 65;
  run.debug_records = 64;
  run.priority_scheduler = true;
  run.open_protection = true;
  run.tenants = {{.id = 0, .name = "system", .quota = 1'000'000, .enabled = true},
                 {.id = 28, .name = "other", .quota = 0xFFFF'FFFF, .enabled = false}};
  run.initial_observables = {{0, 7}, {1'048'575, 0xFFFF'FFFF}};
  run.formats = {{0, "zero {}"}, {4'294'967'295, "\"quoted\""}};
  run.handlers = {{.opcode = 0x4000'0000, .name = "twice", .file = "h.comp", .glsl = "void f() {}\n"}};
  run.dfa_table = {1, 0, 0xFFFF'FFFF};
  return run;
}

/// One of every kind, and every field with a value of its own.
inline std::vector<LogRecord> sample_records() {
  std::uint64_t time = 1'700'000'000'000'000'000;
  const auto record = [&](auto what) { return LogRecord{.time_ns = ++time, .offset = 0, .what = what}; };
  return {record(sample_run()),
          record(PublicationRecord{.form = PublicationForm::kWindow,
                                   .ticket = 0x1'0000'0002,
                                   .first_slot = 5,
                                   .at_slot = true,
                                   .in_partition = false,
                                   .window_ticket = 77,
                                   .window_required = 1,
                                   .slots = {sample_slot(1), sample_slot(2)},
                                   .epoch = std::nullopt,
                                   .args_cut = false,
                                   .other_words = {}}),
          record(PublicationRecord{.form = PublicationForm::kSingle,
                                   .ticket = 3,
                                   .first_slot = 0xFFFF'FFFF,
                                   .at_slot = false,
                                   .in_partition = true,
                                   .window_ticket = 0,
                                   .window_required = 0,
                                   .slots = {sample_slot(3)},
                                   .epoch = 9,
                                   .args_cut = true,
                                   .other_words = {}}),
          record(ControlWriteRecord{.word = 31, .value = 0xFFFF'FFFF}),
          record(WaitRecord{.awaited = WaitRecord::For::kWindow, .value = 0x2'0000'0001}),
          record(CheckpointRecord{.epoch = 4,
                                  .done_count = 3,
                                  .published = 0x3'0000'0003,
                                  .quiescent = true,
                                  .observables = {{0, 5}, {1'048'575, 6}}}),
          record(EndRecord{.verdict = "passed", .published = 3, .done = 2, .faulted = 1})};
}

/// The bytes that a new log of version 2 has with these records.
inline std::string v2_log(const std::vector<LogRecord>& records) {
  const TemporaryFolder folder;
  const auto path = folder / "a";
  auto writer = create_log(path);
  if (!writer) {
    ADD_FAILURE() << to_text(writer.error());
    return {};
  }
  for (const auto& record : records) {
    const auto done = (*writer)->append(record);
    if (!done) ADD_FAILURE() << to_text(done.error());
  }
  const auto closed = (*writer)->close();
  if (!closed) ADD_FAILURE() << to_text(closed.error());
  return read_bytes(path);
}

}  // namespace vyre::recording
