#!/bin/bash
# secrets.sh JAVA_HOME: fails when something that the tests wrote has one of their secrets in it: reports, what was logged, logs of
# servers and their metrics as integration tests keep them, and what the server prints of its settings. Every secret of
# a test begins with "planted-" or "PLANTED-"; it is found as it is and in base64.
set -euo pipefail
cd "$(dirname "$0")/.."
java=$1/bin/java
server=registry-proxy-server/target/registry-proxy.jar

# patterns WORD: the word, and the characters that no neighbour changes of its three forms in base64.
patterns() {
  printf '%s\n' "$1"
  printf '%s' "$1" | base64 | cut -c1-$((${#1} * 4 / 3))
  printf 'x%s' "$1" | base64 | cut -c3-$(((${#1} + 1) * 4 / 3))
  printf 'xx%s' "$1" | base64 | cut -c4-$(((${#1} + 2) * 4 / 3))
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
{
  patterns planted-
  patterns PLANTED-
} >"$work/patterns"

# What is looked for is found.
basic=$(printf 'keeper:PLANTED-word' | base64)
for sample in 'x=planted-word' "Basic $basic"; do
  printf '%s\n' "$sample" | grep -qF -f "$work/patterns" || {
    echo "secrets.sh does not find '$sample'"
    exit 1
  }
done

shopt -s nullglob
logs=(registry-proxy-*/target/test-log-*.txt)
written=("${logs[@]}" registry-proxy-*/target/surefire-reports registry-proxy-*/target/failsafe-reports
  registry-proxy-tests/target/kep[t])
real=(registry-proxy-tests/target/failsafe-reports/*RotatedPasswordIT*)
kept=(registry-proxy-tests/target/kept/*.log)
metrics=(registry-proxy-tests/target/kept/*metrics*)
if [ ${#logs[@]} -eq 0 ] || { [ ${#real[@]} -gt 0 ] && { [ ${#kept[@]} -eq 0 ] || [ ${#metrics[@]} -eq 0 ]; }; }; then
  echo "there is nothing to look at: the tests have not run, or have kept no logs"
  exit 1
fi

cat >"$work/site.yaml" <<'END'
upstreams:
  registry: {address: registry.example, credentials: {username: keeper, password: "${SECRET}"}}
  other: {address: other.example, credentials: {header: Bearer PLANTED-header}}
routes:
  - {repositories: "proxy/{upstream}", upstreams: [registry, other]}
END
env SECRET=PLANTED-print-config "$java" -jar "$server" print-config "$work/site.yaml" >"$work/printed" 2>&1 || {
  cat "$work/printed"
  exit 1
}
written+=("$work/printed")

status=0
grep -rlF -f "$work/patterns" "${written[@]}" >"$work/found" || true
while read -r file; do
  echo "a secret is in $file, line $(grep -nF -m1 -f "$work/patterns" "$file" | cut -d: -f1)"
  status=1
done <"$work/found"
[ "$status" -ne 0 ] || echo "no secret in $(find "${written[@]}" -type f | wc -l) files"
exit "$status"
