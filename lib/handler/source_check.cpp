#include "handler/source_check.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "handler/glsl_tokens.hpp"
#include "vyre/protocol/opcodes.hpp"

namespace vyre::handler {
namespace {

struct Refusal {
  std::string_view word;
  std::string_view why;
  std::string_view fix;
};

constexpr std::string_view kUseApi =
    "reach memory through vyre_load, vyre_store and the other functions of vyre-handler(7)";
constexpr std::string_view kNoBarrier =
    "remove it: the lanes of a workgroup run different slots and never meet";
constexpr std::string_view kRemoveLine = "remove the line";

constexpr std::array<Refusal, 9> kRefusedWords{{
    {"barrier", "other lanes would wait for this one forever", kNoBarrier},
    {"buffer", "the kernel's buffers are the only ones bound", kUseApi},
    {"controlBarrier", "other lanes would wait for this one forever", kNoBarrier},
    {"layout", "bindings and the workgroup's size belong to the kernel", kUseApi},
    {"main", "the kernel has its own entry point", "rename the function to the handler's name"},
    {"shared", "the lanes of a workgroup run different slots", "use observables for shared values"},
    {"subgroupBarrier", "other lanes would wait for this one forever", kNoBarrier},
    {"uniform", "the kernel binds no uniforms", "pass the value as an argument of the slot"},
    {"debugPrintfEXT", "the debug log is the kernel's own", "call vyre_printf"},
}};

constexpr std::array<Refusal, 5> kRefusedDirectives{{
    {"extension", "the kernel chooses its extensions", kRemoveLine},
    {"include", "a handler is one file", "paste the included text into the handler"},
    {"line", "it would falsify the places of errors", kRemoveLine},
    {"pragma", "the kernel chooses its pragmas", kRemoveLine},
    {"version", "the kernel chooses the version, GLSL 4.60", kRemoveLine},
}};

/// Opcodes that the protocol leaves free, and vyre does not: SCAN is the first of them.
constexpr std::uint32_t kLastReserved = protocol::kOpScan + 15;
constexpr const char* kOtherOpcode = "use an opcode from 8 to 0xFFDF, or from 0x10000 to 0x7FFFFFFF";

std::unexpected<Error> refuse(const Source& source, std::uint32_t line, std::string what, std::string fix) {
  return fail(ErrorCode::kHandlerCompile, std::move(what),
              line == 0 ? source.file : fmt::format("{}:{}", source.file, line), std::move(fix));
}

bool is_identifier(std::string_view name) {
  const auto tokens = tokenize(name);
  return tokens.size() == 1 && tokens[0].kind == Token::Kind::kIdentifier && tokens[0].text == name;
}

Result<void> check_name(const Source& source) {
  if (!protocol::is_custom_opcode(source.opcode))
    return refuse(
        source, 0,
        fmt::format("opcode 0x{:x} of handler '{}' belongs to the protocol", source.opcode, source.name),
        kOtherOpcode);
  if (source.opcode >= protocol::kOpScan && source.opcode <= kLastReserved)
    return refuse(source, 0,
                  fmt::format("opcode 0x{:x} of handler '{}' is reserved for operations of vyre's own",
                              source.opcode, source.name),
                  kOtherOpcode);
  if (!is_identifier(source.name))
    return refuse(source, 0, fmt::format("'{}' cannot name a GLSL function", source.name),
                  "use letters, digits and '_', and begin with a letter");
  if (source.name.starts_with("gl_") || source.name.starts_with("vyre_") ||
      source.name.find("__") != std::string::npos)
    return refuse(source, 0, fmt::format("the handler's name '{}' is reserved", source.name),
                  "choose a name without 'gl_' or 'vyre_' at its start and without '__'");
  return {};
}

/// `NAME (` outside all braces, and `{` before the next ';': a definition, not a call or a prototype.
bool defines(std::span<const Token> tokens, std::string_view name) {
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].depth != 0 || tokens[i].text != name || tokens[i + 1].text != "(") continue;
    for (std::size_t j = i + 2; j < tokens.size() && tokens[j].text != ";"; ++j)
      if (tokens[j].text == "{") return true;
  }
  return false;
}

/// What is left open would swallow the generated text that follows, and its errors would name the wrong file.
Result<void> check_closed(const Source& source, std::span<const Token> tokens) {
  std::vector<const Token*> braces;
  std::vector<const Token*> conditions;
  const auto close = [&source](std::vector<const Token*>& open, const Token& token,
                               std::string_view opener) -> Result<void> {
    if (open.empty())
      return refuse(source, token.line, fmt::format("'{}' without '{}'", token.text, opener),
                    "remove it, or add what it closes");
    open.pop_back();
    return {};
  };
  for (const Token& token : tokens) {
    const bool directive = token.kind == Token::Kind::kDirective;
    if (token.text == "{") braces.push_back(&token);
    if (token.text == "}") VYRE_CHECK(close(braces, token, "{"));
    if (directive && token.text.starts_with("if")) conditions.push_back(&token);
    if (directive && token.text == "endif") VYRE_CHECK(close(conditions, token, "if"));
  }
  if (!braces.empty())
    return refuse(source, braces.back()->line, "'{' is never closed", "add the missing '}'");
  if (!conditions.empty())
    return refuse(source, conditions.back()->line,
                  fmt::format("#{} is never closed", conditions.back()->text), "add the missing #endif");
  return {};
}

Result<void> check_text(const Source& source) {
  const auto tokens = tokenize(source.glsl);
  for (const Token& token : tokens) {
    const bool directive = token.kind == Token::Kind::kDirective;
    if (!directive && token.kind != Token::Kind::kIdentifier) continue;
    const std::span<const Refusal> table =
        directive ? std::span<const Refusal>(kRefusedDirectives) : std::span<const Refusal>(kRefusedWords);
    const auto refused = std::ranges::find(table, token.text, &Refusal::word);
    if (refused == table.end()) continue;
    return refuse(
        source, token.line,
        fmt::format("handlers may not use '{}{}': {}", directive ? "#" : "", token.text, refused->why),
        std::string(refused->fix));
  }
  VYRE_CHECK(check_closed(source, tokens));
  if (!defines(tokens, source.name))
    return refuse(source, 0, fmt::format("the file defines no function '{}'", source.name),
                  fmt::format("write `void {}() {{ ... }}`", source.name));
  return {};
}

}  // namespace

Result<void> check_sources(std::span<const Source> handlers) {
  for (std::size_t i = 0; i < handlers.size(); ++i) {
    VYRE_CHECK(check_name(handlers[i]));
    for (const Source& other : handlers.first(i))
      if (other.opcode == handlers[i].opcode)
        return refuse(handlers[i], 0,
                      fmt::format("handlers '{}' and '{}' both serve opcode 0x{:x}", other.name,
                                  handlers[i].name, handlers[i].opcode),
                      "give one of them another opcode");
    VYRE_CHECK(check_text(handlers[i]));
  }
  return {};
}

}  // namespace vyre::handler
