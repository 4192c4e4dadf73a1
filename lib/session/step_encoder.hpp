/// StepEncoder: turns the steps that publish work into descriptors, evaluating their expressions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "vyre/base/error.hpp"
#include "vyre/descriptor/descriptor.hpp"
#include "vyre/workload/step.hpp"

namespace vyre::session {

/// Keeps the buffers that its descriptors view and uses them again for each step, so that encoding a
/// step no larger than an earlier one allocates nothing.
/// Thread: one at a time.
class StepEncoder {
 public:
  /// Whether a step becomes slots: single, packed, batch, fenced batch, work items, window, load.
  [[nodiscard]] static bool publishes(const workload::Step::Action& action) noexcept;

  /// Evaluates the step's expressions with the loop variables `loops`.
  /// Owner: the descriptor and its spans belong to the encoder and live until the next call.
  /// Errors: those of Expression::evaluate_u32; kReservedOpcode (a packed operation above 255);
  /// kUnsupported (a step that publishes nothing). Layout is left to descriptor::validate.
  [[nodiscard]] Result<const descriptor::Descriptor*> encode(const workload::Step::Action& action,
                                                             workload::LoopValues loops = {});

 private:
  Result<void> fill(const workload::SingleStep& step);
  Result<void> fill(const workload::PackedStep& step);
  Result<void> fill(const workload::BatchStep& step);
  Result<void> fill(const workload::FencedBatchStep& step);
  Result<void> fill(const workload::WorkItemsStep& step);
  Result<void> fill(const workload::WindowStep& step);
  Result<void> fill(const workload::LoadStep& step);

  Result<descriptor::Single> single(const workload::SingleStep& step);
  Result<descriptor::Packed> packed(const workload::PackedStep& step);
  Result<descriptor::Words> words(std::span<const workload::Expression> expressions);
  void reserve(std::size_t word_count, std::size_t operation_count);

  workload::LoopValues loops_;
  descriptor::Descriptor descriptor_;
  // Reserved before the first span into them is taken, so that they never move under one.
  std::vector<std::uint32_t> words_;
  std::vector<descriptor::PackedOperation> packed_;
  std::vector<descriptor::SlotDescriptor> slots_;
  std::vector<descriptor::Operation> operations_;
  std::vector<descriptor::WorkItem> work_items_;
  std::vector<descriptor::Words> required_;
  std::vector<descriptor::Words> lookahead_;
  protocol::Slot request_;
};

}  // namespace vyre::session
