#!/usr/bin/env bash
# Install what is missing and build the studio; does nothing where all is current.
#   scripts/install.sh        what `make up` needs
#   scripts/install.sh dev    and what tests and checks need
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-base}

say() { printf '\033[36m%s\033[0m\n' "$*" >&2; }
die() { printf 'Tidemill cannot be installed: %s\n' "$*" >&2; exit 1; }
digest() { cat "$@" | sha256sum | cut -c1-16; }
command -v sha256sum >/dev/null || digest() { cat "$@" | shasum -a 256 | cut -c1-16; }

python=
for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
  [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
  if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || die "Python 3.11, 3.12 or 3.13 is needed (set PYTHON=/path/to/python where it has another name)"
command -v node >/dev/null && command -v npm >/dev/null || die "Node 20.19 or newer with npm is needed"
node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||a===20&&b>=19?0:1)' || die "Node 20.19 or newer is needed, this is $(node --version)"

# The studio's packages and build need none of Python's: both go on side by side.
studio() {
  local want sources
  want=$(digest frontend/package-lock.json)
  if [ "$(cat frontend/node_modules/.tidemill 2>/dev/null || true)" != "$want" ]; then
    say "Installing the studio's packages"
    (cd frontend && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    echo "$want" > frontend/node_modules/.tidemill
  fi

  sources=$(cd frontend && find src public scripts ./*.html ./*.config.ts tsconfig.json package.json -type f 2>/dev/null | LC_ALL=C sort | while read -r f; do echo "$f"; cat "$f"; done | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c1-16)
  if [ "$(cat frontend/dist/.tidemill 2>/dev/null || true)" != "$sources" ]; then
    say "Building the studio"
    (cd frontend && npm run --silent build >/dev/null)
    echo "$sources" > frontend/dist/.tidemill
  fi
}
studio &
studio=$!
trap 'kill $studio 2>/dev/null || true' EXIT

if [ ! -x .venv/bin/python ]; then
  say "Making a virtual environment with $python"
  "$python" -m venv .venv || die "the venv module is missing (on Debian: apt install python3-venv)"
fi

lock=requirements/base.txt
[ "$kind" = dev ] && lock=requirements/dev.txt
want=$(digest "$lock")
have=$(cat .venv/.tidemill-base .venv/.tidemill-dev 2>/dev/null || true)
case " $(echo $have) " in
  *" $want "*) ;;
  *)
    say "Installing Python packages (about a minute the first time)"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" 2> >(grep -v "is ignored: it is" >&2)
    if [ "$kind" = dev ]; then echo "$want $(digest requirements/base.txt)" > .venv/.tidemill-dev; else echo "$want" > .venv/.tidemill-base; fi
    ;;
esac

wait $studio || die "the studio could not be built (see above)"
