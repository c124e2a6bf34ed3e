#!/bin/bash
# policies.sh DRIVER_DIRECTORY JAVA_HOME: the built server with a tag policy and a cache, between a hostile upstream and hostile
# clients who try to get past the policy.
set -euo pipefail
cd "$(dirname "$0")/.."
driver=$1/drive.py
java=$2/bin/java

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
work=$(mktemp -d)
# Without idle connections, on which an upstream that takes no new ones would still answer.
env PORT="$port" HOST=127.0.0.1 \
  REGISTRY_HOST=http://127.0.0.1:5801 REGISTRY_USERNAME=proxyuser REGISTRY_PASSWORD=UPSTREAM-SECRET-7f3a91 \
  TRUSTED_REALMS=http://127.0.0.1:5802 BLOB_DELIVERY=stream ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8 \
  CACHE_DIR="$work/cache" CACHE_SIZE=1GiB TAG_TTL=0s UPSTREAM_KEEP_ALIVE=0s ENABLE_CATALOG=true \
  ALLOW_TAGS='1.0,1.1,latest,t*' ALLOW_REPOSITORIES='!**/secret*,**' \
  "$java" -Xmx256m -jar registry-proxy-server/target/registry-proxy.jar >"$work/log" 2>&1 &
export PYTHONDONTWRITEBYTECODE=1
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

curl -sS -o /dev/null --fail --retry 60 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$port/readyz" || {
  cat "$work/log"
  exit 1
}

# cases ARGUMENT...: the fault cases, one line each.
cases() {
  timeout 8m python3 "$driver" cases --ports 5801,5802,5803,5804 --proxy "127.0.0.1:$port" \
    --have inject,allowlist,strict,cache --proxy-log "$work/log" "$@"
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
# A refusal that is not audited is none that anybody can explain.
grep -q ' audit REFUSED ' "$work/log" || { echo "no refusal was audited"; status=1; }
[ "$status" -eq 0 ] || tail -50 "$work/log"
exit "$status"
