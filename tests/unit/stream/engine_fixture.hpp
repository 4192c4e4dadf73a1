/// What the engine's tests share: both roads, files to read, requests in one line.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "support/temporary_folder.hpp"
#include "vyre/stream/file_handle.hpp"
#include "vyre/stream/io_engine.hpp"

namespace vyre::test {

/// A road that this machine forbids is skipped.
#define VYRE_OPEN_ENGINE(name, options)                                              \
  auto name##_opened = vyre::stream::IoEngine::open(options);                        \
  if (!name##_opened && name##_opened.error().code == vyre::ErrorCode::kUnsupported) \
    GTEST_SKIP() << to_text(name##_opened.error());                                  \
  ASSERT_TRUE(name##_opened) << to_text(name##_opened.error());                      \
  vyre::stream::IoEngine& name = *name##_opened

inline std::string road_name(const testing::TestParamInfo<stream::IoRoad>& road) {
  return road.param == stream::IoRoad::kUring ? "uring" : "pread";
}

inline stream::FileHandle open_file(const std::string& path, int flags = O_RDONLY) {
  return stream::FileHandle(::open(path.c_str(), flags | O_CLOEXEC, 0600));
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == 0) {
      out = stream::FileHandle(ends[0]);
      in = stream::FileHandle(ends[1]);
    }
  }
  void write(std::string_view text) const {
    ASSERT_EQ(::write(in.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  stream::FileHandle out, in;
};

/// Waits until all in flight has ended; in the order in which it did.
inline std::vector<stream::IoCompletion> finish(stream::IoEngine& engine) {
  std::vector<stream::IoCompletion> all, some;
  while (engine.in_flight() > 0) {
    const auto waited = engine.wait(some, std::chrono::seconds(20));
    EXPECT_TRUE(waited) << to_text(waited.error());
    EXPECT_FALSE(some.empty()) << engine.in_flight() << " requests did not end in 20 s";
    if (!waited || some.empty()) break;
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

/// One request, to its end.
inline stream::IoCompletion perform(stream::IoEngine& engine, const stream::IoRequest& request) {
  engine.submit(request);
  const auto all = finish(engine);
  return all.empty() ? stream::IoCompletion{} : all.front();
}

inline stream::IoRequest read_request(const stream::IoFile& file, std::uint64_t offset,
                                      std::span<std::byte> memory, std::uint64_t tag = 0) {
  stream::IoRequest request;
  request.file = file;
  request.offset = offset;
  request.memory = memory;
  request.tag = tag;
  return request;
}

}  // namespace vyre::test
