// Every file in tests/integration/rejected is refused with the words in its .expect file.
#include <algorithm>
#include <filesystem>

#include "support.hpp"

namespace vyre::workload {
namespace {

using test::read;

const std::filesystem::path kFolder = VYRE_SOURCE_DIR "/tests/integration/rejected";

TEST(Rejected, EachFileIsToldWhatItsExpectFileSays) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const auto& path = entry.path();
    if (path.extension() != ".yaml" && path.extension() != ".json") continue;
    ++files;
    const auto loaded = load_text(read(path), path.filename().string());
    ASSERT_FALSE(loaded) << path << " was accepted";
    const auto& errors = loaded.error();
    ASSERT_EQ(errors.errors.size(), errors.excerpts.size());
    std::string said;
    for (std::size_t i = 0; i < errors.errors.size(); ++i) {
      said += render(errors.errors[i], errors.excerpts[i]) + "\n";
      EXPECT_EQ(errors.errors[i].code, ErrorCode::kBadInput);
      EXPECT_FALSE(errors.errors[i].fix.empty()) << path;
      // The excerpt that travels with the error is the one that the whole text gives.
      EXPECT_EQ(render(errors.errors[i], read(path)), render(errors.errors[i], errors.excerpts[i])) << path;
    }
    EXPECT_EQ(said, read(path.string() + ".expect")) << path;
  }
  EXPECT_GE(files, 60);
}

TEST(Rejected, EachExpectFileHasItsWorkload) {
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".expect") continue;
    auto workload = entry.path();
    EXPECT_TRUE(std::filesystem::exists(workload.replace_extension())) << entry.path();
  }
}

}  // namespace
}  // namespace vyre::workload
