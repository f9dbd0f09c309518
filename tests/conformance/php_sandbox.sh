#!/usr/bin/env bash
# PHP's SoapClient, a client that knows nothing of this project, does a whole filing with the real
# server of the sandbox authority and sends a file of every kind: php_sandbox.sh BEIAN
set -euo pipefail
beian=$1
here=$(cd "$(dirname "$0")" && pwd)
if ! php -r 'exit(extension_loaded("soap") && extension_loaded("simplexml") && extension_loaded("zip") ? 0 : 1);' 2>/dev/null; then
  echo "skipped: php with its soap, xml and zip extensions is not installed (packages php-cli, php-soap, php-xml, php-zip)"
  exit 77
fi
folder=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap finish EXIT
# Province 0 is the ministry, which takes domain filings too.
"$beian" authority --port 0 --province 0 --data "$folder/data" >"$folder/out" 2>"$folder/log" &
server=$!
origin=
for _ in $(seq 200); do
  origin=$(grep -o 'http://[0-9.:]*' "$folder/out" | head -1 || true)
  [ -n "$origin" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$folder/log"; exit 1; }
  sleep 0.05
done
[ -n "$origin" ] || { echo "the authority did not say its address"; cat "$folder/log"; exit 1; }
php -d soap.wsdl_cache_enabled=0 "$here/php_sandbox.php" "$origin" || { cat "$folder/log"; exit 1; }
