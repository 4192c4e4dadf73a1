#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "nearest.hpp"
#include "program.hpp"
#include "topics.hpp"

namespace vyre::cli {
namespace {

std::string topics_text() {
  std::string text = "Topics:\n";
  for (const Topic& topic : topics()) text += fmt::format("  {:14}{}\n", topic.name, topic.summary);
  return text + "\n`vyre help VERB` explains a verb.\n";
}

class Help final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("TOPIC", topic_, "A verb or a topic; `topics` lists the latter")->type_name("TOPIC");
  }

  Result<void> validate() const override { return {}; }

  Result<ExitCode> run(Context& context) override {
    const auto program = make_program(context.out().width());
    if (topic_.empty()) return print(context, program->app.help());
    if (topic_ == "topics") return print(context, topics_text());
    if (const auto* entry = program->find(topic_)) return print(context, entry->app->help("vyre"));
    const auto topic = std::ranges::find(topics(), topic_, &Topic::name);
    if (topic != topics().end()) return print(context, topic->text());
    context.complain(unknown());
    return ExitCode::kUsage;
  }

 private:
  static ExitCode print(Context& context, const std::string& text) {
    context.out().write(text);
    return ExitCode::kDone;
  }

  Error unknown() const {
    std::vector<std::string> names{"topics"};
    for (const Command& command : commands()) names.emplace_back(command.name);
    for (const Topic& topic : topics()) names.emplace_back(topic.name);
    const auto near = nearest(topic_, names);
    return {.code = ErrorCode::kBadInput,
            .what = fmt::format("no verb or topic is called '{}'{}", printable(topic_),
                                near ? fmt::format("; did you mean '{}'?", *near) : ""),
            .where = "vyre help",
            .fix = "`vyre help` lists the verbs, `vyre help topics` the topics"};
  }

  std::string topic_;
};

}  // namespace

std::unique_ptr<Verb> make_help() { return std::make_unique<Help>(); }

}  // namespace vyre::cli
