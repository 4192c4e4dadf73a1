// scan_rate [--device D] [--mib N] [--chunk BYTES] [--literals N] [--rounds N] [--lanes N] [--workgroups N]
//           [--shape LANESxWORKGROUPS]... [--only scan|copy]
//
// Measures, in turn and in the same process, how fast the resident kernel scans text that lies in the arena,
// and how fast the same bytes come there by the device's own copier. The number of matches is held against
// the scanner on the host. A number of 0 is the default: 256 MiB on GPUs, 16 on CPU devices. Prints JSON.
#include <algorithm>
#include <atomic>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/scan_text.hpp"
#include "vyre/descriptor/operations.hpp"
#include "vyre/gpu/device.hpp"
#include "vyre/gpu/megakernel.hpp"
#include "vyre/ring/publisher.hpp"
#include "vyre/ring/result_memory.hpp"
#include "vyre/scan/kernel_tables.hpp"
#include "vyre/scan/scan.hpp"

namespace {

using namespace vyre;
using Json = nlohmann::ordered_json;

constexpr std::chrono::seconds kPatience{120};
constexpr std::uint64_t kMostHostScanBytes = 256ULL << 20;
constexpr std::uint32_t kMostMatches = 65'536;  ///< that one chunk has room for, as in a stream
constexpr std::uint32_t kAreaWords =
    protocol::kScanResultHeadWords + protocol::kScanMatchWords * kMostMatches;
constexpr std::uint32_t kFirstCell = 16;  ///< arena word; a cell for each chunk
constexpr std::uint64_t kCopiesOut = 4;   ///< on their way at once
constexpr std::uint64_t kPage = 4096;

[[noreturn]] void give_up(int code, const std::string& text) {
  std::fprintf(stderr, "scan_rate: %s\n", text.c_str());
  std::exit(code);
}
template <class T>
T require(Result<T> result) {
  if (!result) give_up(5, to_text(result.error()));
  return std::move(*result);
}
void require(Result<void> result) {
  if (!result) give_up(5, to_text(result.error()));
}

Json spread(std::vector<double> values) {
  if (values.empty()) return nullptr;
  std::sort(values.begin(), values.end());
  return {{"median", values[values.size() / 2]}, {"min", values.front()}, {"max", values.back()}};
}

struct Shape {
  std::uint32_t lanes = 0;
  std::uint32_t workgroups = 0;
};

/// What is scanned, and what has to be found in it.
struct Trial {
  std::string text;
  std::uint64_t chunk_bytes = 0;
  scan::Table table;
  std::vector<std::uint32_t> table_words;
  std::vector<std::uint32_t> expected;  ///< matches of each chunk, as far as the host counted

  [[nodiscard]] std::uint32_t chunks() const {
    return static_cast<std::uint32_t>((text.size() + chunk_bytes - 1) / chunk_bytes);
  }
  [[nodiscard]] std::uint64_t size_of(std::uint32_t chunk) const {
    return std::min<std::uint64_t>(chunk_bytes, text.size() - chunk * chunk_bytes);
  }
  [[nodiscard]] std::uint64_t first_byte() const {
    return (4 * (std::uint64_t{kFirstCell} + chunks()) + kPage - 1) / kPage * kPage;
  }
  [[nodiscard]] std::uint64_t place_of(std::uint32_t chunk) const {
    return first_byte() + chunk * chunk_bytes;
  }
  [[nodiscard]] std::uint64_t arena_bytes() const { return first_byte() + text.size(); }
};

void count_on_host(Trial& trial) {
  std::uint32_t row = trial.table.start;
  for (std::uint32_t chunk = 0; chunk < trial.chunks(); ++chunk) {
    if (chunk > 0 && (chunk + 1) * trial.chunk_bytes > kMostHostScanBytes) return;
    std::uint32_t found = 0;
    row = scan::scan(
        trial.table, row,
        std::as_bytes(std::span(trial.text)).subspan(chunk * trial.chunk_bytes, trial.size_of(chunk)), 0,
        [&](std::uint32_t, std::uint64_t) { ++found; });
    trial.expected.push_back(found);
  }
}

/// One shape of the kernel, with the text in its arena.
class Bench {
 public:
  Bench(const Trial& trial, const std::string& device, Shape shape) : trial_(trial) {
    const ring::BackendConfig config{.slot_count = std::max(64U, std::bit_ceil(trial.chunks() + 1)),
                                     .dfa_table = {},
                                     .arena_words = static_cast<std::uint32_t>(trial.arena_bytes() / 4),
                                     .scan_tables = trial.table_words,
                                     .result_words = kAreaWords * trial.chunks()};
    gpu::MegakernelOptions kernel;
    kernel.device = device;
    kernel.lanes = shape.lanes;
    kernel.workgroups = shape.workgroups;
    backend_ = require(gpu::open_megakernel(config, kernel));
    std::ranges::fill(backend_->result_memory(), ring::kNoResultYet);
    publisher_ = std::make_unique<ring::Publisher>(backend_->ring_memory(), *backend_);
    copier_ = require(backend_->open_copier(trial.text.size()));
    std::memcpy(copier_->staging().data(), trial.text.data(), trial.text.size());
    copy();
  }
  ~Bench() {
    copier_.reset();
    require(backend_->stop());
  }

