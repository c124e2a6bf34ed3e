#!/bin/bash
# bench.sh WORK_DIRECTORY: the built server beside nginx and docker-registry, in interleaved rounds, on loopback; what it prints
# stands in docs/benchmarks.md. Needs the bench scripts beside the checkout, nginx, docker-registry, curl and wrk; half an hour.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=$PWD/../shared/bench
work=$1
if [ ! -d "$bench" ]; then
  echo "the bench scripts are not here: nothing is measured"
  exit 0
fi
mkdir -p "$work"
jar=$PWD/registry-proxy-server/target/registry-proxy.jar
started=()
stop() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do
    for _ in $(seq 40); do kill -0 "$pid" 2>/dev/null || break; sleep 1; done
    # A server that does not drain must not go on taking the machine's time.
    if kill -9 "$pid" 2>/dev/null; then echo "server $pid did not end at SIGTERM"; fi
  done
  bash "$bench/fixtures.sh" stop "$work" || true
}
trap stop EXIT

fixtures=$(bash "$bench/fixtures.sh" start "$work" | tail -1)
ulimit -n 20000 || true

# ours NAME PORT JAVA [SETTING=VALUE...]: starts a server in front of the static registry, prints NAME=URL@PID.
ours() {
  local name=$1 port=$2 java=$3
  shift 3
  env PORT="$port" HOST=127.0.0.1 REGISTRY_HOST=http://127.0.0.1:7001 BLOB_DELIVERY=stream THREADS=2000 "$@" \
    "$java" -Xmx512m -jar "$jar" >"$work/$name.log" 2>&1 &
  started+=($!)
  curl -sS -o /dev/null --fail --retry 60 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$port/readyz"
  targets+=("$name=http://127.0.0.1:$port@${started[-1]}")
}

newer=$(ls -d /usr/lib/jvm/*25*/bin/java 2>/dev/null | head -1 || true)
targets=()
for word in $fixtures; do
  case $word in
    nginx-static=* | nginx-nobuf=* | nginx-buf=* | docker-registry=*) targets+=("$word") ;;
  esac
done
ours ours-17 7201 java
ours ours-17-jdk 7202 java TRANSPORT=jdk
if [ -n "$newer" ]; then ours ours-25 7203 "$newer"; fi

echo "== pass-through: $(date -u +%F), $(nproc) cores, $(uname -r)"
java -version 2>&1 | head -1
[ -z "$newer" ] || "$newer" -version 2>&1 | head -1
nginx -v 2>&1
python3 "$bench/bench.py" -n 3 -t big1,big8,man --warm 6 "${targets[@]}"

echo "== slow readers"
for target in "${targets[@]}"; do
  case $target in
    ours-*) python3 "$bench/slow.py" -c 500 --secs 10 --gc "$target" || true ;;
  esac
done
