#!/usr/bin/env bash
# Everything that can be checked without running the product. Changes nothing; runs all, fails if one fails.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
run() { printf '\033[36m== %s\033[0m\n' "$*"; "$@" || failed=1; }
run .venv/bin/ruff check --quiet .
run .venv/bin/ruff format --check --quiet .
run .venv/bin/mypy backend workers
run .venv/bin/lint-imports --no-cache
cd frontend
run npm run --silent format:check
run npm run --silent lint
run npm run --silent types
run npm run --silent size
exit $failed
