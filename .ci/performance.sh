#!/bin/bash
# performance.sh WORK_DIRECTORY [slow|size|concurrency|entries]...: how the built server grows, and what one slow reader does to the
# others, on both JDKs, pass-through and cached, beside nginx, all on loopback. Leaves JSON in WORK_DIRECTORY and what goes into
# docs/performance.md in WORK_DIRECTORY/report.md; with WRITE=yes it is written there, with its plots in docs/images.
# Needs nginx, curl, python3, half an hour for everything, and 40 GB of disk (with less, blobs of 10 GiB are left out).
#   THREADS     of the server on 17, which refuses what is beyond them: 2000
#   ENTRIES     the command that makes a cache, {directory} and {entries} in it; the one of this directory, where there is one
#   ROUNDS      of each series, of which medians are told: 3
#   QUICK=yes   a second of everything, to see that it runs
set -euo pipefail
cd "$(dirname "$0")/.."
work=$1
shift
parts=" ${*:-slow size concurrency entries} "
mkdir -p "$work"/{origin,t}
work=$(cd "$work" && pwd)
jar=$PWD/registry-proxy-server/target/registry-proxy.jar
threads=${THREADS:-2000}
export PYTHONDONTWRITEBYTECODE=1
ulimit -n 20000 || echo "fewer than 20,000 descriptors: 5,000 connections will not do"

started=()
stop() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do
    for _ in $(seq 40); do kill -0 "$pid" 2>/dev/null || break; sleep 1; done
    if kill -9 "$pid" 2>/dev/null; then echo "server $pid did not end at SIGTERM"; fi
  done
}
trap stop EXIT

