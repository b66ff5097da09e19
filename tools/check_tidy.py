#!/usr/bin/env python3
"""The house rules that a compiler does not know: lengths, contracts, the doors for time, chance and processes,
and the coroutine patterns that g++ 12 miscompiles.

    tools/check_tidy.py [ROOT]        prints every breach as file:line: sentence; exits 1 if there is one
"""

import os
import re
import shutil
import subprocess
import sys

import cpp_text
from cpp_text import closing, line_of

FILE_LINES, FILE_LINES_TO_LOOK_AT, FUNCTION_LINES, COLUMNS = 600, 400, 70, 100
CLANG_FORMAT = 14  # other versions lay out the same code a little differently
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b")


# ---- rules for every file of ours

def check_text(path, text):
    lines = text.split("\n")
    if len(lines) - 1 > FILE_LINES and path.startswith(("src/", "bench/", "tools/")):
        yield FILE_LINES + 1, f"the file has {len(lines) - 1} lines; split it at {FILE_LINES}"
    for number, line in enumerate(lines, start=1):
        if len(line) > COLUMNS and path.endswith(cpp_text.SOURCE_ENDINGS):
            yield number, f"{len(line)} columns; at most {COLUMNS}"
        if UNFINISHED.search(line):
            yield number, "unfinished work is an issue or a closing note, not a mark in the code"


# ---- rules for C++

def check_header(path, text):
    if not path.endswith(".h"):
        return
    if not text.startswith("//"):
        yield 1, "a header opens with its contract, a // comment on line 1"
    if not re.search(r"^#pragma once$", text, re.MULTILINE):
        yield 1, "a header needs #pragma once"


# A name that is called: not a member, not another's, not being declared.
CALLED = r"(?<![\w.>:])(?:::\s*|std::)?"
DECLARATION_BEFORE = re.compile(r"(?:[\w>&*\]]|\boperator)\s*$")
DOORS = [
    (re.compile(r"_clock\s*::\s*now\b|\brandom_device\b|\bclock_gettime\b|\bgettimeofday\b|\bstd::s?rand\b"),
     {"base"}, "time and chance come through Clock and Random", ()),
    (re.compile(CALLED + r"(v?fork|exec(?:l|le|lp|v|ve|vp|vpe)|posix_spawnp?|popen|system|daemon)\s*\("),
     {"sandbox"}, "processes are started",
     ("_test.cpp", "_testing.h")),  # a test may run a peer, or kill the program
]


def check_doors(path, code):
    if not path.startswith("src/"):
        return
    for pattern, rooms, what, exempt in DOORS:
        if exempt and path.endswith(exempt):
            continue
        for match in pattern.finditer(code):
            before = code[max(0, match.start() - 80):match.start()]
            declared = match.groups() and DECLARATION_BEFORE.search(before) \
                and not re.search(r"\b(return|co_return|else|do)\s*$", before)
            if path.split("/")[1] not in rooms and not declared:
                yield line_of(code, match.start()), \
                    f"'{match.group(0).strip()}': {what} in {' and '.join(sorted(rooms))} only"


HOLDS_DECLARATIONS = re.compile(
    r"\s*(?:(?:public|private|protected)\s*:\s*)*(?:template\s*<.*?>\s*|inline\s+|export\s+|typedef\s+)*"
    r"(?:namespace|class|struct|union|extern)\b", re.DOTALL)
INITIALISES_MEMBERS = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:).*[\w>]\s*$", re.DOTALL)


def functions(code):
    """(where it opens, where it closes) of every outermost function body: a heuristic over the braces."""
    i, start = 0, 0
    while i < len(code):
        character = code[i]
        if character in ";}":
            start = i + 1
        elif character in "([":
            i = closing(code, i)
        elif character == "{":
            head = code[start:i]
            if HOLDS_DECLARATIONS.match(head):
                start = i + 1
            else:
                end = closing(code, i)
                if "(" in head and not INITIALISES_MEMBERS.search(head):
                    yield i, end
                    start = end + 1
                i = end
        i += 1


def check_functions(path, code):
    for begin, end in functions(cpp_text.blank_directives(code)):
        lines = line_of(code, end) - line_of(code, begin) + 1
        if lines > FUNCTION_LINES:
            yield line_of(code, begin), f"the function has {lines} lines; at most {FUNCTION_LINES}"


# ---- coroutines: what g++ 12 miscompiles (a temporary of these kinds is destroyed twice)

STRUCT = re.compile(r"\bstruct\s+(\w+)\s*(?:final\s*)?(?::[^{;]*)?\{")
OWNS_MEMORY = re.compile(r"\bstd::(string|vector|function|unique_ptr|shared_ptr|map|deque|any|set|list|"
                         r"unordered_map|move_only_function)\b")
TEMPORARY = re.compile(r"(?<![\w:.])((?:[A-Za-z_]\w*::)*[A-Z]\w*)\s*(?:<[^;{}()]*>)?\s*\{")
CAPTURING_LAMBDA = re.compile(r"(?<![\w)\]\[\s])\s*\[\s*[^\]\s\[]")


