#!/usr/bin/env bash
# ./dev bench NAME [arguments…]: builds the release with the benchmarks and runs that one (all of them
# without a name), with a private PostgreSQL beside it.
set -euo pipefail
cd "$(dirname "$0")/.."
cmake --preset release -DBEIAN_BENCH=ON >/dev/null
cmake --build build/release -j "${BEIAN_JOBS:-$(nproc)}"
export BEIAN_BINARY=$PWD/build/release/src/app/beian
name=${1:-}
name=${name//-/_}
[ $# -gt 0 ] && shift
for program in build/release/bench/bench_"${name:-*}"; do
  tests/with_postgres.sh "$program" "$@"
done
