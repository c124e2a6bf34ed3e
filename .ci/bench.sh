#!/bin/bash
# bench.sh WORK_DIRECTORY [pass|slow|cached|cold|ranged|start|policies|hosted]...: the built server beside nginx, docker-registry and Go's own
# reverse proxy, in interleaved rounds, on loopback; what it prints stands in docs/benchmarks.md. Ours has its whole chain: a prefix
# that names get, pull only, the access log, metrics. Needs the bench scripts beside the checkout, nginx, docker-registry, curl and
# wrk, and go, without which that row is left out; an hour for everything. SERVERLESS_REGISTRY_PROXY=BINARY adds that one.
set -euo pipefail
cd "$(dirname "$0")/.."
bench=$PWD/../shared/bench
work=$1
shift
parts=" ${*:-pass slow cached cold ranged start policies hosted} "
if [ ! -d "$bench" ]; then
  echo "the bench scripts are not here: nothing is measured"
  exit 0
fi
mkdir -p "$work"
work=$(cd "$work" && pwd)
jar=$PWD/registry-proxy-server/target/registry-proxy.jar
started=()
stop() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  # What was ended and started anew in between has other pids.
  for file in "$work"/*.pid; do kill "$(cat "$file" 2>/dev/null)" 2>/dev/null || true; done
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

# A prefix for names to get: every registry here has its repositories below it as well.
mkdir -p "$work/origin/v2"
ln -sfn . "$work/origin/v2/mirror"

# ours NAME PORT JAVA [SETTING=VALUE...]: starts a server in front of the static registry, adds NAME=URL@PID to the targets.
ours() {
  local name=$1 port=$2 java=$3
  shift 3
  env PORT="$port" HOST=127.0.0.1 REGISTRY_HOST=http://127.0.0.1:7001 REPO_PREFIX=mirror METRICS_LISTEN=127.0.0.1:$((port + 2000)) \
    BLOB_DELIVERY=stream THREADS=2000 "$@" "$java" -Xmx512m -jar "$jar" >"$work/$name.log" 2>&1 &
  started+=($!)
  curl -s -o /dev/null --fail --retry 60 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$port/readyz"
  targets+=("$name=http://127.0.0.1:$port@${started[-1]}")
}

# warm: the compilers of all of ours have had the time that they want; half a minute for each.
warm() {
  local target url
  for target in "${targets[@]}"; do
    case $target in ours-*) ;; *) continue ;; esac
    url=$(sed 's/^[^=]*=//; s/@.*//' <<<"$target")/v2/bench/app
    for what in manifests/v1 "manifests/$MAN" manifests/v1; do
      wrk -t1 -c32 -d8 -H 'Accept: application/vnd.oci.image.manifest.v1+json' "$url/$what" >/dev/null
    done
    for _ in $(seq 15); do curl -sf -o /dev/null "$url/blobs/$BIG"; done
  done
}

# fixture NAME...: adds those of the fixtures to the targets.
fixture() {
  local name word
  for name in "$@"; do
    for word in $fixtures; do
      case $word in "$name"=*) targets+=("$word") ;; esac
    done
  done
}

# background NAME COMMAND...: starts it, ended with the script.
background() {
  local name=$1
  shift
  setsid "$@" >"$work/$name.out" 2>&1 </dev/null &
  echo $! >"$work/$name.pid"
  started+=($!)
}

# The static registry over TLS, on port 7443, by a certificate that $work/tls.pem and, for Java, $work/tls.p12 trust.
tls_registry() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$work/tls.key" -out "$work/tls.pem" -days 2 \
    -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null
  rm -f "$work/tls.p12"
  keytool -importcert -noprompt -alias tls -file "$work/tls.pem" -keystore "$work/tls.p12" -storepass changeit >/dev/null 2>&1
  cat >"$work/tls.conf" <<END
