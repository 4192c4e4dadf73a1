#include "names.hpp"

#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "nearest.hpp"
#include "style.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::cli {
namespace {

using ByNumber = std::map<std::uint32_t, std::string>;

std::optional<std::uint32_t> number_of(std::string_view text) noexcept {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint32_t value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, hexadecimal ? 16 : 10);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::uint32_t> called(const std::string& text, const ByNumber& names) {
  std::vector<std::uint32_t> numbers;
  for (const auto& [number, name] : names)
    if (!name.empty() && name == text) numbers.push_back(number);
  return numbers;
}

std::unexpected<Error> unknown(std::string_view kind, const std::string& text,
                               const std::vector<std::string>& known, std::string_view option,
                               std::string fix) {
  const auto near = nearest(text, known);
  return fail(ErrorCode::kBadInput,
              fmt::format("no {} is called '{}'{}", kind, printable(text),
                          near ? fmt::format("; did you mean '{}'?", printable(*near)) : ""),
              std::string(option), std::move(fix));
}

}  // namespace

recording::Names printable(const recording::Names& names) {
  recording::Names safe = names;
  for (auto* texts : {&safe.handlers, &safe.tenants})
    for (auto& text : *texts) text.second = printable(text.second);
  return safe;
}

Result<std::vector<std::uint32_t>> parse_opcode(const std::string& text, const recording::Names& names,
                                                std::string_view option) {
  if (const auto* info = protocol::find_opcode(std::string_view(text))) return std::vector{info->opcode};
  if (const auto number = number_of(text)) return std::vector{*number};
  auto numbers = called(text, names.handlers);
  if (!numbers.empty()) return numbers;
  std::vector<std::string> known;
  for (const auto& info : protocol::kOpcodes) known.emplace_back(info.name);
  for (const auto& handler : names.handlers) known.push_back(handler.second);
  return unknown("opcode", text, known, option,
                 "give a number, a name that the file has, or one that `vyre help opcodes` lists");
}

Result<std::vector<std::uint32_t>> parse_tenant(const std::string& text, const recording::Names& names,
                                                std::string_view option) {
  if (const auto number = number_of(text)) return std::vector{*number};
  auto numbers = called(text, names.tenants);
  if (!numbers.empty()) return numbers;
  std::vector<std::string> known;
  for (const auto& tenant : names.tenants) known.push_back(tenant.second);
  return unknown("tenant", text, known, option, "give a number, or a name that the file has");
}

}  // namespace vyre::cli
