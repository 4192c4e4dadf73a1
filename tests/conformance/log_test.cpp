// vrrl.jsonl: version 1 replay logs, decoded record by record and written again byte for byte.
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "conformance/vectors.hpp"
#include "vyre/recording/log_reader.hpp"
#include "vyre/recording/log_writer.hpp"

namespace vyre::conformance {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The record of a vector, as the reader must give it.
recording::LogRecord record_of(const Json& vector, std::uint64_t ticket) {
  protocol::Slot slot{.status = 1,
                      .opcode = u32(vector, "opcode"),
                      .tenant = u32(vector, "tenant_id"),
                      .priority = 2,
                      .args = {}};
  for (std::size_t arg = 0; arg < vector.at("args").size(); ++arg)
    slot.args.at(arg) = vector.at("args")[arg].get<std::uint32_t>();
  recording::PublicationRecord publication;
  if (slot.opcode == 0x8000'0001) publication.form = recording::PublicationForm::kPacked;
  publication.ticket = ticket;
  publication.first_slot = u32(vector, "slot_idx");
  publication.slots = {slot};
  publication.epoch = u32(vector, "epoch");
  publication.args_cut = true;
  return {.time_ns = vector.at("timestamp_ns").get<std::uint64_t>(), .offset = 0, .what = publication};
}

void check_decoding(const std::filesystem::path& path, const Json& records) {
  auto reader = recording::open_log(path);
  ASSERT_TRUE(reader.has_value()) << to_text(reader.error());
  EXPECT_EQ((*reader)->version(), 1U);
  recording::LogRecord read;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto more = (*reader)->next(read);
    ASSERT_TRUE(more.has_value()) << to_text(more.error());
    ASSERT_TRUE(*more) << i << " records of " << records.size();
    auto expected = record_of(records[i], i + 1);
    auto& publication = std::get<recording::PublicationRecord>(read.what);
    publication.other_words = {};  // not in the vectors, and free
    EXPECT_EQ(read.time_ns, expected.time_ns) << "record " << i;
    EXPECT_TRUE(read.what == expected.what) << "record " << i << ": " << records[i];
  }
  const auto more = (*reader)->next(read);
  EXPECT_TRUE(more.has_value() && !*more) << "more than " << records.size() << " records";
  EXPECT_FALSE((*reader)->damage().has_value()) << to_text(*(*reader)->damage());
}

/// What was overwritten is not in the vectors, and does not matter: others stand for it.
void check_writing(const std::filesystem::path& vector, const Json& line) {
  const auto path =
      std::filesystem::temp_directory_path() / ("vyre-conformance-" + std::to_string(::getpid()) + ".vrrl");
  const auto& records = line.at("records");
  auto writer = recording::create_log_v1(path, line.at("capacity").get<std::uint64_t>());
  ASSERT_TRUE(writer.has_value()) << to_text(writer.error());
  recording::PublicationRecord other;
  other.slots.resize(1);
  for (std::size_t i = records.size(); i < line.at("appended").get<std::size_t>(); ++i)
    ASSERT_TRUE((*writer)->append({.time_ns = 1, .offset = 0, .what = other}));
  for (const auto& record : records) ASSERT_TRUE((*writer)->append(record_of(record, 0)));
  ASSERT_TRUE((*writer)->close());
  const std::string written = bytes_of(path);
  std::filesystem::remove(path);
  const std::string expected = bytes_of(vector);
  ASSERT_EQ(written.size(), expected.size());
  EXPECT_EQ(std::ranges::mismatch(written, expected).in1 - written.begin(), std::ssize(written))
      << "the first byte that differs";
}

TEST(Vectors, ReplayLogs) {
  for_each_line("vrrl.jsonl", [](const Json& line) {
    const auto path = vectors_folder() / line.at("file").get<std::string>();
    SCOPED_TRACE(path);
    check_decoding(path, line.at("records"));
    check_writing(path, line);
  });
}

}  // namespace
}  // namespace vyre::conformance
