// publish.jsonl: rings before and after sequences of publications.
#include <list>
#include <stdexcept>

#include "conformance/vectors.hpp"
#include "vyre/descriptor/descriptor.hpp"
#include "vyre/protocol/opcodes.hpp"
#include "vyre/ring/publication.hpp"

namespace vyre::conformance {
namespace {

/// Descriptors are views; this keeps what they view.
class Storage {
 public:
  descriptor::Words words(const Json& args) { return words_.emplace_back(args.get<Words>()); }
  std::vector<descriptor::PackedOperation>& packed() { return packed_.emplace_back(); }

  descriptor::Single single(const Json& single) {
    return {u32(single, "tenant_id"), opcode(single.at("opcode")), words(single.at("args"))};
  }
  descriptor::Packed packed_slot(const Json& slot) {
    auto& operations = packed();
    for (const auto& op : slot.at("ops"))
      operations.push_back({op.at("opcode").get<std::uint8_t>(), words(op.at("args"))});
    return {u32(slot, "tenant_id"), operations};
  }

  /// A number, {"custom": number} or {"builtin": name}.
  static std::uint32_t opcode(const Json& opcode) {
    if (opcode.is_number()) return opcode.get<std::uint32_t>();
    if (opcode.contains("custom")) return u32(opcode, "custom");
    const auto name = opcode.at("builtin").get<std::string>();
    const auto* info = protocol::find_opcode(name);
    if (info == nullptr) throw std::runtime_error("no opcode is named " + name);
    return info->opcode;
  }

 private:
  std::list<Words> words_;
  std::list<std::vector<descriptor::PackedOperation>> packed_;
};

Result<std::uint32_t> publish_slot(ring::RingView ring, std::uint32_t slot, const Json& slot_json) {
  Storage storage;
  if (slot_json.contains("single")) return publish(ring, slot, storage.single(slot_json.at("single")));
  return publish(ring, slot, storage.packed_slot(slot_json.at("packed")));
}

Result<std::uint32_t> publish_batch(ring::RingView ring, const Json& batch) {
  Storage storage;
  std::vector<descriptor::SlotDescriptor> items;
  for (const auto& item : batch.at("items")) {
    if (item.contains("single")) {
      items.emplace_back(storage.single(item.at("single")));
    } else {
      items.emplace_back(storage.packed_slot(item.at("packed")));
    }
  }
  return publish(ring, u32(batch, "start_slot"), descriptor::Batch{items});
}

Result<std::uint32_t> publish_fenced_batch(ring::RingView ring, const Json& batch) {
  Storage storage;
  std::vector<descriptor::Operation> items;
  for (const auto& item : batch.at("items"))
    items.push_back({Storage::opcode(item.at("opcode")), storage.words(item.at("args"))});
  return publish(ring, u32(batch, "start_slot"),
                 descriptor::FencedBatch{u32(batch, "tenant_id"), items, u32(batch, "tag")});
}

Result<std::uint32_t> publish_work_items(ring::RingView ring, const Json& work) {
  std::vector<descriptor::WorkItem> items;
  for (const auto& item : work.at("items")) {
    items.push_back(
        {Storage::opcode(item.at("opcode")), u32(item, "input"), u32(item, "output"), u32(item, "param")});
  }
  return publish(ring, u32(work, "start_slot"), descriptor::WorkItems{u32(work, "tenant_id"), items});
}

Result<std::uint32_t> publish_window(ring::RingView ring, const Json& window) {
  Storage storage;
  std::vector<descriptor::Words> required;
  std::vector<descriptor::Words> lookahead;
  for (const auto& payload : window.at("required")) required.push_back(storage.words(payload));
  for (const auto& payload : window.at("lookahead")) lookahead.push_back(storage.words(payload));
  return publish(ring, u32(window, "start_slot"),
                 descriptor::Window{u32(window, "tenant_id"), Storage::opcode(window.at("opcode")),
                                    u32(window, "ticket"), required, lookahead});
}

Result<std::uint32_t> publish_step(ring::RingView ring, const Json& form) {
  if (form.contains("slot")) return publish_slot(ring, u32(form, "at"), form.at("slot"));
  if (form.contains("batch")) return publish_batch(ring, form.at("batch"));
  if (form.contains("fenced_batch")) return publish_fenced_batch(ring, form.at("fenced_batch"));
  if (form.contains("work_items")) return publish_work_items(ring, form.at("work_items"));
  if (form.contains("window")) return publish_window(ring, form.at("window"));
  throw std::runtime_error("no known form of publication: " + form.dump());
}

void check_step(ring::RingView ring, const Json& step, std::size_t number) {
  SCOPED_TRACE("step " + std::to_string(number));
  const Words before(ring.words.begin(), ring.words.end());
  const auto published = publish_step(ring, step.at("publish"));
  const auto& expected = step.at("result");
  if (expected.contains("published")) {
    ASSERT_TRUE(published.has_value()) << to_text(published.error());
    EXPECT_EQ(*published, u32(expected, "published"));
    return;
  }
  EXPECT_FALSE(published.has_value()) << "must be refused: " << expected.at("error");
  EXPECT_TRUE(same_words(ring.words, before, protocol::kSlotWords)) << "after an error";
}

void check_publications(const Json& line, ring::MemoryKind kind) {
  auto ring = words_of_hex(line.at("ring_before").get<std::string>());
  ASSERT_EQ(ring.size(), std::size_t{u32(line, "slots")} * protocol::kSlotWords);
  const auto view = ring::view_ring(ring, kind);
  ASSERT_TRUE(view.has_value()) << to_text(view.error());
  std::size_t number = 0;
  for (const auto& step : line.at("steps")) check_step(*view, step, number++);
  EXPECT_TRUE(same_words(ring, words_of_hex(line.at("ring_after").get<std::string>()), protocol::kSlotWords));
}

TEST(Vectors, Publish) {
  for_each_line("publish.jsonl",
                [](const Json& line) { check_publications(line, ring::MemoryKind::kCached); });
}

TEST(Vectors, PublishIntoWriteCombinedMemory) {
  for_each_line("publish.jsonl",
                [](const Json& line) { check_publications(line, ring::MemoryKind::kWriteCombined); });
}

}  // namespace
}  // namespace vyre::conformance
