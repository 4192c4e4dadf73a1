// Writes the sample snapshot to the path given, for read_snapshot.py.
#include <cstdio>

#include "snapshot_fixture.hpp"

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto written = vyre::recording::write_snapshot(argv[1], vyre::recording::sample_snapshot());
  if (!written) std::fprintf(stderr, "%s\n", to_text(written.error()).c_str());
  return written ? 0 : 1;
}
