#include "vyre/inspection/inspection.hpp"

namespace vyre::inspection {

/// Until the reader of logs is part of the library.
Result<std::unique_ptr<recording::LogReader>> open_records(const Inspection& inspection) {
  return fail(ErrorCode::kUnsupported, "this version reads no replay logs", inspection.file,
              "take a newer version of vyre");
}

}  // namespace vyre::inspection
