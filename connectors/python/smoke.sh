#!/bin/sh
# Installs a wheel into a new environment, without compiler and index, and runs what it brings.
# Usage: smoke.sh WHEEL
set -eu
python=${PYTHON:-python3}
wheel=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
cd "$work"
unset PYTHONPATH KGLOOM_BINARY 2>/dev/null || true
env PATH="$work/venv/bin" "$work/venv/bin/pip" install -q --disable-pip-version-check --no-index "$wheel"
"$work/venv/bin/kgloom" --version
"$work/venv/bin/python" - <<'END'
import subprocess
import sys

import kgloom

program = kgloom.binary()
assert program.startswith(sys.prefix), program
told = subprocess.run([sys.executable, "-m", "kgloom", "--version"], check=True, capture_output=True, text=True).stdout
assert told.split() == ["kgloom", kgloom.__version__], (told, kgloom.__version__)
print("import kgloom", kgloom.__version__)
END
"$work/venv/bin/pip" uninstall -q -y --disable-pip-version-check kgloom
test ! -e "$work/venv/bin/kgloom"
echo "smoke: ok"
