/// What tests of streams share: a run of one stream step on a backend, and a listener that keeps what it
/// hears.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "session/stream_layout.hpp"
#include "session/stream_pump.hpp"
#include "session/waiting.hpp"
#include "vyre/scan/kernel_tables.hpp"
#include "vyre/session/runner.hpp"

namespace vyre::test {

struct HeardMatch {
  std::string path;
  std::uint64_t start = 0, end = 0;
  std::uint32_t rule = 0, pattern = 0;
  std::string text;
  friend bool operator==(const HeardMatch&, const HeardMatch&) = default;
};

class Heard final : public session::StreamListener {
 public:
  void on_match(const session::StreamMatch& match) override {
    matches.push_back({std::string(match.path), match.start, match.end, match.rule, match.pattern,
                       std::string(match.text)});
  }
  void on_file(const session::StreamedFile& file) override {
    EXPECT_TRUE(files.emplace(file.path, file.bytes).second) << file.path << " was told twice";
    if (file.failed) failed.emplace_back(file.path);
    order.emplace_back(file.path);
    if (after_file) after_file(order.back());
  }
  void on_error(const Error& error) override { errors.push_back(error); }
  void on_progress(const session::StreamProgress& progress) override {
    EXPECT_GE(progress.bytes, last.bytes);
    EXPECT_GE(progress.files, last.files);
    last = progress;
  }

  std::vector<HeardMatch> matches;
  std::map<std::string, std::uint64_t> files;  ///< bytes, by path
  std::vector<std::string> order, failed;
  std::vector<Error> errors;
  session::StreamProgress last;
  std::function<void(const std::string&)> after_file;
};

inline workload::Workload workload_of(std::uint32_t slot_count) {
  workload::Workload workload;
  workload.slot_count = slot_count;
  return workload;
}

inline workload::StreamStep stream_step(std::uint64_t chunk_bytes, std::uint32_t depth,
                                        std::uint32_t opcode = protocol::kOpNop) {
  workload::StreamStep step;
  step.opcode = opcode;
  step.chunk_bytes = chunk_bytes;
  step.depth = depth;
  return step;
}

/// The sizes of a backend with room for `step`.
inline session::BackendConfig config_for_stream(const workload::Workload& workload,
                                                const workload::StreamStep& step) {
  const auto layout = session::layout_of(workload, step);
  auto config = session::config_for(workload, {});
  config.arena_words = static_cast<std::uint32_t>(layout.arena_words());
  config.result_words = static_cast<std::uint32_t>(layout.result_words());
  return config;
}

/// Plays stream steps, one after the other, on a backend that it does not stop.
class StreamRun {
 public:
  StreamRun(const workload::Workload& workload, ring::Backend& backend,
            const std::atomic<bool>* interrupted = nullptr)
      : workload_(workload),
        backend_(backend),
        consumer_(backend, interrupted),
        publisher_(backend.ring_memory(), consumer_, {.listeners = {&retirements_}}) {}

  Result<void> play(const workload::StreamStep& step) {
    report = {};
    const session::StreamContext context{.workload = workload_,
                                         .backend = backend_,
                                         .consumer = consumer_,
                                         .publisher = publisher_,
                                         .retirements = retirements_,
                                         .listener = &heard,
                                         .timeout = timeout};
    return session::play_stream(step, {}, {}, context, window, report);
  }
  [[nodiscard]] ring::Publisher& publisher() noexcept { return publisher_; }

  Heard heard;
  session::StreamReport report;
  std::uint32_t window = session::kFirstStreamWindow;
  std::chrono::nanoseconds timeout = std::chrono::seconds(60);

 private:
  const workload::Workload& workload_;
  ring::Backend& backend_;
  session::StreamRetirements retirements_;
  session::RunConsumer consumer_;
  ring::Publisher publisher_;
};

}  // namespace vyre::test
