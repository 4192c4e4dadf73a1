#include "vyre/ring/publication_listener.hpp"

#include <gtest/gtest.h>

#include <string>

#include <fmt/format.h>

#include "support/memory_ring.hpp"
#include "vyre/ring/publisher.hpp"

namespace {

using namespace vyre;
using descriptor::Single;
using test::MemoryRing;

/// Writes down what it hears.
class Heard final : public ring::PublicationListener {
 public:
  Heard(std::string name, std::string& log) : name_(std::move(name)), log_(log) {}
  void on_publication(const ring::Publication& publication) noexcept override {
    log_ += fmt::format("{}+{}@{}x{} ", name_, publication.ticket.id, publication.ticket.first_slot,
                        publication.ticket.slot_count);
    published_at = publication.published_at;
  }
  void on_retirement(const ring::Ticket& ticket) noexcept override {
    log_ += fmt::format("{}-{}@{}x{} ", name_, ticket.id, ticket.first_slot, ticket.slot_count);
  }
  ring::Clock::time_point published_at;

 private:
  std::string name_;
  std::string& log_;
};

struct Fixture : testing::Test {
  std::string log;
  Heard a{"a", log}, b{"b", log};
  MemoryRing kernel{4};
  ring::Publisher publisher{kernel.memory(), kernel, {.listeners = {nullptr, &a, &b}, .schedule_seed = {}}};
};
using Listeners = Fixture;

TEST_F(Listeners, HearOfEachPublicationInTheirOrder) {
  const auto before = ring::Clock::now();
  ASSERT_TRUE(publisher.publish(Single{}) && publisher.publish(Single{}));
  EXPECT_EQ(log, "a+1@0x1 b+1@0x1 a+2@1x1 b+2@1x1 ");
  EXPECT_LE(before, a.published_at);
  EXPECT_LE(a.published_at, ring::Clock::now());
}

TEST_F(Listeners, HearOfARetirementOnce) {
  const auto ticket = publisher.publish(Single{});
  log.clear();
  publisher.reap();
  EXPECT_EQ(log, "") << "nothing has finished";
  kernel.finish(0);
  ASSERT_TRUE(publisher.wait(*ticket));
  publisher.reap();
  EXPECT_EQ(log, "a-1@0x1 b-1@0x1 ");
}

TEST_F(Listeners, HearOfARetirementBeforeTheSlotsAreUsedAgain) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(publisher.publish(Single{}));
  kernel.fault(0, protocol::FaultCode::kUnknownOpcode, 0);
  log.clear();
  ASSERT_TRUE(publisher.publish(Single{}));
  EXPECT_EQ(log, "a-1@0x1 b-1@0x1 a+5@0x1 b+5@0x1 ");
}

TEST_F(Listeners, HearOfABatchOnlyWhenAllOfItIsFinished) {
  const std::vector<descriptor::Operation> operations(2);
  ASSERT_TRUE(publisher.publish(descriptor::FencedBatch{.items = operations}));
  kernel.finish(0);
  kernel.finish(2);
  log.clear();
  publisher.reap();
  EXPECT_EQ(log, "");
  kernel.finish(1);
  publisher.reap();
  EXPECT_EQ(log, "a-1@0x3 b-1@0x3 ");
}

TEST_F(Listeners, HearNothingOfWhatIsRefused) {
  const std::array<std::uint32_t, 13> too_many{};
  ASSERT_FALSE(publisher.publish(Single{.args = too_many}));
  EXPECT_EQ(log, "");
}

}  // namespace
