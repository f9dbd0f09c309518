#!/usr/bin/env bash
# Runs the block of docs/operations/first-steps.md as it stands, in a folder of its own.
set -euo pipefail
beian=$(readlink -f "$1")
page=$(readlink -f "$(dirname "$0")/../../docs/operations/first-steps.md")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$beian" "$folder/beian"
cd "$folder"
{
  echo 'set -euo pipefail'
  awk '/^```sh$/ {on = 1; next} /^```$/ {on = 0} on' "$page"
} >steps.sh
PATH=$folder:$PATH timeout 120 bash steps.sh
