#!/bin/bash
# faults.sh DRIVER_DIRECTORY JAVA_HOME [cache|logins]: the built server between a hostile upstream and hostile clients, then under
# load; with "cache", the same with the cache on; with "logins", what concerns credentials and redirects (groups E and F), whoever
# has the login: the proxy, with and without the cache, or its clients.
set -euo pipefail
cd "$(dirname "$0")/.."
driver=$1/drive.py
java=$2/bin/java
part=${3:-}
export PYTHONDONTWRITEBYTECODE=1

work=$(mktemp -d)
server=
trap 'if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi; rm -rf "$work"' EXIT
status=0

# serve SETTING=VALUE...: starts the server on a free port. The upstream is the driver's, and its token realm; the rest of
# loopback is as foreign as any private network.
serve() {
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  env PORT="$port" HOST=127.0.0.1 \
    REGISTRY_HOST=http://127.0.0.1:5701 REGISTRY_USERNAME=proxyuser REGISTRY_PASSWORD=UPSTREAM-SECRET-7f3a91 \
    TRUSTED_REALMS=http://127.0.0.1:5702 BLOB_DELIVERY=stream ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8 "$@" \
    "$java" -Xmx256m -jar registry-proxy-server/target/registry-proxy.jar >>"$work/log" 2>&1 &
  server=$!
  curl -sS -o /dev/null --fail --retry 60 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$port/readyz" || {
    cat "$work/log"
    exit 1
  }
}

stop() {
  local ended=0
  kill "$server"
  wait "$server" || ended=$?
  server=
  if [ "$ended" -ne 0 ]; then
    echo "the server ended with $ended at SIGTERM"
    status=1
  fi
}

# cases ARGUMENT...: the fault cases, one line each.
cases() {
  timeout 8m python3 "$driver" cases --proxy "127.0.0.1:$port" --proxy-log "$work/log" "${have[@]}" "$@"
}

# The driver's upstream notes a request when it has served it, which may be after the client has checked the note: what fails
# is run again alone, and must not fail twice.
cases_twice() {
  local again
  if cases "$@" >"$work/cases"; then
    cat "$work/cases"
    return
  fi
  again=$(sed -nE 's/^([A-Z][0-9]+) +FAIL .*/\1/p' "$work/cases" | paste -sd,)
  sed -E 's/^([A-Z][0-9]+ +)FAIL /\1AGAIN /' "$work/cases"
  { [ -n "$again" ] && cases --only "$again"; } || status=$?
}

soak() {
  timeout 8m python3 "$driver" soak --proxy "127.0.0.1:$port" --pulls 5000
}

if [ "$part" = cache ]; then
  have=(--have inject,cache,resume --tag-ttl 2 --cache-dir "$work/cache")
  settings=(CACHE_DIR="$work/cache" CACHE_SIZE=2GiB TAG_TTL=2s)
  # The driver's upstream that "goes down" closes its listener alone and serves on whoever is connected, so a pooled connection
  # still brings what that case (H10) takes for cold. The case is run where no connection is kept.
  most=$(python3 "$driver" list | sed -nE 's/^([A-Z][0-9]+) .*/\1/p' | grep -vx H10 | paste -sd,)
  serve "${settings[@]}"
  cases_twice --only "$most"
  soak || status=$?
  stop
  rm -rf "$work/cache"
  serve "${settings[@]}" UPSTREAM_KEEP_ALIVE=0s
  cases_twice --only H10
  stop
elif [ "$part" = logins ]; then
  have=(--have inject,token,resume)
  serve
  cases_twice --only E,F,C06,D11
  stop
  have=(--have inject,token,cache,resume --tag-ttl 2 --cache-dir "$work/cache")
  serve CACHE_DIR="$work/cache" CACHE_SIZE=1GiB TAG_TTL=2s
  cases_twice --only E,F,C06,D11
  stop
  # Whose login passes to the registry by design (C06), and what is done with the proxy's own (E), is not asked here.
  have=(--have token,resume)
  serve REGISTRY_USERNAME= REGISTRY_PASSWORD=
  cases_twice --only F,D11
  stop
else
  have=(--have inject,resume)
  serve
  cases_twice
  soak || status=$?
  stop
fi

[ "$status" -eq 0 ] || tail -50 "$work/log"
exit "$status"
