// Loading, prefetching and writing back, from a workload to its files, on the interpreter; the storm of
// requests also runs on the kernel (tests/unit/gpu/load_miss_test.cpp).
#include <fstream>

#include "run_text.hpp"
#include "support/expect_error.hpp"
#include "support/load_storm.hpp"
#include "support/temporary_folder.hpp"

namespace {

using namespace vyre;
using session::Verdict;
using test::run_text;
using test::TemporaryFolder;

TEST(LoadMiss, AStormIsAnsweredOnceEachAndFaultsWithTheErrno) {
  const TemporaryFolder folder;
  support::LoadStorm storm(10'000, 3, folder.path());
  auto backend = session::make_reference_backend(storm.config(512));
  ASSERT_TRUE(backend) << to_text(backend.error());
  storm.run(**backend);
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(LoadMiss, WhatIsWrittenBackIsInTheFile) {
  const TemporaryFolder folder;
  std::ofstream(folder / "f") << "0123456789abcdef";
  const auto report = run_text(
      "vyre: 1\narena: {size: 64, data: [{at: 8, text: \"VYRE\"}]}\n"
      "resources: [{name: part, file: " +
      (folder / "f").string() +
      ", offset: 4, length: 4, at: 8, writable: true}]\n"
      "steps: [write_back: part]\nexpect: {done_count: 1, faults: none}\n");
  EXPECT_EQ(report.verdict, Verdict::kPassed);
  EXPECT_EQ(text_of(folder / "f"), "0123VYRE89abcdef");
}

TEST(LoadMiss, AFullDiskIsAFaultWithItsErrno) {
  const auto report = run_text(
      "vyre: 1\narena: {size: 64}\n"
      "resources: [{name: full, file: /dev/full, length: 4, writable: true}]\n"
      "steps: [write_back: full]\n"
      "expect: {faults: [{reason: io_failed, detail: 28, count: 1}]}\n");
  EXPECT_EQ(report.verdict, Verdict::kPassed);
}

TEST(LoadMiss, AFileThatIsGoneEndsTheRunBeforeItPublishes) {
  const auto report = run_text(
      "vyre: 1\narena: {size: 64}\nresources: [{name: gone, file: /nowhere/at/all, length: 4}]\n"
      "steps: [load: gone]\n");
  ASSERT_EQ(report.verdict, Verdict::kError);
  EXPECT_EQ(report.error->code, ErrorCode::kFile);
  EXPECT_EQ(report.error->what, "cannot open the resource's file: No such file or directory");
  EXPECT_EQ(report.error->where, "/nowhere/at/all");
  EXPECT_EQ(report.error->fix, "name a file that may be read");
  EXPECT_EQ(report.published, 0U);
}

TEST(LoadMiss, WithoutResourcesAndOfOnesThatDoNotExist) {
  ring::BackendConfig config{.slot_count = 8, .dfa_table = {}};
  const auto fault_of = [&](const protocol::Slot& slot) {
    auto backend = session::make_reference_backend(config);
    EXPECT_TRUE(backend);
    ring::Publisher publisher((*backend)->ring_memory(), **backend);
    EXPECT_TRUE(publisher.publish(descriptor::Recorded{.slots = {&slot, 1}}));
    EXPECT_TRUE(publisher.wait_all());
    const auto faults = publisher.faults();
    return faults.size() == 1 ? faults[0] : ring::Fault{};
  };
  EXPECT_EQ(fault_of(descriptor::encode_load_miss({.resource = 0})).code, protocol::FaultCode::kNoIoService);
  config.arena_words = 4;
  config.resources = {{.first_word = 0, .bytes = 16}};
  const auto beyond = fault_of(descriptor::encode_load_miss({.resource = 1}));
  EXPECT_EQ(beyond.code, protocol::FaultCode::kNoResource);
  EXPECT_EQ(beyond.detail, 1U);
  const auto read_only = fault_of(descriptor::encode_load_miss({.resource = 0, .prefetch = 2}));
  EXPECT_EQ(read_only.code, protocol::FaultCode::kNotWritable);
  config.resources[0].bytes = 17;
  support::expect_error(session::make_reference_backend(config), ErrorCode::kOutOfRange,
                        "17 bytes from arena word 0 leave the arena of 4 words", "resource 0",
                        "make the arena larger, or the resource smaller");
}

}  // namespace
