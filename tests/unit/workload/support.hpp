/// What the tests of this room share.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vyre/workload/workload.hpp"

namespace vyre::workload::test {

inline constexpr std::string_view kFile = "w.yaml";

/// Loads `text` under the name w.yaml and expects success.
inline Workload load_good(const std::string& text, const LoadOptions& options = {}) {
  auto loaded = load_text(text, std::string(kFile), options);
  if (!loaded) {
    for (const auto& error : loaded.error().errors) ADD_FAILURE() << to_text(error) << "\nin\n" << text;
    return {};
  }
  return std::move(*loaded);
}

inline LoadErrors load_bad(const std::string& text, const LoadOptions& options = {}) {
  auto loaded = load_text(text, std::string(kFile), options);
  if (loaded) {
    ADD_FAILURE() << "accepted:\n" << text;
    return {{{ErrorCode::kBadInput, "", "", ""}}, {Excerpt{}}, 0};
  }
  return std::move(loaded.error());
}

inline std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::vector<Step> steps_of(const Workload& workload) {
  std::vector<Step> steps;
  auto reader = open_steps(workload);
  EXPECT_TRUE(reader);
  if (!reader) return steps;
  for (;;) {
    Step step;
    const auto more = (*reader)->next(step);
    EXPECT_TRUE(more) << (more ? "" : to_text(more.error()));
    if (!more || !*more) return steps;
    steps.push_back(std::move(step));
  }
}

/// The only step of a workload whose steps are `steps` (YAML, indented as a list item's text).
inline Step only_step(const std::string& step, const std::string& before = {}) {
  const auto steps = steps_of(load_good("vyre: 1\n" + before + "steps:\n  - " + step + "\n"));
  EXPECT_EQ(steps.size(), 1U);
  return steps.empty() ? Step{} : steps[0];
}

inline std::vector<std::uint32_t> values(const std::vector<Expression>& expressions, LoopValues loops = {}) {
  std::vector<std::uint32_t> result;
  for (const auto& expression : expressions)
    result.push_back(expression.evaluate_u32(loops).value_or(0xDEAD));
  return result;
}

/// An error as "where: what | fix", without the file's name.
inline std::string short_text(const Error& error) {
  std::string where = error.where;
  if (where.starts_with(std::string(kFile) + ":")) where.erase(0, kFile.size() + 1);
  return where + ": " + error.what + " | " + error.fix;
}

}  // namespace vyre::workload::test
