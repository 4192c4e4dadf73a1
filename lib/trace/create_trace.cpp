#include <fmt/format.h>

#include "trace/chrome_json.hpp"
#include "trace/perfetto.hpp"

namespace vyre::trace {

Result<Format> format_of(const std::filesystem::path& path) {
  const std::string extension = path.extension().string();
  if (extension == ".json") return Format::kChromeJson;
  if (extension == ".pftrace") return Format::kPerfetto;
  return fail(ErrorCode::kBadInput,
              extension.empty() ? "a trace's name tells its format, and this one has no extension"
                                : fmt::format("no format of traces is called '{}'", extension),
              path.string(), "end the name in .json (Chrome) or .pftrace (Perfetto)");
}

Result<std::unique_ptr<TraceWriter>> create_trace(const std::filesystem::path& path) {
  VYRE_TRY(const Format format, format_of(path));
  VYRE_TRY(auto file, OutputFile::create(path));
  if (format == Format::kChromeJson)
    return std::unique_ptr<TraceWriter>(std::make_unique<ChromeJsonWriter>(std::move(file)));
  return std::unique_ptr<TraceWriter>(std::make_unique<PerfettoWriter>(std::move(file)));
}

}  // namespace vyre::trace
