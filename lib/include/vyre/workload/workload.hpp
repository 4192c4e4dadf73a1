/// Workload: a parsed and fully checked workload file, YAML or JSON. Source: vyre-workload(5).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/ring/operation_set.hpp"
#include "vyre/ring/ring_memory.hpp"
#include "vyre/scan/table.hpp"
#include "vyre/workload/diagnostics.hpp"
#include "vyre/workload/expectation.hpp"
#include "vyre/workload/step.hpp"

namespace vyre::workload {

inline constexpr std::uint32_t kFormatVersion = 1;

struct Tenant {
  std::uint32_t id = 0;  ///< 0..28
  std::string name;      ///< empty when the file gives none
  std::uint32_t quota = protocol::kTenantQuotaDefault;
  bool enabled = true;
  std::uint32_t backlog = 0;  ///< most slots published and not finished; 0: as many as the ring has
};

/// A custom opcode and the GLSL file that serves it.
struct Handler {
  std::uint32_t opcode = 0;
  std::string name;
  std::filesystem::path path;  ///< resolved against the workload file's folder
  Position position;
};

/// What lies in the arena at the start.
struct ArenaPiece {
  std::uint32_t first_word = 0;
  std::vector<std::uint32_t> words;
};

/// A range of a file that steps load, prefetch and write back, and its place in the arena.
struct Resource {
  std::string name;
  std::filesystem::path path;  ///< resolved against the workload file's folder
  std::uint64_t offset = 0;    ///< in the file, bytes
  std::uint32_t bytes = 0;
  std::uint32_t first_word = 0;  ///< in the arena
  bool writable = false;
  Position position;
};

/// What SCAN looks for: one table of the kernel's, by number.
struct ScanRule {
  std::string name;  ///< empty when the file gives none
  scan::Table table;
  std::optional<scan::Table> reverse;  ///< of a regular expression
  Position position;
};

struct Parameter {
  std::string name;
  std::int64_t value = 0;
  bool overridden = false;  ///< by --set
};

/// Reads the top-level steps one by one, so that a file of a million steps needs memory for one.
class VYRE_API StepReader {
 public:
  virtual ~StepReader() = default;
  /// Stores the next step and returns true, or returns false at the end. The load that made the
  /// workload has checked every step, so an error here means that the file changed meanwhile.
  [[nodiscard]] virtual Result<bool> next(Step& step) = 0;
};

class WorkloadSource;  ///< private to lib/workload: the text, and how to read its steps again

struct Workload {
  std::string name;
  std::string file;  ///< as given on the command line, for messages

  std::uint32_t slot_count = 64;
  ring::Scheduler scheduler = ring::Scheduler::kSlot;

  std::uint32_t observable_count = 64;
  bool open_protection = false;
  std::vector<Tenant> tenants;  ///< by ascending id; always holds tenant 0
  std::vector<std::pair<std::uint32_t, std::uint32_t>> initial_observables;  ///< (index, value)

  std::uint32_t debug_records = protocol::kDebugDefaultRecords;
  std::map<std::uint32_t, std::string> formats;  ///< PRINTF format strings by id
  std::vector<Handler> handlers;                 ///< by ascending opcode
  std::vector<std::uint32_t> dfa_table;          ///< states * 256 words

  std::uint32_t arena_words = 0;       ///< memory for payload
  std::vector<ArenaPiece> arena_data;  ///< in file order: where pieces overlap, the later ones count
  std::vector<Resource> resources;     ///< by number
  std::vector<ScanRule> scan_rules;    ///< by number

  std::chrono::nanoseconds timeout = std::chrono::seconds(10);  ///< of each wait
  std::vector<Parameter> parameters;
  std::vector<Expectation> expectations;

  ring::OperationSet operations;  ///< of all steps
  std::uint64_t step_count = 0;   ///< top-level steps
  bool has_streams = false;       ///< among the steps, at any depth, there is a StreamStep
  std::shared_ptr<const WorkloadSource> source;
};

struct LoadOptions {
  std::vector<std::pair<std::string, std::string>> set;  ///< parameters: name, value as written
  std::size_t max_errors = 20;                           ///< further ones are counted, not listed
};

/// All that is wrong with a file, in file order; never empty.
struct LoadErrors {
  std::vector<Error> errors;      ///< `where` is file:line:column
  std::vector<Excerpt> excerpts;  ///< of each error, for render(); empty where it points into no file
  std::uint64_t omitted = 0;      ///< errors beyond LoadOptions::max_errors
};

/// Loads a file, or standard input for "-". JSON when the name ends in .json, or when the first byte
/// that is no white space is '{'; else YAML.
/// Errors: every problem found, kBadInput with the place, or one kFile.
[[nodiscard]] VYRE_API std::expected<Workload, LoadErrors> load_file(const std::string& path,
                                                                     const LoadOptions& options = {});
/// Loads from memory; `file` names the text in messages and gives the folder for relative paths.
[[nodiscard]] VYRE_API std::expected<Workload, LoadErrors> load_text(std::string text,
                                                                     const std::string& file,
                                                                     const LoadOptions& options = {});

/// Starts reading the top-level steps from the first.
[[nodiscard]] VYRE_API Result<std::unique_ptr<StepReader>> open_steps(const Workload& workload);

/// The JSON Schema (draft 7) of the format.
[[nodiscard]] VYRE_API std::string_view json_schema() noexcept;

}  // namespace vyre::workload
