#include "session/step_encoder.hpp"

#include <string>
#include <type_traits>
#include <variant>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace vyre::session {
namespace {

using workload::BatchStep;
using workload::Expression;
using workload::FencedBatchStep;
using workload::LoadStep;
using workload::PackedStep;
using workload::SingleStep;
using workload::Step;
using workload::WindowStep;
using workload::WorkItemsStep;

template <class T>
constexpr bool kPublishes =
    std::is_same_v<T, SingleStep> || std::is_same_v<T, PackedStep> || std::is_same_v<T, BatchStep> ||
    std::is_same_v<T, FencedBatchStep> || std::is_same_v<T, WorkItemsStep> || std::is_same_v<T, WindowStep> ||
    std::is_same_v<T, LoadStep>;

struct Size {
  std::size_t words = 0;
  std::size_t packed = 0;
};

Size size_of(const SingleStep& step) { return {.words = step.operation.args.size()}; }

Size size_of(const PackedStep& step) {
  Size size{.packed = step.operations.size()};
  for (const auto& operation : step.operations) size.words += operation.args.size();
  return size;
}

Size size_of(const BatchStep& step) {
  Size size;
  for (const auto& item : step.items) {
    const Size one = std::visit([](const auto& form) { return size_of(form); }, item);
    size.words += one.words;
    size.packed += one.packed;
  }
  return size;
}

}  // namespace

bool StepEncoder::publishes(const Step::Action& action) noexcept {
  return std::visit([](const auto& step) { return kPublishes<std::decay_t<decltype(step)>>; }, action);
}

Result<const descriptor::Descriptor*> StepEncoder::encode(const Step::Action& action,
                                                          workload::LoopValues loops) {
  loops_ = loops;
  const auto filled = std::visit(
      [this](const auto& step) -> Result<void> {
        if constexpr (kPublishes<std::decay_t<decltype(step)>>)
          return fill(step);
        else
          return fail(ErrorCode::kUnsupported, "this step publishes no slots", "StepEncoder::encode",
                      "encode only steps that StepEncoder::publishes accepts");
      },
      action);
  if (!filled) return std::unexpected(filled.error());
  return &descriptor_;
}

void StepEncoder::reserve(std::size_t word_count, std::size_t operation_count) {
  words_.clear();
  words_.reserve(word_count);
  packed_.clear();
  packed_.reserve(operation_count);
}

Result<descriptor::Words> StepEncoder::words(std::span<const Expression> expressions) {
  VYRE_ASSERT(words_.size() + expressions.size() <= words_.capacity());
  const std::size_t first = words_.size();
  for (const auto& expression : expressions) {
    VYRE_TRY(const std::uint32_t value, expression.evaluate_u32(loops_));
    words_.push_back(value);
  }
  return descriptor::Words(words_).subspan(first);
}

Result<descriptor::Single> StepEncoder::single(const SingleStep& step) {
  VYRE_TRY(const std::uint32_t tenant, step.tenant.evaluate_u32(loops_));
  VYRE_TRY(const descriptor::Words args, words(step.operation.args));
  return descriptor::Single{.tenant = tenant, .opcode = step.operation.opcode, .args = args};
}

Result<descriptor::Packed> StepEncoder::packed(const PackedStep& step) {
  VYRE_ASSERT(packed_.size() + step.operations.size() <= packed_.capacity());
  VYRE_TRY(const std::uint32_t tenant, step.tenant.evaluate_u32(loops_));
  const std::size_t first = packed_.size();
  for (const auto& operation : step.operations) {
    if (operation.opcode > 0xFF)
      return fail(ErrorCode::kReservedOpcode,
                  fmt::format("packed operation {} has opcode 0x{:x}, packed slots hold opcodes below 0x100",
                              packed_.size() - first, operation.opcode),
                  "StepEncoder::encode", "publish this operation in a slot of its own");
    VYRE_TRY(const descriptor::Words args, words(operation.args));
    packed_.push_back({.opcode = static_cast<std::uint8_t>(operation.opcode), .args = args});
  }
  return descriptor::Packed{.tenant = tenant, .operations = std::span(packed_).subspan(first)};
}

