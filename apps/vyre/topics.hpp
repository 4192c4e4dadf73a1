/// Help topics that are no verbs.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vyre::cli {

struct Topic {
  std::string_view name;
  std::string_view summary;
  std::string (*text)();  ///< lines, unwrapped
};

/// Every topic, by name.
[[nodiscard]] std::span<const Topic> topics() noexcept;

}  // namespace vyre::cli
