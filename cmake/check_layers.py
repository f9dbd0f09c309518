#!/usr/bin/env python3
"""Refuses an #include that crosses the layers of cmake/layers.cmake.

CMake refuses a wrong link at configure time; a header-only edge links nothing and is found here.
Reads the table from cmake/layers.cmake's own evaluation (build/*/rooms.txt says who declared what)
and the includes from the sources.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CAPABILITIES = ["accounts", "resources", "registry", "domains", "addresses", "materials", "verify", "orders", "batches", "authority",
                "notices", "compliance", "help"]


def room_of(path: str) -> str:
    parts = path.split("/")
    in_folder = parts[0] == "platform" or parts[:2] in (["gate", "server"], ["gate", "block"])
    return "_".join(parts[:2]) if in_folder else parts[0]


def declared(src: pathlib.Path) -> dict[str, set[str]]:
    """room -> rooms it names in USES, from the CMakeLists.txt beside the sources."""
    uses = {}
    for lists in src.rglob("CMakeLists.txt"):
        text = lists.read_text()
        for match in re.finditer(r"beian_room\(\s*(\w+)([^)]*)\)", text):
            room, rest = match.groups()
            words = re.split(r"\s+", rest.strip())
            mode, found, test = None, set(), set()
            for word in words:
                if word in ("USES", "LINK", "TEST_USES", "TEST_SHARDS"):
                    mode = word
                elif mode == "USES":
                    found.add(word)
                elif mode == "TEST_USES":
                    test.add(word)
            uses[room] = (found, test)
    return uses


def main() -> int:
    src = ROOT / "src"
    uses = declared(src)
    closure = {}

    def reach(room: str) -> set[str]:
        if room not in closure:
            closure[room] = {room}
            for used in uses.get(room, (set(), set()))[0]:
                closure[room] |= reach(used)
        return closure[room]

    bad = []
    for path in sorted(src.rglob("*.[ch]pp")):
        relative = path.relative_to(src).as_posix()
        room = room_of(relative)
        # x_test.cpp, and headers that only those include: x_for_test.hpp, x_for_tests.hpp.
        is_test = relative.endswith(("_test.cpp", "_for_test.hpp", "_for_tests.hpp"))
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#include "([^"]+)"', line)
            if not match:
                continue
            target = match.group(1)
            if target.startswith("testing/"):
                if not is_test:
                    bad.append(f"{relative}:{number}: only tests may include {target}")
                continue
            other = room_of(target)
            if other == room:
                continue
            allowed = reach(room)
            if is_test:
                for used in uses.get(room, (set(), set()))[1]:
                    allowed = allowed | reach(used)
            if other not in allowed:
                bad.append(f"{relative}:{number}: {room} must not include {target} (no USES {other})")
            if room in CAPABILITIES and other in CAPABILITIES and not is_test:
                leaf = target.split("/")[-1]
                if leaf in ("store_sql.hpp", "api.hpp"):
                    bad.append(f"{relative}:{number}: {target} is {other}'s own")
    for line in bad:
        print(line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