worker_processes auto; daemon off; pid $work/tls.nginx; error_log $work/tls.err error;
events { worker_connections 9000; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; root $work/origin; index index.json; open_file_cache max=100;
 client_body_temp_path $work/t/tls; proxy_temp_path $work/t/tlsp; fastcgi_temp_path $work/t/tlsf; uwsgi_temp_path $work/t/tlsu;
 scgi_temp_path $work/t/tlss; default_type application/octet-stream;
 server { listen 127.0.0.1:7443 ssl backlog=16384; ssl_certificate $work/tls.pem; ssl_certificate_key $work/tls.key; ssl_protocols TLSv1.3;
  location /v2/ { add_header Docker-Distribution-Api-Version registry/2.0;
   location ~ /manifests/ { default_type application/vnd.oci.image.manifest.v1+json; } } } }
END
  background tls nginx -c "$work/tls.conf"
}

# tls_ours NAME PORT JAVA: as ours, in front of that.
tls_ours() {
  ours "$1" "$2" "$3" REGISTRY_HOST=https://127.0.0.1:7443 \
    JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=$work/tls.p12 -Djavax.net.ssl.trustStorePassword=changeit"
}

pass_through() {
  targets=()
  tls_registry
  fixture nginx-static nginx-nobuf nginx-buf docker-registry
  if command -v go >/dev/null; then
    GO111MODULE=off go build -o "$work/reverseproxy" .ci/reverseproxy.go
    background go "$work/reverseproxy" 127.0.0.1:7209 http://127.0.0.1:7001
    targets+=("go-reverseproxy=http://127.0.0.1:7209@${started[-1]}")
    SSL_CERT_FILE=$work/tls.pem background go-tls "$work/reverseproxy" 127.0.0.1:7210 https://127.0.0.1:7443
    targets+=("go-reverseproxy-tls=http://127.0.0.1:7210@${started[-1]}")
  fi
  if [ -n "${SERVERLESS_REGISTRY_PROXY:-}" ]; then
    SSL_CERT_FILE=$work/tls.pem PORT=7208 GCR_HOST=127.0.0.1:7443 GCR_PROJECT_ID=mirror background srp "$SERVERLESS_REGISTRY_PROXY"
    targets+=("serverless-registry-proxy-tls=http://127.0.0.1:7208@${started[-1]}")
  fi
  ours ours-17 7201 java
  tls_ours ours-17-tls 7202 java
  if [ -n "$newer" ]; then
    ours ours-25 7203 "$newer"
    tls_ours ours-25-tls 7204 "$newer"
  fi
  warm
  echo "== pass-through"
  python3 "$bench/bench.py" -n 5 -t big1,big8,man --warm 2 "${targets[@]}"
}

# Readers that take 4 KB a second, each server with nothing behind it but a warm-up and a collection.
slow_readers() {
  local target
  targets=()
  ours ours-17-pass 7221 java
  ours ours-17-cache 7222 java CACHE_DIR="$work/slow-17" TAG_TTL=1h
  if [ -n "$newer" ]; then
    ours ours-25-pass 7223 "$newer"
    ours ours-25-cache 7224 "$newer" CACHE_DIR="$work/slow-25" TAG_TTL=1h
  fi
  warm
  echo "== slow readers"
  for target in "${targets[@]}"; do
    for _ in 1 2; do jcmd "${target##*@}" GC.run >/dev/null; done
    sleep 1
    python3 "$bench/slow.py" -c 1000 --secs 10 --gc "$target" || true
  done
}

