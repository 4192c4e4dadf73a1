// usage: load_once vyre|nlohmann|yaml-cpp FILE
// Loads a workload once from memory: by vyre, which checks every step, or by a bare parser, which makes a
// tree and checks nothing. Prints seconds, the steps found and the process's peak memory as JSON.
// load_cost.py runs it.
#include <yaml-cpp/yaml.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "vyre/workload/workload.hpp"

namespace {

std::uint64_t status_kib(const std::string& wanted) {
  std::ifstream status("/proc/self/status");
  std::string key;
  std::uint64_t value = 0;
  while (status >> key) {
    if (key == wanted && status >> value) return value;
    status.ignore(4096, '\n');
  }
  return 0;
}

/// Steps in the text, or -1 when the way is unknown or the text refused.
std::int64_t load(const std::string& way, std::string text, const std::string& file) {
  if (way == "nlohmann") return static_cast<std::int64_t>(nlohmann::json::parse(text)["steps"].size());
  if (way == "yaml-cpp") return static_cast<std::int64_t>(YAML::Load(text)["steps"].size());
  if (way != "vyre") return -1;
  const auto loaded = vyre::workload::load_text(std::move(text), file);
  if (loaded) return static_cast<std::int64_t>(loaded->step_count);
  std::cerr << vyre::to_text(loaded.error().errors[0]) << '\n';
  return -1;
}

}  // namespace

int main(int count, char** values) {
  if (count != 3) {
    std::cerr << "usage: load_once vyre|nlohmann|yaml-cpp FILE\n";
    return 2;
  }
  const std::string file = values[2];
  std::string text;
  {
    std::ifstream stream(file, std::ios::binary);
    stream.seekg(0, std::ios::end);
    const auto size = stream.tellg();
    if (size < 0) {
      std::cerr << file << ": cannot read it\n";
      return 6;
    }
    text.resize(static_cast<std::size_t>(size));
    stream.seekg(0);
    stream.read(text.data(), size);
  }
  const std::size_t bytes = text.size();
  const auto start = std::chrono::steady_clock::now();
  try {
    const std::int64_t steps = load(values[1], std::move(text), file);
    // The tree's end is part of its cost, and load() returns behind it.
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (steps < 0) return 1;
    std::cout << nlohmann::json{{"seconds", seconds.count()},
                                {"steps", steps},
                                {"text_bytes", bytes},
                                {"peak_kib", status_kib("VmHWM:")}}
              << '\n';
  } catch (const std::exception& error) {
    std::cerr << file << ": " << error.what() << '\n';
    return 3;
  }
}
