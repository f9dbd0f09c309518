#!/usr/bin/env bash
# `beian wire validate` and `beian wire outline` as a script uses them: exit codes, text and JSON.
set -euo pipefail
beian=$(readlink -f "$1")
golden=$(readlink -f "$(dirname "$0")/../golden/wire")
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

for one in first-filing results filed; do
  expect 0 wire validate "$golden/$one.xml"
  says "of miit-3.0"
done
expect 0 wire validate "$golden/first-filing-apps.xml"
says "icp/new_filings: 1"
says "valid: UploadData of openbeian-3.1"
expect 1 wire validate "$golden/first-filing-apps.xml" --profile miit-3.0
says "Ob_fw"

# Another encoding, and a zip.
iconv -f GBK -t UTF-8 "$golden/filed.xml" | sed 's/encoding="GBK"/encoding="UTF-8"/' >utf8.xml
expect 0 wire validate utf8.xml
zip -q one.zip utf8.xml
expect 0 wire validate one.zip --json
says '"records":{"icp/filed":1}'
says '"valid":true'

# Every fault, with path and line.
sed -e 's/<Dwxz>4/<Dwxz>\n1000/' -e 's/<Wzmc>[^<]*<\/Wzmc>//' utf8.xml >broken.xml
expect 1 wire validate broken.xml
says "/ICP/BASJ/Baxx[1]/Zt_xx/Dwxz (line 3): is more than 999"
says "/ICP/BASJ/Baxx[1]/Wz_xx[1]/Wzmc (line 3): is missing"
says "not valid: 2 faults by miit-3.0"
expect 1 wire validate broken.xml --json
says '"valid":false'
says '"path":"/ICP/BASJ/Baxx[1]/Wz_xx[1]/Wzmc","line":3,"reason":"is missing"'

# What is no document of ours.
zip -q two.zip utf8.xml broken.xml
expect 1 wire validate two.zip
says "exactly one file"
printf '<?xml version="1.0" encoding="GBK"?><DownloadData version="V.3.0">\x81\x20</DownloadData>' >bytes.xml
expect 1 wire validate bytes.xml
says "not GBK"
printf '<!DOCTYPE x><UploadData/>' >doctype.xml
expect 1 wire validate doctype.xml
says "document type"
echo '<Other/>' >other.xml
expect 1 wire validate other.xml
says "UploadData or DownloadData is expected"
: >empty.xml
expect 1 wire validate empty.xml
expect 2 wire validate missing.xml
expect 2 wire validate utf8.xml --profile miit-9
expect 2 wire

expect 0 wire outline miit-3.0
says "miit-3.0, version V.3.0"
says "      Baxx[1..*] (sequence) = new_filings (a record)  # 新增ICP备案信息"
says "          Dwmc text len>=1 len<=255 = name  # 主办单位或主办人名称"
grep -q Ob_ out && failed "an element of ours in the official profile"
expect 0 wire outline openbeian-3.1
says "Ob_fw[0..1] (sequence) = app"
says "Ym_xx[1..*] (all) unless Ob_fw = domains"
expect 0 wire outline openbeian-3.1 --json
says '"name":"Ob_ptlx","field":"platform"'
expect 2 wire outline miit-9
echo "wire commands as expected"
