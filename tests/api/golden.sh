#!/usr/bin/env bash
# docs/api/openapi.json is what this binary prints; BEIAN_GOLDEN=write writes it anew. A route
# without a descriptor, or a descriptor without a route, is told with the file to edit.
set -euo pipefail
beian=$1
cd "$(dirname "$0")/../.."
made=$(mktemp)
trap 'rm -f "$made"' EXIT
"$beian" doc openapi >"$made"
if [ "${BEIAN_GOLDEN:-}" = write ]; then
  cp "$made" docs/api/openapi.json
  chmod 644 docs/api/openapi.json
elif ! diff -u docs/api/openapi.json "$made" | head -60; then
  echo "docs/api/openapi.json is not what the binary says: ./dev golden, or" \
    "BEIAN_GOLDEN=write tests/api/golden.sh build/dev/src/app/beian"
  exit 1
fi
