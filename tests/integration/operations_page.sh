#!/usr/bin/env bash
# Runs the blocks of docs/operations/PAGE.md as they stand, in a folder of its own.
set -euo pipefail
beian=$(readlink -f "$1")
tree=$(readlink -f "$(dirname "$0")/../..")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$beian" "$folder/beian"
ln -s "$tree/data" "$folder/data"
cd "$folder"
{
  echo 'set -euo pipefail'
  awk '/^```sh$/ {on = 1; next} /^```$/ {on = 0} on' "$tree/docs/operations/$2.md"
} >steps.sh
PATH=$folder:$PATH timeout 120 bash steps.sh