  /// GB/s.
  double copy() {
    const auto start = ring::Clock::now();
    std::uint64_t last = 0;
    for (std::uint32_t chunk = 0; chunk < trial_.chunks(); ++chunk) {
      last =
          require(copier_->begin(chunk * trial_.chunk_bytes, trial_.place_of(chunk), trial_.size_of(chunk)));
      if (last > kCopiesOut) wait_for_copy(last - kCopiesOut);
    }
    wait_for_copy(last);
    return rate_since(start);
  }

  /// GB/s.
  double scan() {
    // Publication orders these stores before the slots.
    const auto memory = backend_->payload_memory();
    for (std::uint32_t chunk = 0; chunk < trial_.chunks(); ++chunk)
      std::atomic_ref(memory.arena[kFirstCell + chunk]).store(0, std::memory_order_release);
    const auto start = ring::Clock::now();
    const auto deadline = start + kPatience;
    for (std::uint32_t chunk = 0; chunk < trial_.chunks(); ++chunk) publish(chunk, deadline);
    require(publisher_->wait_all(deadline));
    const double rate = rate_since(start);
    check();
    return rate;
  }

  [[nodiscard]] std::string copier() const { return std::string(copier_->name()); }
  [[nodiscard]] std::uint64_t matches() const { return matches_; }

 private:
  [[nodiscard]] double rate_since(ring::Clock::time_point start) const {
    const std::chrono::duration<double> elapsed = ring::Clock::now() - start;
    return static_cast<double>(trial_.text.size()) / elapsed.count() / 1e9;
  }

  void wait_for_copy(std::uint64_t number) {
    const auto deadline = ring::Clock::now() + kPatience;
    while (require(copier_->ended(number, std::chrono::milliseconds(100))) < number)
      if (ring::Clock::now() > deadline) give_up(5, "a copy does not end");
  }

  void publish(std::uint32_t chunk, ring::Clock::time_point deadline) {
    const auto args = descriptor::Scan{.at = static_cast<std::uint32_t>(trial_.place_of(chunk)),
                                       .bytes = static_cast<std::uint32_t>(trial_.size_of(chunk)),
                                       .results = protocol::kInResultMemory | (kAreaWords * chunk),
                                       .most = kMostMatches,
                                       .entry = chunk == 0 ? 0 : kFirstCell + chunk - 1,
                                       .exit = kFirstCell + chunk}
                          .args();
    require(publisher_->publish(descriptor::Single{.opcode = descriptor::Scan::opcode, .args = args},
                                {.priority = {}, .at_slot = {}, .deadline = deadline}));
  }

  void check() {
    if (publisher_->counts().faulted != 0) give_up(1, "a scan faulted");
    const auto results = backend_->result_memory();
    matches_ = 0;
    for (std::uint32_t chunk = 0; chunk < trial_.chunks(); ++chunk) {
      const std::uint32_t found = ring::take_result(results[std::size_t{kAreaWords} * chunk]);
      matches_ += found;
      if (chunk < trial_.expected.size() && found != trial_.expected[chunk])
        give_up(1, "chunk " + std::to_string(chunk) + " has " + std::to_string(found) +
                       " matches, the host finds " + std::to_string(trial_.expected[chunk]));
    }
  }

