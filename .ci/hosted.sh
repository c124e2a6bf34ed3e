#!/bin/bash
# hosted.sh DRIVER_DIRECTORY JAVA_HOME: the built server with repositories of its own beside a proxied registry, between a hostile
# upstream and hostile clients.
set -euo pipefail
cd "$(dirname "$0")/.."
driver=$1/drive.py
java=$2/bin/java

work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# Without idle connections, on which an upstream that takes no new ones would still answer.
cat >"$work/site.yaml" <<'END'
listen: {port: "${PORT}", host: 127.0.0.1}
store: {directory: "${DATA_DIR}", cache-size: 1GiB}
hosted: {push: true, catalog: true}
upstreams:
  upstream:
    address: http://127.0.0.1:5901
    credentials: {username: proxyuser, password: UPSTREAM-SECRET-7f3a91}
    realms: ["http://127.0.0.1:5902"]
    private-addresses: [127.0.0.0/8]
    keep-alive: 0s
    blobs: stream
    cache: {tag-ttl: 2s}
routes:
  - {repositories: "proxy/{upstream}", upstreams: [upstream]}
END
env PORT="$port" DATA_DIR="$work/data" \
  "$java" -Xmx256m -jar registry-proxy-server/target/registry-proxy.jar --config "$work/site.yaml" >"$work/log" 2>&1 &
export PYTHONDONTWRITEBYTECODE=1
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

curl -sS -o /dev/null --fail --retry 60 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$port/readyz" || {
  cat "$work/log"
  exit 1
}

# cases ARGUMENT...: the fault cases, one line each.
cases() {
  timeout 8m python3 "$driver" cases --ports 5901,5902,5903,5904 --proxy "127.0.0.1:$port" --have push,inject,cache,resume \
    --name 'proxy/upstream/{repo}' --hosted 'hosted/{repo}' --multi 'proxy/{host}/{repo}' \
    --tag-ttl 2 --cache-dir "$work/data/cache" --proxy-log "$work/log" "$@"
}

status=0
# As in faults.sh: what fails is run again alone, and must not fail twice.
if ! cases >"$work/cases"; then
  again=$(sed -nE 's/^([A-Z][0-9]+) +FAIL .*/\1/p' "$work/cases" | paste -sd,)
  sed -E 's/^([A-Z][0-9]+ +)FAIL /\1AGAIN /' "$work/cases"
  { [ -n "$again" ] && cases --only "$again"; } || status=$?
else
  cat "$work/cases"
fi
[ "$status" -eq 0 ] || tail -50 "$work/log"
exit "$status"
