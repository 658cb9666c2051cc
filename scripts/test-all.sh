#!/usr/bin/env bash
# `npm test`: everything, from a fresh clone on a fresh Debian machine. The last line is `N passed, N failed, N skipped`.
set -uo pipefail
cd "$(dirname "$0")/.."
source scripts/node.sh

rm -rf test-results
mkdir -p test-results/logs
results=()
background=

say() { printf '\n== %s\n' "$*"; }

finish() {
  if command -v node >/dev/null; then
    node scripts/sum-totals.mjs "${results[@]}"
  else
    echo "0 passed, 1 failed, 0 skipped"
    false
  fi
  exit
}

trap '[ -z "$background" ] || kill "$background" 2>/dev/null; exit 130' INT TERM

# step NAME COMMAND...: a failure counts as one failed test; what comes later runs all the same.
step() {
  say "$1"
  local name=$1
  shift
  if "$@"; then return 0; fi
  echo "$name failed"
  results+=("$name:1")
  return 1
}

# suite NAME FOLDER-PATTERN COMMAND...: a suite that hangs is ended after 20 minutes.
suite() {
  local name=$1 files=$2
  shift 2
  if ! compgen -G "$files" >/dev/null; then
    say "$name: no tests yet"
    return 0
  fi
  say "$name"
  timeout --kill-after=20 1200 "$@" | sed -u "s/^[0-9][0-9]* passed,/$name: &/"
  results+=("$name:${PIPESTATUS[0]}")
}

debian_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "not Debian: the packages of scripts/setup-debian.sh must be there already"
    return 0
  fi
  bash scripts/setup-debian.sh
}

# Debian packages and the VS Code for tests take the longest; they come in while the rest is built.
if command -v npm >/dev/null && ensure_node; then
  say "setup in the background: test-results/logs/setup.log"
  { debian_packages && bash scripts/vscode-env.sh; } >test-results/logs/setup.log 2>&1 &
  background=$!
else
  step setup debian_packages || finish
  step node ensure_node || finish
fi

step packages ensure_modules || finish
step build npm run --silent build || finish
step check npm run --silent check
step lint npm run --silent lint
step package bash scripts/package.sh

suite services 'test/services' npm run --silent test:services
suite cli 'test/cli/*.test.ts' npm run --silent test:cli

say "waiting for setup"
if [ -n "$background" ]; then
  wait "$background" || { tail -40 test-results/logs/setup.log; results+=("setup:1"); }
  background=
else
  step setup bash scripts/vscode-env.sh
fi

suite interop 'test/interop/*' npm run --silent test:interop
# The faults of months in minutes; `npm run test:long` alone takes ten times as many. The races of subjects ran above, with 40 patients.
suite long 'test/long/*.test.ts' env KILLS=20 npm run --silent test:long -- --grep 'gateways that are killed'
suite workbench 'test/workbench/*.test.ts' npm run --silent test:workbench
suite e2e 'test/e2e/*.e2e.ts' npm run --silent test:e2e

say "result"
finish
