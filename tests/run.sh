#!/usr/bin/env bash
# ./dev test: sets up, builds, runs every test; then the same tests under the sanitizers.
#   --long        the long crash test too
#   --only REGEX  only the tests whose name matches, without the sanitizers
#   --no-asan     leave the sanitizers out
set -euo pipefail
cd "$(dirname "$0")/.."
. ./dev
long='' only='' asan=yes
while [ $# -gt 0 ]; do
  case "$1" in
    --long) long=yes ;;
    --only) only=$2 asan=''; shift ;;
    --no-asan) asan='' ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift
done

setup
export BEIAN_XSD_DIR=${BEIAN_XSD_DIR:-$PWD/../shared/spec/xsd}
[ -z "$long" ] || export BEIAN_LONG_TESTS=1

run_tests() { # preset, further ctest arguments
  local p=$1
  shift
  build "$p"
  tests/with_postgres.sh ctest --test-dir "build/$p" --parallel "$jobs" --output-on-failure \
    --timeout 900 "$@"
}

run_tests dev ${only:+-R "$only"}
# What `./dev run` builds: only an optimizing compiler sees some of the warnings that stop a build.
[ -n "$only" ] || build release
if [ -n "$asan" ]; then
  # PostgreSQL's and libvips' own one-time allocations are not ours to free.
  export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp
  run_tests asan -LE no_sanitizer
fi
