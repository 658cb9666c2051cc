#!/usr/bin/env bash
# `npm run demo`: from a fresh clone to a VS Code with the extension, pointed at a server of its own with sample studies.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/node.sh

ensure_node
ensure_modules
bash scripts/package.sh
if [ "$(node scripts/demo.mjs --editor)" = browser ]; then
  if command -v apt-get >/dev/null; then bash scripts/setup-debian.sh --demo; fi
  bash scripts/vscode-env.sh
fi
exec node scripts/demo.mjs
