// Random work as descriptors, which are views: the memory they need lives here for the call.
#include "support/random_work.hpp"

namespace vyre::test {
namespace {

using Use = std::function<void(const descriptor::Descriptor&)>;

std::vector<descriptor::PackedOperation> packed_operations(const PackedWork& work) {
  std::vector<descriptor::PackedOperation> operations;
  for (const auto& one : work.operations)
    operations.push_back({static_cast<std::uint8_t>(one.opcode), one.args});
  return operations;
}

descriptor::Single single_of(const SingleWork& work) {
  return {.tenant = work.tenant, .opcode = work.operation.opcode, .args = work.operation.args};
}

void hand_over(const SingleWork& work, const Use& use) { use(single_of(work)); }

void hand_over(const PackedWork& work, const Use& use) {
  const auto operations = packed_operations(work);
  use(descriptor::Packed{.tenant = work.tenant, .operations = operations});
}

void hand_over(const BatchWork& work, const Use& use) {
  std::vector<std::vector<descriptor::PackedOperation>> packed;
  std::vector<descriptor::SlotDescriptor> items;
  packed.reserve(work.items.size());  // the items refer to its elements
  for (const auto& item : work.items) {
    if (const auto* single = std::get_if<SingleWork>(&item)) {
      items.emplace_back(single_of(*single));
      continue;
    }
    const auto& inner = std::get<PackedWork>(item);
    packed.push_back(packed_operations(inner));
    items.emplace_back(descriptor::Packed{.tenant = inner.tenant, .operations = packed.back()});
  }
  use(descriptor::Batch{.items = items});
}

void hand_over(const FencedWork& work, const Use& use) {
  std::vector<descriptor::Operation> items;
  for (const auto& one : work.items) items.push_back({one.opcode, one.args});
  use(descriptor::FencedBatch{.tenant = work.tenant, .items = items, .tag = work.tag});
}

void hand_over(const ItemsWork& work, const Use& use) {
  use(descriptor::WorkItems{.tenant = work.tenant, .items = work.items});
}

void hand_over(const WindowWork& work, const Use& use) {
  const std::vector<descriptor::Words> required(work.required.begin(), work.required.end());
  const std::vector<descriptor::Words> lookahead(work.lookahead.begin(), work.lookahead.end());
  use(descriptor::Window{.tenant = work.tenant,
                         .opcode = work.opcode,
                         .ticket = work.ticket,
                         .required = required,
                         .lookahead = lookahead});
}

}  // namespace

void with_descriptor(const WorkForm& form, const Use& use) {
  std::visit([&](const auto& work) { hand_over(work, use); }, form);
}

}  // namespace vyre::test
