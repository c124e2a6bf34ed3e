#!/bin/bash
# fresh.sh JAVA_HOME: the README's first command on a fresh clone, where nothing has been built.
set -euo pipefail
cd "$(dirname "$0")/.."
export JAVA_HOME=$1
export PATH=$JAVA_HOME/bin:$PATH

work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
git clone -q . "$work/clone"
"$work/clone/registry-proxy" demo --port "$port" >"$work/log" 2>&1 &
demo=$!
trap 'kill "$demo" 2>/dev/null || true; rm -rf "$work"' EXIT

curl -sS --fail --retry 240 --retry-delay 1 --retry-all-errors -o "$work/tags" "http://127.0.0.1:$port/v2/hello/tags/list" 2>/dev/null || {
  cat "$work/log"
  exit 1
}
cat "$work/tags"
grep -q release-1 "$work/tags"
