#include "render_stream_json.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "json_string.hpp"
#include "render.hpp"
#include "vyre/version.hpp"

namespace vyre::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "vyre.stream/1";

/// `"text": "..."`, or `"text_hex"` of bytes that are no UTF-8.
std::pair<std::string, std::string> named_text(std::string_view name, std::string_view text) {
  if (json_string(text)) return {std::string(name), std::string(text)};
  return {fmt::format("{}_hex", name), hex_digits(text)};
}

void put_text(Json& object, std::string_view name, std::string_view text) {
  auto [key, value] = named_text(name, text);
  object[key] = std::move(value);
}

Json file_json(const session::StreamedFile& file) {
  Json object = Json::object();
  put_text(object, "file", file.path);
  object["bytes"] = file.bytes;
  object["matches"] = file.matches;
  object["failed"] = file.failed;
  return object;
}

Json observed_json(const session::RunReport& report) {
  Json list = Json::array();
  for (const auto& word : report.observed)
    list.push_back({{"name", word.name}, {"word", word.word}, {"value", word.value}});
  return list;
}

Json way_json(const session::StreamReport& stream) {
  return {{"road", stream.road},
          {"engine", stream.engine},
          {"copier", stream.copier.empty() ? Json(nullptr) : Json(stream.copier)},
          {"reads", stream.reads},
          {"chunks", stream.chunks},
          {"slots", stream.slots},
          {"scanned_anew", stream.scanned_anew},
          {"elapsed_ns", stream.elapsed.count()},
          {"waited_for_disk_ns", stream.waited_for_disk.count()},
          {"waited_for_copy_ns", stream.waited_for_copy.count()},
          {"waited_for_kernel_ns", stream.waited_for_kernel.count()},
          {"notes", stream.notes}};
}

/// The fields of the summary, into `object`.
void put_summary(Json& object, const session::RunReport& report, ExitCode code, bool stable) {
  object["exit_code"] = static_cast<int>(code);
  if (!stable) object["device"] = report.device;
  object["faults"] = report.fault_count;
  for (const auto& stream : report.streams) {
    object["files"] = stream.files;
    object["files_failed"] = stream.files_failed;
    object["files_left_out"] = stream.files_left_out;
    object["bytes"] = stream.bytes;
    object["matches"] = stream.matches;
    object["matches_by_rule"] = stream.matches_by_rule;
    if (!stable) object.update(way_json(stream));
  }
  object["debug_log"] = report.debug_lines;
}

class Lines final : public StreamRows {
 public:
  Lines(Output& out, const StreamRender& options) : out_(out), options_(options) {
    write({{"type", "begin"}, {"schema", kSchema}, {"version", kVersion}});
  }

  /// There may be millions: no tree of JSON is made of one.
  void match(const session::StreamMatch& match) override {
    if (options_.count) return;
    line_ = R"({"type":"match",)";
    field("file", match.path);
    fmt::format_to(std::back_inserter(line_), R"(,"offset":{},"length":{},"rule":{},"pattern":{},)",
                   match.start, match.end - match.start, match.rule, match.pattern);
    field("text", match.text);
    line_ += "}\n";
    out_.write(line_);
  }
  void file(const session::StreamedFile& file) override {
    Json object{{"type", "file"}};
    object.update(file_json(file));
    write(object);
  }
  void error(const Error& error) override {
    Json object{{"type", "error"}};
    object.update(to_json(error));
    write(object);
  }
  void finish(const session::RunReport& report, ExitCode code) override {
    for (const auto& word : observed_json(report)) {
      Json object{{"type", "observed"}};
      object.update(word);
      write(object);
    }
    Json object{{"type", "summary"}};
    put_summary(object, report, code, options_.stable);
    write(object);
  }

 private:
  void field(std::string_view name, std::string_view text) {
    if (const auto quoted = json_string(text))
      line_ += fmt::format("\"{}\":{}", name, *quoted);
    else
      line_ += fmt::format("\"{}_hex\":\"{}\"", name, hex_digits(text));
  }
  void write(const Json& object) {
    out_.write(object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  }

  Output& out_;
  StreamRender options_;
  std::string line_;
};

class Document final : public StreamRows {
 public:
  Document(Output& out, const StreamRender& options) : out_(out), options_(options) {}

  void match(const session::StreamMatch&) override {}
  void file(const session::StreamedFile& file) override { files_.push_back(file_json(file)); }
  void error(const Error& error) override { errors_.push_back(to_json(error)); }
  void finish(const session::RunReport& report, ExitCode code) override {
    Json document = begin_document(kSchema);
    put_summary(document, report, code, options_.stable);
    document["observed"] = observed_json(report);
    document["file_list"] = std::move(files_);
    document["errors"] = std::move(errors_);
    out_.write(to_text(document));
  }

 private:
  Output& out_;
  StreamRender options_;
  Json files_ = Json::array();
  Json errors_ = Json::array();
};

}  // namespace

std::unique_ptr<StreamRows> make_stream_lines(Output& out, const StreamRender& options) {
  return std::make_unique<Lines>(out, options);
}
std::unique_ptr<StreamRows> make_stream_document(Output& out, const StreamRender& options) {
  return std::make_unique<Document>(out, options);
}

}  // namespace vyre::cli
