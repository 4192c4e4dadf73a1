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

char small(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : '!';
}

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

void append_run(std::string& text, std::uint8_t status, bool faulted, std::size_t count, const Style& style) {
  const Cell& cell = kCells[faulted ? static_cast<std::size_t>(protocol::Status::kFault) : status];
  // A fault among other slots: the letter of the others, small.
  const char letter = faulted ? small(kCells[status].letter) : cell.letter;
  if (style.colored())
    text += fmt::format("\x1b[{}m{}\x1b[0m", cell.code, std::string(count, letter));
  else
    text.append(count, letter);
}

/// What the letters mean, with counts; wrapped between two of them.
std::string legend(const codec::Occupancy& occupancy, const TextTarget& target) {
  const std::array<std::uint32_t, protocol::kStatusCount + 1> counts{
      occupancy.empty, occupancy.published, occupancy.claimed, occupancy.done,   occupancy.wait_io,
      occupancy.yield, occupancy.requeue,   occupancy.fault,   occupancy.unknown};
  std::string text;
  std::size_t column = kIndexWidth;
  for (std::uint8_t status = 0; status < counts.size(); ++status) {
    if (counts[status] == 0) continue;
    const std::string words = fmt::format(" {} {}", protocol::status_name(status), counts[status]);
    const std::size_t length = words.size() + 1;
    if (column > kIndexWidth && column + 2 + length > target.width) {
      text += fmt::format("\n{:{}}", "", kIndexWidth);
      column = kIndexWidth;
    }
    text += column > kIndexWidth ? "  " : "";
    append_run(text, status, false, 1, target.style);
    text += words;
    column += length + (column > kIndexWidth ? 2 : 0);
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
      const bool faulted = map.slots_per_cell > 1 && map.faulted[cell];
      std::size_t next = cell;
      while (next < end && map.cells[next] == map.cells[cell] &&
             (map.slots_per_cell > 1 && map.faulted[next]) == faulted)
        ++next;
      append_run(text, map.cells[cell], faulted, next - cell, target.style);
      cell = next;
    }
    text += '\n';
  }
  text += fmt::format("{:{}}{}\n", "", kIndexWidth, legend(occupancy, target));
  if (map.slots_per_cell > 1)
    text += fmt::format(
        "{0:{1}}a cell is {2} slots and shows what most of them are; small letters have a fault among them\n",
        "", kIndexWidth, map.slots_per_cell);
  target.out.write(text);
}

}  // namespace vyre::cli
