#!/usr/bin/env bash
# PHP's SoapClient reads our WSDLs, and its requests and our responses understand each other. No
# network: the client's transport is replaced by the program given as $1.
set -euo pipefail
peer=$1
here=$(cd "$(dirname "$0")" && pwd)
if ! php -r 'exit(extension_loaded("soap") ? 0 : 1);' 2>/dev/null; then
  echo "skipped: php with its soap extension is not installed (packages php-cli, php-soap)"
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
php -d soap.wsdl_cache_enabled=0 "$here/php_wsdl.php" "$peer" "$folder"
