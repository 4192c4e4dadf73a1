#include "session/stream_publish.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "vyre/descriptor/operations.hpp"

namespace vyre::session {

namespace {

std::uint32_t low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

}  // namespace

StreamPublication::StreamPublication(const StreamLayout& layout, Settings settings, const StreamCells& cells,
                                     ring::Publisher& publisher, trace::Tracer* tracer)
    : layout_(layout),
      settings_(std::move(settings)),
      cells_(cells),
      publisher_(publisher),
      tracer_(tracer),
      window_(settings_.first_window) {}

void StreamPublication::plan(ChunkInFlight& chunk) {
  chunk.slots.clear();
  std::uint64_t bytes = 0;
  for (const auto& piece : chunk.chunk.pieces) bytes += piece.size_bytes;
  heads_ = shared_ = 0;
  for (std::uint32_t i = 0; i < chunk.chunk.pieces.size(); ++i) {
    const stream::Piece& piece = chunk.chunk.pieces[i];
    if (piece.size_bytes == 0) continue;
    const StreamSlot slot{.piece = i,
                          .at = low(layout_.buffer(chunk.place.buffer) + piece.chunk_offset),
                          .bytes = low(piece.size_bytes)};
    if (settings_.opcode == protocol::kOpScan)
      plan_scans(chunk, piece, slot, bytes);
    else
      chunk.slots.push_back(slot);
  }
}

void StreamPublication::plan_scans(ChunkInFlight& chunk, const stream::Piece& piece, StreamSlot slot,
                                   std::uint64_t bytes) {
  const std::uint64_t number = chunk.chunk.number;
  // A file that goes on from another chunk, or in another one, shares its chunks with no other.
  const bool goes_on = piece.file_offset > 0;
  VYRE_ASSERT((!goes_on && piece.is_last) || chunk.chunk.pieces.size() == 1);
  VYRE_ASSERT(!goes_on || (cells_of_ && *cells_of_ + 1 == number));
  // Each piece gets its share of the chunk's areas; more matches than that are scanned again.
  slot.most = low(std::uint64_t{layout_.max_matches} * piece.size_bytes / bytes);
  const std::uint32_t place = protocol::kScanResultHeadWords * heads_++ + protocol::kScanMatchWords * shared_;
  shared_ += slot.most;
  for (slot.rule = 0; slot.rule < layout_.rules; ++slot.rule) {
    slot.results = low(layout_.area(chunk.place.buffer, slot.rule) + place);
    slot.entry = goes_on ? layout_.cell(*cells_of_, slot.rule) : 0;
    slot.exit = piece.is_last ? 0 : layout_.cell(number, slot.rule);
    chunk.slots.push_back(slot);
  }
  if (!piece.is_last) cells_of_ = number;
}

void StreamPublication::write_payload(const ChunkInFlight& chunk, const StreamSlot& slot) {
  auto& payload = payloads_.emplace_back();
  std::size_t count = 0;
  if (settings_.opcode == protocol::kOpScan) {
    const auto args = descriptor::Scan{.at = slot.at,
                                       .bytes = slot.bytes,
                                       .table = slot.rule,
                                       .results = protocol::kInResultMemory | slot.results,
                                       .most = slot.most,
                                       .entry = slot.entry,
                                       .exit = slot.exit}
                          .args();
    count = args.size() - 2;  // ticket and class are the window's
    std::copy(args.begin() + 2, args.end(), payload.begin());
  } else {
    const stream::Piece& piece = chunk.chunk.pieces[slot.piece];
    payload = {slot.at,
               slot.bytes,
               low(piece.file->number),
               low(piece.file_offset),
               low(piece.file_offset >> 32),
               low(chunk.chunk.number)};
    std::copy(settings_.args.begin(), settings_.args.end(), payload.begin() + 6);
    count = 6 + settings_.args.size();
  }
  words_.emplace_back(payload.data(), count);
}

void StreamPublication::end_window() noexcept {
  if (chunks_ > 0) ++window_;
  chunks_ = slots_ = 0;
  first_ticket_ = 0;
}

Result<bool> StreamPublication::publish(ChunkInFlight& chunk, ring::Clock::time_point until) {
  const auto count = static_cast<std::uint32_t>(chunk.slots.size());
  VYRE_ASSERT(count > 0 && count <= settings_.most_slots);
  if (chunks_ > layout_.buffers / 2 || slots_ + count > settings_.most_slots / 2) end_window();
  payloads_.clear();
  words_.clear();
  payloads_.reserve(count);  // words_ points into it
  for (const StreamSlot& slot : chunk.slots) {
    write_payload(chunk, slot);
    if (slot.exit != 0) cells_.set_cell(slot.exit, 0);
  }
  descriptor::Window window{.tenant = protocol::kSystemTenant, .opcode = settings_.opcode, .ticket = window_};
  (chunks_ == 0 ? window.required : window.lookahead) = words_;
  if (tracer_ != nullptr) tracer_->about_to_publish();
  const auto ticket =
      publisher_.publish(window, {.priority = settings_.priority, .at_slot = {}, .deadline = until});
  if (!ticket) {
    if (ticket.error().code == ErrorCode::kTimeout) return false;
    return std::unexpected(ticket.error());
  }
  chunk.ticket = ticket->id;
  chunk.first_slot = ticket->first_slot;
  if (chunks_ == 0) first_ticket_ = ticket->id;
  ++chunks_;
  slots_ += count;
  return true;
}

}  // namespace vyre::session
