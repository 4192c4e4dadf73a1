/// StepText: publications and host writes as steps of a workload file.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "vyre/base/error.hpp"
#include "vyre/recording/log_records.hpp"

namespace vyre::session {

class StepText {
 public:
  explicit StepText(const recording::RunRecord& run);

  /// Appends the step that publishes these slots at this place; what it says of them in comments alone is
  /// added to `remark`. Errors: kUnsupported, kOutOfRange; `where` is left for the caller.
  [[nodiscard]] Result<void> append(std::string& out, const recording::PublicationRecord& publication,
                                    bool async, std::string& remark);
  /// The same for a host write. Errors: kUnsupported, for words that no step writes.
  [[nodiscard]] Result<void> append(std::string& out, const recording::ControlWriteRecord& write) const;

 private:
  using Slots = std::span<const protocol::Slot>;
  using Args = std::span<const std::uint32_t>;
  [[nodiscard]] Result<std::optional<std::uint32_t>> priority_of(
      const recording::PublicationRecord& publication) const;
  [[nodiscard]] Result<void> check(const recording::PublicationRecord& publication) const;
  void body(std::string& out, const recording::PublicationRecord& publication, std::string& remark);
  void scan(std::string& out, const protocol::Slot& slot);
  void batch(std::string& out, Slots slots, bool one_tenant, std::string& remark);
  void fenced_batch(std::string& out, Slots slots);
  void work_items(std::string& out, Slots slots);
  void window(std::string& out, const recording::PublicationRecord& publication);
  void slot(std::string& out, const protocol::Slot& slot, const char* indent, std::string& remark);
  bool packed(std::string& out, const protocol::Slot& slot);
  /// "name: [..]", or "opcode: n<separator>args: [..]". Of `args` all are written up to the last that counts.
  void operation(std::string& out, std::uint32_t opcode, Args args, const char* separator);
  void arguments(std::string& out, std::uint32_t opcode, Args args, std::size_t count) const;

  const recording::RunRecord& run_;
  std::map<std::uint32_t, std::string> handlers_;
  std::set<std::uint32_t> tenants_;
  bool unchecked_ = false;  ///< the step at hand holds what the loader would refuse
};

}  // namespace vyre::session
