#include "workload/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace vyre::workload {

void Problems::add(Position position, std::string what, std::string fix) {
  keep(position, Error{ErrorCode::kBadInput, std::move(what),
                       fmt::format("{}:{}:{}", file_, position.line, position.column), std::move(fix)});
}

void Problems::add_elsewhere(std::string where, std::string what, std::string fix) {
  keep({}, Error{ErrorCode::kBadInput, std::move(what), std::move(where), std::move(fix)});
}

void Problems::keep(Position position, Error error) {
  // One fault often shows again: an alias used twice, or a number that every corner of a loop refuses.
  for (const auto& found : found_)
    if (found.error.where == error.where && found.error.what == error.what) return;
  ++count_;
  if (found_.size() < max_errors_) found_.push_back({position, std::move(error)});
}

LoadErrors Problems::take() {
  std::stable_sort(found_.begin(), found_.end(), [](const Found& a, const Found& b) {
    return std::tie(a.position.line, a.position.column) < std::tie(b.position.line, b.position.column);
  });
  LoadErrors errors;
  for (auto& found : found_) {
    errors.excerpts.push_back(found.position.line == 0 ? Excerpt{} : make_excerpt(text_, found.position));
    errors.errors.push_back(std::move(found.error));
  }
  errors.omitted = count_ - errors.errors.size();
  found_.clear();
  count_ = 0;
  return errors;
}

}  // namespace vyre::workload
