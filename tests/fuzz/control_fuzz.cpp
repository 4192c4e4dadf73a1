// Any bytes as a control buffer: decoding reads inside the buffer only, and what it says is in the words.
// The first 9 bytes also ask for an encoded buffer, which must decode to what was asked for.
#include <algorithm>

#include "support/fuzz_input.hpp"
#include "vyre/codec/control.hpp"
#include "vyre/codec/words.hpp"

using namespace vyre;

namespace {

void check_decoding(std::span<const std::byte> bytes) {
  const auto words = codec::words_from_bytes(bytes, "control buffer");
  FUZZ_CHECK(words.has_value() == (bytes.size() % 4 == 0));
  if (!words) return;
  const auto back = codec::bytes_from_words(*words);
  FUZZ_CHECK(std::equal(back.begin(), back.end(), bytes.begin(), bytes.end()));
  const auto snapshot = codec::decode_control(*words);
  FUZZ_CHECK(snapshot.has_value() == (words->size() >= protocol::kControlFixedWords));
  if (!snapshot) return;
  FUZZ_CHECK(snapshot->epoch == (*words)[protocol::kEpochWord]);
  FUZZ_CHECK(snapshot->tenant_masks.back() == (*words)[protocol::kTenantQuotaWord - 1]);
  FUZZ_CHECK(snapshot->observable_count == codec::observables(*words).size());
  for (const auto& metric : snapshot->metrics)
    FUZZ_CHECK(metric.count != 0 && metric.count == (*words)[protocol::kMetricsWord + metric.opcode]);
}

void check_encoding(support::FuzzInput& input) {
  const bool shutdown = (input.byte() & 1) != 0;
  const std::uint32_t tenants = input.word();
  // Mostly small: a great buffer shows nothing that a small one does not.
  const std::uint32_t asked = input.word();
  const std::uint32_t observables = asked > protocol::kMaxObservables ? asked : asked % 4096;
  const auto control = codec::encode_control(shutdown, tenants, observables);
  FUZZ_CHECK(control.has_value() == (observables <= protocol::kMaxObservables));
  if (!control) return;
  const auto snapshot = codec::decode_control(*control);
  FUZZ_CHECK(snapshot.has_value());
  FUZZ_CHECK(snapshot->shutdown == shutdown && snapshot->observable_count == observables);
  const auto enabled =
      std::count(snapshot->tenant_masks.begin(), snapshot->tenant_masks.end(), protocol::kTenantMaskEnabled);
  FUZZ_CHECK(static_cast<std::uint32_t>(enabled) == std::min(tenants, protocol::kTenantCount));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  support::FuzzInput input(data, size);
  check_decoding(input.rest());
  check_encoding(input);
  return 0;
}
