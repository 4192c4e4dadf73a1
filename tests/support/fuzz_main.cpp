/// A main for fuzz targets that are built without libFuzzer: runs every file in the folders and files
/// given, in the order of their names, so that seeds and old findings stay tests with any compiler.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::vector<std::filesystem::path> inputs(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int index = 1; index < argc; ++index) {
    if (!std::filesystem::is_directory(argv[index])) {
      files.emplace_back(argv[index]);
      continue;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[index]))
      if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  const auto files = inputs(argc, argv);
  if (files.empty()) {
    std::fprintf(stderr, "usage: %s FILE|FOLDER...: no input found\n", argc > 0 ? argv[0] : "fuzz");
    return EXIT_FAILURE;
  }
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s cannot be read\n", path.c_str());
      return EXIT_FAILURE;
    }
    std::fprintf(stderr, "%s\n", path.c_str());  // the last line names the input that crashed
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    // A copy of the exact size, so that a sanitizer sees the first byte read past the end.
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::fprintf(stderr, "%zu inputs\n", files.size());
  return EXIT_SUCCESS;
}
