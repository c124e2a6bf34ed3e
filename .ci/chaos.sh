#!/bin/bash
# chaos.sh DRIVER_DIRECTORY JAVA_HOME: kills the server in the middle of fills, starts it again on the same cache, and looks for
# anything wrong or short in it, with the upstream there and gone.
set -euo pipefail
cd "$(dirname "$0")/.."
driver=$1/drive.py
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PORT=$port HOST=127.0.0.1 REGISTRY_HOST=http://127.0.0.1:5701 REGISTRY_USERNAME=proxyuser \
  REGISTRY_PASSWORD=UPSTREAM-SECRET-7f3a91 TRUSTED_REALMS=http://127.0.0.1:5702 \
  CACHE_DIR="$work/cache" CACHE_SIZE=2GiB TAG_TTL=2s
cat >"$work/serve" <<END
#!/bin/sh
exec "$2/bin/java" -Xmx256m -jar "$PWD/registry-proxy-server/target/registry-proxy.jar" >>"$work/log" 2>&1
END
chmod +x "$work/serve"
timeout 6m python3 "$driver" chaos --run "$work/serve" --proxy "127.0.0.1:$port" --have inject,cache,resume \
  --cycles 20 --cache-dir "$work/cache" || {
  tail -30 "$work/log"
  exit 1
}
