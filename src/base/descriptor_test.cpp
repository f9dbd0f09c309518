#include "base/descriptor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace beian {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) != -1;
}

TEST(Descriptors, AreClosedOnceByTheirLastOwner) {
  int fd = -1;
  {
    Descriptor first = open_file("/dev/null", O_WRONLY);
    fd = first.get();
    ASSERT_TRUE(first.is_open());
    EXPECT_EQ(::fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    Descriptor second = std::move(first);
    EXPECT_EQ(second.get(), fd);
    write_all(fd, "all of it", "cannot write");
    second.close();
    EXPECT_FALSE(second.is_open());
    EXPECT_FALSE(is_open(fd));
    second = open_file("/dev/null", O_WRONLY);
    fd = second.get();
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(Descriptors, TellWhy) {
  EXPECT_FALSE(open_file("/no/such/folder/file", O_RDONLY).is_open());
  EXPECT_EQ(errno, ENOENT);
  const Descriptor full = open_file("/dev/full", O_WRONLY);
  ASSERT_TRUE(full.is_open());
  try {
    write_all(full.get(), "something", "cannot write there");
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOSPC);
    EXPECT_NE(std::string(error.what()).find("cannot write there"), std::string::npos);
  }
}

}  // namespace
}  // namespace beian
