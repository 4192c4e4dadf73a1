#include <map>
#include <string>

#include "inspection/histogram.hpp"
#include "vyre/inspection/records.hpp"

namespace vyre::inspection {
namespace {

using namespace recording;

/// Adds names. A number that has another name already has none from now on, which "" stands for.
void merge(std::map<std::uint32_t, std::string>& names, const std::map<std::uint32_t, std::string>& more) {
  for (const auto& [number, name] : more) {
    const auto known = names.find(number);
    if (known == names.end()) {
      if (names.size() < kMaxCounted) names.emplace(number, name);
    } else if (known->second != name) {
      known->second.clear();
    }
  }
}

/// Counts records of each kind.
class LogCounter {
 public:
  explicit LogCounter(LogSummary& summary) : summary_(summary) {}

  void count(const LogRecord& record) {
    if (summary_.records++ == 0) summary_.first_time_ns = record.time_ns;
    summary_.last_time_ns = record.time_ns;
    std::visit([this](const auto& what) { add(what); }, record.what);
  }
  void finish() {
    for (auto* names : {&summary_.names.handlers, &summary_.names.tenants})
      std::erase_if(*names, [](const auto& name) { return name.second.empty(); });
    summary_.opcodes = opcodes_.histogram();
    summary_.tenants = tenants_.histogram();
  }

 private:
  void add(const RunRecord& run) {
    const Names names = names_of(run);
    merge(summary_.names.handlers, names.handlers);
    merge(summary_.names.tenants, names.tenants);
    if (summary_.runs++ > 0) return;
    summary_.run = run;
    for (auto& handler : summary_.run->handlers) handler.glsl.clear();
  }
  void add(const PublicationRecord& publication) {
    ++summary_.publications;
    summary_.slots += publication.slots.size();
    if (publication.args_cut) summary_.slots_with_cut_args += publication.slots.size();
    if (publication.epoch) summary_.last_epoch = *publication.epoch;
    for (const auto& slot : publication.slots) {
      opcodes_.add(slot.opcode);
      tenants_.add(slot.tenant);
    }
  }
  void add(const ControlWriteRecord&) { ++summary_.control_writes; }
  void add(const WaitRecord&) { ++summary_.waits; }
  void add(const CheckpointRecord& checkpoint) {
    ++summary_.checkpoints;
    summary_.last_epoch = checkpoint.epoch;
  }
  void add(const EndRecord& end) {
    ++summary_.ends;
    summary_.verdict = end.verdict;
  }

  LogSummary& summary_;
  Counter opcodes_, tenants_;
};

}  // namespace

Result<LogSummary> summarize_log(const Inspection& inspection) {
  VYRE_TRY(const auto reader, open_records(inspection));
  LogSummary summary;
  summary.version = reader->version();
  LogCounter counter(summary);
  LogRecord record;
  for (;;) {
    VYRE_TRY(const bool more, reader->next(record));
    if (!more) break;
    counter.count(record);
  }
  counter.finish();
  summary.damage = reader->damage();
  summary.tail_is_cut = reader->tail_is_cut();
  return summary;
}

}  // namespace vyre::inspection
