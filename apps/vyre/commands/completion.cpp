#include <string>

#include "command.hpp"
#include "completion.hpp"
#include "program.hpp"

namespace vyre::cli {
namespace {

class Completion final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("SHELL", shell_, "bash, fish or zsh")
        ->required()
        ->type_name("SHELL")
        ->check(CLI::IsMember({"bash", "fish", "zsh"}));
    app.footer(
        "For bash: `source <(vyre completion bash)`; for zsh the same; for fish: `vyre completion fish | "
        "source`.");
  }

  Result<void> validate() const override { return {}; }

  Result<ExitCode> run(Context& context) override {
    const auto program = make_program(context.out().width());
    context.out().write(shell_ == "bash"   ? bash_completion(*program)
                        : shell_ == "fish" ? fish_completion(*program)
                                           : zsh_completion(*program));
    return ExitCode::kDone;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Verb> make_completion() { return std::make_unique<Completion>(); }

}  // namespace vyre::cli
