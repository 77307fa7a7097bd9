# SPDX-License-Identifier: MIT
"""Sphinx extension: each source file that the text names becomes a page of the book, with line numbers, and the names
become links to it: `src/mem/flatview.c:render` to that function, [toy.c](toy.c) to the file, [mutants](mutants) to a
list of the folder's files."""
import html
import sys
from pathlib import Path

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TextLexer, get_lexer_for_filename, guess_lexer
from pygments.util import ClassNotFound
from sphinx import addnodes

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
from references import line_of, locate, parse  # noqa: E402

PAGES = set()  # of files and folders, as they are named in the tree


def page_of(app, docname, path, line=0):
    """The address of @path's page as seen from @docname; from now on there is such a page."""
    path = path.resolve().relative_to(ROOT)
    PAGES.add(path)
    if path.is_dir():
        for file in path.iterdir():
            if file.is_file() and not file.name.startswith("."):
                PAGES.add(path / file.name)
    return app.builder.get_relative_uri(docname, f"source/{path}") + (f"#L-{line}" if line else "")


def link_references(app, tree, docname):
    """Code that names a file of the tree, and links to files that are not documents of the book."""
    near = Path(docname).parent
    for code in list(tree.findall(nodes.literal)):
        file, name = parse(code.astext()) or (None, None)
        path = file and locate(file, near)
        if path and path.is_file() and path.suffix not in (".md", ".svg") and not isinstance(code.parent, nodes.reference):
            line = line_of(path, name) if name else 0
            link = nodes.reference("", "", refuri=page_of(app, docname, path, line), internal=True)
            code.replace_self(link)
            link += code
    for link in list(tree.findall(lambda n: isinstance(n, (addnodes.download_reference, addnodes.pending_xref)))):
        path = near / link["reftarget"]
        if path.exists() and path.suffix not in (".md", ".svg"):
            address = page_of(app, docname, path)
            link.replace_self(nodes.reference("", "", *link.children, refuri=address, internal=True))


def lexer_for(path, text):
    try:
        return get_lexer_for_filename(path.name, stripnl=False)
    except ClassNotFound:
        return guess_lexer(text, stripnl=False) if text.startswith("#!") else TextLexer(stripnl=False)


def body_of(path):
    if path.is_dir():
        files = sorted(f for f in path.iterdir() if f.is_file() and not f.name.startswith("."))
        return "<ul>" + "".join(f'<li><a href="{path.name}/{f.name}.html"><code>{html.escape(f.name)}</code></a></li>'
                                for f in files) + "</ul>"
    text = path.read_text(errors="replace")
    numbered = HtmlFormatter(linenos="inline", lineanchors="L", anchorlinenos=True, cssclass="highlight source")
    return highlight(text, lexer_for(path, text), numbered)


def source_pages(app):
    for path in sorted(PAGES):
        name = html.escape(str(path))
        yield f"source/{path}", {"title": name, "body": f"<h1>{name}</h1>\n{body_of(ROOT / path)}"}, "page.html"


def setup(app):
    app.connect("doctree-read", lambda app, tree: link_references(app, tree, app.env.docname))
    app.connect("html-collect-pages", source_pages)
    return {"parallel_read_safe": False}
