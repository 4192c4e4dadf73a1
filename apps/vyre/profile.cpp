#include "profile.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <system_error>

#include <fmt/format.h>

#include "file_input.hpp"
#include "file_output.hpp"
#include "style.hpp"

namespace vyre::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "vyre.profile/1";
constexpr std::string_view kFamily = "vyre.profile/";
constexpr const char* kFix = "remove the file and tune again with `vyre bench tune`, or give --no-profile";

std::unexpected<Error> broken(std::string what, const std::string& place) {
  return fail(ErrorCode::kBadInput, std::move(what), place, kFix);
}

/// "file:line:column" of a byte, counted from 1.
std::string place_of(std::string_view text, std::size_t byte, const std::string& path) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto newline = before.rfind('\n');
  const std::size_t column = newline == std::string_view::npos ? before.size() : before.size() - newline - 1;
  return fmt::format("{}:{}:{}", path, std::ranges::count(before, '\n') + 1, column + 1);
}

/// Reads the keys of one entry, and remembers the first that is wrong.
class EntryReader {
 public:
  EntryReader(const Json& entry, const std::string& uuid) : entry_(entry), uuid_(uuid) {}

  void text(const char* key, std::string& value) {
    const Json* found = find(key);
    if (found != nullptr && found->is_string() && !found->get_ref<const std::string&>().empty())
      value = found->get<std::string>();
    else if (found != nullptr)
      refuse(key, *found, "a text");
  }
  void count(const char* key, std::uint32_t& value) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    const Json* found = find(key);
    if (found == nullptr) return;
    const bool fits = found->is_number_unsigned() && found->get<std::uint64_t>() <= kMost;
    if (fits && found->get<std::uint64_t>() > 0)
      value = found->get<std::uint32_t>();
    else
      refuse(key, *found, "a whole number above 0");
  }
  void figure(const char* key, double& value) {
    const Json* found = find(key);
    if (found == nullptr) return;
    if (found->is_number() && found->get<double>() > 0)
      value = found->get<double>();
    else
      refuse(key, *found, "a number above 0");
  }

  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

 private:
  const Json* find(const char* key) {
    const auto found = entry_.find(key);
    if (found != entry_.end()) return &*found;
    if (wrong_.empty()) wrong_ = fmt::format("the entry of device {} lacks '{}'", printable(uuid_), key);
    return nullptr;
  }
  void refuse(const char* key, const Json& value, std::string_view wanted) {
    constexpr std::size_t kShown = 40;
    std::string seen = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (seen.size() > kShown) seen = seen.substr(0, kShown) + "...";
    if (wrong_.empty())
      wrong_ = fmt::format("'{}' of device {} is {}, it has to be {}", key, printable(uuid_), seen, wanted);
  }

  const Json& entry_;
  const std::string& uuid_;
  std::string wrong_;
};

/// What is wrong with an entry, in words; nothing: all is well.
std::string read_entry(const Json& entry, const std::string& uuid, TunedShape& shape) {
  if (!entry.is_object()) return fmt::format("the entry of device {} is no object", printable(uuid));
  EntryReader reader(entry, uuid);
  reader.text("name", shape.name);
  reader.text("driver", shape.driver);
  reader.count("lanes", shape.lanes);
  reader.count("workgroups", shape.workgroups);
  reader.count("slots", shape.slots);
  reader.figure("p50_us", shape.p50_us);
  reader.figure("default_p50_us", shape.default_p50_us);
  reader.figure("slots_per_s", shape.slots_per_s);
  reader.figure("default_slots_per_s", shape.default_slots_per_s);
  reader.count("rounds", shape.rounds);
  reader.text("date", shape.date);
  reader.text("version", shape.version);
  return reader.wrong();
}

Json entry_of(const TunedShape& shape) {
  return {{"name", shape.name},
          {"driver", shape.driver},
          {"lanes", shape.lanes},
          {"workgroups", shape.workgroups},
          {"slots", shape.slots},
          {"p50_us", shape.p50_us},
          {"default_p50_us", shape.default_p50_us},
          {"slots_per_s", shape.slots_per_s},
          {"default_slots_per_s", shape.default_slots_per_s},
          {"rounds", shape.rounds},
          {"date", shape.date},
          {"version", shape.version}};
}

}  // namespace

