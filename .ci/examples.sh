#!/bin/bash
# examples.sh JAVA_HOME [EXAMPLE...]: copies each example out of this project, runs the commands of its README there, as they
# are written but for the port 8080 and the registry behind, and pulls through it with podman.
set -euo pipefail
cd "$(dirname "$0")/.."
export JAVA_HOME=$1
shift
root=$PWD
modules=registry-proxy-servlet,registry-proxy-testing
. .ci/installed.sh
export PATH=$work/bin:$JAVA_HOME/bin:$PATH

# The mvn of the READMEs is one that finds the library where it was installed.
mkdir "$work/bin"
cat >"$work/bin/mvn" <<END
#!/bin/sh
exec $(command -v mvn) -B -ntp -q -s "$work/settings.xml" -Dmaven.repo.local="$work/repository" "\$@"
END
chmod +x "$work/bin/mvn"

# A storage and logins of this script's own, for the podman of the READMEs.
export CONTAINERS_STORAGE_CONF=$work/storage.conf CONTAINERS_REGISTRIES_CONF=$work/registries.conf
export REGISTRY_AUTH_FILE=$work/auth.json
printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n' "$work/images" "$work/run" >"$CONTAINERS_STORAGE_CONF"
: >"$CONTAINERS_REGISTRIES_CONF"
echo "{}" >"$REGISTRY_AUTH_FILE"

# The registry behind; it would take REGISTRY_AUTH_FILE for a setting of its own.
registry=$(free_port)
cat >"$work/registry.yml" <<END
version: 0.1
log: {level: error}
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: "127.0.0.1:$registry", secret: anything}
END
env -u REGISTRY_AUTH_FILE docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
pids+=($!)
answers "http://127.0.0.1:$registry/v2/" >/dev/null

# publish NAME:TAG: an image that nobody else has.
publish() {
  local source=127.0.0.1:$registry/$1
  mkdir -p "$work/content"
  date +%s%N >"$work/content/made"
  tar -C "$work/content" -c . | podman import - "$source" >"$work/publish.log" 2>&1
  podman push --tls-verify=false "$source" >>"$work/publish.log" 2>&1
  podman rmi --all --force >>"$work/publish.log" 2>&1
}
publish library/busybox:latest
publish hello:release-1
publish hello:dev

# command_of EXAMPLE NAME: what its README says there, with our port and our registry.
command_of() {
  awk -v begin="<!-- command: $2 -->" '$0 == begin { on = 1; next } on && /^```sh$/ { in_it = 1; next }
    in_it && /^```$/ { exit } in_it' "$root/registry-proxy-examples/$1/README.md" |
    sed "s|https://mirror.gcr.io|http://127.0.0.1:$registry|g; s|http://localhost:5000|http://127.0.0.1:$registry|g; s|8080|$port|g" >"$work/command"
  [ -s "$work/command" ] || { echo "$1/README.md has no command $2"; return 1; }
  cat "$work/command"
}

# run EXAMPLE NAME: all of it.
run() {
  local log=$work/$1-$2.log
  command_of "$1" "$2" >"$work/$1-$2.sh"
  sed 's|^|  $ |' "$work/$1-$2.sh"
  (cd "$work/$1" && bash -euo pipefail "$work/$1-$2.sh" >"$log" 2>&1)
}

# start EXAMPLE: the last line stays until stop is called.
start() {
  command_of "$1" start >"$work/$1-start.sh"
  sed 's|^|  $ |' "$work/$1-start.sh"
  (cd "$work/$1" && sed '$d' "$work/$1-start.sh" | bash -euo pipefail >"$work/$1-build.log" 2>&1)
  up "$1"
}
up() {
  # With exec, the pid is the program's own.
  (cd "$work/$1" && exec bash -c "exec env $(tail -1 "$work/$1-start.sh")" >"$work/$1.log" 2>&1) &
  pids+=($!)
  local try
  for ((try = 0; try < 120; try++)); do
    if curl -sS -o "$work/ping" "http://127.0.0.1:$port/v2/" 2>"$work/curl.log"; then
      return
    fi
    kill -0 "${pids[-1]}" || break
    sleep 0.5
  done
  echo "$1 does not answer"
  return 1
}
stop() {
  kill "${pids[-1]}"
  wait "${pids[-1]}" || true
  unset 'pids[-1]'
  podman rmi --all --force >"$work/rmi.log" 2>&1
  echo '{}' >"$REGISTRY_AUTH_FILE"
}

# refused EXAMPLE NAME WORD: it must fail, and say so.
refused() {
  if run "$1" "$2"; then
    echo "$1: $2 was not refused"
    return 1
  fi
  grep -q "$3" "$work/$1-$2.log"
}

embedded-jetty() {
  start embedded-jetty
  run embedded-jetty pull
  stop
}

custom-auth() {
  start custom-auth
  run custom-auth alice
  podman rmi --all --force >"$work/rmi.log" 2>&1
  refused custom-auth bob denied
  run custom-auth hash
  grep -q '^pbkdf2-' "$work/custom-auth-hash.log"
  stop
}

spring-boot() {
  # What the README has the reader write in application.properties.
  export IMAGES_REGISTRY=http://127.0.0.1:$registry
  start spring-boot
  run spring-boot pull
  stop
  run spring-boot boot-4
  up spring-boot
  run spring-boot pull
  stop
  grep -q 'Boot.*v4\.' "$work/spring-boot.log"
}

# on_tomcat VERSION: as it is downloaded, but for its ports and the applications it brings.
on_tomcat() {
  echo "  Tomcat $1"
  export CATALINA_HOME=$work/apache-tomcat-$1
  [ -d "$CATALINA_HOME" ] ||
    mvn org.apache.maven.plugins:maven-dependency-plugin:3.11.0:unpack \
      -Dartifact="org.apache.tomcat:tomcat:$1:zip" -DoutputDirectory="$work" >"$work/unpack.log" 2>&1
  rm -rf "$CATALINA_HOME"/webapps/*
  sed -i "s|port=\"8005\"|port=\"-1\"|; s|port=\"8080\"|port=\"$port\"|" "$CATALINA_HOME/conf/server.xml"
  chmod +x "$CATALINA_HOME"/bin/*.sh
  start release-tags
  run release-tags pull
  refused release-tags refused unknown
  local unreleased
  unreleased=$(curl -sS --fail -I -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
    "http://127.0.0.1:$registry/v2/hello/manifests/dev" | sed -nE 's/^docker-content-digest: ([a-z0-9:]+).*/\1/Ip')
  curl -sS -o "$work/dev" -w '%{http_code}' "http://127.0.0.1:$port/v2/hello/manifests/$unreleased" >"$work/status"
  [ "$(cat "$work/status")" = 404 ] || { echo "dev is served by its digest"; return 1; }
  stop
}

release-tags() {
  on_tomcat "$(property tomcat.version)"
  on_tomcat "$(sed -nE 's|.*<tomcat-next.version>(.*)</.*|\1|p' registry-proxy-tests/pom.xml)"
}

[ $# -gt 0 ] || set -- embedded-jetty custom-auth spring-boot release-tags
for example in "$@"; do
  echo "$example"
  port=$(free_port)
  (cd registry-proxy-examples && tar --exclude=target -c "$example") | tar -C "$work" -x
  "$example"
done
