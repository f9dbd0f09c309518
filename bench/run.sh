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
programs=(build/release/bench/bench_"$name")
[ -n "$name" ] || programs=(build/release/bench/bench_*)
# All that is promised of the gate, in one run; with arguments only names and lookups.
if [ "$name" = gate ] && [ $# = 0 ]; then
  programs+=(build/release/bench/bench_{gate_http,scan,import})
fi
for program in "${programs[@]}"; do
  echo "== ${program##*/bench_}"
  tests/with_postgres.sh "$program" "$@"
done
