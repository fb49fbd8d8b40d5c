#!/bin/sh
# Real clients against a real server: the page in a browser, Python, assistants. What is not installed is passed over, and said.
# Usage: clients.sh KGLOOM
set -eu
kgloom=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
server=
pass_over() { echo "clients.sh: $1; passed over" >&2; }

# The page as it is committed is what its sources give, and works in a browser.
page=$root/connectors/server/page
if ! command -v npm >/dev/null; then
    pass_over "npm is not installed, so the page is not built again"
else
    cp -r "$page" "$scratch/page" && cd "$scratch/page"
    # What npm ci refuses it refuses without a network too.
    npm ci --dry-run --offline --cache "$scratch/npm" --no-audit --no-fund >/dev/null || { echo "clients.sh: npm ci does not take page/package-lock.json" >&2; exit 1; }
fi
if ! test -d "$scratch/page"; then
    :
elif ! { test -d node_modules || timeout 300 npm ci --silent --no-audit --no-fund --fetch-retries=0 --fetch-timeout=20000 >/dev/null 2>&1; }; then
    pass_over "the page's packages cannot be had"
else
    npm run --silent check
    npm run --silent build >/dev/null
    diff -r dist "$page/dist" || { echo "clients.sh: page/dist is not what its sources give; npm run build makes it" >&2; exit 1; }
    if command -v chromium >/dev/null; then
        "$kgloom" --quiet demo "$scratch/demo" --bind 127.0.0.1:0 &
        server=$!
        address=$scratch/demo/kgloom-state/serve.json
        tries=0
        until test -f "$address" && node -e 'const { address } = JSON.parse(require("fs").readFileSync(process.argv[1])); fetch(address + "/readyz").then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$address"; do
            tries=$((tries + 1))
            test "$tries" -lt 120 || { echo "clients.sh: the server does not get ready" >&2; exit 1; }
            sleep 1
        done
        field() { node -p 'JSON.parse(require("fs").readFileSync(process.argv[1]))[process.argv[2]]' "$address" "$1"; }
        KGLOOM_URL=$(field address)/ KGLOOM_TOKEN=$(field token) KGLOOM_PATIENCE=120000 npm run --silent test
        kill "$server" && wait "$server" || true
        server=
    else
        pass_over "chromium is not installed, so nobody looks at the page"
    fi
fi

# The package for Python: against a server of its own invention, then against this one, with the libraries that are there.
cd "$root/connectors/python"
if command -v python3 >/dev/null && python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))'; then
    PYTHONDONTWRITEBYTECODE=1 python3 -m unittest discover -q tests
    PYTHONDONTWRITEBYTECODE=1 KGLOOM_BINARY=$kgloom python3 tests/real.py
else
    pass_over "python3 is not installed"
fi

# Assistants, by the protocol's own libraries: over standard input and output, and over HTTP with the token and without.
cd "$root"
has_mcp() { command -v python3 >/dev/null && python3 -c 'from mcp.client.streamable_http import streamable_http_client' 2>/dev/null; }
# The library for Node is looked for in a folder of its own, and fetched where it can be.
has_mcp_of_npm() {
    command -v npm >/dev/null && mkdir -p "$scratch/npm-mcp" && cd "$scratch/npm-mcp" &&
        timeout 300 npm install --silent --no-audit --no-fund --fetch-retries=0 --fetch-timeout=20000 @modelcontextprotocol/sdk@1.32.2 >/dev/null 2>&1
}
mcp=
has_mcp && mcp=yes || pass_over "the package mcp is not installed, so no assistant in Python asks"
node_mcp=
(has_mcp_of_npm) && node_mcp=yes || pass_over "@modelcontextprotocol/sdk cannot be had, so no assistant in Node asks"
if test -n "$mcp$node_mcp"; then
    cp -r "$root/examples/corpus" "$scratch/texts"
    cd "$scratch"
    "$kgloom" --quiet --state assistants serve texts --bind 127.0.0.1:0 &
    server=$!
    tries=0
    told() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" assistants/serve.json; }
    until test -f assistants/serve.json && curl -sf "$(told address)/readyz" >/dev/null; do
        tries=$((tries + 1))
        test "$tries" -lt 120 || { echo "clients.sh: the server does not get ready" >&2; exit 1; }
        sleep 1
    done
    client=$root/connectors/client/tests/mcp_client
    if test -n "$mcp"; then
        PYTHONDONTWRITEBYTECODE=1 python3 "$client.py" Lumenta "$(told address)/mcp"
        PYTHONDONTWRITEBYTECODE=1 KGLOOM_TOKEN=$(told token) python3 "$client.py" --writes Lumenta "$(told address)/mcp"
        PYTHONDONTWRITEBYTECODE=1 python3 "$client.py" --writes Lumenta "$kgloom" --state assistants mcp --allow-writes
    fi
    if test -n "$node_mcp"; then
        (cd npm-mcp && node "$client.mjs" Lumenta "$(cd .. && told address)/mcp")
        (cd npm-mcp && node "$client.mjs" Lumenta "$kgloom" --state ../assistants mcp)
    fi
    kill "$server" && wait "$server" || true
    server=
fi
