#include "workload/step_source.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/signal_free_thread.hpp"
#include "workload/problems.hpp"
#include "workload/step_parser.hpp"

namespace vyre::workload {

namespace {

using SharedSource = std::shared_ptr<const WorkloadSource>;

Error first_problem(Problems& problems) {
  if (problems.empty())
    return {ErrorCode::kBadInput, "the workload ended where a step is due", problems.file(),
            "leave the file alone while it runs"};
  Error error = problems.first();
  error.fix = "the file changed since it was loaded: start again";
  return error;
}

/// Steps that were kept in memory.
class KeptSteps final : public StepReader {
 public:
  explicit KeptSteps(SharedSource source) : source_(std::move(source)) {}
  Result<bool> next(Step& step) override {
    if (next_ == source_->kept->size()) return false;
    step = (*source_->kept)[next_++];
    return true;
  }

 private:
  SharedSource source_;
  std::size_t next_ = 0;
};

/// JSON can be read from the middle, one element after the other.
class JsonSteps final : public StepReader {
 public:
  explicit JsonSteps(SharedSource source)
      : source_(std::move(source)),
        problems_(source_->file, source_->text.view(), 1),
        reader_(source_->text.view(), *source_->json_steps, problems_),
        parser_(source_->settings, source_->scope, problems_) {}

  Result<bool> next(Step& step) override {
    Node node;
    const auto got = reader_.next(node);
    if (got == JsonStepReader::Next::kEnd) return false;
    if (got == JsonStepReader::Next::kStep)
      if (auto parsed = parser_.parse(node)) {
        step = std::move(*parsed);
        return true;
      }
    return std::unexpected(first_problem(problems_));
  }

 private:
  SharedSource source_;
  Problems problems_;
  JsonStepReader reader_;
  StepParser parser_;
};

/// The YAML parser pushes its events and cannot be asked for one, so it runs in a thread that stays a
/// few steps ahead. The thread ends with this object.
class YamlSteps final : public StepReader {
 public:
  explicit YamlSteps(SharedSource source) : source_(std::move(source)) {
    thread_ = signal_free_thread([this] { read(); });
  }
  ~YamlSteps() override {
    {
      const std::lock_guard lock(mutex_);
      abandoned_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  YamlSteps(const YamlSteps&) = delete;
  YamlSteps& operator=(const YamlSteps&) = delete;

  Result<bool> next(Step& step) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !ahead_.empty() || finished_; });
    if (ahead_.empty()) {
      if (error_) return std::unexpected(*error_);
      return false;
    }
    step = std::move(ahead_.front());
    ahead_.pop_front();
    if (ahead_.size() == kAhead / 2) changed_.notify_all();
    return true;
  }

 private:
  static constexpr std::size_t kAhead = 256;

  struct Sink final : DocumentSink {
    Sink(YamlSteps& owner_, Problems& problems)
        : owner(owner_), parser(owner_.source_->settings, owner_.source_->scope, problems) {}
    bool top_level(const Node&, Node) override { return true; }
    bool steps_begin() override { return true; }
    bool step(Node node) override {
      auto parsed = parser.parse(node);
      return parsed && owner.hand_over(std::move(*parsed));
    }
    YamlSteps& owner;
    StepParser parser;
  };

  void read() {
    Problems problems(source_->file, source_->text.view(), 1);
    Sink sink(*this, problems);
    const bool complete = read_yaml(source_->text.view(), problems, sink);
    const std::lock_guard lock(mutex_);
    if (!complete && !abandoned_) error_ = first_problem(problems);
    finished_ = true;
    changed_.notify_all();
  }

  bool hand_over(Step step) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ahead_.size() < kAhead || abandoned_; });
    if (abandoned_) return false;
    ahead_.push_back(std::move(step));
    if (ahead_.size() == 1) changed_.notify_all();
    return true;
  }

  SharedSource source_;
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  std::deque<Step> ahead_;
  std::optional<Error> error_;
  bool finished_ = false;
  bool abandoned_ = false;
  std::thread thread_;
};

/// A workload without steps.
class NoSteps final : public StepReader {
 public:
  Result<bool> next(Step& /*step*/) override { return false; }
};

}  // namespace

std::unique_ptr<StepReader> make_step_reader(std::shared_ptr<const WorkloadSource> source) {
  if (source == nullptr) return std::make_unique<NoSteps>();
  if (source->kept) return std::make_unique<KeptSteps>(std::move(source));
  if (source->format == FileFormat::kYaml) return std::make_unique<YamlSteps>(std::move(source));
  if (source->json_steps) return std::make_unique<JsonSteps>(std::move(source));
  return std::make_unique<NoSteps>();
}

}  // namespace vyre::workload
