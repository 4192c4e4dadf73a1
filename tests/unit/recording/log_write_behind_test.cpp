// Logs that are longer than the buffer: what another thread writes lies in the file in order, and its errors
// are told.
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "log_fixture.hpp"
#include "recording/write_behind.hpp"

namespace vyre::recording {
namespace {

constexpr std::uint64_t kRecordBytes = 16 + 32 + 64 + 4;  // of a publication of one slot
constexpr std::uint32_t kPerBuffer = WriteBehind::kBufferBytes / kRecordBytes;

Result<void> append_slots(LogWriter& writer, std::uint64_t ticket, std::size_t count) {
  std::vector<protocol::Slot> slots(count);
  slots.front().args[0] = static_cast<std::uint32_t>(ticket);
  slots.back().args[1] = static_cast<std::uint32_t>(ticket);
  PublicationRecord head;
  head.form = count == 1 ? PublicationForm::kSingle : PublicationForm::kBatch;
  head.ticket = ticket;
  return writer.append_publication(ticket, head, slots);
}

TEST(LogWriteBehind, ManyBuffersAndARecordThatFitsInNone) {
  const TemporaryFolder folder;
  auto writer = create_log(folder / "a");
  ASSERT_TRUE(writer) << to_text(writer.error());
  const std::uint64_t large = 5 * kPerBuffer / 2;
  const std::uint64_t count = 2 * large;
  for (std::uint64_t ticket = 0; ticket < count; ++ticket) {
    ASSERT_TRUE(append_slots(**writer, ticket, ticket == large ? 50'000 : 1));
    if (ticket == kPerBuffer + 1) {
      ASSERT_TRUE((*writer)->flush());
      EXPECT_EQ(std::filesystem::file_size(folder / "a"), v2_header().size() + (ticket + 1) * kRecordBytes);
    }
  }
  ASSERT_TRUE((*writer)->close());
  const auto reader = open_log(folder / "a");
  ASSERT_TRUE(reader) << to_text(reader.error());
  const ReadLog log = read_on(**reader);
  EXPECT_FALSE(log.damage) << to_text(*log.damage);
  ASSERT_EQ(log.records.size(), count);
  for (std::uint64_t ticket = 0; ticket < count; ++ticket) {
    const auto& read = std::get<PublicationRecord>(log.records[ticket].what);
    ASSERT_EQ(read.ticket, ticket);
    ASSERT_EQ(read.slots.size(), ticket == large ? 50'000U : 1U);
    ASSERT_EQ(read.slots.front().args[0], ticket);
    ASSERT_EQ(read.slots.back().args[1], ticket);
  }
}

// A limit on this process's files stands for a full disk.
TEST(LogWriteBehind, AnErrorBehindTheCallersBackIsToldAndStays) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  const auto full = [&] {
    auto writer = create_log(path);
    if (!writer) return 1;
    const rlimit limit{.rlim_cur = WriteBehind::kBufferBytes / 2, .rlim_max = WriteBehind::kBufferBytes / 2};
    ::signal(SIGXFSZ, SIG_IGN);
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    Result<void> appended;
    for (std::uint64_t ticket = 0; appended && ticket < 4 * kPerBuffer; ++ticket)
      appended = append_slots(**writer, ticket, 1);
    if (appended) return 3;
    if (appended.error().what != "cannot write: File too large (EFBIG)") return 4;
    const auto closed = (*writer)->close();
    return closed || closed.error().what != appended.error().what ? 5 : 0;
  };
  EXPECT_EXIT(::_exit(full()), testing::ExitedWithCode(0), "");
  const ReadLog log = read_log(read_bytes(path));
  EXPECT_EQ(log.records.size(), (WriteBehind::kBufferBytes / 2 - v2_header().size()) / kRecordBytes);
  EXPECT_TRUE(log.tail_is_cut);
}

}  // namespace
}  // namespace vyre::recording
