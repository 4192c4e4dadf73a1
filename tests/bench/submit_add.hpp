/// The alternative that round trips are measured against: vkQueueSubmit and a fence for each operation.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "vyre/base/error.hpp"

namespace vyre::bench {

/// One compute pipeline, one buffer, one command buffer, recorded once: as lean as a submission gets.
class SubmitAdd {
 public:
  static Result<std::unique_ptr<SubmitAdd>> open(std::string_view device);
  ~SubmitAdd();
  /// Adds 1 by a submission of its own and waits for its fence.
  void run_one();
  [[nodiscard]] std::uint32_t sum() const;
  [[nodiscard]] std::string device_name() const;

 private:
  struct State;
  explicit SubmitAdd(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace vyre::bench
