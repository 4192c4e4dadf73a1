#include "vyre/workload/workload.hpp"

#include <optional>
#include <string>

#include "command.hpp"
#include "file_output.hpp"

namespace vyre::cli {
namespace {

class Schema final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("-o,--output", output_, "Write to FILE instead of the standard output")->type_name("FILE");
    app.footer("A first line `# yaml-language-server: $schema=FILE` in a workload makes editors use it.");
  }

  Result<void> validate() const override { return {}; }

  Result<ExitCode> run(Context& context) override {
    std::string schema(workload::json_schema());
    if (!schema.ends_with('\n')) schema += '\n';
    if (!output_)
      context.out().write(schema);
    else
      VYRE_CHECK(write_file(*output_, schema));
    return ExitCode::kDone;
  }

 private:
  std::optional<std::string> output_;
};

}  // namespace

std::unique_ptr<Verb> make_schema() { return std::make_unique<Schema>(); }

}  // namespace vyre::cli
