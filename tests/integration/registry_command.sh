#!/usr/bin/env bash
# `beian registry …` and snapshots from it, as a script uses them: in, out, in again, beside a gate.
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
# expect CODE ARGUMENTS…: what it says is in out and err.
expect() {
  local code=$1 got=0
  shift
  "$beian" "$@" >out 2>err || got=$?
  [ "$got" = "$code" ] || failed "beian $* ended with $got, not $code"
}
says() { grep -qF -- "$1" out || failed "no \"$1\" in the output"; }
warns() { grep -qF -- "$1" err || failed "no \"$1\" in the errors"; }

{
  echo 'province,entity_id,entity_number,entity_name,certificate_type,certificate_number,service_id,service_number,service_name,domains,accesses'
  seq 1 300 | awk '{ printf "440000,%d,粤ICP备%d号,样例公司%d,1,91990000MA%dX,%d,粤ICP备%d号-1,样例网站,%d:yangli-%d-example.cn,%d:%d\r\n",
    $1, 2026100000 + $1, $1, $1, $1, 2026100000 + $1, $1, $1, $1, 900001 + $1 % 3 }'
} >filed.csv
# An installation: its key, and its database as new as the program.
install() {
  mkdir "$1"
  if [ $# = 2 ]; then cp "$2/master.key" "$1/"; else head -c 32 /dev/urandom >"$1/master.key"; fi
  expect 0 db migrate --data "$1"
}
place=(--data one --own-provider 900001)

# Where there is none, none is made.
for command in 'registry import filed.csv --own-provider 900001' 'registry export' \
  'addresses export' 'addresses check'; do
  # shellcheck disable=SC2086
  expect 1 $command --data one
  warns 'one: no installation'
  [ ! -e one ] || failed "$command made something"
done
install one
expect 2 registry import filed.csv --data one
expect 0 registry import filed.csv "${place[@]}"
says 'filed.csv：读取 300 条，新增 300，变更 0，未变 0，拒绝 0'
[ ! -e filed.csv.refused.csv ] || failed "a file of nothing refused"
expect 0 registry import filed.csv "${place[@]}" --json
says '"read":300,"added":0,"changed":0,"unchanged":300,"refused":0'
sed 's/样例公司7,/改名公司,/; s/,8:yangli-8-/,yangli-8-/' filed.csv >second.csv
expect 1 registry import second.csv "${place[@]}" --refused bad.csv
says '读取 300 条，新增 0，变更 1，未变 298，拒绝 1'
grep -q '^second.csv,8,9,' bad.csv || failed "the refused record is not told"
expect 2 registry import none.csv "${place[@]}"
echo 'no such columns' >strange.csv
expect 1 registry import strange.csv "${place[@]}"

# Out, and in again.
expect 0 registry export --data one --output out.csv
warns '300 条'
install two one
expect 0 registry import out.csv --data two --own-provider 900001
says '新增 300'
expect 0 registry import out.csv "${place[@]}" --json
says '"changed":0,"unchanged":300'
expect 0 registry export --data two --output again.csv
cmp out.csv again.csv || failed "what was exported comes back otherwise"
# What the columns alone tell is less than the schema demands: left out, told, and no empty document.
expect 1 registry export --data two --format sjtb --output none.xml
warns '格式容不下的 300'
[ ! -e none.xml ] || failed "a document without records was written"

# One bad byte costs its record; a quote that nothing ends is told with its line.
{ head -2 filed.csv; sed -n 3p filed.csv | sed 's/样例公司/样例\xFF公司/'; sed -n 4p filed.csv; } >bad.csv
install three
expect 1 registry import bad.csv --data three --own-provider 900001 --json
says '"added":2'
says '"refused":1'
grep -q entity_name bad.csv.refused.csv || failed "not told where the bad byte is"
{ head -2 filed.csv; echo '"440000,'; } >open.csv
expect 1 registry import open.csv --data three --own-provider 900001
warns '（第 3 行）'
expect 0 db status --data three
echo 'Sample-Password-2026' | "$beian" admin create-account --name reader-one --role auditor --data three >out 2>err ||
  failed "create-account does not take --data"
expect 0 admin reset-password --name Reader-One --data three
grep -Eqx '([2-9a-z]{4}-){3}[2-9a-z]{4}' out || failed "no one-time password was printed"
warns 'good until'
expect 1 admin reset-password --name reader-two --data three
warns '/name not_found'

# A snapshot of it, both ways; and one made without the database.
expect 0 gate build one.gate --from-registry --data one
says '300 entries'
expect 0 registry verify one.gate --data one
warns '0 missing, 0 different, 0 extra'
expect 0 gate lookup one.gate www.yangli-3-example.cn
says $'allow\tfiled\tyangli-3-example.cn\t粤ICP备2026100003号-1'
expect 1 gate lookup one.gate yangli-4-example.cn
says $'deny\telsewhere'
expect 0 gate build other.gate --sjtb out.csv --own-provider 900001
expect 0 gate diff one.gate other.gate
printf '%s\n' 'yangli-3-example.cn,,blocked' 'yangli-5-example.cn,,filed' 'more-example.cn' >list.csv
# A number that nobody can read costs no name, and is told.
sed 's/,粤ICP备2026100007号-1,/,粤字第7号,/' filed.csv >odd.csv
expect 0 gate build odd.gate --sjtb odd.csv --own-provider 900001
says 'odd.csv line 8: number: 粤字第7号'
says '1 names without their filing number'
says '300 entries'
expect 0 gate build odd.gate --sjtb odd.csv --own-provider 900001 --json
says '"unnumbered":1'
expect 0 gate build mixed.gate list.csv --from-registry --data one
expect 1 registry verify mixed.gate --data one
says $'different\tyangli-5-example.cn\telsewhere 粤ICP备2026100005号-1\tfiled'
says $'extra\tmore-example.cn\t\tfiled'
warns '0 missing, 1 different, 1 extra, 1 from lists'
echo 'yangli-3-example.cn' >list.csv
expect 0 gate build few.gate list.csv
expect 1 registry verify few.gate --data one --json
says '{"difference":"missing","domain":"yangli-300-example.cn","registry":"filed 粤ICP备2026100300号-1","snapshot":""}'
expect 2 gate build none.gate
echo "registry: ok"
