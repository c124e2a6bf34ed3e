#!/bin/bash
# faults.sh DRIVER_DIRECTORY JAVA_HOME: the built server between a hostile upstream and hostile clients, then under load.
set -euo pipefail
cd "$(dirname "$0")/.."
driver=$1/drive.py
java=$2/bin/java

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
work=$(mktemp -d)
# The upstream of the driver and its token realm; the rest of loopback is as foreign as any private network.
env PORT="$port" HOST=127.0.0.1 \
  REGISTRY_HOST=http://127.0.0.1:5701 REGISTRY_USERNAME=proxyuser REGISTRY_PASSWORD=UPSTREAM-SECRET-7f3a91 \
  TRUSTED_REALMS=http://127.0.0.1:5702 BLOB_DELIVERY=stream ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8 \
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
  timeout 8m python3 "$driver" cases --proxy "127.0.0.1:$port" --have inject,resume --proxy-log "$work/log" "$@"
}

status=0
# The driver's upstream notes a request when it has served it, which may be after the client has checked the note: what fails
# is run again alone, and must not fail twice.
if ! cases >"$work/cases"; then
  again=$(sed -nE 's/^([A-Z][0-9]+) +FAIL .*/\1/p' "$work/cases" | paste -sd,)
  sed -E 's/^([A-Z][0-9]+ +)FAIL /\1AGAIN /' "$work/cases"
  { [ -n "$again" ] && cases --only "$again"; } || status=$?
else
  cat "$work/cases"
fi
timeout 8m python3 "$driver" soak --proxy "127.0.0.1:$port" --pulls 5000 || status=$?

trap - EXIT
kill "$server"
wait "$server" || { echo "the server ended with $? at SIGTERM"; status=1; }
[ "$status" -eq 0 ] || tail -50 "$work/log"
rm -rf "$work"
exit "$status"
