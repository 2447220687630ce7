#!/usr/bin/env bash
# The whole suite on the embedded profile, nothing prepared beforehand: `scripts/test.sh`; browser tests only: `scripts/test.sh e2e`.
# In CI a missing browser is a failure; elsewhere the browser tests are reported as not run.
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/install.sh dev || exit 1
what=${1:-all}
failed=0
missing_browser=0
if CHROMIUM=$(scripts/chromium.sh 2>/dev/null); then export CHROMIUM; else missing_browser=1; fi

if [ "$what" = all ]; then
  (cd frontend && npm run --silent test) || failed=1
  .venv/bin/python -m pytest -q -n 2 --dist loadgroup -m "not e2e and not processes" || failed=1
  .venv/bin/python -m pytest -q -n 3 --dist loadfile -m processes || failed=1
fi
if [ $missing_browser = 0 ]; then
  .venv/bin/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m e2e || failed=1
elif [ "${CI:-}" = true ]; then
  echo "No Chromium could be found or installed: the browser tests did not run." >&2
  failed=1
fi
[ $missing_browser = 1 ] && echo "NOT RUN: browser tests (no Chromium here; install one or set CHROMIUM=/path)." >&2
exit $failed
