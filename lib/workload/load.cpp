#include <fmt/format.h>

#include <exception>
#include <memory>
#include <utility>

#include "vyre/workload/workload.hpp"
#include "workload/problems.hpp"
#include "workload/reader.hpp"
#include "workload/settings.hpp"
#include "workload/source_text.hpp"
#include "workload/step_parser.hpp"
#include "workload/step_source.hpp"
#include "workload/straight_load.hpp"

namespace vyre::workload {

namespace {

/// First reading: keeps everything but the steps, and those too while they are few.
class FirstSink final : public DocumentSink {
 public:
  explicit FirstSink(std::size_t kept_nodes) : kept_nodes_(kept_nodes) { root.kind = NodeKind::kMap; }

  bool top_level(const Node& key, Node value) override {
    if (root.items.empty()) root.position = key.position;
    root.items.push_back(key);
    root.items.push_back(std::move(value));
    return true;
  }
  bool steps_begin() override { return true; }
  bool step(Node node) override {
    ++step_count;
    if (!kept) return true;
    nodes_ += count_nodes(node);
    if (nodes_ > kept_nodes_) {
      kept.reset();
      return true;
    }
    kept->push_back(std::move(node));
    return true;
  }

  [[nodiscard]] bool wants_steps() const override { return kept.has_value(); }

  Node root;
  std::uint64_t step_count = 0;
  std::optional<std::vector<Node>> kept{std::in_place};

 private:
  std::size_t kept_nodes_;
  std::size_t nodes_ = 0;
};

/// Second reading of a file with many steps: checks each, keeps none.
class CheckingSink final : public DocumentSink {
 public:
  explicit CheckingSink(StepParser& parser) : parser_(parser) {}
  bool top_level(const Node& /*key*/, Node /*value*/) override { return true; }
  bool steps_begin() override { return true; }
  bool step(Node node) override {
    static_cast<void>(parser_.parse(node));
    return true;
  }

 private:
  StepParser& parser_;
};

FileFormat format_of(const std::string& file, std::string_view text) {
  if (file.ends_with(".json")) return FileFormat::kJson;
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' ? FileFormat::kJson : FileFormat::kYaml;
}

class Loader {
 public:
  Loader(SourceText text, const std::string& file, const LoadOptions& options)
      : source_(std::make_shared<WorkloadSource>(file, format_of(file, text.view()), std::move(text))),
        options_(options),
        problems_(file, source_->text.view(), options.max_errors) {}

  std::expected<Workload, LoadErrors> load() {
    source_->scope.file = std::make_shared<const std::string>(source_->file);
    if (!check_bytes()) return std::unexpected(problems_.take());
    auto workload = load_straight(*source_, options_);
    if (!workload) workload = load_thoroughly();
    if (!problems_.empty()) return std::unexpected(problems_.take());
    workload->source = std::move(source_);
    return std::move(*workload);
  }

 private:
  bool check_bytes() {
    const std::string_view text = source_->text.view();
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
      problems_.add({1, 1}, text.empty() ? "the file is empty" : "the file holds nothing but white space",
                    "start with 'vyre: 1'");
      return false;
    }
    if (auto fault = check_text(text)) {
      problems_.add(fault->position, std::move(fault->what), std::move(fault->fix));
      return false;
    }
    return true;
  }

  /// Settings first, then the steps: one may need what stands below it. Finds all that is wrong.
  Workload load_thoroughly() {
    FirstSink first(source_->format == FileFormat::kYaml ? kKeptYamlNodes : kKeptJsonNodes);
    Workload workload;
    workload.file = source_->file;
    source_->json_steps.reset();
    if (!read_first(first)) return workload;
    if (first.root.items.empty()) first.root.position = {1, 1};
    read_settings(first.root, options_, workload, source_->scope, problems_);
    source_->settings = without_tables(workload);
    read_steps(first, workload);
    workload.step_count = first.step_count;
    return workload;
  }

  bool read_first(FirstSink& sink) {
    const std::string_view text = source_->text.view();
    if (source_->format == FileFormat::kYaml) return read_yaml(text, problems_, sink);
    const auto reading = read_json(text, problems_, sink);
    source_->json_steps = reading.steps;
    return reading.complete;
  }

  void read_steps(FirstSink& first, Workload& workload) {
    StepParser parser(source_->settings, source_->scope, problems_);
    parse_steps(first, parser);
    workload.has_streams = parser.saw_stream();
    workload.operations = parser.operations();
  }

  void parse_steps(FirstSink& first, StepParser& parser) {
    if (first.kept) {
      std::vector<Step> steps;
      for (const auto& node : *first.kept)
        if (auto step = parser.parse(node)) steps.push_back(std::move(*step));
      source_->kept = std::move(steps);
      return;
    }
    if (source_->format == FileFormat::kYaml) {
      CheckingSink sink(parser);
      static_cast<void>(read_yaml(source_->text.view(), problems_, sink));
      return;
    }
    JsonStepReader reader(source_->text.view(), *source_->json_steps, problems_);
    Node node;
    for (first.step_count = 0; reader.next(node) == JsonStepReader::Next::kStep; ++first.step_count)
      static_cast<void>(parser.parse(node));
  }

  std::shared_ptr<WorkloadSource> source_;
  const LoadOptions& options_;
  Problems problems_;
};

std::expected<Workload, LoadErrors> load(SourceText text, const std::string& file,
                                         const LoadOptions& options) {
  try {
    return Loader(std::move(text), file, options).load();
  } catch (const std::exception& error) {
    // What is left to throw is a lack of memory.
    return std::unexpected(
        LoadErrors{{{ErrorCode::kBadInput, fmt::format("cannot load the workload: {}", error.what()), file,
                     "make it smaller"}},
                   {Excerpt{}},
                   0});
  }
}

}  // namespace

std::expected<Workload, LoadErrors> load_file(const std::string& path, const LoadOptions& options) {
  auto text = SourceText::open(path);
  if (!text) return std::unexpected(LoadErrors{{std::move(text.error())}, {Excerpt{}}, 0});
  return load(std::move(*text), path, options);
}

std::expected<Workload, LoadErrors> load_text(std::string text, const std::string& file,
                                              const LoadOptions& options) {
  return load(SourceText(std::move(text)), file, options);
}

Result<std::unique_ptr<StepReader>> open_steps(const Workload& workload) {
  try {
    return make_step_reader(workload.source);
  } catch (const std::exception& error) {
    return fail(ErrorCode::kBadInput, fmt::format("cannot read the steps: {}", error.what()), workload.file,
                "free some memory, or allow more threads");
  }
}

}  // namespace vyre::workload
