#include "platform/process/process.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <thread>

namespace beian::process {
namespace {

using testing::HasSubstr;
using testing::Not;

Command shell(const std::string& script, std::string_view input = {}) {
  return {{"sh", "-c", script}, {"SAMPLE=样例"}, input};
}

TEST(Process, GetsItsInputAndIsHeard) {
  const std::string input(300'000, 'x');
  const End end = run({{"wc", "-c"}, {}, input});
  EXPECT_EQ(end.kind, End::Kind::exited);
  EXPECT_EQ(end.code, 0);
  EXPECT_EQ(std::stoi(end.output), 300'000);
}

TEST(Process, WordsAreNotReadByAShell) {
  EXPECT_EQ(run({{"printf", "%s", "$(id) ; `id` *"}, {}, {}}).output, "$(id) ; `id` *");
}

TEST(Process, ItsExitCodeIsTold) {
  const End end = run(shell("echo out; echo err >&2; exit 3"));
  EXPECT_EQ(end.kind, End::Kind::exited);
  EXPECT_EQ(end.code, 3);
  EXPECT_EQ(end.output, "out\n");
}

TEST(Process, HasTheEnvironmentThatItWasGiven) {
  ASSERT_EQ(setenv("BEIAN_NOT_FOR_OTHERS", "secret", 1), 0);
  const End end = run({{"env"}, {"SAMPLE=样例"}, {}});
  unsetenv("BEIAN_NOT_FOR_OTHERS");
  EXPECT_THAT(end.output, HasSubstr("SAMPLE=样例\n"));
  EXPECT_THAT(end.output, HasSubstr("PATH="));
  EXPECT_THAT(end.output, Not(HasSubstr("secret")));
}

// A socket or a database of this process, say, that was opened without O_CLOEXEC.
TEST(Process, HasNoDescriptorOfOurs) {
  const int ours = dup(STDERR_FILENO);
  ASSERT_GT(ours, 2);
  const End end = run({{"ls", "/proc/self/fd"}, {}, {}});
  close(ours);
  EXPECT_EQ(end.output, "0\n1\n2\n3\n");  // 3: the folder that ls reads
}

TEST(Process, IsKilledWithWhatItStartedWhenItTakesTooLong) {
  const std::string path = testing::TempDir() + "beian-process-pipe";
  std::filesystem::remove(path);
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const int pipe = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const End end = run(shell("exec 3>'" + path + "'; echo begun; sleep 1000 & sleep 1000"),
                      {.time = Millis{200}});
  EXPECT_EQ(end.kind, End::Kind::too_long);
  EXPECT_EQ(end.output, "begun\n");
  pollfd closed{pipe, 0, 0};
  EXPECT_EQ(poll(&closed, 1, 5000), 1) << "somebody still has the pipe";
  close(pipe);
  std::filesystem::remove(path);
}

TEST(Process, IsKilledWhenItIsSilentAndStays) {
  EXPECT_EQ(run(shell("exec >&-; sleep 1000"), {.time = Millis{200}}).kind, End::Kind::too_long);
}

TEST(Process, IsKilledWhenItSaysTooMuch) {
  const End end = run({{"yes"}, {}, {}}, {.output = 1000});
  EXPECT_EQ(end.kind, End::Kind::too_much);
  EXPECT_EQ(end.output.size(), 1000u);
}

TEST(Process, IsKilledWhenItIsStopped) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(run(shell("sleep 1000"), {.stop = stop.get_token()}).kind, End::Kind::stopped);
  std::stop_source later;
  const std::jthread other([&] { later.request_stop(); });
  EXPECT_EQ(run(shell("sleep 1000"), {.stop = later.get_token()}).kind, End::Kind::stopped);
}

TEST(Process, ItsOwnDeathIsTold) {
  const End end = run(shell("kill -TERM $$"));
  EXPECT_EQ(end.kind, End::Kind::killed);
  EXPECT_EQ(end.code, SIGTERM);
}

TEST(Process, ItsLimitsHold) {
  const std::string path = testing::TempDir() + "beian-process-sample";
  // They come a moment after its start.
  const End end = run(shell("until [ $(ulimit -f) = 0 ] && [ $(nice) = 12 ]; do :; done; "
                            "ulimit -v; ulimit -t; ulimit -c; (echo much > '" +
                            path + "') || echo refused"),
                      {.time = Millis{9500}, .memory = 512 << 20, .nice = 12});
  EXPECT_EQ(end.kind, End::Kind::exited);
  EXPECT_EQ(end.output, "524288\n11\n0\nrefused\n");
  std::error_code none;
  EXPECT_EQ(std::filesystem::file_size(path, none), 0u);
  std::filesystem::remove(path);
}

TEST(Process, OneThatIsNotThereThrows) {
  EXPECT_THROW(run({{"beian-no-such-program"}, {}, {}}), std::system_error);
  EXPECT_THROW(run({{"/etc/passwd"}, {}, {}}), std::system_error);
}

}  // namespace
}  // namespace beian::process
