#include "handler/kernel_cache.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

#include "handler/compile_program.hpp"
#include "handler/program.hpp"
#include "unit/handler/mini_kernel.hpp"

namespace vyre::handler {
namespace {

namespace fs = std::filesystem;

class KernelCacheTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "vyre-cache-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  Result<Kernel> compile_again(std::string_view glsl = "void f() { vyre_observable_store(1u, 2u); }") const {
    const Source source{.opcode = 0x4000'0001, .name = "f", .file = "h.glsl", .glsl = std::string(glsl)};
    return compile_with(test::kMiniKernel, {{source}}, KernelCache(folder_ / "kernels"));
  }
  fs::path only_entry() const {
    const fs::directory_iterator entries(folder_ / "kernels");
    EXPECT_EQ(std::distance(fs::begin(entries), fs::end(entries)), 1);
    return fs::directory_iterator(folder_ / "kernels")->path();
  }

  fs::path folder_;
};

TEST_F(KernelCacheTest, SecondCompilationComesFromTheCache) {
  const auto first = compile_again();
  ASSERT_TRUE(first.has_value()) << to_text(first.error());
  EXPECT_FALSE(first->from_cache);
  const auto second = compile_again();
  ASSERT_TRUE(second.has_value());
  EXPECT_TRUE(second->from_cache);
  EXPECT_EQ(first->spirv, second->spirv);
}

TEST_F(KernelCacheTest, AnotherTextIsAnotherEntry) {
  ASSERT_TRUE(compile_again().has_value());
  const auto other = compile_again("void f() { vyre_observable_store(1u, 3u); }");
  ASSERT_TRUE(other.has_value());
  EXPECT_FALSE(other->from_cache);
}

TEST_F(KernelCacheTest, EveryDamagedByteIsFound) {
  const auto first = compile_again();
  ASSERT_TRUE(first.has_value());
  const fs::path entry = only_entry();
  const std::string key = entry.stem().string();
  std::ifstream in(entry, std::ios::binary);
  const std::string good{std::istreambuf_iterator<char>(in), {}};
  const KernelCache cache(folder_ / "kernels");
  ASSERT_TRUE(cache.find(key).has_value());
  for (std::size_t at = 0; at < good.size(); at += at < 64 ? 1 : 97) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    std::ofstream(entry, std::ios::binary | std::ios::trunc) << bad;
    EXPECT_FALSE(cache.find(key).has_value()) << "byte " << at;
  }
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{8}, std::size_t{16}, std::size_t{20}, good.size() - 4}) {
    std::ofstream(entry, std::ios::binary | std::ios::trunc) << good.substr(0, size);
    EXPECT_FALSE(cache.find(key).has_value()) << size << " bytes";
  }
  const auto again = compile_again();
  ASSERT_TRUE(again.has_value());
  EXPECT_FALSE(again->from_cache);
  EXPECT_EQ(again->spirv, first->spirv);
  EXPECT_TRUE(compile_again()->from_cache) << "the damaged entry was not replaced";
}

TEST_F(KernelCacheTest, AFolderThatCannotBeMadeIsNoError) {
  std::ofstream(folder_ / "kernels") << "in the way";
  const auto kernel = compile_again();
  ASSERT_TRUE(kernel.has_value()) << to_text(kernel.error());
  EXPECT_FALSE(compile_again()->from_cache);
}

TEST_F(KernelCacheTest, KeysTellVariantsApart) {
  EXPECT_NE(KernelCache::key_of(assemble(test::kMiniKernel, {}, Variant::kPlain)),
            KernelCache::key_of(assemble(test::kMiniKernel, {}, Variant::kTraced)));
}

TEST_F(KernelCacheTest, KeysTellKernelTextsApart) {
  std::array<ShaderText, 2> other = test::kMiniKernel;
  other[1].text = "// changed";
  const Program one = assemble(test::kMiniKernel, {});
  const Program two = assemble(other, {});
  EXPECT_EQ(KernelCache::key_of(one), KernelCache::key_of(one));
  EXPECT_NE(KernelCache::key_of(one), KernelCache::key_of(two));
  EXPECT_EQ(KernelCache::key_of(one).size(), 32U);
}

TEST_F(KernelCacheTest, ReadsSourcesOrSaysWhyNot) {
  const std::string path = (folder_ / "h.glsl").string();
  std::ofstream(path) << "void f() {}\n";
  const auto source = read_source(0x4000'0001, "f", path);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(source->glsl, "void f() {}\n");
  EXPECT_EQ(source->file, path);

  const auto missing = read_source(1, "f", path + "x");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::kFile);
  EXPECT_EQ(missing.error().what, "cannot read the handler: No such file or directory");
  EXPECT_EQ(missing.error().where, path + "x");
  EXPECT_EQ(missing.error().fix, "check the path and its permissions");

  EXPECT_EQ(read_source(1, "f", folder_.string()).error().what, "cannot read the handler: Is a directory");
  ASSERT_EQ(mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_source(1, "f", (folder_ / "fifo").string()).error().what,
            "cannot read the handler: not a regular file");

  std::ofstream(path, std::ios::binary) << std::string("ab\0c", 4);
  EXPECT_EQ(read_source(1, "f", path).error().where, path + ": byte 2");
  std::ofstream(path, std::ios::binary) << std::string((1U << 20) + 1, ' ');
  EXPECT_EQ(read_source(1, "f", path).error().what, "the handler is larger than 1048576 bytes");
}

}  // namespace
}  // namespace vyre::handler
