#include "vyre/codec/control.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vyre::codec {
namespace {

using protocol::kControlFixedWords;
using protocol::kMaxObservables;

template <std::size_t kCount>
void copy_words(std::span<const std::uint32_t> control, std::uint32_t first,
                std::array<std::uint32_t, kCount>& to) {
  std::copy_n(control.begin() + first, kCount, to.begin());
}

}  // namespace

Result<std::vector<std::uint32_t>> encode_control(bool shutdown, std::uint32_t tenant_count,
                                                  std::uint32_t observable_count) {
  if (observable_count > kMaxObservables) {
    return fail(
        ErrorCode::kTooMany,
        fmt::format("{} observables, a control buffer has at most {}", observable_count, kMaxObservables),
        "encode_control", "ask for fewer observables, or spread the results over several rings");
  }
  std::vector<std::uint32_t> control(kControlFixedWords + std::size_t{observable_count}, 0);
  control[protocol::kShutdownWord] = shutdown ? 1 : 0;
  control[protocol::kTenantBaseWord] = protocol::kTenantMaskWord;
  std::fill_n(control.begin() + protocol::kTenantMaskWord, std::min(tenant_count, protocol::kTenantCount),
              protocol::kTenantMaskEnabled);
  std::fill_n(control.begin() + protocol::kTenantQuotaWord, std::min(tenant_count, protocol::kTenantCounters),
              protocol::kTenantQuotaDefault);
  return control;
}

Result<std::vector<std::uint32_t>> encode_control_for_ring(std::uint32_t tenant_count,
                                                           std::uint32_t observable_count,
                                                           std::uint32_t slot_count) {
  if (slot_count > protocol::kMaxSlots) {
    return fail(ErrorCode::kTooMany,
                fmt::format("{} slots, a ring has at most {}", slot_count, protocol::kMaxSlots),
                "encode_control_for_ring", "use a smaller ring, or several");
  }
  VYRE_TRY(std::vector<std::uint32_t> control, encode_control(false, tenant_count, observable_count));
  const auto offsets = protocol::priority_offsets(slot_count);
  std::copy(offsets.begin(), offsets.end(), control.begin() + protocol::kPriorityOffsetsWord);
  return control;
}

Result<ControlSnapshot> decode_control(std::span<const std::uint32_t> control) {
  if (control.size() < kControlFixedWords) {
    return fail(ErrorCode::kBadInput,
                fmt::format("the control buffer has {} words, its fixed part alone has {}", control.size(),
                            kControlFixedWords),
                fmt::format("byte {} of the control buffer", 4 * control.size()), "pass the whole buffer");
  }
  const std::size_t observable_count = control.size() - kControlFixedWords;
  if (observable_count > kMaxObservables) {
    return fail(
        ErrorCode::kTooMany,
        fmt::format("{} observables, a control buffer has at most {}", observable_count, kMaxObservables),
        fmt::format("byte {} of the control buffer", std::size_t{4} * (kControlFixedWords + kMaxObservables)),
        "pass the control buffer alone");
  }
  ControlSnapshot snapshot;
  snapshot.shutdown = control[protocol::kShutdownWord] != 0;
  snapshot.done_count = control[protocol::kDoneCountWord];
  snapshot.epoch = control[protocol::kEpochWord];
  for (std::uint32_t opcode = 0; opcode < protocol::kMetricsCount; ++opcode) {
    const std::uint32_t count = control[protocol::kMetricsWord + opcode];
    if (count != 0) snapshot.metrics.push_back({opcode, count});
  }
  copy_words(control, protocol::kTenantMaskWord, snapshot.tenant_masks);
  copy_words(control, protocol::kTenantQuotaWord, snapshot.tenant_quotas);
  copy_words(control, protocol::kTenantFairnessWord, snapshot.tenant_fairness);
  copy_words(control, protocol::kPriorityOffsetsWord, snapshot.priority_offsets);
  snapshot.priority_starvation = control[protocol::kPriorityStarvationWord];
  copy_words(control, protocol::kPriorityFairnessWord, snapshot.priority_fairness);
  snapshot.observable_count = static_cast<std::uint32_t>(observable_count);
  return snapshot;
}

}  // namespace vyre::codec
