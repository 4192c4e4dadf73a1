/// What a stream finds, as JSON.
#pragma once

#include <memory>

#include "output.hpp"
#include "render_stream.hpp"

namespace vyre::cli {

struct StreamRows {
  StreamRows() = default;
  StreamRows(const StreamRows&) = delete;
  StreamRows& operator=(const StreamRows&) = delete;
  virtual ~StreamRows() = default;

  virtual void match(const session::StreamMatch& match) = 0;
  virtual void file(const session::StreamedFile& file) = 0;
  virtual void error(const Error& error) = 0;
  virtual void finish(const session::RunReport& report, ExitCode code) = 0;
};

/// Objects of the types begin, match, file, error, observed and summary, a line each.
[[nodiscard]] std::unique_ptr<StreamRows> make_stream_lines(Output& out, const StreamRender& options);
/// One document at the end, with files, errors and the summary's fields.
[[nodiscard]] std::unique_ptr<StreamRows> make_stream_document(Output& out, const StreamRender& options);

}  // namespace vyre::cli
