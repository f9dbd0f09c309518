#!/usr/bin/env python3
"""docs/conformance.md: each operation, upload and download kind and result code, and what tests it.

    table.py            compares the page with what the tree says; 1 when it differs
    table.py --write    writes it (./dev golden)

Rows come from the interface as data (data/wire) and from the operations in src/wire/soap.cpp, so
that none can be forgotten. What covers a row is told

  - by a comment above a C++ test, "// Covers upload:ICP/XZBA code:14"; "*" stands for any text;
  - by tests/golden/conformance/*.json, which the scripts with other SOAP stacks write and are held to;
  - by tests/golden/sandbox/judge_codes*.json, which the sandbox's judge tests write.

A cell without a test needs a reason in reasons.json, a claim needs a row and a test that exists.
"""
import fnmatch
import json
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/conformance.md"
SHOWN = 3  # tests named in a cell; the rest is counted

# Which columns a test speaks for, by where it is. The scripts are one side, the real binary the other.
OUR_SIDE = {"client.mjs": "sandbox", "hostile.mjs": "sandbox", "php_sandbox.php": "sandbox",
            "server.mjs": "provider", "hostile_authority.mjs": "provider"}
COLUMNS = {
    "format": ("src/wire/", "tests/conformance/wire", "tests/conformance/samples",
               "tests/conformance/profile"),
    "sandbox": ("src/sandbox/", "tests/conformance/sandbox"),
    "provider": ("src/authority/", "src/orders/", "src/registry/", "src/addresses/", "src/app/",
                 "tests/conformance/addresses", "tests/integration/"),
}
TITLES = {"format": "format", "sandbox": "sandbox authority", "provider": "provider",
          "stacks": "other stacks"}
SECTIONS = {
    "operation": ("Operations", ("format", "sandbox", "provider", "stacks")),
    "upload": ("Uploads", ("format", "provider", "sandbox", "stacks")),
    "download": ("Downloads", ("format", "sandbox", "provider", "stacks")),
    "call code": ("Codes of a call", ("sandbox", "provider")),
    "record code": ("Codes of a record", ("sandbox", "provider")),
}


def read(path):
    return json.loads((ROOT / path).read_text(encoding="utf-8"))


def rows():
    """{section: [(row, title)]}"""
    soap = (ROOT / "src/wire/soap.cpp").read_text(encoding="utf-8")
    found = {"operation": [(f"operation:{name}", "")
                           for name in dict.fromkeys(re.findall(r'\{"(isp_\w+)"', soap))],
             "upload": [], "download": [], "call code": [], "record code": []}
    official = read("data/wire/miit-3.0.json")
    for document in official["documents"]:
        section = {"UploadData": "upload", "DownloadData": "download"}[document["name"]]
        for block in document["children"]:
            for kind in block["children"]:
                if "children" in kind:
                    found[section].append((f"{section}:{block['name']}/{kind['name']}", kind["title"]))
    for profile in sorted((ROOT / "data/wire").glob("openbeian-*.json")):
        for added in read(profile)["add"]:
            if "children" not in added["element"]:
                continue
            for path in (to.split("/") for to in added["to"]):
                if len(path) != 2:
                    continue
                section = {"UploadData": "upload", "DownloadData": "download"}[path[0]]
                found[section].append((f"{section}:{path[1]}/{added['element']['name']}",
                                       added["element"]["title"] + "（openbeian）"))
    for code in read("data/wire/result-codes.json")["codes"]:
        section = "call code" if code["kind"] == "call" else "record code"
        found[section].append((f"code:{code['code']}", code["zh"]))
    for section, listed in found.items():
        if not listed:
            sys.exit(f"no rows of {section}")
    return found


def columns_of(path):
    if side := OUR_SIDE.get(path.rsplit("/", 1)[1]):
        return [side, "stacks"]
    return [column for column, places in COLUMNS.items() if path.startswith(places)]


TEST = re.compile(r"^(?:TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP|RC_GTEST_FIXTURE_PROP)"
                  r"\(\s*(\w+)\s*,\s*(\w+)", re.M)
COVERS = re.compile(r"^(?://[^\n]*\n)*?// Covers((?: \S+)+)\n((?://[^\n]*\n)*)", re.M)


