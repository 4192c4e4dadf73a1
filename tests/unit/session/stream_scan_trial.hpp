/// A trial of scanning files: random texts and rules from a seed, and what a walk over each whole file finds.
#pragma once

#include <algorithm>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "stream_fixture.hpp"
#include "support/random_source.hpp"
#include "support/temporary_folder.hpp"
#include "vyre/scan/scan.hpp"

namespace vyre::test {

class StreamScanTrial {
 public:
  explicit StreamScanTrial(std::uint64_t seed) : random_(seed) {
    letters_ = static_cast<std::uint32_t>(2 + random_.next() % 4);
    make_rules();
    make_files();
    workload_.slot_count = std::uint32_t{16} << (random_.next() % 4);
    step_ = stream_step(4096, static_cast<std::uint32_t>(1 + random_.next() % 6), protocol::kOpScan);
    step_.files = files_;
    constexpr std::uint32_t kMost[] = {1, 3, 40, 1000, 65'536};
    step_.max_matches = kMost[random_.next() % 5];
    step_.road = random_.next() % 2 == 0 ? ring::PayloadRoad::kAuto : ring::PayloadRoad::kStaged;
    for (std::size_t file = 0; file < files_.size(); ++file) expect(file);
  }

  [[nodiscard]] session::BackendConfig config() const {
    auto config = config_for_stream(workload_, step_);
    config.scan_tables = tables_;
    return config;
  }

  void run(ring::Backend& backend) {
    StreamRun run(workload_, backend);
    const auto played = run.play(step_);
    ASSERT_TRUE(played) << to_text(played.error());
    ASSERT_EQ(run.publisher().counts().faulted, 0U);
    EXPECT_EQ(run.heard.order, files_);
    // Of each file and rule in order; how the rules of a file take turns is not promised.
    auto heard = run.heard.matches;
    std::ranges::stable_sort(heard, {},
                             [](const HeardMatch& match) { return std::tie(match.path, match.rule); });
    std::ranges::stable_sort(expected_, {},
                             [](const HeardMatch& match) { return std::tie(match.path, match.rule); });
    ASSERT_EQ(heard.size(), expected_.size())
        << "found " << run.report.found << " of " << found_ << ", scanned anew " << run.report.scanned_anew
        << ", most " << step_.max_matches << ", slots " << workload_.slot_count;
    for (std::size_t i = 0; i < heard.size(); ++i)
      ASSERT_EQ(heard[i], expected_[i])
          << i << ": " << text_of(heard[i]) << ", not " << text_of(expected_[i]);
    EXPECT_EQ(run.report.found, found_);
    EXPECT_EQ(run.report.matches, expected_.size());
    EXPECT_EQ(run.report.matches_by_rule, by_rule_);
    scanned_anew = run.report.scanned_anew;
  }

  std::uint64_t scanned_anew = 0;

 private:
  [[nodiscard]] static std::string text_of(const HeardMatch& match) {
    return match.path + " rule " + std::to_string(match.rule) + " pattern " + std::to_string(match.pattern) +
           " [" + std::to_string(match.start) + ", " + std::to_string(match.end) + ")";
  }

  std::string text(std::size_t size) {
    std::string text(size, 'a');
    for (char& letter : text) letter = static_cast<char>('a' + random_.next() % letters_);
    return text;
  }

  void make_rules() {
    const auto literal_rules = 1 + random_.next() % 2;
    for (std::uint64_t i = 0; i < literal_rules; ++i) {
      std::vector<std::string> literals;
      for (auto count = 1 + random_.next() % 6; count > 0; --count)
        literals.push_back(text(1 + random_.next() % 9));
      if (random_.next() % 4 == 0) literals.push_back(literals.front());
      if (random_.next() % 4 == 0) literals.push_back(text(4000 + random_.next() % 1000));
      long_ = literals.back();
      auto table = scan::build_literals(literals);
      ASSERT_TRUE(table);
      workload_.scan_rules.push_back({.name = {}, .table = std::move(*table), .reverse = {}, .position = {}});
    }
    constexpr const char* kRegexes[] = {"ab+a",          "a[ab]{2,7}b{3}", "b(ab|ba)+b",
                                        "bbb[^a]*aaaa?", "a{11}",          "(a|b){9}c"};
    for (auto count = random_.next() % 3; count > 0; --count) {
      auto rule = scan::build_regex(kRegexes[random_.next() % 6]);
      ASSERT_TRUE(rule);
      workload_.scan_rules.push_back(
          {.name = {}, .table = std::move(rule->scan), .reverse = std::move(rule->reverse), .position = {}});
    }
    by_rule_.resize(workload_.scan_rules.size());
    std::vector<scan::Table> tables;
    for (const auto& rule : workload_.scan_rules) tables.push_back(rule.table);
    auto words = scan::encode_for_kernel(tables);
    ASSERT_TRUE(words);
    tables_ = std::move(*words);
  }

  void make_files() {
    std::vector<std::size_t> sizes{0, 1, 4095, 4096, 4097, 8192, 20'000 + random_.next() % 5000};
    for (int i = 0; i < 10; ++i) sizes.push_back(random_.next() % 900);
    for (std::size_t i = sizes.size(); i > 1; --i) std::swap(sizes[i - 1], sizes[random_.next() % i]);
    for (const std::size_t size : sizes) {
      std::string content = text(size);
      // A literal that lies across a cut, or several, where it fits.
      if (content.size() > long_.size() + 4090)
        content.replace(4090 - random_.next() % 20, long_.size(), long_);
      files_.push_back(folder_.write(std::to_string(contents_.size()), content));
      contents_.push_back(std::move(content));
    }
  }

  void expect(std::size_t file) {
    const auto bytes = std::as_bytes(std::span(contents_[file]));
    for (std::uint32_t rule = 0; rule < workload_.scan_rules.size(); ++rule) {
      const auto& table = workload_.scan_rules[rule].table;
      const auto& reverse = workload_.scan_rules[rule].reverse;
      std::vector<scan::Found> found;
      scan::Selection selection(table);
      (void)scan::scan(table, table.start, bytes, 0, [&](std::uint32_t pattern, std::uint64_t end) {
        ++found_;
        if (!reverse) selection.add(pattern, end, found);
      });
      selection.finish(found);
      if (reverse) found = scan::select_regex({table, *reverse}, bytes);
      by_rule_[rule] += found.size();
      for (const auto& match : found)
        expected_.push_back({files_[file], match.start, match.end, rule, match.pattern,
                             contents_[file].substr(match.start, match.end - match.start)});
    }
  }

  RandomSource random_;
  std::uint32_t letters_ = 2;
  TemporaryFolder folder_;
  workload::Workload workload_;
  workload::StreamStep step_;
  std::vector<std::uint32_t> tables_;
  std::string long_;
  std::vector<std::string> files_, contents_;
  std::vector<HeardMatch> expected_;
  std::vector<std::uint64_t> by_rule_;
  std::uint64_t found_ = 0;
};

}  // namespace vyre::test
