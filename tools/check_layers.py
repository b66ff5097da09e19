#!/usr/bin/env python3
"""The rooms of src/ hold to their rows: a room includes itself and lower rows only, third-party code stays
in the rooms that are its quarantine, doorbuster_layer() in CMakeLists.txt paints the same picture, and no two
files of the program give one name to two types, which no linker would notice.

    tools/check_layers.py [ROOT]      prints every breach as file:line: sentence; exits 1 if there is one
"""

import os
import re
import sys

import cpp_text

ROWS = [
    ["base"],
    ["scenario", "store", "history", "measure"],
    ["sim", "loop", "sandbox"],
    ["strategy", "audit", "stats", "redis", "postgres"],
    ["load", "results"],
    ["run", "report", "decide"],
    ["cli"],
]
ROW_OF = {room: row for row, rooms in enumerate(ROWS, start=1) for room in rooms}

EVERYWHERE = set(ROW_OF)
TESTS = "tests"  # *_test.cpp, and headers of suites that several rooms' tests share

# Which rooms may include it. The longest prefix of the include's name decides.
QUARANTINE = {
    "fmt/": EVERYWHERE,
    "boost/": set(),
    "boost/endian": {"base", "history"},
    "boost/asio": {"loop", "redis", "postgres", "sandbox", "run"},
    "boost/system": {"loop", "redis", "postgres", "sandbox", "run"},
    "boost/json": {"results"},
    "boost/describe": {"results"},
    "boost/math": {"stats"},
    "boost/mp11": {"results"},
    "hiredis/": {"redis"},
    "libpq-fe.h": {"postgres"},
    "libpq/": {"postgres"},
    "postgresql/": {"postgres"},
    "pqxx/": {"postgres"},
    "toml++/": {"scenario"},
    "toml.hpp": {"scenario"},
    "CLI/": {"cli"},
    "zlib.h": {"measure"},
    "prometheus/": {"report"},
    "gtest/": {TESTS},
    "gmock/": {TESTS},
    "benchmark/": set(),
    "spawn.h": {"sandbox", TESTS},
}
SYSTEM_FOLDERS = ("sys/", "netinet/", "arpa/", "net/", "linux/", "asm/", "bits/", "sanitizer/")
SYSTEM_HEADERS = re.compile(  # C++'s own have no ending; of C and POSIX those that a program may want
    r"[a-z_0-9]+$|(assert|cpuid|ctype|cxxabi|dirent|dlfcn|endian|errno|execinfo|fcntl|fenv|fnmatch|ftw|getopt|"
    r"glob|grp|ifaddrs|immintrin|inttypes|limits|locale|malloc|math|netdb|poll|pthread|pwd|sched|semaphore|"
    r"signal|stdint|stdio|stdlib|string|strings|sysexits|termios|time|ucontext|unistd|utime|wait|"
    r"x86intrin)\.h$")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
SUITE_HEADER = re.compile(r"(contract|suite|_test|test_|testing)[a-z_]*\.h$")
LAYER = re.compile(r"\bdoorbuster_layer\(([^)]*)\)")


def is_test(path):
    return path.endswith("_test.cpp") or SUITE_HEADER.search(os.path.basename(path)) is not None


def check_place(path):
    """Sources stand in src/<room>/ (no deeper: CMake builds src/<room>/*.cpp) or in bench/."""
    parts = path.split("/")
    if parts[0] == "bench":
        return
    if parts[0] != "src" or len(parts) < 3:
        yield 1, "a source outside src/<room>/ and bench/ belongs to no room"
    elif parts[1] not in ROW_OF:
        yield 1, f"there is no room '{parts[1]}': the rooms are {', '.join(ROW_OF)}"
    elif len(parts) > 3:
        yield 1, f"a room has no folders of sources: only src/{parts[1]}/*.cpp is built"
    elif parts[2] == "main.cpp" and parts[1] != "cli":
        yield 1, "main.cpp stands in cli alone"


def check_third_party(path, room, name):
    prefixes = [prefix for prefix in QUARANTINE if name.startswith(prefix)]
    if prefixes:
        allowed = QUARANTINE[max(prefixes, key=len)]
        if room in allowed or (TESTS in allowed and is_test(path)):
            return None
        where = ", ".join(sorted(allowed - {TESTS})) or ("tests" if TESTS in allowed else "no room of src/")
        return f"<{name}> may be included in {where}, not in {room}"
    if name.startswith(SYSTEM_FOLDERS) or SYSTEM_HEADERS.match(name):
        return None
    return f"<{name}> is third-party code with no room: name its room in QUARANTINE of tools/check_layers.py"


def check_includes(path, text, reach):
    """reach: for each room the rooms that CMake links it with, or None where CMake says nothing."""
    room = path.split("/")[1]
    for match in INCLUDE.finditer(text):
        line, quote, name = cpp_text.line_of(text, match.start(2)), match.group(1), match.group(2)
        other = name.split("/")[0]
        if quote == "<" or (other not in ROW_OF and any(map(name.startswith, QUARANTINE))):
            sentence = check_third_party(path, room, name)
            if sentence:
                yield line, sentence
        elif "/" not in name or name.startswith("."):
            yield line, f'"{name}" is written "room/file.h"'
        elif other not in ROW_OF:
            yield line, f'"{name}": there is no room \'{other}\''
        elif other != room and ROW_OF[other] >= ROW_OF[room]:
            yield line, (f'{room} (row {ROW_OF[room]}) may not include "{name}" (row {ROW_OF[other]}): '
                         "lower rows only; what two rooms need moves down")
        elif other != room and reach.get((room, is_test(path))) is not None \
                and other not in reach[room, is_test(path)]:
            yield line, f'{room} includes "{name}", but its doorbuster_layer() does not use {other}'


