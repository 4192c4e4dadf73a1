#include "io_slot.hpp"

#include <fmt/format.h>

#include "vyre/protocol/layout.hpp"

namespace vyre::cli {
namespace {

std::string operation_name(std::uint32_t op) {
  switch (static_cast<protocol::IoOp>(op)) {
    case protocol::IoOp::kRead: return "read";
    case protocol::IoOp::kWrite: return "write";
    case protocol::IoOp::kFence: return "fence";
  }
  return fmt::format("op {}", op);
}

std::string status_name(std::uint32_t status) {
  switch (static_cast<protocol::IoStatus>(status)) {
    case protocol::IoStatus::kEmpty: return "empty";
    case protocol::IoStatus::kPublished: return "published";
    case protocol::IoStatus::kClaimed: return "claimed";
    case protocol::IoStatus::kOk: return "ok";
    case protocol::IoStatus::kError: return "error";
  }
  return fmt::format("status {}", status);
}

}  // namespace

IoSlot decode_io_slot(std::span<const std::uint32_t> words) {
  return {.operation = operation_name(words[0]),
          .status = status_name(words[6]),
          .op = words[0],
          .src_handle = words[1],
          .dst_handle = words[2],
          .offset = std::uint64_t{words[4]} << 32 | words[3],
          .byte_count = words[5],
          .status_word = words[6],
          .tag = words[7]};
}

}  // namespace vyre::cli
