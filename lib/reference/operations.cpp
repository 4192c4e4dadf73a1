#include "reference/operations.hpp"

#include "vyre/protocol/opcodes.hpp"

namespace vyre::reference {

using protocol::FaultCode;
using protocol::kObservableWord;

// Every check stands before the first write: a faulting operation leaves nothing behind.

Outcome op_store_u32(Environment& env, const Operation& op) {
  const std::uint32_t value = op.arg(0);
  const std::uint32_t to = op.arg(1);
  if (auto fault = env.store.check_word(to)) return faulted(*fault);
  if (auto fault = env.store.check_write(op.tenant, to)) return faulted(*fault);
  env.store.write(to, value);
  return done();
}

Outcome op_atomic_add(Environment& env, const Operation& op) {
  const std::uint32_t value = op.arg(0);
  const std::uint32_t to = op.arg(1);
  if (auto fault = env.store.check_word(to)) return faulted(*fault);
  if (auto fault = env.store.check_write(op.tenant, to)) return faulted(*fault);
  env.store.add(to, value);
  return done();
}

Outcome op_load_u32(Environment& env, const Operation& op) {
  const std::uint32_t from = op.arg(0);
  const std::uint32_t to = op.arg(1);
  if (auto fault = env.store.check_word(from)) return faulted(*fault);
  if (auto fault = env.store.check_observable(to)) return faulted(*fault);
  env.store.write(kObservableWord + to, env.store.read(from));
  return done();
}

Outcome op_compare_swap(Environment& env, const Operation& op) {
  const std::uint32_t at = op.arg(0);
  const std::uint32_t expected = op.arg(1);
  const std::uint32_t desired = op.arg(2);
  if (auto fault = env.store.check_word(at)) return faulted(*fault);
  if (auto fault = env.store.check_observable(at)) return faulted(*fault);
  if (auto fault = env.store.check_write(op.tenant, at)) return faulted(*fault);
  const std::uint32_t previous = env.store.read(at);
  if (previous == expected) env.store.write(at, desired);
  env.store.write(kObservableWord + at, previous);
  return done();
}

Outcome op_memcpy(Environment& env, const Operation& op) {
  const std::uint32_t from = op.arg(0);
  const std::uint32_t to = op.arg(1);
  const std::uint32_t words = op.arg(2);
  if (auto fault = env.store.check_range(from, words)) return faulted(*fault);
  if (auto fault = env.store.check_range(to, words)) return faulted(*fault);
  if (words > 0)
    if (auto fault = env.store.check_write(op.tenant, to)) return faulted(*fault);
  // Word by word, upward: where the ranges overlap, words copied before are copied again.
  for (std::uint32_t i = 0; i < words; ++i) env.store.write(to + i, env.store.read(from + i));
  return done();
}

Outcome op_dfa_step(Environment& env, const Operation& op) {
  const std::uint32_t state = op.arg(0);
  const std::uint32_t byte = op.arg(1);
  const std::uint32_t to = op.arg(2);
  const auto next = env.store.dfa_next(state, byte);
  if (!next) return faulted(FaultCode::kDfaOutOfRange, state);
  if (auto fault = env.store.check_observable(to)) return faulted(*fault);
  env.store.write(kObservableWord + to, *next);
  return done();
}

Outcome op_batch_fence(Environment& env, const Operation& op) {
  const std::uint32_t slots = op.arg(0);
  const std::uint32_t tag = op.arg(1);
  if (slots > op.slot) return faulted(FaultCode::kFenceOutOfRange, slots);
  if (auto fault = env.store.check_observable(0)) return faulted(*fault);
  if (!env.finished_before(op.slot, slots)) return wait();
  // What a fence itself counts is not a write of its tenant's: any tenant may fence.
  env.store.add(protocol::kEpochWord, 1);
  env.store.write(kObservableWord, tag);
  return done();
}

Outcome op_load_miss(Environment& env, const Operation& op) {
  return env.io.load_miss(op.slot, op.arg(0), op.arg(1));
}

Outcome op_printf(Environment& env, const Operation& op) {
  env.store.append_debug(op.arg(0), op.arg(1), op.arg(2), op.slot);
  return done();
}

Outcome op_shutdown(Environment& env, const Operation& op) {
  if (auto fault = env.store.check_write(op.tenant, protocol::kShutdownWord)) return faulted(*fault);
  env.store.write(protocol::kShutdownWord, 1);
  return done();
}

namespace {

Outcome dispatch(Environment& env, const Operation& op) {
  switch (op.opcode) {
    case protocol::kOpNop: return done();
    case protocol::kOpStoreU32: return op_store_u32(env, op);
    case protocol::kOpAtomicAdd: return op_atomic_add(env, op);
    case protocol::kOpLoadU32: return op_load_u32(env, op);
    case protocol::kOpCompareSwap: return op_compare_swap(env, op);
    case protocol::kOpMemcpy: return op_memcpy(env, op);
    case protocol::kOpDfaStep: return op_dfa_step(env, op);
    case protocol::kOpBatchFence: return op_batch_fence(env, op);
    case protocol::kOpLoadMiss: return op_load_miss(env, op);
    // A custom opcode by its value: without tables it is anybody's.
    case protocol::kOpScan: return env.scans.tables.empty() ? op_custom(env, op) : op_scan(env, op);
    case protocol::kOpPrintf: return op_printf(env, op);
    case protocol::kOpShutdown: return op_shutdown(env, op);
    default: return op_custom(env, op);
  }
}

}  // namespace

Outcome run_operation(Environment& env, const Operation& op) {
  const Outcome outcome = dispatch(env, op);
  if (outcome.kind == Outcome::Kind::kDone && op.opcode < protocol::kMetricsCount)
    env.store.add(protocol::kMetricsWord + op.opcode, 1);
  return outcome;
}

}  // namespace vyre::reference
