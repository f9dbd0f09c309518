#!/usr/bin/env bash
# `beian gate …` as a script uses it: exit codes, text and JSON, and a build that is killed.
set -euo pipefail
beian=$(readlink -f "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

failed() {
  echo "FAILED: $1" >&2
  cat out err >&2 || true
  exit 1
}
# expect CODE ARGUMENTS…: what it says is in out and err; its input is the file `in`.
expect() {
  local code=$1 got=0
  shift
  "$beian" "$@" <in >out 2>err || got=$?
  [ "$got" = "$code" ] || failed "beian $* ended with $got, not $code"
}
says() { grep -qF -- "$1" out || failed "no \"$1\" in the output"; }
: >in

printf '%s\n' 'example.cn,粤ICP备2026000001号-1' 'shop.example.cn,,blocked' '例子.中国' >list.csv
expect 0 gate build one.gate list.csv
says "3 entries, 0 replaced, 0 lines refused"
expect 0 gate verify one.gate
says "whole: 3 entries"
expect 0 gate lookup one.gate WWW.Example.CN:443 例子.中国
says $'WWW.Example.CN:443\tallow\tfiled\texample.cn\t粤ICP备2026000001号-1'
expect 1 gate lookup one.gate a.shop.example.cn 203.0.113.1 --json
says '{"host":"a.shop.example.cn","allow":false,"reason":"blocked","entry":"shop.example.cn"}'
says '{"host":"203.0.113.1","allow":false,"reason":"ip_address"}'
# Bytes that are no text come back as text.
printf 'a\xff.cn\n' >in
expect 1 gate lookup one.gate --stdin --json
says '{"host":"a\\xff.cn","allow":false,'
printf '%s\r\n' example.cn www.example.cn >in
expect 0 gate lookup one.gate --stdin
[ "$(wc -l <out)" = 2 ] || failed "not one line for each host"

# From a stream, with lines that are bad.
printf '%s\n' 'domain,standing' 'example.cn,cancelled' 'com.cn,' 'new.cn,' >in
expect 0 gate build two.gate - --json
says '"entries":2'
says '{"source":"-","line":3,"reason":"suffix","text":"com.cn"}'
expect 1 gate build two.gate - --strict
grep -qxF -- '- line 3: suffix: com.cn' err || failed "the bad line is not told"
expect 0 gate verify two.gate
# A slip in the first line, or lines that are all bad, must not empty a gate that is in use.
printf 'domain,till\nx.cn,\ny.cn,\n' >in
expect 1 gate build one.gate list.csv -
grep -qxF -- '- line 1: columns: domain,till' err || failed "the unknown column is not told"
printf '<html>\n<p>Sign in\n' >in
expect 1 gate build one.gate -
printf 'a b.cn\n%.0s' {1..25} >in
expect 1 gate build one.gate -
grep -qx 'and 5 more' err || failed "not told how many more"
expect 0 gate lookup one.gate example.cn
mkfifo target
expect 1 gate build target list.csv
grep -q "target is no file" err || failed "not told why"
[ -p target ] || failed "a pipe was replaced"
got=0
echo example.cn | "$beian" gate lookup one.gate --stdin >/dev/full 2>err || got=$?
[ "$got" = 2 ] || failed "an answer that could not be written ended with $got"
expect 1 gate diff one.gate two.gate
says '-example.cn,粤ICP备2026000001号-1,filed,,,below'
says '+example.cn,,cancelled,,,below'
says '+new.cn,,filed,,,below'
says '-shop.example.cn,,blocked,,,below'
expect 0 gate diff one.gate one.gate

# Another suffix list: foo.cn becomes a suffix.
{ echo '===BEGIN ICANN DOMAINS==='; echo cn; echo foo.cn; echo '===END ICANN DOMAINS==='; } >list.dat
echo 'a.foo.cn' >in
expect 0 gate build three.gate - --suffix-list list.dat
expect 1 gate lookup three.gate foo.cn
says $'foo.cn\tdeny\tsuffix'
expect 2 gate build three.gate - --suffix-list list.csv

# What is no snapshot, or none any more.
expect 1 gate verify list.csv
expect 2 gate lookup none.gate example.cn
size=$(stat -c %s one.gate)
cp one.gate damaged.gate
printf '\377' | dd of=damaged.gate bs=1 seek=$((size - 3)) conv=notrunc status=none
expect 1 gate verify damaged.gate
grep -q damaged err || failed "the damage is not told"

# Killed while it reads: the old file stays, and nothing but what the next build takes over.
mkfifo pipe
"$beian" gate build one.gate - <pipe >/dev/null 2>&1 &
build=$!
exec 3>pipe
seq 1 100000 | sed 's/.*/n&.cn/' >&3
kill -9 "$build"
wait "$build" 2>/dev/null || true
exec 3>&-
expect 0 gate lookup one.gate example.cn
expect 0 gate build one.gate list.csv
[ "$(ls one.gate*)" = one.gate ] || failed "something is left of the killed build"
echo "gate: ok"
