// round_trip [--device D] [--rounds N] [--slots N] [--million N] [--lanes N] [--workgroups N]
//
// Measures, in turn and in the same process, publish -> done of one ATOMIC_ADD on the resident kernel and the
// same addition by vkQueueSubmit and a fence; then how fast a ring of 1,024 slots drains. Prints JSON.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/submit_add.hpp"
#include "vyre/gpu/device.hpp"
#include "vyre/gpu/megakernel.hpp"
#include "vyre/ring/publisher.hpp"

namespace {

using namespace vyre;
using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds kPatience{60};

template <class T>
T require(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "%s\n", to_text(result.error()).c_str());
  std::exit(5);
}
void require(Result<void> result) {
  if (result) return;
  std::fprintf(stderr, "%s\n", to_text(result.error()).c_str());
  std::exit(5);
}

double percentile(std::vector<double>& sorted, double p) {
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(p * static_cast<double>(sorted.size())))];
}

/// Microseconds of each of `count` calls, sorted.
template <class Call>
std::vector<double> time_each(int count, Call call) {
  std::vector<double> times;
  times.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto start = ring::Clock::now();
    call();
    times.push_back(std::chrono::duration<double, std::micro>(ring::Clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return times;
}

Json spread(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {{"median", values[values.size() / 2]}, {"min", values.front()}, {"max", values.back()}};
}

long peak_rss_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

Json measure_round_trip(ring::Publisher& publisher, bench::SubmitAdd& submit, int rounds, int slots) {
  const std::uint32_t args[] = {1, protocol::kObservableWord};
  const auto ours_once = [&] {
    const auto ticket =
        require(publisher.publish(descriptor::Single{.opcode = protocol::kOpAtomicAdd, .args = args}));
    require(publisher.wait(ticket, ring::Clock::now() + kPatience));
  };
  const auto theirs_once = [&] { submit.run_one(); };
  std::vector<double> ours50, ours99, theirs50, theirs99, ratio;
  for (int round = 0; round <= rounds; ++round) {
    auto ours = time_each(slots, ours_once);
    auto theirs = time_each(slots, theirs_once);
    if (round == 0) continue;  // warm-up
    ours50.push_back(percentile(ours, 0.5));
    ours99.push_back(percentile(ours, 0.99));
    theirs50.push_back(percentile(theirs, 0.5));
    theirs99.push_back(percentile(theirs, 0.99));
    ratio.push_back(theirs50.back() / ours50.back());
  }
  return {{"name", "round_trip_one_slot"},
          {"unit", "us"},
          {"ours", {{"p50", spread(ours50)}, {"p99", spread(ours99)}}},
          {"alternative",
           {{"what", "vkQueueSubmit + fence"}, {"p50", spread(theirs50)}, {"p99", spread(theirs99)}}},
          {"ratio", spread(ratio)}};
}

Json measure_drain(ring::Backend& backend, ring::Publisher& publisher, int rounds, int slots) {
  const std::uint32_t args[] = {1, protocol::kObservableWord + 1};
  const descriptor::Descriptor single = descriptor::Single{.opcode = protocol::kOpAtomicAdd, .args = args};
  std::vector<double> rates;
  std::uint32_t expected = 0;
  const long rss_before = peak_rss_kib();
  for (int round = 0; round < rounds; ++round) {
    const auto start = ring::Clock::now();
    for (int i = 0; i < slots; ++i)
      require(publisher.publish(single, {.priority = {}, .at_slot = {}, .deadline = start + kPatience}));
    require(publisher.wait_all(ring::Clock::now() + kPatience));
    rates.push_back(slots / std::chrono::duration<double>(ring::Clock::now() - start).count());
    expected += static_cast<std::uint32_t>(slots);
  }
  std::uint32_t sum = 0;
  require(backend.read_control(protocol::kObservableWord + 1, {&sum, 1}));
  if (sum != expected) {
    std::fprintf(stderr, "sum is %u, expected %u\n", sum, expected);
    std::exit(1);
  }
  return {{"name", "atomic_add_through_1024_slots"},
          {"unit", "slots/s"},
          {"slots", slots},
          {"sum_exact", true},
          {"rate", spread(rates)},
          {"peak_rss_growth_kib", peak_rss_kib() - rss_before}};
}

}  // namespace

int main(int argc, char** argv) {
  std::map<std::string, std::string> options{{"--device", "auto"}, {"--rounds", "7"},
                                             {"--slots", "4000"},  {"--million", "1000000"},
                                             {"--lanes", "0"},     {"--workgroups", "0"}};
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!options.contains(argv[i])) {
      std::fprintf(stderr, "round_trip: unknown option %s\n", argv[i]);
      return 2;
    }
    options[argv[i]] = argv[i + 1];
  }
  ring::BackendConfig config;
  config.slot_count = 1024;
  gpu::MegakernelOptions kernel;
  kernel.device = options["--device"];
  kernel.lanes = static_cast<std::uint32_t>(std::stoul(options["--lanes"]));
  kernel.workgroups = static_cast<std::uint32_t>(std::stoul(options["--workgroups"]));
  const auto backend = require(gpu::open_megakernel(config, kernel));
  const auto submit = require(bench::SubmitAdd::open(options["--device"]));
  ring::Publisher publisher(backend->ring_memory(), *backend);
  const auto info = require(gpu::choose_device(options["--device"]));
  const int rounds = std::stoi(options["--rounds"]);
  Json results = Json::array();
  results.push_back(measure_round_trip(publisher, *submit, rounds, std::stoi(options["--slots"])));
  results.push_back(measure_drain(*backend, publisher, 3, std::stoi(options["--million"])));
  require(backend->stop());
  const Json document{
      {"device", info.name}, {"driver", info.driver}, {"rounds", rounds}, {"results", results}};
  std::printf("%s\n", document.dump(2).c_str());
  return 0;
}
