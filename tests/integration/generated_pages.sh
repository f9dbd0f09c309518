#!/usr/bin/env bash
# The pages in docs/generated are what this binary prints; BEIAN_GOLDEN=write writes them anew.
set -euo pipefail
beian=$1
cd "$(dirname "$0")/../.."
for page in routes orders problems settings; do
  if [ "${BEIAN_GOLDEN:-}" = write ]; then
    "$beian" doc "$page" >"docs/generated/$page.md"
  else
    "$beian" doc "$page" | diff -u "docs/generated/$page.md" -
  fi
done
