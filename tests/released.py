#!/usr/bin/env python3
"""The tests that need nothing built but the program, for another build of it: what is shipped comes
from another compiler than what the sanitizers look at, and compilers differ in what they keep alive.

released.py BUILD PROGRAM FOLDER: takes the tests of BUILD that are given its program, and writes them
into FOLDER with PROGRAM in its place, for `ctest --test-dir FOLDER`.
"""
import json
import os
import subprocess
import sys

build, program, folder = (os.path.realpath(path) for path in sys.argv[1:])
theirs = os.path.join(build, "src/app/beian")
listed = json.loads(subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True,
                                   capture_output=True, text=True).stdout)


def quoted(text):
    return "[==[" + text + "]==]"


lines = []
for test in listed["tests"]:
    command = [part for part in test.get("command", []) if part != "sanitized"]
    if theirs not in command[1:] or test["name"].endswith("_phone"):
        continue  # the phone's walks ask what the desktop's ask
    command = [program if part == theirs else part for part in command]
    if any(part.startswith(build) for part in command):
        continue  # needs more of that build than the program
    name = quoted(test["name"])
    lines.append(f"add_test({name} {' '.join(map(quoted, command))})")
    for one in test["properties"]:
        if one["name"] in ("SKIP_RETURN_CODE", "RESOURCE_LOCK", "RUN_SERIAL"):
            value = one["value"]
            text = ";".join(value) if isinstance(value, list) else str(int(value))
            lines.append(f"set_tests_properties({name} PROPERTIES {one['name']} {quoted(text)})")
if not lines:
    sys.exit(f"no test of {build} is given {theirs}")
os.makedirs(folder, exist_ok=True)
with open(os.path.join(folder, "CTestTestfile.cmake"), "w") as file:
    file.write("\n".join(lines) + "\n")
