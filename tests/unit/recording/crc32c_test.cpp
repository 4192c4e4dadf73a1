// The checksum of replay logs against published values and a bit-by-bit one.
#include "recording/crc32c.hpp"

#include "log_fixture.hpp"

namespace vyre::recording {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

// Source: RFC 3720, appendix B.4; the check value is the one that catalogues of CRCs give.
TEST(Crc32c, PublishedValues) {
  std::string ascending, descending;
  for (int i = 0; i < 32; ++i) {
    ascending.push_back(static_cast<char>(i));
    descending.push_back(static_cast<char>(31 - i));
  }
  const std::pair<std::string, std::uint32_t> published[] = {{"123456789", 0xE306'9283},
                                                             {std::string(32, '\0'), 0x8A91'36AA},
                                                             {std::string(32, '\xFF'), 0x62A8'AB43},
                                                             {ascending, 0x46DD'794E},
                                                             {descending, 0x113F'DB5C},
                                                             {"", 0}};
  for (const auto& [text, crc] : published) {
    EXPECT_EQ(crc32c(bytes_of(text)), crc);
    EXPECT_EQ(crc32c_by_table(bytes_of(text)), crc);
    EXPECT_EQ(plain_crc32c(text), crc);
  }
}

TEST(Crc32c, EveryLengthAndEverySplit) {
  std::string text;
  for (std::uint32_t length = 0; length < 70; ++length) {
    const std::uint32_t crc = plain_crc32c(text);
    EXPECT_EQ(crc32c(bytes_of(text)), crc) << length;
    EXPECT_EQ(crc32c_by_table(bytes_of(text)), crc) << length;
    for (std::size_t split = 0; split <= text.size(); ++split) {
      const auto first = bytes_of(text).first(split);
      const auto rest = bytes_of(text).subspan(split);
      EXPECT_EQ(crc32c(rest, crc32c(first)), crc) << length << " split at " << split;
      EXPECT_EQ(crc32c_by_table(rest, crc32c_by_table(first)), crc) << length << " split at " << split;
    }
    text.push_back(static_cast<char>(length * 37));
  }
}

}  // namespace
}  // namespace vyre::recording
