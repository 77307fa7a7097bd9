# SPDX-License-Identifier: MIT
"""References of the documents to this tree, `src/mem/flatview.c:render` or `src/mem/flatview.c`: what they look
like, and where they lead.  tests/docs/run checks them, and docs/book/sources.py makes links of them."""
import functools
import re
from pathlib import Path

NAMED = re.compile(r"([\w./-]+\.(?:c|h|S|py|md|ld)|[\w./-]*(?:scripts|tests)/[\w./-]+):(\w+)")
FILE = re.compile(r"(?:src|labs|tests|docs|scripts)/[\w./-]+")


def parse(code):
    """(file, name or None) if @code is a reference, else None."""
    named = NAMED.fullmatch(code)
    if named:
        return named[1], named[2]
    return (code, None) if FILE.fullmatch(code) else None


def locate(path, near):
    """The file in the tree; references may leave out src/, and be relative to the folder of the document."""
    for base in (Path("."), Path("src"), near):
        if (base / path).exists():
            return base / path
    return None


@functools.lru_cache(None)
def text_of(path):
    return path.read_text(errors="replace")


@functools.lru_cache(None)
def line_of(path, name):
    """Where @name is defined or declared in @path, as a line number, or 0: a function, macro, type, variable, row,
    enum or struct member, make target."""
    n = re.escape(name)
    forms = [rf"^[A-Za-z_][^;\n]*\b{n}\s*\([^;]*\n\{{",        # a function
             rf"^[A-Za-z_].*\b{n}\s*\(",                       # its declaration; a row NAME(
             rf"^[A-Za-z_]\w*\(\s*{n}\b",                      # ROW(name
             rf"^#define\s+{n}\b", rf"^(?:struct|enum|union)\s+{n}\b",
             rf"^(?:typedef|static|const|extern|LIST|List)\b.*\b{n}\b",
             rf"^\}}\s*{n};", rf"^\s+(?:[A-Za-z_][\w *()]*[ *(])?{n}\b[^()]*[,;=]", rf"^{n}:", rf"^{n}\s*\(\)\s*\{{",
             rf"^\s*def {n}\b"]
    for form in forms:
        found = re.search(form, text_of(path), re.M)
        if found:
            return text_of(path).count("\n", 0, found.start()) + 1
    return 0
