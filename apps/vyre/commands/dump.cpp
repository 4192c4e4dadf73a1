#include <bit>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "arguments.hpp"
#include "command.hpp"
#include "device_options.hpp"
#include "rows.hpp"
#include "run_snapshot.hpp"
#include "set_option.hpp"
#include "word_list.hpp"

namespace vyre::cli {
namespace {

static_assert(std::endian::native == std::endian::little, "raw words are written as they lie in memory");

class Dump final : public Verb {
 public:
  void add_options(CLI::App& app) override {
    app.add_option("FILE", input_.file,
                   "Snapshot, or workload to run first; - is a snapshot on the standard input")
        ->required()
        ->type_name("FILE");
    app.add_option("WORDS", words_, "epoch, observable(0..7), metrics(3), 160..170, all, arena(0..15)")
        ->type_name("WORDS");
    app.add_option("--as", as_, "FILE is this raw buffer")
        ->type_name("BUFFER")
        ->check(CLI::IsMember({"control", "arena"}));
    app.add_option("--format", format_, "How the words are written")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"dec", "hex", "json", "csv", "raw"}))
        ->capture_default_str();
    set_.add_to(app)->group("Workload");
    add_device_options(app, request_.backend, request_.kernel, request_.profile);
    app.footer(
        "Without WORDS, every observable. One word alone is printed without its name: "
        "sum=$(vyre dump run.vyre 'observable(3)').");
  }

  Result<void> validate() const override {
    for (const auto& text : words_) VYRE_CHECK(named("WORDS", parse_word_list(text)));
    return set_.validate();
  }

  Result<ExitCode> run(Context& context) override {
    if (format_ == "raw" && context.out().is_terminal()) {
      context.complain(Error{.code = ErrorCode::kBadInput,
                             .what = "raw words would garble the terminal",
                             .where = "--format",
                             .fix = "send the output into a pipe or a file"});
      return ExitCode::kUsage;
    }
    VYRE_TRY(request_.set, set_.values());
    if (as_) input_.as = inspection::find_buffer(*as_);
    VYRE_TRY(const auto left, open_or_run(input_, request_, context));
    if (!left.inspection) return left.code;
    VYRE_TRY(const auto spans, choose(*left.inspection));
    print(context, *left.inspection, spans);
    return left.code;
  }

 private:
  Result<std::vector<WordSpan>> choose(const inspection::Inspection& inspection) const {
    const bool is_arena = inspection.content == inspection::Content::kBuffers && as_ == "arena";
    std::vector<WordSpan> chosen;
    for (const auto& text :
         words_.empty() ? std::vector<std::string>{is_arena ? "arena" : "observable"} : words_) {
      VYRE_TRY(auto spans, parse_word_list(text));
      VYRE_TRY(spans, within(std::move(spans), inspection));
      chosen.insert(chosen.end(), spans.begin(), spans.end());
    }
    return chosen;
  }

  void print(Context& context, const inspection::Inspection& inspection,
             const std::vector<WordSpan>& spans) const {
    if (format_ == "raw") return print_raw(context, inspection, spans);
    if (format_ == "json" || format_ == "csv") return print_rows(context, inspection, spans);
    const bool alone = spans.size() == 1 && spans[0].first == spans[0].last;
    for (const WordSpan& span : spans)
      for (std::uint32_t word = span.first; word <= span.last; ++word) {
        const std::uint32_t found = inspection.words(span.buffer)[word];
        const std::string value = format_ == "hex" ? fmt::format("0x{:08x}", found) : std::to_string(found);
        context.out().write(alone ? value + "\n" : fmt::format("{} {}\n", name_of(span, word), value));
      }
  }

  static void print_raw(Context& context, const inspection::Inspection& inspection,
                        const std::vector<WordSpan>& spans) {
    for (const WordSpan& span : spans) {
      const auto words =
          inspection.words(span.buffer).subspan(span.first, std::size_t{span.last} - span.first + 1);
      context.out().write({reinterpret_cast<const char*>(words.data()), words.size_bytes()});
    }
  }

  void print_rows(Context& context, const inspection::Inspection& inspection,
                  const std::vector<WordSpan>& spans) const {
    const auto rows = make_rows(format_ == "json" ? RowFormat::kJson : RowFormat::kCsv, context.out());
    rows->begin_document("vyre.dump/1");
    rows->text("file", inspection.file);
    rows->end_head();
    rows->begin_list("words", "word");
    for (const WordSpan& span : spans)
      for (std::uint32_t word = span.first; word <= span.last; ++word) {
        rows->begin_row();
        rows->text("name", name_of(span, word));
        rows->number("word", word);
        rows->number("value", inspection.words(span.buffer)[word]);
        rows->end_row();
      }
    rows->end_list();
    rows->end_document();
  }

  inspection::Input input_;
  std::vector<std::string> words_;
  std::optional<std::string> as_;
  std::string format_ = "dec";
  SetOption set_;
  RunRequest request_;
};

}  // namespace

std::unique_ptr<Verb> make_dump() { return std::make_unique<Dump>(); }

}  // namespace vyre::cli