Result<void> StepEncoder::fill(const SingleStep& step) {
  reserve(step.operation.args.size(), 0);
  VYRE_TRY(descriptor_, single(step));
  return {};
}

Result<void> StepEncoder::fill(const LoadStep& step) {
  VYRE_TRY(const std::uint32_t number, step.number.evaluate_u32(loops_));
  request_ =
      descriptor::encode_load_miss({.resource = number, .prefetch = static_cast<std::uint32_t>(step.mode)});
  descriptor_ = descriptor::Recorded{.slots = {&request_, 1}};
  return {};
}

Result<void> StepEncoder::fill(const PackedStep& step) {
  const Size size = size_of(step);
  reserve(size.words, size.packed);
  VYRE_TRY(descriptor_, packed(step));
  return {};
}

Result<void> StepEncoder::fill(const BatchStep& step) {
  const Size size = size_of(step);
  reserve(size.words, size.packed);
  slots_.clear();
  for (const auto& item : step.items) {
    if (const auto* one = std::get_if<SingleStep>(&item)) {
      VYRE_TRY(slots_.emplace_back(), single(*one));
    } else {
      VYRE_TRY(slots_.emplace_back(), packed(std::get<PackedStep>(item)));
    }
  }
  descriptor_ = descriptor::Batch{.items = slots_};
  return {};
}

Result<void> StepEncoder::fill(const FencedBatchStep& step) {
  std::size_t word_count = 0;
  for (const auto& item : step.items) word_count += item.args.size();
  reserve(word_count, 0);
  operations_.clear();
  VYRE_TRY(const std::uint32_t tenant, step.tenant.evaluate_u32(loops_));
  for (const auto& item : step.items) {
    VYRE_TRY(const descriptor::Words args, words(item.args));
    operations_.push_back({.opcode = item.opcode, .args = args});
  }
  VYRE_TRY(const std::uint32_t tag, step.tag.evaluate_u32(loops_));
  descriptor_ = descriptor::FencedBatch{.tenant = tenant, .items = operations_, .tag = tag};
  return {};
}

Result<void> StepEncoder::fill(const WorkItemsStep& step) {
  work_items_.clear();
  VYRE_TRY(const std::uint32_t tenant, step.tenant.evaluate_u32(loops_));
  for (const auto& item : step.items) {
    VYRE_TRY(const std::uint32_t input, item.input.evaluate_u32(loops_));
    VYRE_TRY(const std::uint32_t output, item.output.evaluate_u32(loops_));
    VYRE_TRY(const std::uint32_t param, item.param.evaluate_u32(loops_));
    work_items_.push_back({.opcode = item.opcode, .input = input, .output = output, .param = param});
  }
  descriptor_ = descriptor::WorkItems{.tenant = tenant, .items = work_items_};
  return {};
}

Result<void> StepEncoder::fill(const WindowStep& step) {
  std::size_t word_count = 0;
  for (const auto& payload : step.required) word_count += payload.size();
  for (const auto& payload : step.lookahead) word_count += payload.size();
  reserve(word_count, 0);
  required_.clear();
  lookahead_.clear();
  VYRE_TRY(const std::uint32_t tenant, step.tenant.evaluate_u32(loops_));
  VYRE_TRY(const std::uint32_t ticket, step.ticket.evaluate_u32(loops_));
  for (const auto& payload : step.required) { VYRE_TRY(required_.emplace_back(), words(payload)); }
  for (const auto& payload : step.lookahead) { VYRE_TRY(lookahead_.emplace_back(), words(payload)); }
  descriptor_ = descriptor::Window{.tenant = tenant,
                                   .opcode = step.opcode,
                                   .ticket = ticket,
                                   .required = required_,
                                   .lookahead = lookahead_};
  return {};
}

}  // namespace vyre::session
