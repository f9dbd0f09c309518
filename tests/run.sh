#!/usr/bin/env bash
# ./dev test: sets up, builds, runs every test, under the address and undefined-behaviour sanitizers.
# One build, because a second one would not end in the hour that a whole run may take on two cores.
#   --long        the long crash test too, and what runs in production builds without a warning
#   --only REGEX  only the tests whose name matches, in the plain build
#   --plain       the plain build (preset dev): sooner done, sees less
set -euo pipefail
cd "$(dirname "$0")/.."
. ./dev
long='' only='' p=asan
while [ $# -gt 0 ]; do
  case "$1" in
    --long) long=yes ;;
    --only) only=$2 p=dev; shift ;;
    --plain) p=dev ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
  esac
  shift
done

setup
export BEIAN_XSD_DIR=${BEIAN_XSD_DIR:-$PWD/../shared/spec/xsd}
[ -z "$long" ] || export BEIAN_LONG_TESTS=1

build "$p"
# PostgreSQL's and libvips' own one-time allocations are not ours to free.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 LSAN_OPTIONS=suppressions=$PWD/tests/lsan.supp
tests/with_postgres.sh ctest --test-dir "build/$p" --parallel "$jobs" --output-on-failure \
  --timeout 900 ${only:+-R "$only"}
# Only an optimizing compiler sees some of the warnings.
if [ -n "$long" ]; then
  cmake --preset release -DBEIAN_WERROR=ON
  build release
fi
