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
# A page of rules for each province, and the national one.
for file in data/rules/*.json; do
  name=$(basename "$file" .json)
  province=$name
  case "$name" in
    kinds | materials | preapproval) continue ;;
    national) province=0 ;;
  esac
  if [ "${BEIAN_GOLDEN:-}" = write ]; then
    mkdir -p docs/rules
    "$beian" rules page "$province" >"docs/rules/$name.md"
  else
    "$beian" rules page "$province" | diff -u "docs/rules/$name.md" -
  fi
done
