#!/usr/bin/env bash
# Runs every command of docs/api/README.md as it stands, against a demo of its own on free ports.
set -euo pipefail
beian=$(readlink -f "$1")
tree=$(readlink -f "$(dirname "$0")/../..")
if ! command -v jq >/dev/null || ! command -v curl >/dev/null; then
  echo "skipped: jq or curl is not installed (./dev setup)"
  exit 77
fi
folder=$(mktemp -d)
demo=
stop() {
  local status=$?
  trap - EXIT
  if [ -n "$demo" ]; then kill -TERM "$demo" 2>/dev/null && wait "$demo" || true; fi
  [ "$status" = 0 ] || tail -5 "$folder/demo.log" >&2 || true
  rm -rf "$folder"
  exit "$status"
}
trap stop EXIT
cd "$folder"
ln -s "$tree/data" data
node "$tree/tests/api/picture.mjs" picture.png
exec 3< <(exec "$beian" demo --port 0 --authority-port 0 --data demo 2>demo.log)
demo=$!
# The demo prints where it is, and last the password, once it is ready.
while read -r line <&3; do
  echo "$line" >>origins
  [[ $line != *密码* ]] || break
done
origin() { sed -n "s/.*$1 *\(http[^ ]*\).*/\1/p" origins; }
BEIAN_API=$(origin 接入商系统) BEIAN_AUTHORITY=$(origin 模拟管局)
export BEIAN_API BEIAN_AUTHORITY
[ -n "$BEIAN_API" ] && [ -n "$BEIAN_AUTHORITY" ]
{
  echo 'set -euo pipefail'
  awk '/^```sh$/ {on = 1; next} /^```$/ {on = 0} on' "$tree/docs/api/README.md"
} >steps.sh
timeout 120 bash -x steps.sh >steps.log 2>&1 || { tail -30 steps.log; exit 1; }
tail -1 steps.log
