/// Spool: records on disk in a file without a name, written first and then read from the beginning.
#pragma once

#include <unistd.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <type_traits>

#include "trace/output_file.hpp"
#include "vyre/base/error.hpp"

namespace vyre::trace {

/// Memory: stdio's buffer. Thread: one at a time.
template <class Record>
class Spool {
  static_assert(std::is_trivially_copyable_v<Record>);

 public:
  /// Lies in the folder of `beside`, where there has to be room for what is made of it. Errors: kFile.
  [[nodiscard]] static Result<Spool> create(const std::filesystem::path& beside) {
    std::string name = beside.string() + ".XXXXXX";
    const int descriptor = mkstemp(name.data());
    if (descriptor < 0) return file_error("make a temporary file for the trace", errno, beside);
    unlink(name.c_str());
    std::FILE* file = fdopen(descriptor, "w+b");
    if (file == nullptr) {
      ::close(descriptor);
      return file_error("make a temporary file for the trace", errno, beside);
    }
    return Spool(file, beside);
  }

  void append(const Record& record) noexcept {
    if (std::fwrite(&record, sizeof(Record), 1, file_.get()) != 1 && error_ == 0) error_ = errno;
  }

  /// Gives every record to `take`, in order. Errors: kFile, also of the writing.
  template <class Take>
  [[nodiscard]] Result<void> for_each(Take take) {
    if (std::fflush(file_.get()) != 0 && error_ == 0) error_ = errno;
    if (error_ != 0) return file_error("write a temporary file for the trace", error_, beside_);
    std::rewind(file_.get());
    Record record;
    while (std::fread(&record, sizeof(Record), 1, file_.get()) == 1) take(record);
    if (std::ferror(file_.get()) != 0) return file_error("read a temporary file for the trace", EIO, beside_);
    return {};
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Spool(std::FILE* file, std::filesystem::path beside) : file_(file), beside_(std::move(beside)) {}

  std::unique_ptr<std::FILE, Close> file_;
  std::filesystem::path beside_;
  int error_ = 0;  ///< errno of the first that could not be written
};

}  // namespace vyre::trace
