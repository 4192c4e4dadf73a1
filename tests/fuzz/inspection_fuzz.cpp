// Inspection: any file, by its content or as a raw buffer, is refused with its place, or everything can be
// asked of it. The first byte says which: 0 to 4 for a buffer, else the file has to say itself.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <string>

#include "support/fuzz_input.hpp"
#include "vyre/inspection/difference.hpp"
#include "vyre/inspection/inspection.hpp"
#include "vyre/inspection/records.hpp"
#include "vyre/inspection/ring_map.hpp"
#include "vyre/inspection/slots.hpp"
#include "vyre/inspection/summary.hpp"
#include "vyre/inspection/text.hpp"

namespace {

using namespace vyre::inspection;
using vyre::Error;

void check_error(const Error& error) { FUZZ_CHECK(!error.what.empty() && !error.fix.empty()); }

/// A file in memory, under a name that can be opened.
class MemoryFile {
 public:
  explicit MemoryFile(std::span<const std::uint8_t> bytes)
      : descriptor_(::memfd_create("input", MFD_CLOEXEC)) {
    FUZZ_CHECK(descriptor_ >= 0);
    FUZZ_CHECK(::write(descriptor_, bytes.data(), bytes.size()) == static_cast<::ssize_t>(bytes.size()));
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

void look_at_log(const Inspection& log) {
  const auto summary = summarize_log(log);
  if (!summary) {  // its header; records that are damaged end the reading
    check_error(summary.error());
    FUZZ_CHECK(!open_records(log) && !compare(log, log, {}, 3));
    return;
  }
  if (summary->damage) check_error(*summary->damage);
  const auto reader = open_records(log);
  FUZZ_CHECK(reader.has_value());
  vyre::recording::LogRecord record;
  std::uint64_t records = 0;
  for (auto more = (*reader)->next(record); more && *more; more = (*reader)->next(record), ++records) {
    FUZZ_CHECK(!record_text(record, summary->names).empty());
    FUZZ_CHECK(!kind_of(record).empty());
    static_cast<void>(record_fields(record));
  }
  FUZZ_CHECK(records == summary->records);
  FUZZ_CHECK(summary->names.handlers.size() <= kMaxCounted && summary->names.tenants.size() <= kMaxCounted);
}

void look_at_slots(const Inspection& buffers) {
  std::string text;
  const SlotFilter all{.empty_too = true};
  for (std::uint32_t index = 0; index < buffers.slot_count(); ++index) {
    const auto slot = buffers.slot(index);
    FUZZ_CHECK(all.matches(index, slot));
    append_operation(text, slot, buffers.names);
    FUZZ_CHECK(!tenant_text(slot.tenant, buffers.names).empty());
    static_cast<void>(priority_text(slot.priority));
  }
  const auto opcodes = guess_window_opcodes(buffers);
  FUZZ_CHECK(opcodes.size() <= kMaxGuessedOpcodes);
  if (const auto found = windows(buffers, opcodes); !found) check_error(found.error());
  for (const auto& fault : faults(buffers)) FUZZ_CHECK(!reason_text(fault, buffers.names).empty());
  const auto map = map_ring(buffers.words(Buffer::kRing), 7);
  FUZZ_CHECK(map.cells.size() <= 7 && map.cells.size() == map.faulted.size());
}

void look_at_buffers(const Inspection& buffers) {
  if (const auto summary = summarize(buffers); !summary) {
    check_error(summary.error());
  } else {
    if (summary->debug_error) check_error(*summary->debug_error);
    if (summary->occupancy) FUZZ_CHECK(summary->queue_depth <= buffers.slot_count());
    if (summary->fault_count && buffers.has(Buffer::kRing))
      FUZZ_CHECK(*summary->fault_count == faults(buffers).size());
  }
  look_at_slots(buffers);
  if (const auto stall = check_stall(buffers, buffers)) FUZZ_CHECK(!to_text(*stall).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const MemoryFile file(std::span(data, size).subspan(1));
  Input input{.file = file.path(), .as = {}, .buffers = {}};
  if (data[0] < kBufferNames.size()) input.as = static_cast<Buffer>(data[0]);
  const auto opened = open(input);
  if (!opened) {
    check_error(opened.error());
    FUZZ_CHECK(opened.error().where.starts_with(input.file));
    return 0;
  }
  opened->content == Content::kLog ? look_at_log(*opened) : look_at_buffers(*opened);
  if (const auto same = compare(*opened, *opened, {}, 3)) FUZZ_CHECK(same->count == 0);
  return 0;
}
