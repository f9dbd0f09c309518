#!/usr/bin/env bash
# `beian gate serve` as an operator runs it: behind nginx (auth_request), asked by wrk while its
# snapshot is replaced again and again, with a damaged file, and stopped.
set -euo pipefail
beian=$(readlink -f "$1")
folder=$(mktemp -d)
gate='' nginx=''
finish() {
  [ -z "$gate" ] || kill -9 "$gate" 2>/dev/null || true
  [ -z "$nginx" ] || kill -9 "$nginx" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"

failed() {
  echo "FAILED: $1" >&2
  cat out gate.log nginx.log >&2 2>/dev/null || true
  exit 1
}
says() { grep -qF -- "$1" "${2:-out}" || failed "no \"$1\" in ${2:-out}"; }
# Until a command is true; at most so long as a busy machine may take.
until_true() {
  local i
  for i in $(seq 1 400); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.05
  done
  failed "never true: $*"
}
# CODE ARGUMENTS…: the status that curl is answered with; head and content are in out.
curled() {
  local wanted=$1 got
  shift
  got=$(curl -si --max-time 10 -o out -w '%{http_code}' "$@") || failed "curl $*"
  [ "$got" = "$wanted" ] || failed "curl $*: $got, not $wanted"
}
# NAME…: a snapshot of example.cn and these, put in place of the one before.
build() {
  { seq 1 2000 | sed 's/.*/n&.com.cn,粤ICP备2026000001号-&/'
    echo 'example.cn,粤ICP备2026000001号-1'
    echo 'shop.example.cn,,blocked'
    printf '%s\n' "$@"; } >list.csv
  "$beian" gate build names.gate list.csv >/dev/null
}
build first.cn

"$beian" gate serve names.gate --listen 127.0.0.1:0 --threads 2 2>gate.log &
gate=$!
until_true grep -q gate.serving gate.log
at=$(grep -o '127.0.0.1:[0-9]*' gate.log | head -1)

curled 204 "http://$at/check" -H 'X-Gate-Host: WWW.Example.CN:443'
says 'X-Beian-Number: %E7%B2%A4ICP%E5%A4%872026000001%E5%8F%B7-1'
curled 403 "http://$at/check" -H 'X-Gate-Host: a.shop.example.cn'
says 'X-Beian-Reason: blocked'
curled 400 "http://$at/check" -H 'Host: a.cn' -H 'X-Gate-Host: example.cn' -H 'X-Gate-Host: example.cn'
says 'X-Beian-Reason: repeated'
curled 200 -X PUT -d body "http://$at/envoy/some/path" -H 'Host: example.cn'
curled 403 -d body -H 'Transfer-Encoding: chunked' "http://$at/envoy/" -H 'Host: other.cn'
curled 200 "http://$at/lookup?host=first.cn"
says '"host":"first.cn","allow":true,"reason":"filed","entry":"first.cn"'
curled 200 --data-binary @list.csv "http://$at/lookup"
[ "$(grep -c $'\t' out)" = 2003 ] || failed "not one line for each host"
curled 200 "http://$at/health"

# Behind nginx: the client's own field does not count, its host does.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >nginx.conf <<END
daemon off; master_process off; pid $folder/nginx.pid; error_log $folder/nginx.log;
events {}
http {
  access_log off; client_body_temp_path $folder/t1; proxy_temp_path $folder/t2;
  fastcgi_temp_path $folder/t3; uwsgi_temp_path $folder/t4; scgi_temp_path $folder/t5;
  upstream gate { server $at; keepalive 16; }
  server {
    listen 127.0.0.1:$port default_server;
    location / {
      auth_request /beian-gate;
      auth_request_set \$beian_number \$upstream_http_x_beian_number;
      add_header X-Number \$beian_number;
      try_files /list.csv =404; root $folder;
    }
    location = /beian-gate {
      internal;
      proxy_pass http://gate/check;
      proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header X-Gate-Host \$http_host;
      proxy_pass_request_body off; proxy_set_header Content-Length "";
    }
  }
}
END
PATH=$PATH:/usr/sbin nginx -c "$folder/nginx.conf" -e "$folder/nginx.log" &
nginx=$!
until_true curl -s "http://127.0.0.1:$port/"
curled 200 "http://127.0.0.1:$port/" -H 'Host: www.example.cn:8080'
says 'X-Number: %E7%B2%A4ICP%E5%A4%872026000001%E5%8F%B7-1'
curled 403 "http://127.0.0.1:$port/" -H 'Host: other.cn'
curled 403 "http://127.0.0.1:$port/" -H 'Host: other.cn' -H 'X-Gate-Host: example.cn'
curled 405 "http://127.0.0.1:$port/" -H 'Host: example.cn' -d 'a body'  # a file takes none
curled 403 "http://127.0.0.1:$port/" -H 'Host: other.cn' -d 'a body'

# Replaced again and again while many ask: every answer is there and right (204).
wrk -t1 -c20 -d3s -H 'X-Gate-Host: www.example.cn' "http://$at/check" >wrk.out &
wrk=$!
swaps=0
while kill -0 "$wrk" 2>/dev/null; do
  build "next$swaps.cn"
  kill -HUP "$gate"
  swaps=$((swaps + 1))
done
wait "$wrk"
! grep -E 'Socket errors|Non-2xx' wrk.out || failed "$(cat wrk.out)"
asked() { curl -s "http://$at/lookup?host=next$((swaps - 1)).cn" | grep -q '"allow":true'; }
until_true asked
[ "$(grep -c gate.swapped gate.log)" -ge 2 ] || failed "$swaps snapshots, and hardly any was taken"

# A new file is seen without a signal.
build last.cn
asked() { curl -s "http://$at/lookup?host=last.cn" | grep -q '"allow":true'; }
until_true asked

# A damaged one is told, and the last good one goes on.
head -c 5000 names.gate >damaged && mv damaged names.gate
until_true grep -q gate.refused gate.log
curled 200 "http://$at/metrics"
says 'beian_gate_snapshots_refused_total 1'
says 'beian_gate_answers_total{answer="deny",reason="not_filed"}'
curled 204 "http://$at/check" -H 'X-Gate-Host: example.cn'

kill -TERM "$gate"
wait "$gate" || failed "it does not stop in order"
gate=''

# At a path, with old answers denied; and what cannot be served from.
build
"$beian" gate serve names.gate --listen "unix:$folder/socket" --stale-after 1 --when-stale deny 2>gate.log &
gate=$!
until_true grep -q gate.serving gate.log
stale() { [ "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket socket http://gate/health)" = 503 ]; }
until_true stale
curled 403 --unix-socket socket http://gate/check -H 'X-Gate-Host: example.cn'
says 'X-Beian-Reason: stale'
# Whoever reads its log may go.
kill -PIPE "$gate"
curled 403 --unix-socket socket http://gate/check -H 'X-Gate-Host: example.cn'
kill -TERM "$gate"
wait "$gate" || failed "it does not stop in order"
gate=''
[ ! -e socket ] || failed "the socket is left"
code=0
"$beian" gate serve list.csv 2>out || code=$?
[ "$code" = 2 ] || failed "a list is no snapshot"
echo "gate serve: ok"
