#include "vyre/recording/names.hpp"

namespace vyre::recording {

Names names_of(const RunRecord& run) {
  Names names;
  for (const auto& handler : run.handlers)
    if (!handler.name.empty()) names.handlers.try_emplace(handler.opcode, handler.name);
  for (const auto& tenant : run.tenants)
    if (!tenant.name.empty()) names.tenants.try_emplace(tenant.id, tenant.name);
  return names;
}

}  // namespace vyre::recording
