#include "bench/request.hpp"

#include <fmt/format.h>

namespace vyre::cli::bench {
namespace {

std::vector<std::uint32_t> or_default(const std::vector<std::uint32_t>& list, std::uint32_t value) {
  return list.empty() ? std::vector<std::uint32_t>{value} : list;
}

}  // namespace

std::vector<Shape> shapes_of(const Request& request, std::uint32_t default_slots) {
  std::vector<Shape> shapes;
  for (const auto slots : or_default(request.slots, default_slots))
    for (const auto lanes : or_default(request.lanes, 0))
      for (const auto workgroups : or_default(request.workgroups, 0))
        for (const auto publishers : or_default(request.publishers, 1))
          shapes.push_back(
              {.slots = slots, .lanes = lanes, .workgroups = workgroups, .publishers = publishers});
  return shapes;
}

std::string suffix_of(const Request& request, const Shape& shape) {
  std::string text;
  if (!request.slots.empty()) text += fmt::format(" slots={}", shape.slots);
  if (!request.lanes.empty()) text += fmt::format(" lanes={}", shape.lanes);
  if (!request.workgroups.empty()) text += fmt::format(" workgroups={}", shape.workgroups);
  if (!request.publishers.empty()) text += fmt::format(" publishers={}", shape.publishers);
  return text;
}

}  // namespace vyre::cli::bench
