#!/usr/bin/env bash
# `beian gate scan` and `report` as a script uses them: packed logs, exit codes, CSV and JSON, sites
# in the registry.
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
tells() { grep -qF -- "$1" err || failed "no \"$1\" in what is told"; }
: >in

echo 'filed-example.cn,粤ICP备2026000001号-1' >list.csv
expect 0 gate build filed.gate list.csv
line() { # HOST TIME
  echo "192.0.2.9 - - [30/Nov/2026:$2 +0800] \"GET / HTTP/1.1\" 200 5 \"-\" \"样例\" \"$1\" \"203.0.113.5\""
}
{
  line www.filed-example.cn 10:00:00
  line new-example.cn 10:00:01
  line New-Example.cn:443 11:00:01
  line 'a\x22b' 11:00:01
} >day1.log
{ for i in $(seq 10); do line "www.new-example.cn" "12:00:0$((i - 1))"; done; } >day2.log
gzip -k day1.log
zstd -q day2.log
expect 1 gate scan filed.gate day1.log.gz day2.log.zst --invalid invalid.csv
says $'www.new-example.cn,new-example.cn,not_filed,,10,2026-11-30T04:00:00.000Z,2026-11-30T04:00:09.000Z,web,203.0.113.5\r'
says $'new-example.cn,new-example.cn,not_filed,,2,2026-11-30T02:00:01.000Z,2026-11-30T03:00:01.000Z,web,203.0.113.5\r'
[ "$(wc -l <out)" = 3 ] || failed "not the header and two hosts"
grep -qF '"a""b",bad_character,1,' invalid.csv || failed "the invalid host is missing"
tells '4 hosts: 1 may be served, 2 may not (1 domains, 12 requests), 1 are none (1 requests)'
mv out report.csv

# From standard input; all filed.
line filed-example.cn 10:00:00 >in
expect 0 gate scan filed.gate
gzip <in >packed && mv packed in
expect 0 gate scan filed.gate - --json
says '"filed":1,"unfiled":0'
: >in
# Half of the log in another format: nobody can say that all may be served.
{ for _ in $(seq 50); do line filed-example.cn 10:00:00; done
  for _ in $(seq 20); do echo '{"host":"new-example.cn"}'; done; } >changed.log
expect 3 gate scan filed.gate changed.log
tells 'too much is unreadable'

# Cut short: told, what was read counts. Not a log: told.
for i in $(seq 3000); do line "h$i-example.cn" 10:00:00; done | gzip >long.gz
head -c $(($(stat -c %s long.gz) / 2)) long.gz >cut.gz
expect 3 gate scan filed.gate cut.gz day1.log
tells 'cut.gz: nginx:'
tells 'NOT WHOLE: cut short'
says 'h1-example.cn,h1-example.cn,not_filed,,1,'
says 'new-example.cn,new-example.cn,not_filed,,2,'
expect 3 gate scan filed.gate list.csv filed.gate day1.log
tells 'filed.gate: no format'
expect 3 gate scan filed.gate none.log
tells 'No such file or directory'
expect 2 gate scan none.gate day1.log
expect 2 gate scan filed.gate day1.log --format apache
expect 2 gate scan filed.gate day1.log --zone Beijing

# The smallest memory gives the same.
expect 3 gate scan filed.gate long.gz cut.gz --memory 1 --tmp "$folder"
mv out small
expect 3 gate scan filed.gate long.gz cut.gz
cmp -s out small || failed "less memory, another report"

# Into the registry, twice, and by way of the file.
expect 1 gate scan filed.gate day1.log.gz day2.log.zst --open-tasks --data data
tells 'registry: 1 sites opened, 0 opened again, 0 updated, 0 as known'
expect 1 gate scan filed.gate day1.log.gz day2.log.zst --open-tasks --data data
tells 'registry: 0 sites opened, 0 opened again, 0 updated, 1 as known'
expect 0 gate report report.csv --data data
tells 'registry: 0 sites opened, 0 opened again, 0 updated, 1 as known'
cp report.csv in
expect 0 gate report - --data other
tells 'registry: 1 sites opened'
expect 2 gate report list.csv --data data
tells 'no report of gate scan'
echo 'x,y,not_filed,,1,,,web,' >>report.csv
expect 2 gate report report.csv --data data
tells 'line 4'
echo "gate scan: ok"
