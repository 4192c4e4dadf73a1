// control.jsonl, debug_log.jsonl, io_queue.jsonl: buffers encoded and decoded.
#include <stdexcept>

#include "conformance/vectors.hpp"
#include "vyre/codec/control.hpp"
#include "vyre/codec/debug_log.hpp"
#include "vyre/codec/io_queue.hpp"
#include "vyre/codec/words.hpp"

namespace vyre::conformance {
namespace {

TEST(Vectors, Control) {
  for_each_line("control.jsonl", [](const Json& line) {
    const auto control = codec::encode_control(line.at("shutdown").get<bool>(), u32(line, "tenant_count"),
                                               u32(line, "observable_slots"));
    if (line.contains("error")) {
      EXPECT_FALSE(control.has_value()) << "must be refused: " << line.at("error");
      return;
    }
    ASSERT_TRUE(control.has_value()) << to_text(control.error());
    EXPECT_TRUE(same_words(*control, words_of_hex(line.at("control").get<std::string>())));
  });
}

void check_records(const codec::DebugLog& log, const Json& expected) {
  ASSERT_EQ(log.records.size(), expected.size());
  for (std::size_t record = 0; record < expected.size(); ++record) {
    EXPECT_EQ(log.records[record].format, u32(expected[record], "fmt_id")) << "record " << record;
    EXPECT_TRUE(same_words(log.records[record].args, expected[record].at("args").get<Words>()))
        << "record " << record;
  }
}

/// The one error of the vectors that is none for us: a whole number of records, more than fit.
bool is_overflow(const std::vector<std::byte>& bytes, std::uint32_t cursor) {
  return bytes.size() % 4 == 0 && cursor % protocol::kDebugRecordWords == 0 &&
         cursor > bytes.size() / 4 - protocol::kDebugHeaderWords;
}

void check_overflow(const codec::DebugLog& log, std::span<const std::uint32_t> words) {
  const std::size_t fitting = (words.size() - protocol::kDebugHeaderWords) / protocol::kDebugRecordWords;
  ASSERT_EQ(log.records.size(), fitting);
  EXPECT_EQ(log.lost, words[0] / protocol::kDebugRecordWords - fitting);
  Words records;
  for (const auto& record : log.records) {
    records.push_back(record.format);
    records.insert(records.end(), record.args.begin(), record.args.end());
  }
  EXPECT_TRUE(
      same_words(records, words.subspan(protocol::kDebugHeaderWords, fitting * protocol::kDebugRecordWords)));
}

void check_debug_log(const Json& line) {
  const auto bytes = bytes_of_hex(line.at("debug_log").get<std::string>());
  const auto words = codec::words_from_bytes(bytes, "debug log");
  if (!words) {
    EXPECT_TRUE(line.contains("error")) << to_text(words.error());
    return;
  }
  const auto log = codec::decode_debug_log(*words);
  if (line.contains("error") && !(words->size() > 0 && is_overflow(bytes, words->front()))) {
    EXPECT_FALSE(log.has_value()) << "must be refused: " << line.at("error");
    return;
  }
  ASSERT_TRUE(log.has_value()) << to_text(log.error());
  if (line.contains("error")) return check_overflow(*log, *words);
  EXPECT_EQ(log->lost, 0U);
  check_records(*log, line.at("records"));
}

TEST(Vectors, DebugLog) { for_each_line("debug_log.jsonl", check_debug_log); }

codec::IoRequest request(const Json& claimed) {
  return {.slot = u32(claimed, "slot"),
          .op = u32(claimed, "op_type"),
          .src_handle = u32(claimed, "src_handle"),
          .dst_handle = u32(claimed, "dst_handle"),
          .offset = claimed.at("offset").get<std::uint64_t>(),
          .byte_count = u32(claimed, "byte_count"),
          .tag = u32(claimed, "tag")};
}

Result<void> apply(codec::IoQueue& queue, const Json& step) {
  if (step.contains("submit_read")) {
    const auto& read = step.at("submit_read");
    return queue.submit_read(u32(read, "slot"), {.src_handle = u32(read, "src_handle"),
                                                 .dst_handle = u32(read, "dst_handle"),
                                                 .byte_count = u32(read, "byte_count"),
                                                 .tag = u32(read, "tag")});
  }
  if (step.contains("publish")) {
    const auto& read = step.at("publish");
    return queue.publish(u32(read, "slot"), u32(read, "mapped_slot"), u32(read, "byte_count"),
                         u32(read, "tag"));
  }
  if (step.contains("complete")) {
    const auto& answer = step.at("complete");
    return queue.complete(u32(answer, "slot"), answer.at("success").get<bool>());
  }
  throw std::runtime_error("no known step: " + step.dump());
}

void check_io_step(codec::IoQueue& queue, const Words& words, const Json& step) {
  if (step.contains("claim")) {
    const auto claimed = queue.claim();
    ASSERT_EQ(claimed.size(), step.at("claim").size());
    for (std::size_t at = 0; at < claimed.size(); ++at)
      EXPECT_EQ(claimed[at], request(step.at("claim")[at])) << "claimed request " << at;
    return;
  }
  const Words before = words;
  const auto done = apply(queue, step);
  EXPECT_EQ(done.has_value(), step.at("ok").get<bool>()) << (done ? "accepted" : to_text(done.error()));
  if (done) return;
  EXPECT_TRUE(same_words(words, before, protocol::kIoSlotWords)) << "after an error";
}

void check_io_queue(const Json& line) {
  auto words = codec::encode_empty_io_queue(u32(line, "slots"));
  ASSERT_TRUE(words.has_value()) << to_text(words.error());
  auto queue = codec::IoQueue::view(*words);
  ASSERT_TRUE(queue.has_value()) << to_text(queue.error());
  std::size_t number = 0;
  for (const auto& step : line.at("steps")) {
    SCOPED_TRACE("step " + std::to_string(number++));
    check_io_step(*queue, *words, step);
  }
  EXPECT_TRUE(
      same_words(*words, words_of_hex(line.at("queue_after").get<std::string>()), protocol::kIoSlotWords));
}

TEST(Vectors, IoQueue) { for_each_line("io_queue.jsonl", check_io_queue); }

}  // namespace
}  // namespace vyre::conformance
