// `arena`, `resources`, the steps that load them, and what is expected of the arena.
#include <fstream>

#include "support.hpp"
#include "support/temporary_folder.hpp"

namespace vyre::workload {
namespace {

using test::load_bad;
using test::load_good;
using test::short_text;

TEST(Arena, SizeAndData) {
  const vyre::test::TemporaryFolder folder;
  std::ofstream(folder / "five") << "abcde";
  const Workload workload = load_good(
      "vyre: 1\narena:\n  size: 1KiB\n  data:\n    - {at: 0, words: [1, 0xFFFFFFFF]}\n"
      "    - {at: 8, text: abc}\n    - {at: 16, file: " +
      (folder / "five").string() + "}\n");
  EXPECT_EQ(workload.arena_words, 256U);
  ASSERT_EQ(workload.arena_data.size(), 3U);
  EXPECT_EQ(workload.arena_data[0].words, (std::vector<std::uint32_t>{1, 0xFFFF'FFFF}));
  EXPECT_EQ(workload.arena_data[1].first_word, 2U);
  EXPECT_EQ(workload.arena_data[1].words, (std::vector<std::uint32_t>{0x0063'6261}));
  EXPECT_EQ(workload.arena_data[2].words, (std::vector<std::uint32_t>{0x6463'6261, 0x65}));
}

TEST(Arena, ResourcesFollowEachOtherUnlessTheyAreGivenAPlace) {
  const Workload workload = load_good(
      "vyre: 1\narena: {size: 1KiB}\nresources:\n  - {name: a, file: f, length: 65}\n"
      "  - {name: b, file: f, offset: 8GiB, length: 1}\n  - {name: c, file: f, length: 4, at: 512, writable: "
      "true}\n"
      "steps:\n  - load: b\n  - prefetch: 0\n  - {write_back: c, async: true}\n"
      "  - repeat: {count: 3, var: i, steps: [load: i]}\n");
  ASSERT_EQ(workload.resources.size(), 3U);
  EXPECT_EQ(workload.resources[0].first_word, 0U);
  EXPECT_EQ(workload.resources[1].first_word, 128U / 4);
  EXPECT_EQ(workload.resources[1].offset, std::uint64_t{8} << 30);
  EXPECT_EQ(workload.resources[2].first_word, 512U / 4);
  EXPECT_TRUE(workload.resources[2].writable);
  const auto steps = test::steps_of(workload);
  ASSERT_EQ(steps.size(), 4U);
  const auto& load = std::get<LoadStep>(steps[0].action);
  EXPECT_EQ(*load.number.evaluate_u32(), 1U);
  EXPECT_EQ(load.mode, descriptor::LoadMode::kLoad);
  EXPECT_EQ(std::get<LoadStep>(steps[1].action).mode, descriptor::LoadMode::kPrefetch);
  EXPECT_EQ(std::get<LoadStep>(steps[2].action).mode, descriptor::LoadMode::kWriteBack);
  EXPECT_TRUE(steps[2].async);
}

struct Bad {
  std::string_view name, text, place, what, fix;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) { return out << bad.name; }
class BadArena : public testing::TestWithParam<Bad> {};

TEST_P(BadArena, IsRefusedWithPlaceAndRemedy) {
  const auto errors = load_bad("vyre: 1\n" + std::string(GetParam().text)).errors;
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].where, "w.yaml:" + std::string(GetParam().place));
  EXPECT_EQ(errors[0].what, GetParam().what);
  EXPECT_EQ(errors[0].fix, GetParam().fix);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BadArena,
    testing::Values(
        Bad{"OddSize", "arena: {size: 6}\n", "2:15", "the arena's size is 6 bytes, no multiple of 4",
            "the arena is made of 32-bit words"},
        Bad{"OddPlace", "arena: {size: 8, data: [{at: 2, words: [1]}]}\n", "2:30",
            "'at' is 2 bytes, no multiple of 4", "the arena is made of 32-bit words"},
        Bad{"NothingThere", "arena: {size: 8, data: [{at: 0}]}\n", "2:25",
            "a piece of data needs one of 'words', 'text' and 'file'",
            "write words: [1, 2], text: \"abc\" or file: payload.bin"},
        Bad{"Leaves", "arena: {size: 8, data: [{at: 4, words: [1, 2]}]}\n", "2:25",
            "data of 8 bytes at 4 leaves the arena of 8", "raise 'size' in 'arena'"},
        Bad{"NoArena", "resources: [{name: a, file: f, length: 4}]\n", "2:13",
            "a resource of 4 bytes at 0 leaves the arena of 0", "give the workload an arena: {size: 64KiB}"},
        Bad{"TwiceCalled",
            "arena: {size: 512}\nresources: [{name: a, file: f, length: 4}, {name: a, file: f, length: 4}]\n",
            "3:51", "two resources are called 'a'", "give each its own name"},
        Bad{"NoSuch",
            "arena: {size: 8}\nresources: [{name: page, file: f, length: 4}]\nsteps: [load: pgae]\n", "4:15",
            "no resource 'pgae'", "did you mean 'page'?"},
        Bad{"NoSuchNumber",
            "arena: {size: 8}\nresources: [{name: page, file: f, length: 4}]\nsteps: [load: 1]\n", "4:15",
            "'load' is 1, not within 0..0", "write 0"},
        Bad{"OnlyRead",
            "arena: {size: 8}\nresources: [{name: page, file: f, length: 4}]\nsteps: [write_back: page]\n",
            "4:21", "resource 'page' is only read", "declare it with writable: true"},
        Bad{"Tenant",
            "arena: {size: 8}\nresources: [{name: a, file: f, length: 4}]\nsteps: [{load: a, tenant: 0}]\n",
            "4:27", "'tenant' has no meaning beside 'load'",
            "requests to the host are the system tenant's, of priority critical"},
        Bad{"ExpectedBeyond", "arena: {size: 8}\nexpect: {arena: [{at: 8, words: [0]}]}\n", "3:18",
            "data of 4 bytes at 8 leaves the arena of 8", "raise 'size' in 'arena'"}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace vyre::workload
