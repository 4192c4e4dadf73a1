/// A file of a test's own, written by a TraceWriter.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "vyre/trace/trace_writer.hpp"

namespace vyre::test {

class TraceFile : public testing::Test {
 protected:
  TraceFile() {
    std::string name = (std::filesystem::temp_directory_path() / "vyre-trace-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~TraceFile() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] static std::string read(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path folder_;
};

/// The same little trace through any writer: a publication with two flows, one slot, one instant.
inline void write_small_trace(trace::TraceWriter& writer) {
  const auto host = writer.add_group("the \"host\"");
  const auto publisher = writer.add_track(host, "publisher", 0);
  const auto device = writer.add_group("device");
  const auto lane = writer.add_track(device, "lane 3", 7);
  const std::array arguments{trace::Argument{"ticket", std::uint64_t{9}}, trace::Argument{"share", 0.5},
                             trace::Argument{"what", std::string_view("a\nb")}};
  writer.add_span({.track = publisher,
                   .begin_ns = 1'000'000'000'001,
                   .end_ns = 1'000'000'000'500,
                   .name = "batch",
                   .category = "publication",
                   .arguments = arguments,
                   .first_flow_out = 5,
                   .flows_out = 2});
  writer.add_span({.track = lane,
                   .begin_ns = 1'000'000'002'000,
                   .end_ns = 1'000'000'003'250,
                   .name = "nop",
                   .category = "slot",
                   .flow_in = 6});
  writer.add_instant({.track = lane, .begin_ns = 1'000'000'004'000, .name = "nop", .category = "slot"});
}

}  // namespace vyre::test
