#!/usr/bin/env bash
# ./dev test: sets up, builds, runs every test, under the address and undefined-behaviour sanitizers;
# then the program alone as it is shipped, by another compiler and optimized, through the tests that
# need no more than that. docs/adr/0025-one-test-build.md
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
[ "$p" = asan ] || exit 0
# Only an optimizing compiler sees some of the warnings.
cmake --preset release ${long:+-DBEIAN_WERROR=ON} >/dev/null
cmake --build build/release -j "$jobs" --target beian
python3 tests/released.py "build/$p" build/release/src/app/beian build/released
tests/with_postgres.sh ctest --test-dir build/released --parallel "$jobs" --output-on-failure \
  --timeout 900
