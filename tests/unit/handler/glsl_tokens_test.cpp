#include "handler/glsl_tokens.hpp"

#include <gtest/gtest.h>

#include <string>

namespace vyre::handler {
namespace {

std::string listing(std::string_view glsl) {
  std::string text;
  for (const Token& token : tokenize(glsl))
    text += std::to_string(token.line) + (token.kind == Token::Kind::kDirective ? "#" : ":") +
            std::string(token.text) + " ";
  return text;
}

TEST(GlslTokens, SplitsWordsNumbersAndPunctuation) {
  EXPECT_EQ(listing("uint a_1 = 0x2Fu;\nf(a_1)"), "1:uint 1:a_1 1:= 1:0x2Fu 1:; 2:f 2:( 2:a_1 2:) ");
}

TEST(GlslTokens, LeavesCommentsOut) {
  EXPECT_EQ(listing("a // main\nb /* layout\n */ c /* open"), "1:a 2:b 3:c ");
}

TEST(GlslTokens, BackslashGoesOnWithTheLine) {
  EXPECT_EQ(listing("a // still \\\ncomment\nb"), "1:a 3:b ");
  EXPECT_EQ(listing("a \\\r\n b"), "1:a 2:b ");
}

TEST(GlslTokens, TellsDirectivesOnlyAtLineStarts) {
  EXPECT_EQ(listing("  # /* x */ define main 1\na # b"), "1#define 1:main 1:1 2:a 2:# 2:b ");
}

TEST(GlslTokens, CountsBraces) {
  const auto tokens = tokenize("a { b { c } } d }");
  EXPECT_EQ(tokens[0].depth, 0U);
  EXPECT_EQ(tokens[2].depth, 1U);
  EXPECT_EQ(tokens[4].depth, 2U);
  EXPECT_EQ(tokens[7].depth, 0U);
}

TEST(GlslTokens, EndsAtOddPlaces) {
  EXPECT_EQ(listing(""), "");
  EXPECT_EQ(listing("#"), "");
  EXPECT_EQ(listing("/"), "1:/ ");
  EXPECT_EQ(listing("\\"), "1:\\ ");
  EXPECT_EQ(listing("// \\"), "");
}

}  // namespace
}  // namespace vyre::handler
