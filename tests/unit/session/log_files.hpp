/// Fixture: logs in a folder of the test's own, recorded from workloads on the reference backend.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "run_text.hpp"
#include "vyre/recording/log_reader.hpp"
#include "vyre/recording/log_writer.hpp"
#include "vyre/session/replay.hpp"

namespace vyre::test {

class LogFiles : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string(info->test_suite_name()) + "." + info->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path file(const char* name) const { return folder_ / name; }

  std::filesystem::path record(const char* text, const char* name = "run.vrrl",
                               const std::function<void(session::RecordOptions&)>& change = {}) {
    session::RunOptions options;
    options.record = session::RecordOptions{.path = file(name), .handlers = {}};
    if (change) change(*options.record);
    const auto report = run_text(text, options);
    EXPECT_FALSE(report.error) << to_text(*report.error);
    return file(name);
  }

  static std::vector<recording::LogRecord> read_all(const std::filesystem::path& path) {
    std::vector<recording::LogRecord> records;
    const auto reader = recording::open_log(path);
    EXPECT_TRUE(reader) << to_text(reader.error());
    if (!reader) return records;
    recording::LogRecord record;
    for (;;) {
      const auto more = (*reader)->next(record);
      EXPECT_TRUE(more) << to_text(more.error());
      if (!more || !*more) break;
      records.push_back(record);
    }
    EXPECT_FALSE((*reader)->damage());
    return records;
  }

  /// The same log with its records changed on the way.
  std::filesystem::path rewrite(const std::filesystem::path& from, const char* name,
                                const std::function<void(recording::LogRecord&)>& change) {
    auto writer = recording::create_log(file(name));
    EXPECT_TRUE(writer);
    for (auto record : read_all(from)) {
      change(record);
      EXPECT_TRUE((*writer)->append(record));
    }
    EXPECT_TRUE((*writer)->close());
    return file(name);
  }

  static session::ReplayReport play(const std::filesystem::path& path,
                                    const session::ReplayOptions& options = {},
                                    const session::PlanOptions& which = {}) {
    const auto plan = session::plan_replay(path, which);
    EXPECT_TRUE(plan) << to_text(plan.error());
    if (!plan) return {};
    const auto tables = session::scan_tables_for(plan->run);
    EXPECT_TRUE(tables) << to_text(tables.error());
    if (!tables) return {};
    const auto backend = session::make_reference_backend(session::config_for(plan->run, *tables));
    EXPECT_TRUE(backend) << to_text(backend.error());
    if (!backend) return {};
    auto report = session::replay(*plan, **backend, options);
    EXPECT_FALSE(report.run.error) << to_text(*report.run.error);
    return report;
  }

  std::filesystem::path folder_;
};

template <class What>
std::vector<What> all_of(const std::vector<recording::LogRecord>& records) {
  std::vector<What> found;
  for (const auto& record : records)
    if (const auto* what = std::get_if<What>(&record.what)) found.push_back(*what);
  return found;
}

}  // namespace vyre::test
