/// Buffers and files for tests of looking at them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/expect_error.hpp"
#include "vyre/codec/control.hpp"
#include "vyre/codec/words.hpp"
#include "vyre/inspection/inspection.hpp"
#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::inspection {

using protocol::Slot;
using protocol::Status;
using support::expect_error;

/// A folder of the test's own, gone at its end.
class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "vyre-inspection-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string operator/(std::string_view name) const { return (path_ / name).string(); }

  /// Writes bytes and gives the file's path.
  [[nodiscard]] std::string write(std::string_view name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return *this / name;
  }
  [[nodiscard]] std::string write(std::string_view name, const std::vector<std::uint32_t>& words) const {
    const auto bytes = codec::bytes_from_words(words);
    return write(name, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }

 private:
  std::filesystem::path path_;
};

inline Slot slot_of(Status status, std::uint32_t opcode, std::initializer_list<std::uint32_t> args,
                    std::uint32_t tenant = 0, std::uint32_t priority = 2) {
  Slot slot{.status = static_cast<std::uint32_t>(status),
            .opcode = opcode,
            .tenant = tenant,
            .priority = priority,
            .args = {}};
  std::copy(args.begin(), args.end(), slot.args.begin());
  return slot;
}

inline std::vector<std::uint32_t> ring_of(const std::vector<Slot>& slots) {
  std::vector<std::uint32_t> words;
  for (const Slot& slot : slots) {
    words.insert(words.end(), {slot.status, slot.opcode, slot.tenant, slot.priority});
    words.insert(words.end(), slot.args.begin(), slot.args.end());
  }
  return words;
}

/// Control buffer for 2 tenants and 8 observables, and this ring.
inline Inspection inspection_of(const std::vector<Slot>& slots) {
  Inspection inspection;
  inspection.file = "test";
  inspection.content = Content::kSnapshot;
  inspection.buffers.control = codec::encode_control(false, 2, 8).value();
  inspection.buffers.ring = ring_of(slots);
  return inspection;
}

}  // namespace vyre::inspection
