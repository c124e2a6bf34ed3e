#!/bin/bash
# cases.sh CASES_DIRECTORY JAVA_HOME: what users, registries and attackers did to the built server once and must not be able to do
# again. A line for each case; the last but one tells the totals.
set -euo pipefail
cd "$(dirname "$0")/.."
cases=$1
export PATH=$2/bin:$PATH PYTHONDONTWRITEBYTECODE=1

# Bytes, documents and places: ADRs 0026 to 0028.
gates=(101 102 103 104 108 109 110 111 112 201 202 203 204 205 206 207 210 211 213 216 217 218 222 223 224 302 303 304 307 314 318
  407 408 412)

timeout 12m python3 "$cases/run.py" --jar registry-proxy-server/target/registry-proxy.jar --java "$2/bin/java" --patience 3 \
  --only "${gates[@]}"
