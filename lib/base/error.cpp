#include "vyre/base/error.hpp"

namespace vyre {

std::string_view to_string(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kBadInput: return "bad_input";
    case ErrorCode::kOutOfRange: return "out_of_range";
    case ErrorCode::kTooMany: return "too_many";
    case ErrorCode::kReservedOpcode: return "reserved_opcode";
    case ErrorCode::kSlotBusy: return "slot_busy";
    case ErrorCode::kNotFound: return "not_found";
    case ErrorCode::kFile: return "file";
    case ErrorCode::kHandlerCompile: return "handler_compile";
    case ErrorCode::kNoDevice: return "no_device";
    case ErrorCode::kDevice: return "device";
    case ErrorCode::kDeviceLost: return "device_lost";
    case ErrorCode::kTimeout: return "timeout";
    case ErrorCode::kShutDown: return "shut_down";
    case ErrorCode::kInterrupted: return "interrupted";
    case ErrorCode::kUnsupported: return "unsupported";
  }
  return "unknown";
}

std::string to_text(const Error& error) {
  std::string text;
  if (!error.where.empty()) text += error.where + ": ";
  text += "error: " + error.what;
  if (!error.fix.empty()) text += "\nfix: " + error.fix;
  return text;
}

}  // namespace vyre
