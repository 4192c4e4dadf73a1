/// WorkloadSource: where the steps of a loaded workload come from, each time they are run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "vyre/workload/workload.hpp"
#include "workload/reader.hpp"
#include "workload/scope.hpp"
#include "workload/source_text.hpp"

namespace vyre::workload {

enum class FileFormat : std::uint8_t { kYaml, kJson };

/// Few steps are kept as they are; many are parsed again from the text.
class WorkloadSource {
 public:
  WorkloadSource(std::string file_name, FileFormat file_format, SourceText file_text)
      : file(std::move(file_name)), format(file_format), text(std::move(file_text)) {}

  std::string file;
  FileFormat format;
  SourceText text;
  Workload settings;  ///< what the steps refer to; has no source and no tables
  Scope scope;
  std::optional<JsonListStart> json_steps;  ///< where they begin in JSON
  std::optional<std::vector<Step>> kept;    ///< all steps, when they are few
};

/// A reader of its own state over the source.
[[nodiscard]] std::unique_ptr<StepReader> make_step_reader(std::shared_ptr<const WorkloadSource> source);

}  // namespace vyre::workload
