#!/usr/bin/env bash
# Checks what infra/ says, as far as this machine can. What it cannot is printed as SKIPPED with its reason.
set -u
cd "$(dirname "$0")/.."
passed=0
failed=0

check() {
  local name=$1
  shift
  local said
  if said=$("$@" 2>&1); then
    passed=$((passed + 1))
    echo "ok       $name"
  else
    failed=$((failed + 1))
    echo "FAILED   $name"
    echo "$said" | sed 's/^/         /'
  fi
}
skip() { echo "SKIPPED  $1: $2"; }
has() { command -v "$1" >/dev/null 2>&1; }

redis_takes_its_settings() {
  local server folder
  server=$(command -v redis-server || command -v valkey-server) || return 1
  folder=$(mktemp -d)
  "$server" infra/redis/redis.conf --port 0 --unixsocket "$folder/redis.sock" --dir "$folder" --daemonize no >"$folder/log" 2>&1 &
  local pid=$!
  local tries=0
  while [ ! -S "$folder/redis.sock" ] && [ $tries -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
  node infra/check-redis.mjs "$folder/redis.sock"
  local status=$?
  kill "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
  rm -rf "$folder"
  return $status
}

yaml_is_read() { node infra/check-compose.mjs; }
containerfile_copies_what_is_there() { node infra/check-containerfile.mjs; }
bicep_keeps_its_rules() { node infra/check-bicep.mjs; }
scripts_are_sound() { bash -n infra/check.sh && bash -n .ci/run && bash -n test/newest-lts.sh; }

if has redis-server || has valkey-server; then
  check "redis.conf starts a server that evicts nothing and syncs every write" redis_takes_its_settings
else
  skip "redis.conf" "there is no redis-server on this machine"
fi
check "compose.yaml: hardened services, only files that exist" yaml_is_read
check "Containerfile: copies only what exists, runs as nobody, starts the built product" containerfile_copies_what_is_there
check "main.bicep: no eviction, no public vault, secrets marked secure, West Europe" bicep_keeps_its_rules
check "shell scripts parse" scripts_are_sound
if has docker && docker info >/dev/null 2>&1; then
  check "docker compose config" docker compose -f infra/compose/compose.yaml config --quiet
else
  skip "docker compose config, image build" "no container engine runs on this machine"
fi
if has az && az bicep version >/dev/null 2>&1; then
  check "az bicep build" az bicep build --file infra/azure/main.bicep --stdout
else
  skip "az bicep build, what-if" "the Bicep compiler is not on this machine; run it in the operator's pipeline"
fi

echo "infra: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
