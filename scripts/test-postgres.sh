#!/usr/bin/env bash
# The database-dependent tests against a PostgreSQL of our own, started on a free port and thrown away afterwards.
set -uo pipefail
cd "$(dirname "$0")/.."
find_bin() { ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin 2>/dev/null | sort -V | tail -n 1; }
bin=$(find_bin)
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql; } >/dev/null 2>&1
  bin=$(find_bin)
fi
if [ -z "$bin" ]; then
  echo "NOT RUN: PostgreSQL tests (no server installed and none could be)." >&2
  [ "${CI:-}" = true ] && exit 1
  exit 0
fi
folder=$(mktemp -d)
chmod 755 "$folder"
as=()
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; as=(setpriv --reuid postgres --regid postgres --clear-groups); fi
port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
stop() { "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1; rm -rf "$folder"; }
trap stop EXIT
"${as[@]}" "$bin/initdb" -D "$folder/data" -U tidemill --auth trust -E UTF8 >/dev/null || exit 1
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-p $port -k $folder -h 127.0.0.1 -c fsync=off" start >/dev/null || { cat "$folder/log"; exit 1; }
export TIDEMILL_TEST_DATABASE_URL="postgres://tidemill@127.0.0.1:$port/postgres"
# Who may do what is the same on every database; its hundreds of cases ran on the other one.
.venv/bin/python -m pytest -q -n 2 --dist loadgroup -m "not e2e and not processes" --ignore tests/backend/test_isolation.py \
  tests/backend tests/service_api tests/tasks