# What one client waits for a cold blob of an upstream that is slow on each connection, fetched over eight of them.
ranged() {
  logging_upstream "limit_rate 20m;" 7340
  targets=()
  ours ranged-17 7343 java REGISTRY_HOST=http://127.0.0.1:7340 CACHE_DIR="$work/ranged-17" CACHE_FETCHES=8
  local all=(direct=http://127.0.0.1:7340 ours-17=http://127.0.0.1:7343)
  local resets=(--reset "ours-17=java -jar $jar cache purge --digest $BIG --cache-dir $work/ranged-17")
  if [ -n "$newer" ]; then
    ours ranged-25 7344 "$newer" REGISTRY_HOST=http://127.0.0.1:7340 CACHE_DIR="$work/ranged-25" CACHE_FETCHES=8
    all+=(ours-25=http://127.0.0.1:7344)
    resets+=(--reset "ours-25=java -jar $jar cache purge --digest $BIG --cache-dir $work/ranged-25")
  fi
  echo "== ranges: 20 MiB/s a connection, 8 of them"
  python3 "$bench/cold.py" -c 1 -n 3 --log "$work/up-7340.log" "${resets[@]}" "${all[@]}"
}

# From exec to the first answer through the proxy, without and with an archive of classes.
start_up() {
  local settings="env PORT=7390 HOST=127.0.0.1 REGISTRY_HOST=http://127.0.0.1:7001" flags="-Xmx256m -XX:+UseSerialGC" servers=()
  java -XX:ArchiveClassesAtExit="$work/17.jsa" -jar "$jar" train >/dev/null 2>&1
  servers=("17=$settings java $flags -jar $jar" "17-archive=$settings java $flags -XX:SharedArchiveFile=$work/17.jsa -jar $jar")
  servers+=("17-archive-C1=$settings java $flags -XX:TieredStopAtLevel=1 -XX:SharedArchiveFile=$work/17.jsa -jar $jar")
  if [ -n "$newer" ]; then
    "$newer" -XX:AOTCacheOutput="$work/25.aot" -jar "$jar" train >/dev/null 2>&1
    servers+=("25=$settings $newer $flags -jar $jar" "25-archive=$settings $newer $flags -XX:AOTCache=$work/25.aot -jar $jar")
    servers+=("25-archive-C1=$settings $newer $flags -XX:TieredStopAtLevel=1 -XX:AOTCache=$work/25.aot -jar $jar")
  fi
  if [ -e "$work/reverseproxy" ]; then servers+=("go-reverseproxy=$work/reverseproxy 127.0.0.1:7390 http://127.0.0.1:7001"); fi
  echo "== start to the first answer"
  python3 "$bench/startup.py" -n 5 --url http://127.0.0.1:7390/v2/bench/app/manifests/v1 "${servers[@]}"
}

# Hits: everything is in the caches when it is measured; tags are fresh, which docker-registry asks its upstream about each time.
cached() {
  echo "== cached"
  targets=()
  fixture nginx-static nginx-cache docker-registry-proxy
  ours ours-17-cache 7211 java CACHE_DIR="$work/cache-17" TAG_TTL=1h
  if [ -n "$newer" ]; then ours ours-25-cache 7212 "$newer" CACHE_DIR="$work/cache-25" TAG_TTL=1h; fi
  warm
  python3 "$bench/bench.py" -n 5 -t big1,big8,man,mand --warm 2 "${targets[@]}"
}

# An upstream that logs, as fast as it can and at 50 MiB/s a connection, with the caches of the others in front of it.
logging_upstream() {
  local rate=$1 port=$2
  cat >"$work/up-$port.conf" <<END
worker_processes auto; daemon off; pid $work/up-$port.nginx; error_log $work/up-$port.err error;
events { worker_connections 4000; }
http { log_format b '\$server_port \$request_method \$uri \$status \$bytes_sent'; access_log $work/up-$port.log b; sendfile on;
 client_body_temp_path $work/t/up$port; proxy_temp_path $work/t/upp$port; fastcgi_temp_path $work/t/upf$port;
 uwsgi_temp_path $work/t/upu$port; scgi_temp_path $work/t/ups$port;
 default_type application/octet-stream; root $work/origin; index index.json; $rate
 proxy_cache_path $work/cache/cold-$port levels=1:2 keys_zone=c:10m use_temp_path=off;
 server { listen 127.0.0.1:$port; location /v2/ { add_header Docker-Distribution-Api-Version registry/2.0;
  location ~ /manifests/ { default_type application/vnd.oci.image.manifest.v1+json; }
  location ~ /blobs/(?<dd>sha256:.*)\$ { add_header Docker-Content-Digest \$dd; } } }
 server { listen 127.0.0.1:$((port + 1)); access_log off; limit_rate 0; location / { proxy_pass http://127.0.0.1:$port;
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_cache c; proxy_cache_valid 200 1h; proxy_cache_lock on;
  proxy_cache_lock_timeout 60s; proxy_cache_lock_age 60s; } } }
END
  cat >"$work/dr-$port.yml" <<END
version: 0.1
log: {accesslog: {disabled: true}, level: error}
storage: {filesystem: {rootdirectory: $work/cache/dr-$port}}
http: {addr: "127.0.0.1:$((port + 2))", secret: x}
proxy: {remoteurl: "http://127.0.0.1:$port"}
END
  background "up-$port" nginx -c "$work/up-$port.conf"
  background "dr-$port" docker-registry serve "$work/dr-$port.yml"
}

# again NAME COMMAND...: the shell command that ends what background started under that name, and starts it anew.
again() {
  local name=$1
  shift
  echo "kill \$(cat $work/$name.pid); sleep 1; $emptied; setsid $* >$work/$name.out 2>&1 </dev/null & echo \$! >$work/$name.pid; sleep 1"
}

cold() {
  local port=$1 what=$2 rounds=3 clients target reset ours17=$(( $1 + 3 )) ours25=$(( $1 + 4 )) resets=() cold=() emptied
  logging_upstream "$what" "$port"
  targets=()
  ours "cold-17-$port" "$ours17" java REGISTRY_HOST="http://127.0.0.1:$port" CACHE_DIR="$work/cold-17-$port"
  cold=(direct="http://127.0.0.1:$port" nginx-cache-lock="http://127.0.0.1:$((port + 1))")
  cold+=(docker-registry-proxy="http://127.0.0.1:$((port + 2))" ours-17="http://127.0.0.1:$ours17")
  resets=(--reset "nginx-cache-lock=rm -rf $work/cache/cold-$port/*")
  emptied="rm -rf $work/cache/dr-$port"
  resets+=(--reset "docker-registry-proxy=$(again "dr-$port" docker-registry serve "$work/dr-$port.yml")")
  resets+=(--reset "ours-17=java -jar $jar cache purge --digest $BIG --cache-dir $work/cold-17-$port")
  if [ -n "$newer" ]; then
    ours "cold-25-$port" "$ours25" "$newer" REGISTRY_HOST="http://127.0.0.1:$port" CACHE_DIR="$work/cold-25-$port"
    cold+=(ours-25="http://127.0.0.1:$ours25")
    resets+=(--reset "ours-25=java -jar $jar cache purge --digest $BIG --cache-dir $work/cold-25-$port")
  fi
  # What is quick takes more rounds, and compilers of ours that have had their time.
  if [ -z "$what" ]; then
    rounds=7
    for _ in $(seq 10); do
      for target in "${targets[@]}"; do curl -sf -o /dev/null "$(sed 's/^[^=]*=//; s/@.*//' <<<"$target")/v2/bench/app/blobs/$BIG"; done
      for reset in "${resets[@]}"; do
        case $reset in ours-*) bash -c "${reset#*=}" >/dev/null ;; esac
      done
    done
  fi
  for clients in 1 20; do
    echo "== cold, ${what:-unlimited upstream}, $clients clients"
    python3 "$bench/cold.py" -c "$clients" -n "$rounds" --log "$work/up-$port.log" "${resets[@]}" "${cold[@]}"
  done
}

# What a chain of all policies that settings offer costs on cached manifests, of an image that is released, signed and old enough.
policies() {
  local repo=$work/origin/v2/bench/app payload signature config
  logging_upstream "" 7320
  openssl ecparam -genkey -name prime256v1 -noout -out "$work/release.key" 2>/dev/null
  openssl ec -in "$work/release.key" -pubout -out "$work/release.pub" 2>/dev/null
  printf '{"critical":{"identity":{"docker-reference":""},"image":{"docker-manifest-digest":"%s"},"type":"%s"},"optional":null}' \
    "$MAN" "cosign container image signature" >"$work/payload"
  payload=sha256:$(sha256sum "$work/payload" | cut -d' ' -f1)
  signature=$(openssl dgst -sha256 -sign "$work/release.key" "$work/payload" | base64 -w0)
  printf '{}' >"$work/config"
  config=sha256:$(sha256sum "$work/config" | cut -d' ' -f1)
  cp "$work/payload" "$repo/blobs/$payload"
  cp "$work/config" "$repo/blobs/$config"
  cat >"$repo/manifests/${MAN/:/-}.sig" <<END
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"$config","size":2},
"layers":[{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","digest":"$payload","size":$(stat -c %s "$work/payload"),
"annotations":{"dev.cosignproject.cosign/signature":"$signature"}}]}
END
  local upstream=REGISTRY_HOST=http://127.0.0.1:7320
  local all=(ALLOW_REPOSITORIES='**' ALLOW_TAGS='v*' SIGNATURE_KEYS="$work/release.pub" MINIMUM_AGE=1s ALLOW_PLATFORMS=linux/amd64)
  targets=()
  ours without-17 7331 java "$upstream" CACHE_DIR="$work/without-17" TAG_TTL=1h
  ours policies-17 7332 java "$upstream" CACHE_DIR="$work/policies-17" TAG_TTL=1h "${all[@]}"
  if [ -n "$newer" ]; then
    ours without-25 7333 "$newer" "$upstream" CACHE_DIR="$work/without-25" TAG_TTL=1h
    ours policies-25 7334 "$newer" "$upstream" CACHE_DIR="$work/policies-25" TAG_TTL=1h "${all[@]}"
  fi
  # The first request makes it known; a second later it is old enough, and half a minute later asked about again.
  for target in "${targets[@]}"; do
    curl -sS -o /dev/null --fail --retry 60 --retry-delay 2 --retry-all-errors "$(sed 's/^[^=]*=//; s/@.*//' <<<"$target")/v2/bench/app/manifests/v1"
  done
  echo "== policies on cached manifests"
  python3 "$bench/bench.py" -n 5 -t man,mand --warm 6 "${targets[@]}"
}

