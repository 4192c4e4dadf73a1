#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "inspect_view.hpp"
#include "vyre/inspection/ring_map.hpp"
#include "vyre/protocol/names.hpp"

namespace vyre::cli {
namespace {

constexpr std::size_t kMostRows = 32;
constexpr std::size_t kGroup = 16;      ///< cells a row are a multiple of it where they can be
constexpr std::size_t kIndexWidth = 9;  ///< a slot number and two blanks

/// How a STATUS is drawn: a letter, so that colour is not all that tells them apart.
struct Cell {
  char letter;
  std::string_view code;  ///< of the terminal
};
constexpr std::array<Cell, protocol::kStatusCount + 1> kCells{{{'.', "2"},
                                                               {'P', "34"},
                                                               {'C', "35"},
                                                               {'D', "32"},
                                                               {'W', "36"},
                                                               {'Y', "33"},
                                                               {'R', "93"},
                                                               {'F', "1;31"},
                                                               {'?', "7"}}};

void append_run(std::string& text, std::uint8_t status, std::size_t count, const Style& style) {
  const Cell& cell = kCells[status];
  if (style.colored())
    text += fmt::format("\x1b[{}m{}\x1b[0m", cell.code, std::string(count, cell.letter));
  else
    text.append(count, cell.letter);
}

std::string legend(const codec::Occupancy& occupancy, const Style& style) {
  const std::array<std::uint32_t, protocol::kStatusCount + 1> counts{
      occupancy.empty, occupancy.published, occupancy.claimed, occupancy.done,   occupancy.wait_io,
      occupancy.yield, occupancy.requeue,   occupancy.fault,   occupancy.unknown};
  std::string text;
  for (std::uint8_t status = 0; status < counts.size(); ++status) {
    if (counts[status] == 0) continue;
    text += text.empty() ? "" : "  ";
    append_run(text, status, 1, style);
    text += fmt::format(" {} {}", protocol::status_name(status), counts[status]);
  }
  return text;
}

}  // namespace

void render_map(const inspection::Inspection& inspection, const codec::Occupancy& occupancy,
                const TextTarget& target) {
  std::size_t columns = target.width > kIndexWidth + kGroup ? target.width - kIndexWidth : kGroup;
  columns -= columns % kGroup;
  const auto map = inspection::map_ring(inspection.buffers.ring, columns * kMostRows);
  std::string text = "\n";
  for (std::size_t first = 0; first < map.cells.size(); first += columns) {
    text += fmt::format("{:7}  ", first * map.slots_per_cell);
    const std::size_t end = std::min(first + columns, map.cells.size());
    for (std::size_t cell = first; cell < end;) {
      std::size_t next = cell;
      while (next < end && map.cells[next] == map.cells[cell]) ++next;
      append_run(text, map.cells[cell], next - cell, target.style);
      cell = next;
    }
    text += '\n';
  }
  text += fmt::format("{:{}}{}\n", "", kIndexWidth, legend(occupancy, target.style));
  if (map.slots_per_cell > 1)
    text += fmt::format("{:{}}each cell stands for {} slots and shows the most telling status among them\n",
                        "", kIndexWidth, map.slots_per_cell);
  target.out.write(text);
}

}  // namespace vyre::cli
