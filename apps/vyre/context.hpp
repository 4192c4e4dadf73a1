/// Context: what a verb gets from the program: its streams, colours, and how it was called.
#pragma once

#include <string>
#include <string_view>

#include "output.hpp"
#include "style.hpp"
#include "vyre/base/error.hpp"

namespace vyre::cli {

/// What every verb understands.
struct CommonOptions {
  std::string color = "auto";
};

class Context {
 public:
  Context(Output& out, Output& err, std::string command_line)
      : out_(out), err_(err), command_line_(std::move(command_line)) {}

  void choose_colors(const CommonOptions& options);

  /// The product. Nothing else may be written there.
  [[nodiscard]] Output& out() noexcept { return out_; }
  [[nodiscard]] const Style& out_style() const noexcept { return out_style_; }

  /// Messages to the person: these flush the product first, so that both appear in order.
  void complain(const Error& error);
  void complain(std::string_view rendered_error);
  void note(std::string_view text);
  /// Progress and summaries; the above are for messages.
  [[nodiscard]] Output& err() noexcept { return err_; }
  [[nodiscard]] const Style& err_style() const noexcept { return err_style_; }

  /// As the person would type it.
  [[nodiscard]] const std::string& command_line() const noexcept { return command_line_; }

 private:
  void talk(std::string_view text);

  Output& out_;
  Output& err_;
  Style out_style_;
  Style err_style_;
  std::string command_line_;
};

}  // namespace vyre::cli
