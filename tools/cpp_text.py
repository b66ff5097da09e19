"""C++ sources as the house rules see them: where they are, and their text without comments and strings."""

import os
import re

SKIPPED_FOLDERS = {".git", "build", "runs", "__pycache__"}
SOURCE_ENDINGS = (".h", ".hpp", ".hh", ".cpp", ".cc", ".cxx")


def files(root, folders=("",)):
    """Paths of all files below these folders, relative to root, sorted, with / between the parts."""
    found = []
    for folder in folders:
        for where, subfolders, names in os.walk(os.path.join(root, folder)):
            subfolders[:] = [name for name in subfolders if name not in SKIPPED_FOLDERS]
            found += [os.path.relpath(os.path.join(where, name), root) for name in names]
    return sorted(path.replace(os.sep, "/") for path in found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


TOKEN = re.compile(
    r"""//[^\n]*(?:\\\n[^\n]*)*            # a comment to the end of the line
      | /\*.*?(?:\*/|\Z)                   # a comment in its own brackets
      | R"(?P<tag>[^()\\\s]{0,16})\(.*?\)(?P=tag)"
      | "(?:[^"\\\n]|\\.)*"
      | (?<![0-9A-Fa-f])'(?:[^'\\\n]|\\.)+'   # not the separator in 10'000""",
    re.VERBOSE | re.DOTALL)


def blank(text):
    """The same text, as long and with the same lines, comments and the insides of strings made spaces."""

    def spaces(match):
        token = match.group(0)
        kept = re.sub(r"[^\n]", " ", token)
        if token.startswith("/"):
            return kept
        return token[0] + kept[1:-1] + token[-1] if token[0] != "R" else ' "' + kept[2:-1] + '"'

    return TOKEN.sub(spaces, text)


def blank_directives(code):
    """Preprocessor lines, with those they continue on, made spaces as well."""
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*",
                  lambda match: re.sub(r"[^\n]", " ", match.group(0)), code, flags=re.MULTILINE)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


CLOSING = {"(": ")", "[": "]", "{": "}"}


def closing(code, position):
    """Where the bracket at position closes; the end of the text if nowhere."""
    depth = 0
    for i in range(position, len(code)):
        if code[i] in "([{":
            depth += 1
        elif code[i] in ")]}":
            depth -= 1
            if depth == 0:
                return i
    return len(code)
