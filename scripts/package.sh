#!/usr/bin/env bash
# Builds the bundles without maps and packs what ships into gift-cloud-VERSION.vsix; needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."
npm run --silent build -- --production
# Maps of an earlier development build must not stay beside the new bundles.
rm -f dist/*.map
# The links of the README point into this repository, which has no public address.
npx vsce package --no-dependencies --allow-missing-repository --no-rewrite-relative-links
