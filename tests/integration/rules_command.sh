#!/usr/bin/env bash
# `beian rules`: the rules inside the binary are whole and their cases hold, a damaged copy is refused
# with its place, and a case is explained for people and for programs.
set -euo pipefail
beian=$1
cd "$(dirname "$0")/../.."
fail() {
  echo "rules_command: $1" >&2
  exit 1
}
folder=$(mktemp -d "${TMPDIR:-/tmp}/beian-rules.XXXXXX")
trap 'rm -rf "$folder"' EXIT

"$beian" rules check | grep -q '130 种规则，全国 70 条，31 个省份 674 条' || fail "counts"
cp -r data/rules/. "$folder"
"$beian" rules check "$folder" >/dev/null || fail "a whole copy is refused"
sed -i 's/"min_age": 16/"min_age": "16"/' "$folder/440000.json"
status=0
"$beian" rules check "$folder" >/dev/null 2>"$folder/faults" || status=$?
[ "$status" = 1 ] || fail "a damaged copy gives $status"
grep -q '440000.json/rules/[0-9]*/params/min_age' "$folder/faults" || fail "the place is not told"
# A rule that says something else than its cases.
sed 's/"min_age": 16/"min_age": 17/' data/rules/440000.json >"$folder/440000.json"
status=0
"$beian" rules check "$folder" >/dev/null 2>"$folder/faults" || status=$?
[ "$status" = 1 ] || fail "a rule against its cases gives $status"
grep -q 'cases/440000.json/cases/[0-9]*: manager-min-age' "$folder/faults" || fail "the case is not told"
# A word that no evaluator knows.
sed 's/"requirement": "required"/"requirement": "perhaps"/' data/rules/440000.json >"$folder/440000.json"
status=0
"$beian" rules check "$folder" >/dev/null 2>"$folder/faults" || status=$?
[ "$status" = 1 ] || fail "an unknown word gives $status"
grep -q '440000.json/rules/[0-9]*/params/requirement' "$folder/faults" || fail "the word is not told"

"$beian" rules explain --province 广东 --nature enterprise --kind first >"$folder/told"
grep -q '主体负责人与法定代表人' "$folder/told" || fail "explain"
"$beian" rules explain --province 440000 --nature enterprise --kind first --json |
  python3 -c 'import json, sys; assert len(json.load(sys.stdin)["rules"]) > 20' || fail "json"
status=0
"$beian" rules explain --province 1 --nature enterprise --kind first 2>/dev/null || status=$?
[ "$status" = 2 ] || fail "an unknown province gives $status"
grep -q '可能需要的材料' "$folder/told" || fail "materials are not told"
grep -q '互联网信息服务备案承诺书（' "$folder/told" || fail "a material has no name"
