#include "vyre/recording/log_reader.hpp"

#include <fmt/format.h>

#include <exception>
#include <utility>

#include "recording/log_v1_reader.hpp"
#include "recording/log_v2_reader.hpp"

namespace vyre::recording {
namespace {

Result<std::unique_ptr<LogReader>> open_source(std::unique_ptr<LogSource> source) {
  VYRE_TRY(const std::uint32_t version, read_log_version(*source));
  if (version == 1) return open_v1_log(std::move(source));
  VYRE_TRY(std::unique_ptr<LogReader> reader, LogV2Reader::open(std::move(source)));
  return reader;
}

std::unexpected<Error> no_memory(const std::string& name, const std::exception& problem) {
  return fail(ErrorCode::kFile, fmt::format("cannot open the log: {}", problem.what()), name,
              "free some memory and try again");
}

}  // namespace

Result<std::unique_ptr<LogReader>> open_log(const std::filesystem::path& path) try {
  VYRE_TRY(InputFile file, InputFile::open(path));
  return open_source(log_source(std::move(file), path.string()));
} catch (const std::exception& problem) { return no_memory(path.string(), problem); }

Result<std::unique_ptr<LogReader>> open_log(std::span<const std::byte> bytes, std::string name) try {
  return open_source(log_source(bytes, name));
} catch (const std::exception& problem) { return no_memory(name, problem); }

}  // namespace vyre::recording
