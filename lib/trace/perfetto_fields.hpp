/// Field numbers of Perfetto's trace protobufs, as far as they are written here.
/// Source: protos/perfetto/trace of the Perfetto project, messages of the same names.
#pragma once

#include <cstdint>

namespace vyre::trace::perfetto {

namespace trace {
enum : std::uint32_t { kPacket = 1 };
}

namespace packet {
enum : std::uint32_t {
  kClockSnapshot = 6,
  kTimestamp = 8,
  kSequenceId = 10,
  kTrackEvent = 11,
  kInternedData = 12,
  kSequenceFlags = 13,
  kTimestampClockId = 58,
  kDefaults = 59,
  kTrackDescriptor = 60,
};
enum SequenceFlags : std::uint32_t { kIncrementalStateCleared = 1, kNeedsIncrementalState = 2 };
}  // namespace packet

namespace clock_snapshot {
enum : std::uint32_t { kClocks = 1, kPrimaryTraceClock = 2 };
enum Clock : std::uint32_t { kClockId = 1, kTimestamp = 2 };
enum Builtin : std::uint32_t { kRealtime = 1, kMonotonic = 3, kBoottime = 6 };
}  // namespace clock_snapshot

namespace track_descriptor {
enum : std::uint32_t {
  kUuid = 1,
  kName = 2,
  kProcess = 3,
  kParentUuid = 5,
  kChildOrdering = 11,
  kSiblingOrderRank = 12,
};
enum ChildOrdering : std::uint32_t { kExplicit = 3 };
enum Process : std::uint32_t { kPid = 1, kProcessName = 6 };
}  // namespace track_descriptor

namespace track_event {
enum : std::uint32_t {
  kCategoryIids = 3,
  kDebugAnnotations = 4,
  kType = 9,
  kNameIid = 10,
  kTrackUuid = 11,
  kFlowIds = 47,
  kTerminatingFlowIds = 48,
};
enum Type : std::uint32_t { kSliceBegin = 1, kSliceEnd = 2, kInstant = 3 };
enum DebugAnnotation : std::uint32_t {
  kAnnotationNameIid = 1,
  kUintValue = 3,
  kDoubleValue = 5,
  kStringValue = 6,
};
}  // namespace track_event

namespace interned_data {
enum : std::uint32_t { kEventCategories = 1, kEventNames = 2, kDebugAnnotationNames = 3 };
enum Entry : std::uint32_t { kIid = 1, kName = 2 };
}  // namespace interned_data

}  // namespace vyre::trace::perfetto
