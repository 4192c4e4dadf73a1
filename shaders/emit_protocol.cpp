// Prints protocol.glsl: the numbers of lib/include/vyre/protocol and of the runtime's own buffers, for
// the shaders. Run at build time, so that layout is written once, in C++.
#include <fmt/core.h>

#include "vyre/protocol/faults.hpp"
#include "vyre/protocol/kernel_layout.hpp"
#include "vyre/protocol/layout.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/ring/operation_set.hpp"
#include "vyre/ring/ring_memory.hpp"

namespace {

void constant(const char* name, std::uint32_t value) { fmt::print("const uint {} = {:#x}u;\n", name, value); }

}  // namespace

#define EMIT(name) constant(#name, static_cast<std::uint32_t>(vyre::protocol::name))
#define EMIT_STATUS(name) \
  constant("kStatus" #name, static_cast<std::uint32_t>(vyre::protocol::Status::k##name))
#define EMIT_FAULT(name) \
  constant("kFault" #name, static_cast<std::uint32_t>(vyre::protocol::FaultCode::k##name))
#define EMIT_IO(name) constant("kIoOp" #name, static_cast<std::uint32_t>(vyre::protocol::IoOp::k##name))
#define EMIT_IO_STATUS(name) \
  constant("kIoStatus" #name, static_cast<std::uint32_t>(vyre::protocol::IoStatus::k##name))
#define EMIT_RING(name) constant(#name, static_cast<std::uint32_t>(vyre::ring::name))

namespace {

void emit_ring_and_control() {
  EMIT(kSlotWords);
  EMIT(kStatusWord);
  EMIT(kOpcodeWord);
  EMIT(kTenantWord);
  EMIT(kArgsWord);
  EMIT(kArgWords);
  EMIT_STATUS(Empty);
  EMIT_STATUS(Published);
  EMIT_STATUS(Claimed);
  EMIT_STATUS(Done);
  EMIT_STATUS(WaitIo);
  EMIT_STATUS(Yield);
  EMIT_STATUS(Requeue);
  EMIT_STATUS(Fault);
  EMIT(kPriorityCount);
  EMIT(kShutdownWord);
  EMIT(kDoneCountWord);
  EMIT(kTenantMaskWord);
  EMIT(kTenantCount);
  EMIT(kTenantQuotaWord);
  EMIT(kTenantFairnessWord);
  EMIT(kTenantCounters);
  EMIT(kMetricsWord);
  EMIT(kMetricsCount);
  EMIT(kEpochWord);
  EMIT(kPriorityStarvationWord);
  EMIT(kPriorityFairnessWord);
  EMIT(kObservableWord);
  EMIT(kSystemTenant);
  EMIT(kStarvationLimit);
  EMIT(kPackedHeaderBytes);
  EMIT(kPackedOpBytes);
  EMIT(kPackedMaxOps);
  EMIT(kDebugRecordWords);
  EMIT(kDebugHeaderWords);
  EMIT(kDfaColumns);
}

void emit_opcodes() {
  EMIT(kOpNop);
  EMIT(kOpStoreU32);
  EMIT(kOpAtomicAdd);
  EMIT(kOpLoadU32);
  EMIT(kOpCompareSwap);
  EMIT(kOpMemcpy);
  EMIT(kOpDfaStep);
  EMIT(kOpBatchFence);
  EMIT(kOpScan);
  EMIT(kOpLoadMiss);
  EMIT(kOpPrintf);
  EMIT(kOpPackedSlot);
  EMIT(kOpShutdown);
  constant("kHasLoadMiss", vyre::ring::OperationSet::kLoadMiss);
  constant("kHasPrintf", vyre::ring::OperationSet::kPrintf);
  constant("kHasShutdown", vyre::ring::OperationSet::kShutdown);
  constant("kHasPackedSlot", vyre::ring::OperationSet::kPackedSlot);
}

void emit_faults() {
  EMIT_FAULT(None);
  EMIT_FAULT(UnknownOpcode);
  EMIT_FAULT(WordOutOfRange);
  EMIT_FAULT(RangeOutOfRange);
  EMIT_FAULT(NoObservable);
  EMIT_FAULT(TenantOutOfRange);
  EMIT_FAULT(ProtectedWord);
  EMIT_FAULT(PackedMalformed);
  EMIT_FAULT(NoIoService);
  EMIT_FAULT(DfaOutOfRange);
  EMIT_FAULT(FenceOutOfRange);
  EMIT_FAULT(Handler);
  EMIT_FAULT(LoopCut);
  EMIT_FAULT(NoResource);
  EMIT_FAULT(NotWritable);
  EMIT_FAULT(IoFailed);
  EMIT_FAULT(ArenaOutOfRange);
  EMIT_FAULT(NoScanTable);
  EMIT_FAULT(ArenaMisaligned);
  EMIT_FAULT(NoResultWord);
  EMIT_FAULT(ScanTooLong);
  EMIT_FAULT(NoScanRow);
}

void emit_state_and_io() {
  EMIT(kCompletionBlocked);
  EMIT_RING(kDoorbellHeaderWords);
  EMIT_RING(kEntrySlotBits);
  EMIT_RING(kEntryCountBits);
  EMIT(kStateHeadsWord);
  EMIT(kStateLeaveWord);
  EMIT(kStateActivityWord);
  EMIT(kStateParkedCountWord);
  EMIT(kStateInFlightWord);
  EMIT(kStateSlotsWord);
  EMIT(kStateSlotWords);
  EMIT(kStateIoHeldWord);
  EMIT(kStateIoUnattendedWord);
  EMIT(kStateIoRequestsWord);
  EMIT(kResourceAbsent);
  EMIT(kResourceComing);
  EMIT(kResourceHere);
  EMIT(kIoTableResourcesWord);
  EMIT(kResourceWords);
  EMIT(kResourceFirstWord);
  EMIT(kResourceBytesWord);
  EMIT(kResourceOffsetWord);
  EMIT(kResourceFlagsWord);
  EMIT(kResourceWritable);
  EMIT(kIoMaxSlots);
  EMIT(kIoSlotWords);
  EMIT_IO(Read);
  EMIT_IO(Write);
  EMIT_IO_STATUS(Empty);
  EMIT_IO_STATUS(Published);
  EMIT_IO_STATUS(Ok);
  EMIT_IO_STATUS(Error);
}

void emit_scans() {
  EMIT(kScanJobs);
  EMIT(kScanJobsHeadWords);
  EMIT(kScanJobWords);
  EMIT(kScanRecordWords);
  EMIT(kScanJobTaken);
  EMIT(kScanJobFinished);
  EMIT(kScanJobFound);
  EMIT(kScanJobPhase);
  EMIT(kScanJobFirstTaken);
  EMIT(kScanJobSlot);
  EMIT(kScanJobAt);
  EMIT(kScanJobBytes);
  EMIT(kScanJobHead);
  EMIT(kScanJobResults);
  EMIT(kScanJobMost);
  EMIT(kScanJobEntry);
  EMIT(kScanJobExit);
  EMIT(kScanJobSegment);
  EMIT(kScanJobSegments);
  EMIT(kScanJobRow);
  EMIT(kScanJobJoinSegment);
  EMIT(kScanJobJoinByte);
  EMIT(kScanJobJoinRow);
  EMIT(kScanJobWrongEntry);
  EMIT(kScanJobCut);
  EMIT(kScanPhaseReport);
  EMIT(kScanPhaseGuess);
  EMIT(kScanPhaseJoin);
}

void emit_scan_tables() {
  EMIT(kScanTablesHeadWord);
  EMIT(kScanHeadWords);
  EMIT(kScanClassesWord);
  EMIT(kScanStartWord);
  EMIT(kScanStatesWord);
  EMIT(kScanFlagsWord);
  EMIT(kScanClassOfWord);
  EMIT(kScanTransitionsWord);
  EMIT(kScanOutputBeginWord);
  EMIT(kScanOutputsWord);
  EMIT(kScanReadAheadWord);
  EMIT(kScanSegmentWord);
  EMIT(kScanSharedWord);
  EMIT(kScanTransitionWordsWord);
  EMIT(kScanSharedClassesWord);
  EMIT(kScanUnbounded);
  EMIT(kNotShared);
  EMIT(kScanAccepts);
  EMIT(kMaxScanBytes);
  EMIT(kScanAlignment);
  EMIT(kScanResultHeadWords);
  EMIT(kScanMatchWords);
  EMIT(kInResultMemory);
}

void emit_reports() {
  EMIT(kReportCutSliceWord);
  EMIT(kReportIoBellWord);
  EMIT(kTraceWords);
  EMIT(kTraceClaimWord);
  EMIT(kTraceClaimerWord);
  EMIT(kTraceSubgroupWord);
  EMIT(kTraceClaimSliceWord);
  EMIT(kTraceEndWord);
  EMIT(kTraceEndSliceWord);
  EMIT(kTraceFinisherWord);
  EMIT(kTraceLastPassWord);
  EMIT(kAnswerNumberWord);
  EMIT(kAnswerClockWord);
  EMIT(kLastQuestion);
}

}  // namespace

int main() {
  fmt::print(
      "// Generated from the C++ headers by shaders/emit_protocol.cpp.\n#ifndef VYRE_PROTOCOL_GLSL\n"
      "#define VYRE_PROTOCOL_GLSL\n");
  emit_ring_and_control();
  emit_opcodes();
  emit_faults();
  emit_state_and_io();
  emit_scans();
  emit_scan_tables();
  emit_reports();
  fmt::print("#endif\n");
}
