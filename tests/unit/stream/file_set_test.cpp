// Sources: files, folders with links and odd things in them, pipes; each failure one error.
#include "vyre/stream/file_set.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "support/temporary_folder.hpp"

namespace vyre::test {
namespace {

namespace fs = std::filesystem;
using namespace stream;

/// What the set gave: paths, and errors as text.
struct Listed {
  std::vector<std::string> paths, errors;
};
Listed list(FileSet& set) {
  Listed listed;
  while (auto next = set.next()) {
    if (*next)
      listed.paths.push_back((**next).file->path);
    else
      listed.errors.push_back(to_text(next->error()));
  }
  return listed;
}

class FileSetTest : public testing::Test {
 protected:
  [[nodiscard]] std::string in(std::string_view name) const { return folder_.path() / name; }
  [[nodiscard]] std::vector<std::string> in(std::initializer_list<std::string_view> names) const {
    std::vector<std::string> all;
    for (const auto name : names) all.push_back(in(name));
    return all;
  }
  TemporaryFolder folder_;
};

TEST_F(FileSetTest, GivesFilesAsNamedWithTheirSizes) {
  folder_.write("b", "four");
  folder_.write("a", "");
  FileSet set({in("b"), in("a"), in("b")});
  EXPECT_EQ(set.known_bytes(), 8u);
  for (std::uint64_t number = 0; number < 3; ++number) {
    auto next = set.next();
    ASSERT_TRUE(next && *next);
    const SourceFile& file = *(**next).file;
    EXPECT_EQ(file.number, number);
    EXPECT_EQ(file.path, in(number == 1 ? "a" : "b"));
    EXPECT_EQ(file.kind, SourceKind::kSized);
    EXPECT_EQ(file.size_bytes, number == 1 ? 0u : 4u);
    EXPECT_EQ((**next).alignment, 1u);
  }
  EXPECT_FALSE(set.next());
  EXPECT_EQ(set.count(), 3u);
}

TEST_F(FileSetTest, FoldersAreReadWholeAndInTheOrderOfBytes) {
  for (const auto* name : {"d/b", "d/a/z", "d/a/y", "d/Z", "d/c", "d/\xc3\xa9", "d/a.txt", "d/e/f/g/h"})
    folder_.write(name, "x");
  fs::create_directory(in("d/empty"));
  FileSet set({in("d")});
  EXPECT_FALSE(set.known_bytes());
  const Listed listed = list(set);
  EXPECT_EQ(listed.paths, in({"d/Z", "d/a/y", "d/a/z", "d/a.txt", "d/b", "d/c", "d/e/f/g/h", "d/\xc3\xa9"}));
  EXPECT_TRUE(listed.errors.empty());
  FileSet slash({in("d/a/")});
  EXPECT_EQ(list(slash).paths, in({"d/a/y", "d/a/z"}));
}

TEST_F(FileSetTest, LinksAreFollowedAndLoopsReported) {
  folder_.write("d/a/f", "x");
  fs::create_directory_symlink(in("d"), in("d/a/up"));
  fs::create_directory_symlink("a", in("d/again"));
  fs::create_symlink("a/f", in("d/link"));
  fs::create_symlink("nowhere", in("d/dangling"));
  fs::create_symlink("self", in("d/self"));
  FileSet set({in("d")});
  const Listed listed = list(set);
  EXPECT_EQ(listed.paths, in({"d/a/f", "d/link"}));
  ASSERT_EQ(listed.errors.size(), 3u);
  EXPECT_EQ(listed.errors[0], in("d/a/up") + ": error: leads back to the folder " + in("d") +
                                  " that holds it\nfix: remove the link, or name the folders without it");
  EXPECT_EQ(listed.errors[1],
            in("d/dangling") + ": error: is a symbolic link to nothing\nfix: mend or remove the link");
  EXPECT_EQ(listed.errors[2],
            in("d/self") +
                ": error: cannot open: Too many levels of symbolic links (ELOOP)\nfix: mend the "
                "symbolic links, which lead in a circle");
  EXPECT_EQ(set.left_out(), 1u);
  EXPECT_EQ(set.notes(), std::vector<std::string>{in("d/again") + " was read under another name"});
  EXPECT_EQ(set.count(), 5u);
  // Named twice is asked for twice.
  FileSet twice({in("d/a"), in("d/again")});
  EXPECT_EQ(list(twice).paths.size(), 4u);  // through `up`: d/link besides each f
}

TEST_F(FileSetTest, WhatCannotBeReadIsOneErrorAndTheOthersGoOn) {
  folder_.write("a", "x");
  folder_.write("c/d", "x");
  FileSet set({in("a"), in("missing"), in("a/below"), "", in("c")});
  EXPECT_EQ(set.known_bytes(), std::nullopt);
  const Listed listed = list(set);
  EXPECT_EQ(listed.paths, in({"a", "c/d"}));
  ASSERT_EQ(listed.errors.size(), 3u);
  EXPECT_EQ(listed.errors[0],
            in("missing") + ": error: cannot open: No such file or directory (ENOENT)\nfix: check the path");
  EXPECT_EQ(listed.errors[1],
            in("a/below") + ": error: cannot open: Not a directory (ENOTDIR)\nfix: check the path");
  EXPECT_NE(listed.errors[2].find("ENOENT"), std::string::npos);
}

TEST_F(FileSetTest, VanishedFilesAreErrors) {
  folder_.write("d/a", "x");
  folder_.write("d/b", "x");
  folder_.write("d/c", "x");
  FileSet set({in("d")});
  ASSERT_TRUE(set.next());
  fs::remove(in("d/b"));
  const Listed listed = list(set);
  EXPECT_EQ(listed.paths, in({"d/c"}));
  EXPECT_EQ(listed.errors, std::vector<std::string>{
                               in("d/b") + ": error: vanished after its folder was listed\nfix: run it when "
                                           "nothing removes files there"});
}

TEST_F(FileSetTest, UnreadableFilesAndFoldersAreErrors) {
  if (::geteuid() == 0) {
    // root reads everything: look as somebody else.
    if (::seteuid(65534) != 0) GTEST_SKIP() << "cannot become somebody else";
    ASSERT_EQ(::seteuid(0), 0);
  }
  folder_.write("d/a", "x");
  folder_.write("d/b/c", "x");
  folder_.write("d/e", "x");
  fs::permissions(folder_.path(), fs::perms::all);
  fs::permissions(in("d"), fs::perms::all);
  fs::permissions(in("d/a"), fs::perms::none);
  fs::permissions(in("d/b"), fs::perms::none);
  const bool was_root = ::geteuid() == 0 && ::seteuid(65534) == 0;
  FileSet set({in("d")});
  const Listed listed = list(set);
  ASSERT_TRUE(!was_root || ::seteuid(0) == 0);
  EXPECT_EQ(listed.paths, in({"d/e"}));
  ASSERT_EQ(listed.errors.size(), 2u);
  EXPECT_EQ(
      listed.errors[0],
      in("d/a") + ": error: cannot open: Permission denied (EACCES)\nfix: ask for permission to read it");
  EXPECT_EQ(listed.errors[1],
            in("d/b") +
                ": error: cannot list the folder: Permission denied (EACCES)\nfix: ask for permission "
                "to read it");
}

TEST_F(FileSetTest, OddThingsInFoldersAreLeftOutAndWhenNamedRead) {
  folder_.write("d/a", "x");
  ASSERT_EQ(::mkfifo(in("d/fifo").c_str(), 0600), 0);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::sockaddr_un address{};
  address.sun_family = AF_UNIX;
  in("d/socket").copy(&address.sun_path[0], sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener, reinterpret_cast<::sockaddr*>(&address), sizeof address), 0);
  FileSet set({in("d"), in("d/fifo"), "/dev/null", in("d/socket")});
  const Listed listed = list(set);
  ::close(listener);
  EXPECT_EQ(listed.paths, (std::vector<std::string>{in("d/a"), in("d/fifo"), "/dev/null"}));
  EXPECT_EQ(set.left_out(), 2u);
  EXPECT_EQ(set.notes(), (std::vector<std::string>{in("d/fifo") + " is a FIFO in a folder",
                                                   in("d/socket") + " is a socket in a folder"}));
  EXPECT_EQ(listed.errors,
            std::vector<std::string>{in("d/socket") +
                                     ": error: cannot open: No such device or address (ENXIO)\nfix: "
                                     "sockets cannot be read as files; name a file, a FIFO or a device"});
}

TEST_F(FileSetTest, KnowsStreams) {
  ASSERT_EQ(::mkfifo(in("fifo").c_str(), 0600), 0);
  FileSet set({in("fifo"), "/dev/zero", "/proc/self/status", "/sys/kernel/mm/transparent_hugepage/enabled"});
  EXPECT_FALSE(set.known_bytes());
  bool first = true;
  while (auto next = set.next()) {
    if (!*next) continue;  // a machine without that /sys file
    EXPECT_EQ((**next).file->kind, SourceKind::kStream) << (**next).file->path;
    EXPECT_EQ((**next).file->size_bytes, 0u);
    EXPECT_EQ((**next).awaits_writer, std::exchange(first, false));
  }
}

TEST_F(FileSetTest, DirectWhereTheFileSystemTakesIt) {
  const TemporaryFolder here(fs::current_path());
  FileSet set({here.write("f", "x"), "/dev/null"}, {.direct = true});
  auto file = set.next();
  ASSERT_TRUE(file && *file);
  const int flags = ::fcntl((**file).handle.get(), F_GETFL);
  EXPECT_EQ((**file).alignment > 1, (flags & O_DIRECT) != 0);
  auto null = set.next();
  ASSERT_TRUE(null && *null);
  EXPECT_EQ((**null).alignment, 1u);
}

}  // namespace
}  // namespace vyre::test
