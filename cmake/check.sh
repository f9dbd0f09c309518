#!/usr/bin/env bash
# ./dev check: everything about the tree that needs no running test. --fast leaves clang-tidy out.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
step() {
  local title=$1
  shift
  local out
  if out=$("$@" 2>&1); then
    printf 'ok    %s\n' "$title"
  else
    printf 'FAIL  %s\n%s\n' "$title" "$out"
    failed=1
  fi
}

format() { git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run -Werror; }

# Words that must not stand in the repository: paths of somebody's machine, unfinished work.
words() {
  ! git grep -nIE '/(work|root|home/[a-z]+)/|\b(TODO|FIXME|XXX|HACK)\b|DISABLED_' -- \
    ':!cmake/check.sh' ':!LICENSE' ':!package-lock.json' ':!web/package-lock.json'
}

# The same statement numbers on both databases.
migrations() {
  local family
  for family in '' sandbox-; do
    [ -d "db/${family}sqlite" ] || continue
    diff <(ls "db/${family}sqlite") <(ls "db/${family}postgres") || return 1
  done
}

generated() {
  local beian=build/dev/src/app/beian
  [ -x "$beian" ] || beian=build/asan/src/app/beian
  [ -x "$beian" ] || { echo "build first: ./dev build"; return 1; }
  tests/integration/generated_pages.sh "$PWD/$beian" && tests/api/golden.sh "$PWD/$beian"
}

tidy() {
  local files
  files=$(git ls-files 'src/*.cpp' | grep -v '_test\.cpp$')
  printf '%s\n' "$files" | xargs -P "$(nproc)" -n 4 clang-tidy-19 -p build/dev --quiet \
    --warnings-as-errors='*' 2> >(grep -v 'warnings generated' >&2)
}

step "layers" python3 cmake/check_layers.py
step "format" format
step "words" words
step "migrations" migrations
step "generated pages" generated
step "conformance page" python3 tests/conformance/table.py
[ "${1:-}" = --fast ] || step "clang-tidy" tidy
exit $failed
