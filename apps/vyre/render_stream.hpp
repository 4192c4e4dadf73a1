/// What a stream finds, on its way to the standard output; and what it did.
#pragma once

#include <memory>
#include <string>

#include "context.hpp"
#include "progress_bar.hpp"
#include "run_file.hpp"
#include "vyre/session/stream.hpp"

namespace vyre::cli {

enum class StreamFormat : std::uint8_t {
  kText,   ///< lines as of grep -ob
  kLines,  ///< a JSON object each, with its type
  kJson,   ///< one document, without the matches themselves
};

struct StreamRender {
  StreamFormat format = StreamFormat::kText;
  bool count = false;      ///< matches of each file in place of the matches
  bool quiet = false;      ///< nothing of what is found
  bool file_names = true;  ///< in front of matches and counts, in text
  bool stable = false;     ///< leave out what changes from run to run and from machine to machine
  bool summary = false;    ///< in words, on the standard error
  bool progress = false;   ///< a bar on the standard error
};

/// Hears of matches while the stream runs and writes them. Errors of files are written to the standard error
/// at once; a reader of the standard output that went away ends the process. Phases: 1. the stream runs, 2.
/// finish().
class StreamRenderer : public session::StreamListener {
 public:
  /// Writes the front of the output. Owner: refers to `context`.
  [[nodiscard]] static std::unique_ptr<StreamRenderer> make(Context& context, const StreamRender& options);

  /// What the run says of itself, in the end.
  virtual void finish(const session::RunReport& report, ExitCode code) = 0;
};

/// Of all streams of a run: "3 files, 12.5 MiB ...", a few lines with a newline each, wrapped to `width`.
[[nodiscard]] std::string stream_summary(const session::RunReport& report, bool stable, std::size_t width);

}  // namespace vyre::cli
