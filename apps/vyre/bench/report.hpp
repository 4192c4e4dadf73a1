/// Reports of `vyre bench`: text, JSON, and a JSON report read again.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/machine.hpp"
#include "bench/request.hpp"
#include "bench/result.hpp"
#include "bench/subject.hpp"
#include "style.hpp"

namespace vyre::cli::bench {

struct Report {
  const Subject* subject = nullptr;
  Machine machine;
  unsigned rounds = 0;
  std::string command;  ///< as the person typed it
  Outcome outcome;
};

/// A table that fits into 80 columns, unless names are long.
[[nodiscard]] std::string report_text(const Report& report, const Style& style);
/// One document, ending in a newline.
[[nodiscard]] std::string report_json(const Report& report);

/// What an earlier report says, as far as later ones are held against it.
struct Earlier {
  std::string device;  ///< empty: none
  std::vector<measure::Figure> figures;
};
/// Reads what report_json() wrote. Errors: kBadInput (the text is none), `where` is `path` and the place.
[[nodiscard]] Result<Earlier> read_report(std::string_view text, const std::string& path);

/// The results as figures.
[[nodiscard]] std::vector<measure::Figure> figures_of(const Outcome& outcome);

/// "4.1 us", "1.28 M slots/s": two or three digits that matter, and the unit.
[[nodiscard]] std::string value_text(double value, std::string_view unit);
/// "26.3", "1.42"
[[nodiscard]] std::string ratio_text(double ratio);

}  // namespace vyre::cli::bench
