// Many steps: read again from the text, in memory that does not grow with them.
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support.hpp"

namespace vyre::workload {
namespace {

constexpr std::uint64_t kJsonSteps = 200'000;
constexpr std::uint64_t kYamlSteps = 150'000;  // above what is kept in memory

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::temp_directory_path() / ("vyre-" + std::to_string(::getpid()) + name);
}

/// Anonymous memory in KiB: what the process really needs, without mapped files.
std::uint64_t anonymous_kib() {
  std::ifstream status("/proc/self/status");
  std::string key;
  std::uint64_t value = 0;
  while (status >> key) {
    if (key == "RssAnon:" && status >> value) return value;
    status.ignore(4096, '\n');
  }
  return 0;
}

/// Reads every step, checks that step n stores n, and returns how many there were.
std::uint64_t check_steps(const Workload& workload, std::uint64_t& peak_kib) {
  auto reader = open_steps(workload);
  EXPECT_TRUE(reader);
  Step step;
  std::uint64_t count = 0;
  for (;; ++count) {
    const auto more = (*reader)->next(step);
    EXPECT_TRUE(more) << (more ? "" : to_text(more.error()));
    if (!more || !*more) return count;
    const auto& args = std::get<SingleStep>(step.action).operation.args;
    if (*args[0].evaluate() != static_cast<std::int64_t>(count)) {
      ADD_FAILURE() << "step " << count << " stores " << *args[0].evaluate();
      return count;
    }
    if (count % 4096 == 0) peak_kib = std::max(peak_kib, anonymous_kib());
  }
}

TEST(ManySteps, JsonNeedsMemoryForOneStep) {
  const auto path = temporary("-many.json");
  {
    std::ofstream file(path);
    file << "{\"vyre\": 1,\n\"steps\": [\n";
    for (std::uint64_t i = 0; i < kJsonSteps; ++i)
      file << "{\"store_u32\": {\"value\": " << i << ", \"to\": \"observable(" << i % 8 << ")\"}}"
           << (i + 1 < kJsonSteps ? ",\n" : "\n");
    file << "], \"ring\": {\"slots\": 8}}\n";
  }
  const std::uint64_t before = anonymous_kib();
  ASSERT_GT(before, 0U);
  const auto loaded = load_file(path.string());
  ASSERT_TRUE(loaded) << to_text(loaded.error().errors[0]);
  EXPECT_EQ(loaded->step_count, kJsonSteps);
  std::uint64_t peak = anonymous_kib();
  EXPECT_EQ(check_steps(*loaded, peak), kJsonSteps);
  std::filesystem::remove(path);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // Keeping the first steps until it is clear that there are many takes a few megabytes.
  EXPECT_LT(peak - before, 32U * 1024U);
#endif
}

TEST(ManySteps, JsonErrorsBehindManyStepsHaveTheirPlace) {
  std::string text = "{\"vyre\": 1, \"steps\": [\n";
  for (int i = 0; i < 20'000; ++i) text += "{\"nop\": {}},\n";
  text += "{\"nopp\": {}},\n{\"nop\": {}}], \"rign\": {}}";
  const auto errors = test::load_bad(text);
  ASSERT_EQ(errors.errors.size(), 2U);
  EXPECT_EQ(test::short_text(errors.errors[0]),
            "20002:2: unknown opcode or action 'nopp' in a step | did you mean 'nop'?");
  EXPECT_EQ(test::short_text(errors.errors[1]),
            "20003:15: unknown key 'rign' in a workload | did you mean 'ring'?");
}

class ManyYamlSteps : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string text = "vyre: 1\nsteps:\n";
    for (std::uint64_t i = 0; i < kYamlSteps; ++i) text += "- store_u32: [" + std::to_string(i) + ", 160]\n";
    text_ = new std::string(std::move(text));
  }
  static void TearDownTestSuite() { delete text_; }
  static const std::string* text_;
};
const std::string* ManyYamlSteps::text_ = nullptr;

TEST_F(ManyYamlSteps, AreReadByAThreadAndLeftInTheMiddle) {
  const Workload workload = test::load_good(*text_);
  EXPECT_EQ(workload.step_count, kYamlSteps);
  std::uint64_t peak = 0;
  EXPECT_EQ(check_steps(workload, peak), kYamlSteps);
  auto reader = open_steps(workload);  // its thread must end with it, whatever it is about
  ASSERT_TRUE(reader);
  Step step;
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(*(*reader)->next(step));
  reader->reset();
  ASSERT_TRUE(open_steps(workload));
}

}  // namespace
}  // namespace vyre::workload