  const Trial& trial_;
  std::unique_ptr<ring::Backend> backend_;
  std::unique_ptr<ring::Publisher> publisher_;
  std::unique_ptr<ring::PayloadCopier> copier_;
  std::uint64_t matches_ = 0;
};

Json measure(const Trial& trial, const std::string& device, Shape shape, int rounds,
             const std::string& only) {
  Bench bench(trial, device, shape);
  std::vector<double> ours, theirs, ratio;
  for (int round = 0; round <= rounds; ++round) {
    const double scanned = only == "copy" ? 0 : bench.scan();
    const double copied = only == "scan" ? 0 : bench.copy();
    if (round == 0) continue;  // warm-up
    if (only != "copy") ours.push_back(scanned);
    if (only != "scan") theirs.push_back(copied);
    if (only.empty()) ratio.push_back(scanned / copied);
  }
  return {{"name", "scan_in_arena"},
          {"unit", "GB/s"},
          {"lanes", shape.lanes},
          {"workgroups", shape.workgroups},
          {"rounds", rounds},
          {"ours", spread(ours)},
          {"alternative", {{"what", "copy by " + bench.copier()}, {"rate", spread(theirs)}}},
          {"ratio", spread(ratio)},
          {"matches", bench.matches()},
          {"chunks_checked", only == "copy" ? 0 : trial.expected.size()}};
}

Shape shape_of(const std::string& text) {
  Shape shape;
  if (std::sscanf(text.c_str(), "%ux%u", &shape.lanes, &shape.workgroups) != 2)
    give_up(2, "--shape " + text + ": write lanes and workgroups, as 128x132");
  return shape;
}

Trial make_trial(std::map<std::string, std::uint64_t>& numbers, const gpu::DeviceInfo& info) {
  const bool is_cpu = info.type == gpu::DeviceType::kCpu;
  if (numbers["--mib"] == 0) numbers["--mib"] = is_cpu ? 16 : 256;
  if (numbers["--chunk"] == 0)
    numbers["--chunk"] = std::min<std::uint64_t>(numbers["--mib"] << 20, 16U << 20);
  Trial trial;
  trial.chunk_bytes = numbers["--chunk"];
  if (trial.chunk_bytes % kPage != 0 || trial.chunk_bytes > protocol::kMaxScanBytes)
    give_up(2, "--chunk: a multiple of 4096, at most 32 MiB");
  const auto literals = bench::random_literals(numbers["--literals"]);
  trial.text = bench::random_text(numbers["--mib"] << 20, literals);
  const std::uint64_t most = std::min<std::uint64_t>(info.max_buffer_bytes, 0xFFFF'FFFF);
  if (trial.arena_bytes() >= most)
    give_up(2, "--mib: " + std::to_string(trial.arena_bytes()) +
                   " bytes of arena, the device has buffers of " + std::to_string(most));
  trial.table = require(scan::build_literals(literals));
  trial.table_words = require(scan::encode_for_kernel(std::span(&trial.table, 1)));
  return trial;
}

}  // namespace

int main(int argc, char** argv) {
  std::string device = "auto", only;
  std::map<std::string, std::uint64_t> numbers{{"--mib", 0},    {"--chunk", 0}, {"--literals", 1000},
                                               {"--rounds", 7}, {"--lanes", 0}, {"--workgroups", 0}};
  std::vector<Shape> shapes;
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    if (i + 1 == argc) give_up(2, name + " has no value");
    const std::string value = argv[i + 1];
    if (name == "--device")
      device = value;
    else if (name == "--shape")
      shapes.push_back(shape_of(value));
    else if (name == "--only" && (value == "scan" || value == "copy"))
      only = value;
    else if (numbers.contains(name))
      numbers[name] = std::strtoull(value.c_str(), nullptr, 10);
    else
      give_up(2, "unknown option " + name + " " + value);
  }
  if (shapes.empty())
    shapes.push_back({.lanes = static_cast<std::uint32_t>(numbers["--lanes"]),
                      .workgroups = static_cast<std::uint32_t>(numbers["--workgroups"])});
  if (numbers["--rounds"] == 0 || numbers["--literals"] == 0) give_up(2, "no rounds, or no literals");
  const auto info = require(gpu::choose_device(device));
  Trial trial = make_trial(numbers, info);
  if (only != "copy") count_on_host(trial);
  Json results = Json::array();
  for (const Shape& shape : shapes)
    results.push_back(measure(trial, device, shape, static_cast<int>(numbers["--rounds"]), only));
  const Json document{{"device", info.name},
                      {"driver", info.driver},
                      {"bytes", trial.text.size()},
                      {"chunk_bytes", trial.chunk_bytes},
                      {"literals", numbers["--literals"]},
                      {"default_lanes", info.defaults.lanes.value},
                      {"default_workgroups", info.defaults.scan_workgroups.value},
                      {"results", results}};
  std::printf("%s\n", document.dump(2).c_str());
  return 0;
}
