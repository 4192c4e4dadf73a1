#include "recording/numbered_texts.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

namespace vyre::recording {
namespace {

/// Read without a tree: nesting is refused at its first bracket.
class TextsSax final : public nlohmann::json_sax<nlohmann::json> {
 public:
  TextsSax(const TextsWording& wording, NumberedTexts& texts) : wording_(wording), texts_(texts) {}
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  bool null() override { return refuse_value("null"); }
  bool boolean(bool) override { return refuse_value("a boolean"); }
  bool number_integer(number_integer_t) override { return refuse_value("a number"); }
  bool number_unsigned(number_unsigned_t) override { return refuse_value("a number"); }
  bool number_float(number_float_t, const string_t&) override { return refuse_value("a number"); }
  bool binary(binary_t&) override { return refuse_value("binary data"); }
  bool start_array(std::size_t) override { return refuse_value("an array"); }
  bool end_array() override { return true; }
  bool end_object() override { return true; }
  bool start_object(std::size_t) override {
    if (inside_) return refuse_value("an object");
    inside_ = true;
    return true;
  }
  bool key(string_t& name) override {
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number_);
    if (error == std::errc{} && end == name.data() + name.size()) return true;
    return refuse(fmt::format("'{}' is no {}", name, wording_.number));
  }
  bool string(string_t& text) override {
    if (!inside_) return refuse(fmt::format("{} are no object", wording_.all));
    if (!texts_.try_emplace(number_, text).second)
      return refuse(fmt::format("{} {} stands twice", wording_.one, number_));
    return true;
  }
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception&) override {
    return refuse(fmt::format("no JSON at its byte {}", byte));
  }

 private:
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool refuse_value(std::string_view found) {
    return refuse(fmt::format("{} is no {}", found, wording_.text));
  }

  const TextsWording& wording_;
  NumberedTexts& texts_;
  std::uint32_t number_ = 0;
  bool inside_ = false;
  std::string problem_;
};

}  // namespace

std::string encode_texts(const NumberedTexts& texts) {
  auto object = nlohmann::ordered_json::object();
  for (const auto& [number, text] : texts) object[std::to_string(number)] = text;
  return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::optional<std::string> decode_texts(const std::string& json, const TextsWording& wording,
                                        NumberedTexts& texts) {
  TextsSax sax(wording, texts);
  if (nlohmann::json::sax_parse(json, &sax)) return std::nullopt;
  return sax.problem();
}

}  // namespace vyre::recording
