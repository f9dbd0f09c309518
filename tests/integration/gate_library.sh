#!/usr/bin/env bash
# libbeian_gate as a program in C meets it: installed, found through pkg-config, built with plain
# flags of C99. $1: beian, $2: the build's folder, $3: what is loaded first with a library under
# sanitizers, empty without.
set -euo pipefail
beian=$(readlink -f "$1")
build=$2 runtime=${3:-}
samples=$(readlink -f "$(dirname "$0")/../../samples/gate")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

failed() {
  echo "FAILED: $1" >&2
  exit 1
}

cmake --install "$build" --prefix "$folder/built" --component beian_gate >/dev/null
# Moved as a whole it is found as well.
mv built prefix
PKG_CONFIG_PATH=$(find "$folder/prefix" -name pkgconfig)
export PKG_CONFIG_PATH
library=$(find prefix -name 'libbeian_gate.so.1')
[ "$(pkg-config --modversion beian_gate)" ] || failed "no pkg-config file"

# Only its own functions, all that the header tells of.
nm -D --defined-only "$library" | awk '$2 != "A" {sub(/@.*/, "", $3); print $3}' | sort >exported
grep -oE '\bbeian_gate_[a-z_]+\(' prefix/include/beian_gate.h | tr -d '(' | sort -u >declared
diff declared exported || failed "declared (<) and exported (>) differ"
readelf -d "$library" | grep -q 'SONAME.*\[libbeian_gate.so.1\]' || failed "another SONAME"

read -ra flags <<<"$(pkg-config --cflags --libs beian_gate)"
strict=(-Wall -Wextra -Werror -pedantic)
link=()
[ -z "$runtime" ] || link=(-Wl,--allow-shlib-undefined)
gcc -std=c99 "${strict[@]}" "$samples/lookup.c" "${flags[@]}" "${link[@]}" -o lookup
echo '#include <beian_gate.h>' >header.cpp
g++ -std=c++98 -Wno-long-long -fsyntax-only "${strict[@]}" "${flags[@]}" header.cpp

printf '%s\n' 'example.cn,粤ICP备2026000001号-1' 'shop.example.cn,,blocked' '例子.中国' >list.csv
"$beian" gate build one.gate list.csv >/dev/null
hosts=(WWW.Example.CN:443 a.shop.example.cn 例子.中国 203.0.113.1 other.cn)
ask() { LD_PRELOAD=$runtime LD_LIBRARY_PATH=$(dirname "$library") ./lookup "$@"; }
code=0
ask one.gate "${hosts[@]}" >out || code=$?
[ "$code" = 1 ] || failed "ended with $code, not 1"
"$beian" gate lookup one.gate "${hosts[@]}" >wanted || true
diff wanted out || failed "the command (<) and the library (>) answer differently"
ask one.gate example.cn >/dev/null || failed "a filed name alone ended with $?"
code=0
ask list.csv example.cn 2>err || code=$?
[ "$code" = 2 ] && grep -q 'list.csv: not a snapshot' err || failed "no word about a bad file"
echo "gate library: ok"