def trivial_types(sources):
    """Names whose T{...} is harmless: enumerations, spans of time, and those structs of store/ and base/
    in which nothing owns memory."""
    harmless, bodies = set(), {}
    for path, code in sources.items():
        harmless.update(re.findall(r"\benum\s+class\s+(\w+)", code))
        harmless.update(re.findall(r"\busing\s+(\w+)\s*=\s*std::chrono::", code))
        if re.match(r"src/(store|base)/[^/]*\.h$", path):
            for match in STRUCT.finditer(code):
                body = code[match.end() - 1:closing(code, match.end() - 1)]
                bodies[match.group(1)] = bodies.get(match.group(1), "") + body
    dear = {name for name, body in bodies.items() if OWNS_MEMORY.search(body)}
    while True:  # what holds one that owns memory owns memory
        more = {name for name, body in bodies.items() if name not in dear and dear.intersection(
            re.findall(r"\w+", body))}
        if not more:
            return harmless | bodies.keys() - dear
        dear |= more


def awaited(code):
    """(where co_await stands, its operand's text) of every co_await."""
    for match in re.finditer(r"\bco_await\b", code):
        i = match.end()
        while i < len(code) and code[i] not in ";,)]}":
            i = closing(code, i) if code[i] in "([{" else i
            i += 1
        yield match.start(), code[match.end():i]


def check_awaits(code, trivial):
    for position, operand in awaited(code):
        line = line_of(code, position)
        for match in TEMPORARY.finditer(operand):
            name = match.group(1)
            if name.split("::")[-1] not in trivial and not name.startswith(("boost::", "asio::")):
                yield line, f"temporary {name}{{...}} inside a co_await: g++ 12 destroys it twice; name it first"
        if CAPTURING_LAMBDA.search(operand):
            yield line, "capturing lambda inside a co_await: g++ 12 destroys it twice; name it first"
        if "?" in operand:
            yield line, "ternary inside a co_await: g++ 12 destroys a class result twice; name it first"


LAMBDA_HEAD = re.compile(r"\s*(?:mutable|noexcept|constexpr|static)?\s*(?:->[^;{}]*)?\s*\{")


def lambdas(code):
    """(captures, where the body opens, where it closes) of every lambda."""
    for match in re.finditer(r"(?:(?<![\w)\]\[\s])|(?<=\breturn))\s*\[(?!\[)", code):
        begin = match.end() - 1
        end = closing(code, begin)
        parameters = re.compile(r"\s*\(").match(code, end + 1)
        i = closing(code, parameters.end() - 1) + 1 if parameters else end + 1
        head = LAMBDA_HEAD.match(code, i)
        if head:
            yield code[begin + 1:end].strip(), head.end() - 1, closing(code, head.end() - 1)


def check_lambda_coroutines(code):
    found = list(lambdas(code))
    reported = set()
    for match in re.finditer(r"\bco_(await|return|yield)\b", code):
        around = [entry for entry in found if entry[1] < match.start() < entry[2]]
        if around:
            captures, begin, _ = max(around, key=lambda entry: entry[1])
            if captures and begin not in reported:
                reported.add(begin)
                yield line_of(code, begin), (f"a lambda that captures [{captures}] is a coroutine: its captures "
                                             "die before it does; pass them as parameters")


# ---- the form, by clang-format

def clang_format_version():
    if not shutil.which("clang-format"):
        return None
    answer = subprocess.run(["clang-format", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"version (\d+)", answer)
    return int(match.group(1)) if match else None


def check_form(root, paths):
    version = clang_format_version()
    if version != CLANG_FORMAT:
        have = f"this one is {version}" if version else "there is none here"
        print(f"SKIPPED: the form of the code needs clang-format {CLANG_FORMAT}; {have}")
        return
    if not paths:
        return
    answer = subprocess.run(["clang-format", "--dry-run", "-Werror", *paths], cwd=root,
                            capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        lines = re.findall(r"^(.+?):(\d+):\d+: error:", answer.stderr, re.MULTILINE)
        for path in sorted({path for path, _ in lines}):
            numbers = [int(number) for other, number in lines if other == path]
            yield path, numbers[0], f"not in the house's form at {len(numbers)} places: clang-format -i {path}"
        if not lines:
            yield ".clang-format", 1, answer.stderr.strip().split("\n")[0]


# ---- all of it

def check(root, form=True):
    """All breaches, as sentences."""
    folders = ("src", "bench", "tools", "docker", ".ci", "scenarios")
    texts = {path: cpp_text.read(root, path) for path in cpp_text.files(root, folders)
             if not path.endswith((".png", ".json", ".gz", ".pyc"))}
    sources = {path: cpp_text.blank(text) for path, text in texts.items()
               if path.startswith(("src/", "bench/")) and path.endswith(cpp_text.SOURCE_ENDINGS)}
    trivial = trivial_types(sources)
    breaches = []
    for path, text in texts.items():
        breaches += [(path, *breach) for breach in check_text(path, text)]
    for path, code in sources.items():
        for rule in (check_header(path, texts[path]), check_doors(path, code), check_functions(path, code),
                     check_awaits(code, trivial), check_lambda_coroutines(code)):
            breaches += [(path, *breach) for breach in rule]
    if form:
        breaches += check_form(root, sorted(sources))
    return [f"{path}:{line}: {sentence}" for path, line, sentence in sorted(breaches)]


def long_files(root):
    for path in cpp_text.files(root, ("src", "bench", "tools")):
        if path.endswith(cpp_text.SOURCE_ENDINGS):
            lines = cpp_text.read(root, path).count("\n")
            if FILE_LINES_TO_LOOK_AT < lines <= FILE_LINES:
                yield f"look again: {path} has {lines} lines"


def main(arguments):
    root = arguments[0] if arguments else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    breaches = check(root)
    print("\n".join([*long_files(root), *breaches] if breaches else [*long_files(root), "tidy: the house is in order"]))
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
