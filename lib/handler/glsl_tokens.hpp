/// Tokens of a GLSL text, as far as handlers are checked before they are compiled.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace vyre::handler {

struct Token {
  enum class Kind : std::uint8_t {
    kIdentifier,
    kDirective,  ///< the word after a '#' that begins a line: "version", "include"
    kOther,      ///< a number, or one character of punctuation
  };
  Kind kind = Kind::kOther;
  std::string_view text;    ///< views the GLSL
  std::uint32_t line = 1;   ///< from 1
  std::uint32_t depth = 0;  ///< of braces around it
};

/// Splits `glsl`; comments are left out, a line that ends in a backslash goes on.
[[nodiscard]] std::vector<Token> tokenize(std::string_view glsl);

}  // namespace vyre::handler
