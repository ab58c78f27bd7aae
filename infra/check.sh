#!/usr/bin/env bash
# Checks what infra/ says, as far as this machine can. What it cannot is printed as SKIPPED with its reason.
set -u
cd "$(dirname "$0")/.." || exit 1
# servers lie where only the superuser looks
PATH=$PATH:/usr/sbin:/usr/local/sbin
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
image_starts_in_production() { node build.mjs --quiet && node infra/check-image.mjs; }
containerfile_copies_what_is_there() { node infra/check-containerfile.mjs; }
bicep_keeps_its_rules() { node infra/check-bicep.mjs; }
scripts_are_sound() { bash -n infra/check.sh && bash -n infra/restore-drill.sh && bash -n .ci/run && bash -n test/newest-lts.sh; }

temporary_paths() {
  for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $1/$kind;"; done
}
nginx_takes_its_settings() {
  local folder status
  folder=$(mktemp -d)
  openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=naast.example -keyout "$folder/key.pem" -out "$folder/fullchain.pem" 2>/dev/null
  sed -e "s#/etc/naast/tls#$folder#; s#/var/log/nginx#$folder#; s#/etc/naast/upstream.conf#$PWD/infra/nginx/upstream.conf#" infra/nginx/naast.conf >"$folder/naast.conf"
  echo "pid $folder/pid; error_log $folder/error.log; events {} http { include $folder/naast.conf; $(temporary_paths "$folder") }" >"$folder/nginx.conf"
  nginx -t -q -c "$folder/nginx.conf"
  status=$?
  rm -rf "$folder"
  return $status
}
unit_is_hardened() {
  local folder status
  folder=$(mktemp -d)
  cp infra/systemd/naast@.service "$folder/naast@3978.service"
  cp infra/systemd/naast-forget.* "$folder"
  systemd-analyze verify --recursive-errors=no "$folder/naast-forget.timer" || return 1
  systemd-analyze security --offline=true --threshold=25 "$folder/naast@3978.service"
  status=$?
  rm -rf "$folder"
  return $status
}
alerts_fire() { promtool check rules infra/prometheus/naast.rules.yml && promtool test rules infra/prometheus/naast.rules.test.yml; }

if has nginx && has openssl; then
  check "naast.conf: nginx takes it" nginx_takes_its_settings
else
  skip "naast.conf" "nginx or openssl is not on this machine"
fi
if has systemd-analyze; then
  check "naast@.service: hardened" unit_is_hardened
else
  skip "naast@.service" "systemd-analyze is not on this machine"
fi
if has promtool; then
  check "alerts: rules are sound and fire when they should" alerts_fire
else
  skip "alerts" "promtool is not on this machine"
fi
if has redis-server && has redis-cli; then
  check "a restore brings every key back, and every promised callback by journal and keys" bash infra/restore-drill.sh 2000
else
  skip "restore drill" "there is no redis-server or redis-cli on this machine"
fi
if has redis-server || has valkey-server; then
  check "redis.conf starts a server that evicts nothing and syncs every write" redis_takes_its_settings
else
  skip "redis.conf" "there is no redis-server on this machine"
fi
check "compose.yaml: hardened services, only files that exist" yaml_is_read
check "Containerfile: copies only what exists, runs as nobody, starts the built product" containerfile_copies_what_is_there
if has redis-server || has valkey-server; then
  check "the image's files start in production, read only, as nobody$(has nginx && has openssl && echo ', behind the shipped proxy')" image_starts_in_production
  if ! has nginx || ! has openssl; then skip "the proxy in front of the product" "nginx or openssl is not on this machine"; fi
else
  skip "the image's files in production" "there is no redis-server on this machine"
fi
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
