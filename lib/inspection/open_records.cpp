#include <fmt/format.h>

#include <filesystem>

#include "vyre/inspection/inspection.hpp"

namespace vyre::inspection {

Result<std::unique_ptr<recording::LogReader>> open_records(const Inspection& inspection) {
  if (inspection.content != Content::kLog)
    return fail(ErrorCode::kBadInput, fmt::format("a {} holds no records", to_string(inspection.content)),
                inspection.file, "name a replay log");
  if (inspection.log_bytes) return recording::open_log(*inspection.log_bytes, inspection.file);
  return recording::open_log(std::filesystem::path(inspection.file));
}

}  // namespace vyre::inspection