class Claims:
    def __init__(self, known):
        self.known, self.cells, self.reasons, self.faults = known, {}, {}, []
        self.tests = {}  # "Suite.Name": [paths]
        for folder in ("src", "tests"):
            for path in sorted((ROOT / folder).rglob("*_test.cpp")):
                self.read_source(path)
        for path in sorted((ROOT / "tests/golden/conformance").glob("*.json")):
            told = json.loads(path.read_text(encoding="utf-8"))
            if not (ROOT / told["test"]).is_file():
                self.faults.append(f"{path.name} names {told['test']}, which does not exist")
            for row in told["rows"]:
                self.add(row, told["test"], "", path.name)
        for path in sorted((ROOT / "tests/golden/sandbox").glob("judge_codes*.json")):
            self.read_judged(path)

    def add(self, pattern, path, test, where):
        hits = [pattern] if pattern in self.known else fnmatch.filter(self.known, pattern)
        if not hits:
            self.faults.append(f"{where} covers {pattern}, which is no row")
        columns = columns_of(path)
        if not columns:
            self.faults.append(f"{where}: no column for tests in {path}")
        for cell in (self.cells.setdefault((row, c), []) for row in hits for c in columns):
            if (path, test) not in cell:
                cell.append((path, test))

    def read_source(self, path):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        for suite, test in TEST.findall(text):
            self.tests.setdefault(f"{suite}.{test}", []).append(name)
        for found in COVERS.finditer(text):
            test = TEST.match(text, found.end())
            if not test:
                self.faults.append(f"{name}: no test below “Covers{found[1]}”")
                continue
            more = " ".join(line.removeprefix("//") for line in found[2].splitlines())
            for pattern in (found[1] + " " + more).split():
                if re.match(r"(operation|upload|download|code):", pattern):
                    self.add(pattern, name, f"{test[1]}.{test[2]}", name)

    def read_judged(self, path):
        told = json.loads(path.read_text(encoding="utf-8"))
        for code in told["codes"] if isinstance(told, dict) else told:
            row = f"code:{code['code']}"
            if row not in self.known:
                self.faults.append(f"{path.name} covers {row}, which is no row")
                continue
            if not code["decided"]:
                self.reasons[row, "sandbox"] = code["reason"]
                continue
            test = code["test"].split("::")[-1]
            test = re.sub(r"^\w+/|/\w+$", "", test)  # a parametrised instance
            files = self.tests.get(test)
            if not files:
                self.faults.append(f"{path.name} names {code['test']}, which does not exist")
                continue
            self.add(row, files[0], test, path.name)

    def read_reasons(self):
        for pattern, reasons in read("tests/conformance/reasons.json").items():
            hits = [pattern] if pattern in self.known else fnmatch.filter(self.known, pattern)
            if not hits:
                self.faults.append(f"reasons.json: {pattern} is no row")
            for row in hits:
                for column, reason in reasons.items():
                    self.reasons.setdefault((row, column), reason)

    def cell(self, row, column):
        tests = self.cells.get((row, column))
        if tests:
            shown = [f"[{path.rsplit('/', 1)[1]}{'::' + test if test else ''}](../{path})"
                     for path, test in tests[:SHOWN]]
            more = f" +{len(tests) - SHOWN}" if len(tests) > SHOWN else ""
            return "<br>".join(shown) + more
        reason = self.reasons.get((row, column))
        if reason is None:
            self.faults.append(f"{row} is covered by no test of: {TITLES[column]}")
            return ""
        return f"*{reason}*"


def page(found, claims):
    out = ["# Conformance", "",
           "What of the interface V.3.0 (and of our own profile) is held by which test: made by",
           "`tests/conformance/table.py`, checked by the test `golden.conformance`, written anew by",
           "`./dev golden`. In italics: why a cell has no test. “Other stacks” are PHP's SoapClient and the",
           "npm package `soap`, with zip, hash, cipher and GBK of their own.", ""]
    for section, (title, columns) in SECTIONS.items():
        out += [f"## {title}", "", f"| row | {' | '.join(TITLES[c] for c in columns)} |",
                "| --- |" + " --- |" * len(columns)]
        for row, words in found[section]:
            name = row.split(":", 1)[1] + (f" {words}" if words else "")
            out.append(f"| {name.replace('|', '/')} | "
                       + " | ".join(claims.cell(row, c) for c in columns) + " |")
        out.append("")
    return "\n".join(out)


def main():
    found = rows()
    claims = Claims([row for listed in found.values() for row, _ in listed])
    claims.read_reasons()
    text = page(found, claims)
    for fault in claims.faults:
        print(fault, file=sys.stderr)
    if "--write" in sys.argv[1:] or os.environ.get("BEIAN_GOLDEN") == "write":
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        print("docs/conformance.md is not what the tree says: ./dev golden writes it anew", file=sys.stderr)
        return 1
    return 1 if claims.faults else 0


sys.exit(main())