void fill_in(const TunedShape& shape, const ring::BackendConfig& config, gpu::MegakernelOptions& kernel) {
  if (!config.scan_tables.empty()) return;
  if (kernel.lanes == 0) kernel.lanes = shape.lanes;
  if (kernel.workgroups == 0) kernel.workgroups = shape.workgroups;
}

std::optional<std::string> Profile::default_path() {
  // The XDG base directory specification has relative paths ignored.
  if (const char* config = std::getenv("XDG_CONFIG_HOME");
      config != nullptr && fs::path(config).is_absolute())
    return (fs::path(config) / "vyre" / "profile.json").string();
  if (const char* home = std::getenv("HOME"); home != nullptr && fs::path(home).is_absolute())
    return (fs::path(home) / ".config" / "vyre" / "profile.json").string();
  return std::nullopt;
}

Result<Profile> Profile::load(const std::string& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return Profile(path);
  VYRE_TRY(const auto text, read_file(path));
  return parse(text, path);
}

Result<Profile> Profile::parse(std::string_view text, const std::string& path) {
  Json document;
  try {
    document = Json::parse(text);
  } catch (const Json::parse_error& error) {
    return broken("the profile is no JSON, or was cut off", place_of(text, error.byte, path));
  }
  const auto schema = document.is_object() ? document.find("schema") : document.end();
  if (schema == document.end() || !schema->is_string() ||
      !schema->get_ref<const std::string&>().starts_with(kFamily))
    return broken(fmt::format("this is no profile: its schema has to be '{}'", kSchema), path);
  if (*schema != kSchema)
    return broken(fmt::format("the profile's schema is '{}', this vyre reads '{}'",
                              printable(schema->get_ref<const std::string&>()), kSchema),
                  path);
  const auto devices = document.find("devices");
  if (devices == document.end() || !devices->is_object())
    return broken("the profile has no object 'devices'", path);
  Profile profile(path);
  for (const auto& [uuid, entry] : devices->items()) {
    TunedShape shape;
    if (auto wrong = read_entry(entry, uuid, shape); !wrong.empty()) return broken(std::move(wrong), path);
    profile.shapes_.emplace(uuid, std::move(shape));
  }
  profile.devices_ = *devices;
  return profile;
}

Result<Tuned> Profile::find(const gpu::DeviceInfo& device) const {
  const auto found = shapes_.find(device.uuid);
  if (found == shapes_.end()) return Tuned{};
  const TunedShape& shape = found->second;
  const bool same_device = shape.name == device.name;
  if (!same_device || shape.driver != device.driver)
    return Tuned{.shape = {},
                 .why_not = fmt::format("made for {} '{}', this is '{}'; tune again with `vyre bench tune`",
                                        same_device ? "driver" : "device",
                                        printable(same_device ? shape.driver : shape.name),
                                        printable(same_device ? device.driver : device.name))};
  const auto refuse = [&](std::string_view key, std::uint32_t value, std::uint32_t limit) {
    return broken(fmt::format("'{}' of device {} is {}, {} takes at most {}", key, device.uuid, value,
                              device.name, limit),
                  path_);
  };
  if (shape.lanes > device.max_lanes) return refuse("lanes", shape.lanes, device.max_lanes);
  if (shape.workgroups > device.max_workgroups)
    return refuse("workgroups", shape.workgroups, device.max_workgroups);
  return Tuned{.shape = shape, .why_not = {}};
}

void Profile::keep(const std::string& uuid, const TunedShape& shape) {
  devices_[uuid] = entry_of(shape);
  shapes_.insert_or_assign(uuid, shape);
}

std::string Profile::text() const {
  Json document{{"schema", std::string(kSchema)}};
  document["devices"] = devices_;
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<void> Profile::save() const {
  std::error_code error;
  const fs::path folder = fs::path(path_).parent_path();
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::kFile, fmt::format("cannot make the folder: {}", error.message()), folder.string(),
                "let XDG_CONFIG_HOME name a folder that you may write to");
  // A link into a folder of such files stays one.
  const fs::path target = fs::canonical(path_, error);
  return write_file(error ? path_ : target.string(), text());
}

}  // namespace vyre::cli
