// Custom opcodes: a C++ function of the user's behind the Context interface.
#include <optional>

#include "reference/operations.hpp"

namespace vyre::reference {
namespace {

using protocol::FaultCode;
using protocol::kObservableWord;

class StoreContext final : public Context {
 public:
  StoreContext(Store& store, const Operation& op) : store_(store), op_(op) {}

  std::uint32_t slot() const noexcept override { return op_.slot; }
  std::uint32_t tenant() const noexcept override { return op_.tenant; }
  std::uint32_t opcode() const noexcept override { return op_.opcode; }
  std::uint32_t arg(std::uint32_t index) const noexcept override { return op_.arg(index); }

  std::uint32_t load(std::uint32_t word) override {
    return allowed(store_.check_word(word)) ? store_.read(word) : 0;
  }
  void store(std::uint32_t word, std::uint32_t value) override {
    if (writable(word)) store_.write(word, value);
  }
  std::uint32_t atomic_add(std::uint32_t word, std::uint32_t value) override {
    return writable(word) ? store_.add(word, value) : 0;
  }

  std::uint32_t load_observable(std::uint32_t index) override {
    return allowed(store_.check_observable(index)) ? store_.read(kObservableWord + index) : 0;
  }
  void store_observable(std::uint32_t index, std::uint32_t value) override {
    if (allowed(store_.check_observable(index))) store_.write(kObservableWord + index, value);
  }
  std::uint32_t atomic_add_observable(std::uint32_t index, std::uint32_t value) override {
    return allowed(store_.check_observable(index)) ? store_.add(kObservableWord + index, value) : 0;
  }

  std::uint32_t arena_words() const noexcept override { return store_.arena_words(); }
  std::uint32_t load_arena(std::uint32_t word) override {
    return allowed(store_.check_arena(word)) ? store_.read_arena(word) : 0;
  }
  void store_arena(std::uint32_t word, std::uint32_t value) override {
    if (allowed(store_.check_arena(word))) store_.write_arena(word, value);
  }

  void printf(std::uint32_t format, std::uint32_t a, std::uint32_t b) override {
    store_.append_debug(format, a, b, op_.slot);
  }
  void fault(std::uint32_t code) override { allowed(Fault{FaultCode::kHandler, code}); }
  bool faulted() const noexcept override { return fault_.has_value(); }

  [[nodiscard]] const std::optional<Fault>& last_fault() const noexcept { return fault_; }

 private:
  /// Whether an access may go on; keeps the fault when not.
  bool allowed(const Check& check) noexcept {
    if (check) fault_ = check;
    return !check;
  }
  bool writable(std::uint32_t word) noexcept {
    return allowed(store_.check_word(word)) && allowed(store_.check_write(op_.tenant, word));
  }

  Store& store_;
  const Operation& op_;
  std::optional<Fault> fault_;
};

}  // namespace

Outcome op_custom(Environment& env, const Operation& op) {
  const auto found = env.custom.find(op.opcode);
  if (found == env.custom.end()) return vyre::reference::faulted(FaultCode::kUnknownOpcode, op.opcode);
  StoreContext context(env.store, op);
  try {
    found->second(context);
  } catch (...) {
    // The user's exception must not leave the interpreter half-way through a slot.
    context.fault(0);
  }
  if (const auto& fault = context.last_fault()) return vyre::reference::faulted(*fault);
  return done();
}

}  // namespace vyre::reference
