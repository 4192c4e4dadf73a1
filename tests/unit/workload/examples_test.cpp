// Every file in workloads/ loads, and gives the steps that it counted.
#include <filesystem>
#include <set>

#include "support.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::workload {
namespace {

std::vector<std::string> examples() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(VYRE_SOURCE_DIR "/workloads"))
    if (entry.path().extension() == ".yaml" || entry.path().extension() == ".json")
      files.push_back(entry.path().string());
  return files;
}

void collect_opcodes(const Step& step, std::set<std::uint32_t>& opcodes) {
  const auto add = [&](const OperationSpec& operation) { opcodes.insert(operation.opcode); };
  if (const auto* single = std::get_if<SingleStep>(&step.action)) add(single->operation);
  if (const auto* packed = std::get_if<PackedStep>(&step.action))
    for (const auto& operation : packed->operations) add(operation);
  if (const auto* batch = std::get_if<BatchStep>(&step.action))
    for (const auto& item : batch->items)
      if (const auto* single = std::get_if<SingleStep>(&item)) add(single->operation);
  if (const auto* repeat = std::get_if<RepeatStep>(&step.action))
    for (const auto& inner : repeat->steps) collect_opcodes(inner, opcodes);
}

TEST(Examples, LoadAndHaveExpectations) {
  EXPECT_GE(examples().size(), 12U);
  for (const auto& file : examples()) {
    const auto loaded = load_file(file);
    ASSERT_TRUE(loaded) << to_text(loaded.error().errors[0]);
    EXPECT_FALSE(loaded->name.empty()) << file;
    EXPECT_FALSE(loaded->expectations.empty()) << file;
    EXPECT_EQ(test::steps_of(*loaded).size(), loaded->step_count) << file;
  }
}

TEST(Examples, ShowEveryOpcodeThatFilesMayName) {
  std::set<std::uint32_t> shown;
  for (const auto& file : examples()) {
    const auto loaded = load_file(file);
    ASSERT_TRUE(loaded) << file;
    for (const auto& step : test::steps_of(*loaded)) collect_opcodes(step, shown);
  }
  for (const auto& info : protocol::kOpcodes)
    EXPECT_EQ(shown.contains(info.opcode), info.in_files || info.opcode == protocol::kOpScan) << info.name;
}

TEST(Examples, TheJsonTwinIsTheSameWorkload) {
  const auto yaml = load_file(VYRE_SOURCE_DIR "/workloads/hello.yaml");
  const auto json = load_file(VYRE_SOURCE_DIR "/workloads/hello.json");
  ASSERT_TRUE(yaml && json);
  EXPECT_EQ(yaml->name, json->name);
  EXPECT_EQ(yaml->step_count, json->step_count);
  ASSERT_EQ(yaml->expectations.size(), json->expectations.size());
  for (std::size_t i = 0; i < yaml->expectations.size(); ++i)
    EXPECT_EQ(yaml->expectations[i].text, json->expectations[i].text);
}

}  // namespace
}  // namespace vyre::workload
