#!/bin/sh
# Builds the wheel. KGLOOM_WHEEL_BINARY=PROGRAM packs a program that is built already; else maturin, in an environment of
# its own, compiles it.
# Usage: build.sh [FOLDER], which is dist beside this file otherwise.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
mkdir -p "${1:-$here/dist}"
out=$(cd "${1:-$here/dist}" && pwd)
if [ -n "${KGLOOM_WHEEL_BINARY:-}" ]; then
    exec "$python" "$here/pack.py" "$KGLOOM_WHEEL_BINARY" "$out"
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check 'maturin>=1.16,<2.0'
cd "$here"
"$work/venv/bin/maturin" build --release --locked --out "$out"
