#!/usr/bin/env bash
# Practises a restore: fills a Redis with the shipped settings, copies its file while it runs, loses it, and starts
# another from the copy. Prints how many keys came back and how long it took; fails when one is missing. Then the same
# with the product: requests made before and after the copy, its journal, and its keys.
#
# usage: infra/restore-drill.sh [keys]
set -euo pipefail
cd "$(dirname "$0")/.."
keys=${1:-5000}
server=$(command -v redis-server || command -v valkey-server)
folder=$(mktemp -d)
pid=""
finish() {
  if [ -n "$pid" ]; then kill -9 "$pid" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap finish EXIT

begin() {
  "$server" infra/redis/redis.conf --port 0 --unixsocket "$folder/$1.sock" --dir "$folder/$1" --daemonize no >"$folder/$1.log" 2>&1 &
  pid=$!
  local tries=0
  until redis-cli -s "$folder/$1.sock" PING 2>/dev/null | grep -q PONG; do
    tries=$((tries + 1))
    if [ "$tries" -gt 200 ]; then cat "$folder/$1.log"; exit 1; fi
    sleep 0.05
  done
}

mkdir "$folder/one" "$folder/two"
begin one
redis-cli -s "$folder/one.sock" EVAL "for n = 1, $keys do redis.call('SET', 'drill:' .. n, n) end" 0 >/dev/null
cp -r "$folder/one/." "$folder/two/"
kill -9 "$pid"
wait "$pid" 2>/dev/null || true
began=$(date +%s%N)
begin two
back=$(redis-cli -s "$folder/two.sock" DBSIZE)
echo "restored $back of $keys keys in $((($(date +%s%N) - began) / 1000000)) ms"
[ "$back" -eq "$keys" ]
node build.mjs --quiet
node infra/restore-drill.mjs
