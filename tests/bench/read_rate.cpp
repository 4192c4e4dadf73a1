// read_rate FILE [--bs BYTES] [--depth N] [--jobs N] [--direct 0|1]
//
// How fast a file can be read by io_uring into host memory, and nothing more: what `vyre stream` is compared
// with where there is no fio. Prints JSON.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "vyre/stream/baselines.hpp"

int main(int argc, char** argv) {
  std::map<std::string, std::uint64_t> options{
      {"--bs", 1U << 20}, {"--depth", 8}, {"--jobs", 1}, {"--direct", 0}};
  for (int i = 2; i < argc; i += 2) {
    if (i + 1 == argc || !options.contains(argv[i])) {
      std::fprintf(stderr, "read_rate: unknown option %s\n", argv[i]);
      return 2;
    }
    options[argv[i]] = std::strtoull(argv[i + 1], nullptr, 10);
  }
  if (argc < 2) {
    std::fprintf(stderr, "usage: read_rate FILE [--bs BYTES] [--depth N] [--jobs N] [--direct 0|1]\n");
    return 2;
  }
  const auto read =
      vyre::stream::read_alone(argv[1], {.block_bytes = options["--bs"],
                                         .depth = static_cast<std::uint32_t>(options["--depth"]),
                                         .jobs = static_cast<std::uint32_t>(options["--jobs"]),
                                         .direct = options["--direct"] != 0});
  if (!read) {
    std::fprintf(stderr, "%s\n", vyre::to_text(read.error()).c_str());
    return read.error().code == vyre::ErrorCode::kOutOfRange ? 2 : 6;
  }
  std::printf("{\"bytes\": %llu, \"elapsed_ns\": %lld}\n", static_cast<unsigned long long>(read->bytes),
              static_cast<long long>(read->elapsed.count()));
  return 0;
}
