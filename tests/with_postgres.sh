#!/usr/bin/env bash
# Runs a command with a private PostgreSQL beside it: its URL is in BEIAN_TEST_POSTGRES. The cluster
# lives in a temporary folder, listens on a free loopback port and a socket of its own, writes without
# fsync (its data are thrown away), and is stopped and removed whatever the command does.
#
#   tests/with_postgres.sh ctest --preset dev
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: $0 COMMAND…" >&2; exit 2; }

bin=$(pg_config --bindir 2>/dev/null || true)
if [ ! -x "$bin/initdb" ]; then
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
fi
[ -x "$bin/initdb" ] || { echo "$0: no PostgreSQL server is installed (apt-get install postgresql)" >&2; exit 2; }

# In memory where there is room: every test has a database of its own, and copying hundreds of small
# files to a disk took more than half of the tests' time.
where=${TMPDIR:-/tmp}
free=$(df --output=avail -B1M /dev/shm 2>/dev/null | tail -1 || true)
[ "${free:-0}" -lt 4096 ] || where=/dev/shm
# A bench may need more than memory has: two million imported entities take 12 GB.
where=${BEIAN_PG_FOLDER:-$where}
folder=$(mktemp -d "$where/beian-pg.XXXXXX")
data=$folder/data
as_owner=()
if [ "$(id -u)" = 0 ]; then  # the server refuses to run as root
  chown postgres "$folder"
  as_owner=(runuser -u postgres --)
fi

child=
stop() {
  local status=$?
  trap - EXIT INT TERM HUP
  if [ -n "$child" ]; then kill -TERM "$child" 2>/dev/null && wait "$child" || true; fi
  if [ -f "$data/postmaster.pid" ]; then
    (cd "$folder" && "${as_owner[@]}" "$bin/pg_ctl" -D "$data" -m immediate -w -t 30 stop >/dev/null 2>&1) || true
  fi
  rm -rf "$folder"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

cd_run() { (cd "$folder" && "${as_owner[@]}" "$@"); }
cd_run "$bin/initdb" -D "$data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$folder/initdb.log" 2>&1 ||
  { cat "$folder/initdb.log" >&2; exit 1; }

# A port that is free now may be taken a moment later, so a few are tried.
started=
for _ in 1 2 3 4 5 6 7 8; do
  port=$((20000 + (RANDOM * 32768 + RANDOM) % 40000))
  if cd_run "$bin/pg_ctl" -D "$data" -w -t 60 -l "$folder/server.log" -o "-p $port -k $folder \
      -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
      -c max_connections=200 -c shared_buffers=128MB -c log_min_messages=fatal" start >"$folder/start.log" 2>&1; then
    started=1
    break
  fi
done
[ -n "$started" ] || { cat "$folder/start.log" "$folder/server.log" >&2; exit 1; }

export BEIAN_TEST_POSTGRES="postgresql://postgres@127.0.0.1:$port/postgres"
# In the background, because bash runs a trap only when no command is in front.
"$@" <&0 &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