def layers(cmake):
    """room -> (line, USES, TEST_USES) of every call."""
    text = re.sub(r"#[^\n]*", "", cmake)
    calls = {}
    for match in LAYER.finditer(text):
        words = match.group(1).split()
        lists, current = {"USES": [], "LINKS": [], "TEST_USES": []}, None
        for word in words[1:]:
            if word in lists:
                current = word
            elif current:
                lists[current].append(word)
        calls[words[0]] = (cpp_text.line_of(text, match.start()), lists["USES"], lists["TEST_USES"])
    return calls


def check_layers(calls, rooms_that_stand):
    for room, (line, uses, test_uses) in calls.items():
        if room not in ROW_OF:
            yield line, f"doorbuster_layer({room}): there is no such room"
            continue
        for other in uses + test_uses:
            if other not in ROW_OF:
                yield line, f"doorbuster_layer({room}) uses '{other}', which is no room"
            elif ROW_OF[other] >= ROW_OF[room]:
                yield line, (f"doorbuster_layer({room}) in row {ROW_OF[room]} may not use {other} "
                             f"of row {ROW_OF[other]}")
    for room in sorted(rooms_that_stand - set(calls)):
        if room in ROW_OF:
            yield 1, f"src/{room}/ has no doorbuster_layer(): it is not built"


def reached(calls):
    """(room, in a test) -> rooms it links with, directly or through others."""
    closure = {}

    def visit(room):
        if room not in closure:
            closure[room] = set()
            for other in calls.get(room, (0, [], []))[1]:
                closure[room] |= {other} | visit(other)
        return closure[room]

    answer = {}
    for room, (_, _, test_uses) in calls.items():
        answer[room, False] = visit(room)
        answer[room, True] = visit(room).union(test_uses, *(visit(other) for other in test_uses))
    return answer


TYPE = re.compile(
    r"(?:^|[\s>)])(?:struct|class|union|enum(?:\s+(?:class|struct))?)\s+"
    r"(?:\[\[[^\]]*\]\]\s*|alignas\s*\([^)]*\)\s*)*(\w+)\s*(?:final\s*)?(?::(?!:)[^;{}()]*)?$")
NAMESPACE = re.compile(r"(?:^|\s)(?:inline\s+)?namespace\b\s*([\w:]*)\s*$")


def types(code, begin=0, end=None, inside=False):
    """(name, where it opens) of every type defined in namespace doorbuster itself; a declaration is none."""
    i, start = begin, begin
    end = len(code) if end is None else end
    while i < end:
        if code[i] in ";}":
            start = i + 1
        elif code[i] in "([":
            i = cpp_text.closing(code, i)
        elif code[i] == "{":
            head, close = code[start:i].rstrip(), cpp_text.closing(code, i)
            space, defined = NAMESPACE.search(head), TYPE.search(head)
            if space and space.group(1) == "doorbuster" and not inside:
                yield from types(code, i + 1, close, True)
            elif defined and inside and not space:
                yield defined.group(1), i
            i = close
            start = i + 1
        i += 1


def check_types(texts):
    """The one-definition rule, over what the program is linked from: tests are programs of their own."""
    first = {}
    for path, text in texts.items():
        code = cpp_text.blank_directives(cpp_text.blank(text))
        for name, position in types(code):
            there = first.setdefault(name, path)
            if there != path:
                yield path, cpp_text.line_of(code, position), (
                    f"doorbuster::{name} is a type of {there} already: one of the two needs another name, "
                    "or a namespace of its own")


def is_of_the_program(path):
    return path.startswith("src/") and not is_test(path) and not path.endswith("_fuzz.cpp")


def check(root):
    """All breaches, as sentences."""
    sources = [path for path in cpp_text.files(root) if path.endswith(cpp_text.SOURCE_ENDINGS)]
    calls = layers(cpp_text.read(root, "CMakeLists.txt"))
    rooms = {path.split("/")[1] for path in sources if path.startswith("src/") and path.count("/") > 1}
    breaches = [("CMakeLists.txt", *breach) for breach in check_layers(calls, rooms)]
    reach = reached(calls)
    for path in sources:
        found = list(check_place(path))
        if not found and path.startswith("src/"):
            found = check_includes(path, cpp_text.read(root, path), reach)
        breaches += [(path, *breach) for breach in found]
    breaches += check_types({path: cpp_text.read(root, path) for path in sources if is_of_the_program(path)})
    return [f"{path}:{line}: {sentence}" for path, line, sentence in breaches]


def main(arguments):
    root = arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    breaches = check(root)
    print("\n".join(breaches) if breaches else "layers: every room holds to its row")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
