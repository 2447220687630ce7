#!/usr/bin/env bash
# The platform with reload, and vite in front of it; one Ctrl-C ends both.
set -euo pipefail
cd "$(dirname "$0")/.."
export DEBUG=true TIDEMILL_URL="http://localhost:${PORT:-8080}"
trap 'kill 0' EXIT
(cd frontend && npm run --silent dev) &
.venv/bin/python manage.py up --reload
