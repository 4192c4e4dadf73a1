// Asking the host for bytes: requests in the IO queue, and where their answers are settled. What lies in a
// request: vyre/codec/io_queue.hpp; the table of resources: vyre/protocol/kernel_layout.hpp.
//
// An IO slot is one ring slot's from the moment its bit in the state is set until that is cleared; only its holder
// writes it. A prefetch has no ring slot that waits: its IO slot is marked unattended, and whoever needs what it
// holds settles it. Nothing here loops.
#ifndef VYRE_IO_GLSL
#define VYRE_IO_GLSL

const uint kNoIoSlot = 0xFFFFFFFFu;

// Words of a request.
const uint kIoOp = 0u;
const uint kIoSource = 1u;
const uint kIoDestination = 2u;
const uint kIoOffset = 3u;
const uint kIoBytes = 5u;
const uint kIoStatus = 6u;
const uint kIoTag = 7u;

bool is_arena_word(uint word) {
  if (word < kArenaWordCount) return true;
  fault(kFaultArenaOutOfRange, word);
  return false;
}

bool is_resource(uint number) {
  if (number < kResourceCount) return true;
  fault(kFaultNoResource, number);
  return false;
}

uint resource_word(uint number, uint word) {
  return io_table[kIoTableResourcesWord + kResourceWords * number + word];
}

// One of the 32 IO slots of a word of the bitmap, or none; also when another lane was faster.
uint hold_io_slot_of(uint word) {
  const uint held = LOAD(state[kStateIoHeldWord + word]);
  if (held == 0xFFFFFFFFu) return kNoIoSlot;
  const uint bit = uint(findLSB(~held));
  const uint before = atomicOr(state[kStateIoHeldWord + word], 1u << bit, gl_ScopeDevice, gl_StorageSemanticsNone,
                               gl_SemanticsRelaxed);
  return (before & (1u << bit)) == 0u ? 32u * word + bit : kNoIoSlot;
}

uint hold_io_slot() {
  const uint slot = hold_io_slot_of(0u);
  return slot != kNoIoSlot ? slot : hold_io_slot_of(1u);
}

void release_io_slot(uint io) {
  STORE(io_queue[kIoSlotWords * io + kIoStatus], kIoStatusEmpty);
  LOOP_RELEASE_FENCE();  // the next holder finds it empty
  atomicAnd(state[kStateIoHeldWord + io / 32u], ~(1u << (io % 32u)), gl_ScopeDevice, gl_StorageSemanticsNone,
            gl_SemanticsRelaxed);
}

void publish_request(uint io, uint op, uint number) {
  const uint at = kIoSlotWords * io;
  const bool reads = op == kIoOpRead;
  const uint place = resource_word(number, kResourceFirstWord);
  STORE(io_queue[at + kIoOp], op);
  STORE(io_queue[at + kIoSource], reads ? number : place);
  STORE(io_queue[at + kIoDestination], reads ? place : number);
  STORE(io_queue[at + kIoOffset], resource_word(number, kResourceOffsetWord));
  STORE(io_queue[at + kIoOffset + 1u], resource_word(number, kResourceOffsetWord + 1u));
  STORE(io_queue[at + kIoBytes], resource_word(number, kResourceBytesWord));
  STORE(io_queue[at + kIoTag], lane_slot);
  LOOP_RELEASE_FENCE();  // pairs with the acquire in lib/codec/io_queue.cpp, claim()
  STORE(io_queue[at + kIoStatus], kIoStatusPublished);
  LOOP_RELEASE_FENCE();  // who hears the bell finds the request
  // Stores of two lanes may arrive in either order: each changes the word, and that is all that counts.
  STORE(report[kReportIoBellWord], ADD(state[kStateIoRequestsWord], 1u) + 1u);
}

bool is_answered(uint io) {
  const uint status = LOAD(io_queue[kIoSlotWords * io + kIoStatus]);
  return status == kIoStatusOk || status == kIoStatusError;
}

// Takes the answer and gives the IO slot back. Returns the errno, 0 for none.
uint take_answer(uint io) {
  const bool failed = LOAD(io_queue[kIoSlotWords * io + kIoStatus]) == kIoStatusError;
  LOOP_ACQUIRE_FENCE();  // pairs with the host's release of the answer: the bytes are there
  const uint errno = failed ? LOAD(io_table[io]) : 0u;
  if (LOAD(io_queue[kIoSlotWords * io + kIoOp]) == kIoOpRead) {
    const uint number = LOAD(io_queue[kIoSlotWords * io + kIoSource]);
    STORE(state[kStateResourcesWord + number], failed ? kResourceAbsent : kResourceHere);
  }
  release_io_slot(io);
  return errno;
}

// Settles one answered request that nobody waits for. A failure is not told: who needs the resource asks again.
void settle_unattended_of(uint word) {
  const uint unattended = LOAD(state[kStateIoUnattendedWord + word]);
  if (unattended == 0u) return;
  // Another one each pass, or one slow file would hide the others.
  const uint bit = bit_in_turn(unattended, pass_number + gl_SubgroupInvocationID);
  if (!is_answered(32u * word + bit)) return;
  const uint before = atomicAnd(state[kStateIoUnattendedWord + word], ~(1u << bit), gl_ScopeDevice,
                                gl_StorageSemanticsNone, gl_SemanticsRelaxed);
  if ((before & (1u << bit)) != 0u) take_answer(32u * word + bit);
}

void settle_unattended() {
  settle_unattended_of(0u);
  settle_unattended_of(1u);
}

void mark_unattended(uint io) {
  atomicOr(state[kStateIoUnattendedWord + io / 32u], 1u << (io % 32u), gl_ScopeDevice, gl_StorageSemanticsNone,
           gl_SemanticsRelaxed);
}

#endif