# java VERSION: the first of that version on this machine, or nothing.
java_of() {
  local java
  for java in "${JAVA_HOME:-/nowhere}"/bin/java /usr/lib/jvm/*/bin/java /opt/*/bin/java; do
    if [ -x "$java" ] && [[ "$("$java" -version 2>&1)" == *" \"$1"[.\"]* ]]; then
      echo "$java"
      return
    fi
  done
}

# ours NAME PORT JAVA [SETTING=VALUE...]: starts a server in front of the static registry, adds NAME=URL@PID to the targets.
ours() {
  local name=$1 port=$2 java=$3
  shift 3
  env PORT="$port" HOST=127.0.0.1 REGISTRY_HOST="$upstream" BLOB_DELIVERY=stream THREADS="$threads" "$@" \
    "$java" -Xmx512m -jar "$jar" >"$work/$name.log" 2>&1 &
  started+=($!)
  curl -s -o /dev/null --fail --retry 60 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$port/readyz" || { tail "$work/$name.log"; exit 1; }
  targets+=("$name=http://127.0.0.1:$port@${started[-1]}")
}

static_registry() {
  local manifest
  manifest=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["manifest"]["digest"])' "$work/origin/blobs.json")
  cat >"$work/origin.conf" <<END_CONF
worker_processes auto; daemon off; pid $work/origin.pid; error_log $work/origin.err error; worker_rlimit_nofile 20000;
events { worker_connections 9000; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=100; default_type application/octet-stream;
 client_body_temp_path $work/t/b; proxy_temp_path $work/t/p; fastcgi_temp_path $work/t/f; uwsgi_temp_path $work/t/u; scgi_temp_path $work/t/s;
 root $work/origin; index index.json;
 map \$uri \$digest { ~/manifests/ $manifest; ~/blobs/(?<named>sha256:.*) \$named; default ""; }
 server { listen 127.0.0.1:7501 backlog=16384;
  location /v2/ { add_header Docker-Content-Digest \$digest; add_header Docker-Distribution-Api-Version registry/2.0;
   location ~ /manifests/ { default_type application/vnd.oci.image.manifest.v1+json; add_header Docker-Content-Digest \$digest; } } } }
END_CONF
  echo '{}' >"$work/origin/v2/index.json"
  nginx -c "$work/origin.conf" 2>"$work/origin.out" &
  started+=($!)
  curl -s -o /dev/null --fail --retry 20 --retry-delay 1 --retry-all-errors "$upstream/v2/" || { cat "$work/origin.out"; exit 1; }
}

java17=$(java_of 17)
java25=$(java_of 25)
[ -n "$java17" ] || { echo "no Java 17 here"; exit 1; }
rounds=${ROUNDS:-3} seconds=2 warm=4 slow=(-n 5 --secs 2) counts=1,100,10000,1000000 most=$((10 << 30))
if [ "$(df --output=avail -B1 "$work" | tail -1)" -lt 40000000000 ]; then most=$((1 << 30)); fi
if [ "${QUICK:-}" = yes ]; then rounds=1 seconds=0.5 warm=0.5 slow=(-n 1 --secs 0.5) counts=1,1000 most=$((200 << 20)); fi
pace=(--rounds "$rounds" --secs "$seconds" --warm-up "$warm")
upstream=http://127.0.0.1:7501
targets=()

echo "== $(date -u +%F), $(nproc) cores, $(uname -r)"
"$java17" -version 2>&1 | head -1
[ -z "$java25" ] || "$java25" -version 2>&1 | head -1
python3 .ci/growth.py origin "$work/origin" --most "$most"
static_registry
direct=nginx=$upstream@${started[-1]}

if [[ $parts == *" slow "* || $parts == *" size "* || $parts == *" concurrency "* ]]; then
  rm -rf "$work/cache-17" "$work/cache-25"
  ours 17-pass 7511 "$java17"
  [ -z "$java25" ] || ours 25-pass 7512 "$java25"
  ours 17-cache 7513 "$java17" CACHE_DIR="$work/cache-17" TAG_TTL=1h
  [ -z "$java25" ] || ours 25-cache 7514 "$java25" CACHE_DIR="$work/cache-25" TAG_TTL=1h
fi
# The quiet one first; sizes before concurrency, whose memory a heap keeps.
if [[ $parts == *" slow "* ]]; then
  echo "== one slow reader"
  python3 .ci/slow_reader.py "${slow[@]}" --origin "$work/origin" --json "$work/slow.json" "$direct" "${targets[@]}" || true
fi
if [[ $parts == *" size "* ]]; then
  echo "== blobs by size"
  python3 .ci/growth.py size "${pace[@]}" --origin "$work/origin" --json "$work/size.json" "$direct" "${targets[@]}"
fi
if [[ $parts == *" concurrency "* ]]; then
  echo "== pulls at a time"
  python3 .ci/growth.py concurrency "${pace[@]}" --origin "$work/origin" --json "$work/concurrency.json" "$direct" "${targets[@]}"
fi
stop
started=()
rm -rf "$work/cache-17" "$work/cache-25"

if [[ $parts == *" entries "* ]]; then
  make=${ENTRIES:-}
  if [ -z "$make" ] && [ -e .ci/Entries.java ]; then make="$java17 .ci/Entries.java {directory} {entries} $upstream growth/app"; fi
  if [ -z "$make" ]; then
    echo "nothing here makes a cache of so many entries: left out"
  else
    echo "== entries of a cache"
    # Nothing may be evicted: what has a byte takes 4 KiB, and records have a 64th of it. With a login of its own, everybody may read.
    settings="PORT=7521 HOST=127.0.0.1 REGISTRY_HOST=$upstream THREADS=$threads REGISTRY_USERNAME=u REGISTRY_PASSWORD=p CACHE_DIR={directory}"
    settings+=" CACHE_SIZE=400GiB"
    servers=("17=env $settings $java17 -Xmx512m -jar $jar")
    [ -z "$java25" ] || servers+=("25=env $settings $java25 -Xmx512m -jar $jar")
    python3 .ci/growth.py entries "${pace[@]}" --counts "$counts" --directory "$work/entries" --make "$make" --url http://127.0.0.1:7521 \
      --json "$work/entries.json" "${servers[@]}"
  fi
fi

python3 .ci/report.py "$work" >"$work/report.md"
cat "$work/report.md"
if [ "${WRITE:-}" = yes ]; then
  python3 .ci/plot.py "$work" docs/images
  python3 .ci/report.py "$work" --into docs/performance.md
fi
