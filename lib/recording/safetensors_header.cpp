#include "recording/safetensors_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "recording/json_position.hpp"

namespace vyre::recording {
namespace {

using nlohmann::json;

constexpr const char* kFix = "write the snapshot again, or take an unharmed copy";
constexpr std::size_t kMaxMessageBytes = 300;
constexpr const char* kMetadataName = "__metadata__";

/// SAX handler: an object of tensors {dtype, shape, data_offsets} and one of metadata strings, nothing else.
/// No recursion and no tree, so depth and size of hostile text cost nothing.
class HeaderSax final : public nlohmann::json_sax<json> {
 public:
  HeaderSax(std::string_view text, const std::string& file) : file_(file), position_(text) {}

  [[nodiscard]] TokenPosition& position() noexcept { return position_; }
  [[nodiscard]] std::optional<Error>& error() noexcept { return error_; }
  [[nodiscard]] SafetensorsHeader& header() noexcept { return header_; }

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("a boolean"); }
  bool number_float(number_float_t, const string_t&) override { return unexpected("a fraction"); }
  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
  bool binary(binary_t&) override { return unexpected("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (level_ != Level::kArray) return unexpected("a number");
    next();
    const bool is_shape = field_ == "shape";
    if (is_shape) {
      if (tensor().shape.size() == kMaxDimensions)
        return refuse(fmt::format("tensor '{}' has more than {} dimensions", tensor().name, kMaxDimensions));
      tensor().shape.push_back(value);
    } else {
      if (offset_count_ == 2)
        return refuse(fmt::format("tensor '{}' has more than 2 data_offsets", tensor().name));
      (offset_count_++ == 0 ? tensor().begin : tensor().end) = value;
    }
    return true;
  }

  bool string(string_t& value) override {
    if (level_ == Level::kMetadata) {
      next();
      if (!header_.metadata.try_emplace(key_, MetadataEntry{value, at_}).second)
        return refuse(fmt::format("metadata '{}' stands twice", key_));
      return true;
    }
    if (level_ != Level::kTensor || field_ != "dtype") return unexpected("a string");
    next();
    tensor().dtype_at = at_;
    tensor().dtype = value;
    return true;
  }

  bool start_object(std::size_t) override {
    if (level_ != Level::kOutside && level_ != Level::kRoot) return unexpected("an object");
    next();
    if (level_ == Level::kOutside) {
      level_ = Level::kRoot;
      return true;
    }
    level_ = key_ == kMetadataName ? Level::kMetadata : Level::kTensor;
    return true;
  }

  bool key(string_t& value) override {
    next();
    switch (level_) {
      case Level::kRoot: return root_key(value);
      case Level::kMetadata: key_ = value; return true;
      default: return tensor_key(value);
    }
  }

  bool end_object() override {
    next();
    if (level_ == Level::kTensor && !finish_tensor()) return false;
    level_ = level_ == Level::kRoot ? Level::kOutside : Level::kRoot;
    return true;
  }

  bool start_array(std::size_t) override {
    if (level_ != Level::kTensor || field_ == "dtype") return unexpected("an array");
    next();
    level_ = Level::kArray;
    if (field_ == "shape") tensor().shape_at = at_;
    if (field_ == "data_offsets") tensor().offsets_at = at_;
    return true;
  }

  bool end_array() override {
    next();
    level_ = Level::kTensor;
    return true;
  }

  bool parse_error(std::size_t byte, const std::string&,
                   const nlohmann::detail::exception& problem) override {
    // The text after "parse error at line 1, column 5: " is the parser's reason.
    const std::string_view text = problem.what();
    const std::size_t reason = text.find(": ");
    at_ = kHeaderLengthBytes + (byte > 0 ? byte - 1 : 0);
    return refuse(fmt::format("the header is no JSON: {}",
                              reason == std::string_view::npos ? text : text.substr(reason + 2)));
  }

 private:
  enum class Level : std::uint8_t { kOutside, kRoot, kMetadata, kTensor, kArray };

  TensorEntry& tensor() { return header_.tensors.back(); }
  void next() noexcept { at_ = kHeaderLengthBytes + position_.next(); }

  bool refuse(std::string what, ErrorCode code = ErrorCode::kBadInput) {
    // Names and the parser's words quote the header, which may hold megabytes without a space.
    if (what.size() > kMaxMessageBytes) what.replace(kMaxMessageBytes, std::string::npos, "...");
    error_ = Error{code, std::move(what), at_byte(file_, at_), kFix};
    return false;
  }
  bool unexpected(std::string_view what) {
    next();
    return refuse(fmt::format("{} where {} must stand", what, wanted()));
  }
  [[nodiscard]] std::string_view wanted() const noexcept {
    switch (level_) {
      case Level::kOutside: return "the header's object";
      case Level::kRoot: return key_ == kMetadataName ? "the metadata's object" : "a tensor's object";
      case Level::kMetadata: return "a metadata string";
      case Level::kTensor: return field_ == "dtype" ? "a dtype string" : "an array of numbers";
      case Level::kArray: break;
    }
    return "a number from 0";
  }

  bool root_key(const std::string& name) {
    key_ = name;
    if (!names_.insert(name).second) return refuse(fmt::format("'{}' stands twice in the header", name));
    if (name == kMetadataName) return true;
    if (header_.tensors.size() == kMaxTensors)
      return refuse(fmt::format("more than {} tensors", kMaxTensors), ErrorCode::kTooMany);
    header_.tensors.emplace_back();
    tensor().name = name;
    tensor().name_at = at_;
    offset_count_ = 0;
    return true;
  }

  bool tensor_key(const std::string& field) {
    field_ = field;
    std::uint64_t* seen_at = field == "dtype"          ? &tensor().dtype_at
                             : field == "shape"        ? &tensor().shape_at
                             : field == "data_offsets" ? &tensor().offsets_at
                                                       : nullptr;
    if (seen_at == nullptr)
      return refuse(fmt::format("tensor '{}' has an unknown field '{}'", tensor().name, field));
    if (*seen_at != 0) return refuse(fmt::format("tensor '{}' has '{}' twice", tensor().name, field));
    return true;
  }

  bool finish_tensor() {
    at_ = tensor().name_at;
    const std::string_view missing = tensor().dtype_at == 0     ? "dtype"
                                     : tensor().shape_at == 0   ? "shape"
                                     : tensor().offsets_at == 0 ? "data_offsets"
                                                                : "";
    if (!missing.empty()) return refuse(fmt::format("tensor '{}' has no '{}'", tensor().name, missing));
    if (offset_count_ == 2) return true;
    at_ = tensor().offsets_at;
    return refuse(fmt::format("tensor '{}' has {} data_offsets instead of 2", tensor().name, offset_count_));
  }

  const std::string& file_;
  TokenPosition position_;
  SafetensorsHeader header_;
  std::optional<Error> error_;
  Level level_ = Level::kOutside;
  std::string key_;    ///< of the root or the metadata
  std::string field_;  ///< of a tensor
  std::set<std::string> names_;
  std::uint32_t offset_count_ = 0;
  std::uint64_t at_ = 0;  ///< file byte of the present token
};

/// Turns offsets into file offsets and checks that the tensors tile the data.
Result<void> place_tensors(SafetensorsHeader& header, std::uint64_t data_at, std::uint64_t file_bytes,
                           const std::string& file) {
  const auto refuse = [&](const TensorEntry& tensor, std::string what) {
    return fail(ErrorCode::kBadInput, std::move(what), at_byte(file, tensor.offsets_at), kFix);
  };
  const std::uint64_t data_bytes = file_bytes - data_at;
  std::ranges::sort(header.tensors, {}, [](const TensorEntry& t) { return std::pair(t.begin, t.end); });
  std::uint64_t covered = 0;
  for (auto& tensor : header.tensors) {
    if (tensor.begin > tensor.end)
      return refuse(tensor, fmt::format("tensor '{}' ends at {}, before its begin at {}", tensor.name,
                                        tensor.end, tensor.begin));
    if (tensor.end > data_bytes)
      return refuse(tensor, fmt::format("tensor '{}' ends at data byte {}, the file has {}: it was cut",
                                        tensor.name, tensor.end, data_bytes));
    if (tensor.begin < covered)
      return refuse(tensor, fmt::format("tensor '{}' begins at {}, inside the one before, which ends at {}",
                                        tensor.name, tensor.begin, covered));
    if (tensor.begin > covered)
      return refuse(tensor, fmt::format("tensor '{}' begins at {}, and no tensor covers the bytes from {}",
                                        tensor.name, tensor.begin, covered));
    covered = tensor.end;
    tensor.begin += data_at;
    tensor.end += data_at;
  }
  if (covered != data_bytes)
    return fail(ErrorCode::kBadInput,
                fmt::format("{} bytes follow that belong to no tensor", data_bytes - covered),
                at_byte(file, data_at + covered), kFix);
  return {};
}

}  // namespace

std::string at_byte(const std::string& file, std::uint64_t offset) {
  return fmt::format("{}: byte {}", file, offset);
}

Result<SafetensorsHeader> parse_safetensors_header(std::string_view json_text, std::uint64_t file_bytes,
                                                   const std::string& file) {
  if (!json_text.starts_with('{'))
    return fail(ErrorCode::kBadInput, "the header does not begin with '{'", at_byte(file, kHeaderLengthBytes),
                "check that the file is a safetensors file");
  HeaderSax sax(json_text, file);
  const bool parsed = json::sax_parse(sax.position().begin(), sax.position().end(), &sax);
  if (!parsed) return std::unexpected(std::move(*sax.error()));
  VYRE_CHECK(place_tensors(sax.header(), kHeaderLengthBytes + json_text.size(), file_bytes, file));
  return std::move(sax.header());
}

}  // namespace vyre::recording
