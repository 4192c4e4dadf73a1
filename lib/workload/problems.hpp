/// Problems: collects everything that is wrong with a file, up to a limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vyre/workload/workload.hpp"

namespace vyre::workload {

class Problems {
 public:
  Problems(std::string file, std::string_view text, std::size_t max_errors)
      : file_(std::move(file)), text_(text), max_errors_(max_errors < 1 ? 1 : max_errors) {}

  void add(Position position, std::string what, std::string fix);
  /// An error that lies in no file, such as one in --set.
  void add_elsewhere(std::string where, std::string what, std::string fix);

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  [[nodiscard]] const Error& first() const noexcept { return found_.front().error; }

  /// Everything collected, in file order. Leaves this empty.
  [[nodiscard]] LoadErrors take();

 private:
  struct Found {
    Position position;
    Error error;
  };
  void keep(Position position, Error error);

  std::string file_;
  std::string_view text_;
  std::size_t max_errors_;
  std::vector<Found> found_;
  std::uint64_t count_ = 0;
};

}  // namespace vyre::workload
