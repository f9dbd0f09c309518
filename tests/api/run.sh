#!/usr/bin/env bash
# run.sh SCRIPT…: a script of this folder, skipped where Node.js or its packages are missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
script=$1
shift
modules=$here/../../node_modules
if ! command -v node >/dev/null || [ ! -d "$modules/ajv-formats" ] ||
  [ ! -d "$modules/openapi-typescript" ]; then
  echo "skipped: Node.js or the packages of package-lock.json are not installed (./dev setup)"
  exit 77
fi
exec node "$here/$script" "$@"
