#!/usr/bin/env bash
# Everything that can be checked without running the product. Changes nothing; runs all, fails if one fails.
# The two halves use one core each and run side by side; the studio's is told when it is done.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
run() { printf '\033[36m== %s\033[0m\n' "$*"; "$@" || failed=1; }

studio() {
  cd frontend || exit 1
  run npm run --silent format:check
  run npm run --silent lint
  run npm run --silent types
  run npm run --silent size
  exit $failed
}
told=$(mktemp)
trap 'rm -f "$told"' EXIT
(studio) >"$told" 2>&1 &
studio=$!

run .venv/bin/ruff check --quiet .
run .venv/bin/ruff format --check --quiet .
run .venv/bin/mypy backend workers
run .venv/bin/lint-imports --no-cache
wait $studio || failed=1
cat "$told"
exit $failed