# Repositories of one's own, beside docker-registry's: pulls of what was pushed, and pushes.
hosted() {
  local target
  targets=()
  fixture docker-registry
  hosting hosted-17 7401 java
  if [ -n "$newer" ]; then hosting hosted-25 7402 "$newer"; fi
  for target in "${targets[@]:1}"; do
    python3 "$bench/seed.py" --push "$(sed 's/^[^=]*=//; s/@.*//' <<<"$target")"
  done
  echo "== hosted, pulls"
  python3 "$bench/bench.py" -n 3 -t big1,big8,man,mand --warm 6 "${targets[@]}"
  echo "== hosted, pushes"
  python3 .ci/push.py -n 3 "${targets[@]}"
}

# hosting NAME PORT JAVA: as ours, by the configuration file of a team's registry.
hosting() {
  env PORT="$2" HOST=127.0.0.1 DATA_DIR="$work/$1" UPSTREAM=http://127.0.0.1:7001 \
    "$3" -Xmx512m -jar "$jar" --config registry-proxy-server/config/team-registry.yaml >"$work/$1.log" 2>&1 &
  started+=($!)
  curl -sS -o /dev/null --fail --retry 60 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$2/readyz"
  targets+=("$1=http://127.0.0.1:$2@${started[-1]}")
}

newer=$(ls -d /usr/lib/jvm/*25*/bin/java 2>/dev/null | head -1 || true)
echo "== $(date -u +%F), $(nproc) cores, $(uname -r)"
java -version 2>&1 | head -1
[ -z "$newer" ] || "$newer" -version 2>&1 | head -1
nginx -v 2>&1
export PYTHONDONTWRITEBYTECODE=1
# What the seeding left: the digests of the bench image.
. "$bench/.digests"
if [[ $parts == *" pass "* ]]; then pass_through; fi
if [[ $parts == *" slow "* ]]; then slow_readers; fi
if [[ $parts == *" cached "* ]]; then cached; fi
if [[ $parts == *" cold "* ]]; then
  cold 7300 ""
  cold 7310 "limit_rate 50m;"
fi
if [[ $parts == *" ranged "* ]]; then ranged; fi
if [[ $parts == *" start "* ]]; then start_up; fi
if [[ $parts == *" policies "* ]]; then policies; fi
if [[ $parts == *" hosted "* ]]; then hosted; fi
