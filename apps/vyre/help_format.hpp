/// Help text in two columns, wrapped to the terminal.
#pragma once

#include <CLI/CLI.hpp>

#include <cstddef>
#include <string>

namespace vyre::cli {

class HelpFormat : public CLI::Formatter {
 public:
  explicit HelpFormat(std::size_t width);

  std::string make_usage(const CLI::App* app, std::string name) const override;
  std::string make_description(const CLI::App* app) const override;
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
  std::string make_option(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_subcommand(const CLI::App* app) const override;
  std::string make_footer(const CLI::App* app) const override;

 private:
  std::string columns(const std::string& left, const std::string& right) const;

  std::size_t width_;
};

}  // namespace vyre::cli
