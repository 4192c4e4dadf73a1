// Everything in a workload but steps and expectations.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support.hpp"

namespace vyre::workload {
namespace {

using namespace std::chrono_literals;
using test::load_bad;
using test::load_good;
using test::short_text;

TEST(Settings, Defaults) {
  const Workload workload = load_good("vyre: 1\n");
  EXPECT_EQ(workload.name, "");
  EXPECT_EQ(workload.file, "w.yaml");
  EXPECT_EQ(workload.slot_count, 64U);
  EXPECT_EQ(workload.scheduler, ring::Scheduler::kSlot);
  EXPECT_EQ(workload.observable_count, 64U);
  EXPECT_FALSE(workload.open_protection);
  ASSERT_EQ(workload.tenants.size(), 1U);
  EXPECT_EQ(workload.tenants[0].id, 0U);
  EXPECT_TRUE(workload.tenants[0].enabled);
  EXPECT_EQ(workload.tenants[0].quota, protocol::kTenantQuotaDefault);
  EXPECT_EQ(workload.debug_records, protocol::kDebugDefaultRecords);
  EXPECT_EQ(workload.timeout, 10s);
  EXPECT_EQ(workload.step_count, 0U);
  EXPECT_TRUE(test::steps_of(workload).empty());
}

TEST(Settings, Everything) {
  const Workload workload = load_good(R"(
vyre: 1
name: a name
description: words
x-mine: {anything: [goes, here]}
parameters: {n: 0x10, m: n * 2}
ring: {slots: n, scheduler: priority, x-note: free}
control:
  observables: m
  protection: open
  tenants:
    - {id: 5, name: batch-jobs, quota: 4, backlog: 8, enabled: false}
    - {id: 0, quota: 9}
    - {id: n / 4, name: alice}
  initial: {observable(3): 7, n: m, 1: 0xFFFFFFFF}
debug: {records: 1KiB}
formats: {1: "a {a}", 0x10: plain}
timeout: 1.5s
dfa: {states: 2, default: 1, edges: [{from: 0, to: 0, byte: 97}, {from: 1, to: 0, range: [1, 3]}, {from: 0, to: 0, chars: "xy"}]}
)");
  EXPECT_EQ(workload.name, "a name");
  EXPECT_EQ(workload.slot_count, 16U);
  EXPECT_EQ(workload.scheduler, ring::Scheduler::kPriority);
  EXPECT_EQ(workload.observable_count, 32U);
  EXPECT_TRUE(workload.open_protection);
  ASSERT_EQ(workload.tenants.size(), 3U);  // by ascending id
  EXPECT_EQ(workload.tenants[0].quota, 9U);
  EXPECT_EQ(workload.tenants[1].id, 4U);
  EXPECT_EQ(workload.tenants[1].name, "alice");
  EXPECT_EQ(workload.tenants[2].quota, 4U);
  EXPECT_EQ(workload.tenants[2].backlog, 8U);
  EXPECT_EQ(workload.tenants[0].backlog, 0U) << "as many as the ring has";
  EXPECT_FALSE(workload.tenants[2].enabled);
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> initial{{1, 0xFFFFFFFF}, {3, 7}, {16, 32}};
  EXPECT_EQ(workload.initial_observables, initial);
  EXPECT_EQ(workload.debug_records, 1024U);
  EXPECT_EQ(workload.formats, (std::map<std::uint32_t, std::string>{{1, "a {a}"}, {16, "plain"}}));
  EXPECT_EQ(workload.timeout, 1500ms);
  ASSERT_EQ(workload.dfa_table.size(), 512U);
  EXPECT_EQ(workload.dfa_table['a'], 0U);
  EXPECT_EQ(workload.dfa_table['y'], 0U);
  EXPECT_EQ(workload.dfa_table['b'], 1U);
  EXPECT_EQ(workload.dfa_table[256 + 2], 0U);
  EXPECT_EQ(workload.dfa_table[256 + 4], 1U);
}

TEST(Settings, ParametersAreOverridden) {
  const std::string text = "vyre: 1\nparameters: {n: 4, m: 10}\nring: {slots: n * m}\n";
  const Workload workload = load_good(text, {.set = {{"n", "0x8"}, {"m", "n + 1"}}});
  EXPECT_EQ(workload.slot_count, 72U);
  ASSERT_EQ(workload.parameters.size(), 2U);
  EXPECT_EQ(workload.parameters[0].value, 8);
  EXPECT_TRUE(workload.parameters[0].overridden);
  EXPECT_FALSE(load_good(text).parameters[0].overridden);
}

TEST(Settings, SetOfWhatIsNotThereNamesTheNearest) {
  const std::string text = "vyre: 1\nparameters: {count: 4}\n";
  const auto errors = load_bad(text, {.set = {{"cuont", "1"}, {"count", "1 +"}}});
  ASSERT_EQ(errors.errors.size(), 2U);
  EXPECT_EQ(short_text(errors.errors[0]),
            "--set cuont=1: the workload has no parameter 'cuont' | did you mean 'count'?");
  EXPECT_EQ(short_text(errors.errors[1]),
            "--set count=1 +: the expression ends where a number is due | write a number");
  EXPECT_EQ(render(errors.errors[0], errors.excerpts[0]).find(" | "), std::string::npos);
  EXPECT_EQ(short_text(load_bad("vyre: 1\n", {.set = {{"a", "1"}}}).errors[0]),
            "--set a=1: the workload has no parameter 'a' | it declares none under 'parameters'");
}

TEST(Settings, DenseTables) {
  std::string row = "[";
  for (int i = 0; i < 256; ++i) row += std::to_string(i) + (i < 255 ? "," : "]");
  const Workload workload = load_good("vyre: 1\ndfa: {states: [" + row + "," + row + "]}\n");
  ASSERT_EQ(workload.dfa_table.size(), 512U);
  EXPECT_EQ(workload.dfa_table[256 + 77], 77U);
}

/// A folder that is gone afterwards.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("vyre-settings-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string write(const std::string& name, const std::string& content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
    return (path_ / name).string();
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Settings, FilesStartAtTheWorkloadsFolder) {
  const Folder folder;
  static_cast<void>(folder.write("h.glsl", "void h() {}"));
  std::string table(2048, '\0');
  table[4] = 1;
  table[1027] = 2;  // the highest byte of word 256
  static_cast<void>(folder.write("t.bin", table));
  const auto file = folder.write(
      "w.yaml", "vyre: 1\nhandlers: [{opcode: 0x40000001, name: h, file: h.glsl}]\ndfa: {file: t.bin}\n");
  const auto loaded = load_file(file);
  ASSERT_TRUE(loaded) << to_text(loaded.error().errors[0]);
  ASSERT_EQ(loaded->handlers.size(), 1U);
  EXPECT_EQ(loaded->handlers[0].opcode, 0x40000001U);
  EXPECT_EQ(loaded->handlers[0].name, "h");
  EXPECT_EQ(loaded->handlers[0].path, folder.path() / "h.glsl");
  EXPECT_EQ(loaded->handlers[0].position.line, 2U);
  ASSERT_EQ(loaded->dfa_table.size(), 512U);
  EXPECT_EQ(loaded->dfa_table[1], 1U);
  EXPECT_EQ(loaded->dfa_table[256], 2U << 24);
}

TEST(Settings, ATableFileMustBeWholeStates) {
  const Folder folder;
  static_cast<void>(folder.write("t.bin", std::string(1000, 'x')));
  const auto loaded = load_file(folder.write("w.yaml", "vyre: 1\ndfa: {file: t.bin}\n"));
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().errors[0].what,
            "'" + (folder.path() / "t.bin").string().substr(0, 48) +
                "' has 1000 bytes, a table is 1 to 65536 states of 1024 bytes");
  EXPECT_EQ(loaded.error().errors[0].fix, "write 256 little-endian 32-bit words for each state");
}

}  // namespace
}  // namespace vyre::workload
