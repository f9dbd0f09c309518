#!/usr/bin/env bash
# `beian gate block-page` with real requests: who asks how, for which host, and with which systems
# away; with the real provider beside it.
set -euo pipefail
beian=$(readlink -f "$1")
folder=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder"

failed() {
  echo "FAILED: $1" >&2
  cat out head log-* >&2 2>/dev/null || true
  exit 1
}
# started NAME COMMAND…: runs it beside; its address, the first that it says, is in `address`. What it
# logs is in log-NAME.
started() {
  local log=log-$1 line
  shift
  exec {said}< <(exec "$@" 2>"$log")
  pids+=($!)
  address=
  while [ -z "$address" ]; do
    IFS= read -r -t 60 -u "$said" line || failed "$* said no address"
    address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' <<<"$line" || true)
  done
}
# until_true COMMAND…: again and again until it succeeds, at most 20 seconds.
until_true() {
  local end=$((SECONDS + 20))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    read -rt 0.1 <> <(:) || true
  done
}
# asked HOST [curl's arguments]: the body is in out, the head in head, the status in `status`.
asked() {
  local host=$1
  shift
  status=$(curl -s -m 20 -o out -D head -w '%{http_code}' -H "Host: $host" "$@" "$page/some/path?q=1")
}
says() { grep -qF -- "$1" out || failed "no \"$1\" in the answer"; }
silent() { ! grep -qF -- "$1" out || failed "\"$1\" in the answer"; }
html=(-H 'Accept: text/html')

printf '%s\n' 'filed-example.cn,粤ICP备2026000001号-1' 'gone-example.cn,粤ICP备2026000002号-1,cancelled' \
  'elsewhere-example.cn,粤ICP备2026000003号-1,elsewhere' 'closed-example.cn,,closed' >list.csv
"$beian" gate build snapshot list.csv >/dev/null

# Wrong usage ends at once.
for wrong in "" "--snapshot nothing" "--snapshot snapshot --gate http://127.0.0.1:1" \
  "--snapshot snapshot --provider ftp://x" "--snapshot snapshot --listen nonsense"; do
  # shellcheck disable=SC2086
  ! "$beian" gate block-page $wrong >out 2>&1 || failed "took: $wrong"
done

started provider "$beian" serve --data data --port 0
provider=$address
started page "$beian" gate block-page --listen 127.0.0.1:0 --snapshot snapshot \
  --provider "$provider" --portal https://beian.provider-example.cn --name 样例云
page=$address

asked unknown-example.cn "${html[@]}"
[ "$status" = 403 ] || failed "403 expected, not $status"
says '该域名未备案'
says 'href="https://beian.provider-example.cn"'
says '前往样例云备案系统'
silent '已有备案申请'
grep -qi '^cache-control: no-store' head || failed "may be stored"
[ "$(wc -c <out)" -lt 20000 ] || failed "too large"
asked www.gone-example.cn:8080 "${html[@]}"
says '该域名的备案已注销'
says '粤ICP备2026000002号-1'
asked a.elsewhere-example.cn -H 'Accept: application/json' -X POST -d 'anything'
[ "$status" = 403 ] || failed "403 expected for POST, not $status"
says '"reason":"elsewhere"'
asked closed-example.cn
says 'closed-example.cn：该网站已按主管部门要求关停'
asked filed-example.cn "${html[@]}"
[ "$status" = 503 ] || failed "a host that is open is to be loaded again, not $status"
asked 203.0.113.9
says '不能通过这个地址访问网站'
asked '例子.中国' "${html[@]}"
says '例子.中国 (xn--fsqu00a.xn--fiqs8s)'
asked '<img src=x onerror=alert(1)>' "${html[@]}"
[ "$status" = 403 ] || failed "403 expected for a hostile host, not $status"
silent '<img'
asked "$(printf 'a%.0s' {1..5000}).cn" "${html[@]}"
[ "$status" = 403 ] || failed "403 expected for a long host, not $status"
# Whatever is sent to it: nothing of that is read.
head -c 200000 /dev/zero >upload
asked unknown-example.cn --data-binary @upload
[ "$status" = 403 ] || failed "an upload is answered $status"
status=$(curl -s -m 20 -o out -w '%{http_code}' -H 'Host: unknown-example.cn' \
  --path-as-is "$page/%zz/../?q=%00")
[ "$status" = 403 ] || failed "403 expected for a target that is no address, not $status"
says unknown-example.cn
status=$(curl -s -m 20 -I -o out -w '%{http_code}' -H 'Host: unknown-example.cn' "$page/")
[ "$status" = 403 ] || failed "403 expected for HEAD, not $status"
says 'Content-Length'

# A newer snapshot counts within seconds; a broken one does not.
printf '%s\n' 'unknown-example.cn,粤ICP备2026000009号-1' >more.csv
"$beian" gate build snapshot list.csv more.csv >/dev/null
is_open() {
  asked unknown-example.cn
  [ "$status" = 503 ]
}
until_true is_open || failed "the newer snapshot was not read"
echo nonsense >broken && mv broken snapshot
is_refused() {
  asked gone-example.cn
  grep -q snapshot_refused log-page
}
until_true is_refused || failed "nothing is said of a broken snapshot"
asked gone-example.cn
says '该域名的备案已注销'

# A running gate tells the reason.
"$beian" gate build served list.csv >/dev/null
"$beian" gate serve served --listen 127.0.0.1:0 2>log-gate &
pids+=($!)
is_listening() { gate=$(grep -oE '127\.0\.0\.1:[1-9][0-9]*' log-gate | head -1) && [ -n "$gate" ]; }
until_true is_listening || failed "the gate does not listen"
started asking "$beian" gate block-page --listen 127.0.0.1:0 --gate "http://$gate"
page=$address
asked a.elsewhere-example.cn "${html[@]}"
says '该域名未在本接入商办理接入'
says '粤ICP备2026000003号-1'

# Neither gate nor provider can be asked.
started gone "$beian" gate block-page --listen 127.0.0.1:0 --gate http://127.0.0.1:9 \
  --provider http://127.0.0.1:9
page=$address
asked unknown-example.cn "${html[@]}"
[ "$status" = 403 ] || failed "403 expected without gate and provider, not $status"
says '该域名暂不能在此访问'
