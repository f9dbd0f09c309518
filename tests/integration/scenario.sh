#!/usr/bin/env bash
# `beian authority --scenario`: one of ours and a file of one's own play; a bad one says all that is
# wrong with it and nothing starts.
set -euo pipefail
beian=$(readlink -f "$1")
folder=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid"; rm -rf "$folder"' EXIT
cd "$folder"

echo '{"name": "own", "steps": [{"when": {"call": "*"}, "times": 1, "then": {"answer": 901}}]}' >own.json
"$beian" authority --port 0 --data data --scenario refuse-once --scenario own.json >log 2>errors &
pid=$!
for _ in $(seq 200); do
  origin=$(sed -n 's/^模拟管局 //p' log)
  [ -z "$origin" ] || break
  sleep 0.05
done
playing=$(curl -sS "$origin/manage/scenario")
grep -q '"name":"refuse-once"' <<<"$playing"
grep -q '"name":"own"' <<<"$playing"
kill "$pid"
wait "$pid" || true
pid=

echo '{"steps": [{"when": {"call": "isp_x"}, "then": {"answer": 5000}}]}' >bad.json
if timeout 60 "$beian" authority --port 0 --data other --scenario bad.json >log 2>errors; then
  echo "a bad scenario was taken" >&2
  exit 1
fi
for field in /name /steps/0/when/call /steps/0/then/answer; do
  grep -q "$field" errors || { echo "not told: $field" >&2; cat errors >&2; exit 1; }
done
if timeout 60 "$beian" authority --port 0 --data other --scenario no-such >log 2>errors; then
  echo "a scenario that is nowhere was taken" >&2
  exit 1
fi
