// telemetry.jsonl: what the host reads out of control and ring.
#include <utility>

#include "conformance/vectors.hpp"
#include "vyre/codec/telemetry.hpp"

namespace vyre::conformance {
namespace {

void check_control(std::span<const std::uint32_t> control, const Json& expected) {
  const auto snapshot = codec::decode_control(control);
  ASSERT_TRUE(snapshot.has_value()) << to_text(snapshot.error());
  EXPECT_EQ(snapshot->shutdown, expected.at("shutdown").get<bool>());
  EXPECT_EQ(snapshot->done_count, u32(expected, "done_count"));
  EXPECT_EQ(snapshot->epoch, u32(expected, "epoch"));
  std::vector<std::pair<std::uint32_t, std::uint32_t>> metrics;
  for (const auto& metric : snapshot->metrics) metrics.emplace_back(metric.opcode, metric.count);
  EXPECT_EQ(Json(metrics), expected.at("metrics"));
  EXPECT_TRUE(same_words(snapshot->tenant_fairness, expected.at("tenant_fairness").get<Words>()))
      << "tenant_fairness";
  EXPECT_TRUE(same_words(snapshot->priority_fairness, expected.at("priority_fairness").get<Words>()))
      << "priority_fairness";
}

void check_occupancy(std::span<const std::uint32_t> ring, const Json& expected) {
  const auto occupancy = codec::decode_occupancy(ring);
  ASSERT_TRUE(occupancy.has_value()) << to_text(occupancy.error());
  EXPECT_EQ(Json({{"empty", occupancy->empty},
                  {"published", occupancy->published},
                  {"claimed", occupancy->claimed},
                  {"done", occupancy->done},
                  {"wait_io", occupancy->wait_io},
                  {"yield", occupancy->yield},
                  {"requeue", occupancy->requeue},
                  {"fault", occupancy->fault},
                  {"unknown", occupancy->unknown}}),
            expected);
}

void check_counters(std::span<const std::uint32_t> control, std::span<const std::uint32_t> ring,
                    const Json& expected) {
  const auto counters = codec::decode_counters(control, ring);
  ASSERT_TRUE(counters.has_value()) << to_text(counters.error());
  EXPECT_EQ(Json({{"total_slots", counters->total_slots},
                  {"queue_depth", counters->queue_depth},
                  {"gpu_idle_slots", counters->gpu_idle_slots},
                  {"gpu_idle_ppm", counters->gpu_idle_ppm},
                  {"frontier_density_bps", counters->frontier_density_bps},
                  {"occupancy_proxy_bps", counters->occupancy_proxy_bps},
                  {"drained_slots", counters->drained_slots},
                  {"unreclaimed_done_slots", counters->unreclaimed_done_slots},
                  {"tenant_fairness_total", counters->tenant_fairness_total},
                  {"tenant_fairness_skew", counters->tenant_fairness_skew},
                  {"priority_fairness_total", counters->priority_fairness_total},
                  {"requeue_slots", counters->requeue_slots},
                  {"fault_slots", counters->fault_slots}}),
            expected);
}

void check_windows(std::span<const std::uint32_t> ring, const Words& opcodes, const Json& expected) {
  const auto windows = codec::decode_windows(ring, opcodes);
  ASSERT_TRUE(windows.has_value()) << to_text(windows.error());
  Json actual = Json::array();
  for (const auto& window : *windows) {
    actual.push_back({{"ticket", window.ticket},
                      {"tenant_id", window.tenant_id},
                      {"opcode", window.opcode},
                      {"required_slots", window.required_slots},
                      {"lookahead_slots", window.lookahead_slots},
                      {"published", window.published},
                      {"claimed", window.claimed},
                      {"done", window.done},
                      {"wait_io", window.wait_io},
                      {"yield", window.yield},
                      {"requeue", window.requeue},
                      {"fault", window.fault}});
  }
  EXPECT_EQ(actual, expected) << "windows";
}

TEST(Vectors, Telemetry) {
  for_each_line("telemetry.jsonl", [](const Json& line) {
    const auto control = words_of_hex(line.at("control_hex").get<std::string>());
    const auto ring = words_of_hex(line.at("ring_hex").get<std::string>());
    check_control(control, line.at("control"));
    check_occupancy(ring, line.at("occupancy"));
    check_counters(control, ring, line.at("counters"));
    check_windows(ring, line.at("window_opcodes").get<Words>(), line.at("windows"));
  });
}

}  // namespace
}  // namespace vyre::conformance
