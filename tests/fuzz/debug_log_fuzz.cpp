// Any bytes as a debug log: no record is invented, and none is lost without being counted.
#include "support/fuzz_input.hpp"
#include "vyre/codec/debug_log.hpp"
#include "vyre/codec/words.hpp"

using namespace vyre;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const support::FuzzInput input(data, size);
  const auto words = codec::words_from_bytes(input.rest(), "debug log");
  if (!words) return 0;
  const auto log = codec::decode_debug_log(*words);
  FUZZ_CHECK(log.has_value() == (!words->empty() && words->front() % protocol::kDebugRecordWords == 0));
  if (!log) return 0;
  FUZZ_CHECK(log->records.size() + log->lost == words->front() / protocol::kDebugRecordWords);
  FUZZ_CHECK(log->records.size() <= (words->size() - 1) / protocol::kDebugRecordWords);
  if (log->lost != 0) FUZZ_CHECK(log->records.size() == (words->size() - 1) / protocol::kDebugRecordWords);
  for (std::size_t record = 0; record < log->records.size(); ++record) {
    const std::size_t first = protocol::kDebugHeaderWords + record * protocol::kDebugRecordWords;
    FUZZ_CHECK(log->records[record].format == (*words)[first]);
    FUZZ_CHECK(log->records[record].args[2] == (*words)[first + 3]);
  }
  return 0;
}
