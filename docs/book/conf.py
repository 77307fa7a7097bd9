# SPDX-License-Identifier: MIT
"""The book (`make book`, scripts/book): README.md, labs/ and docs/ as HTML, by Sphinx with MyST and the theme furo.

The Markdown in the tree stays plain.  What the book needs beyond it is made here: the table of contents, from the
names of the files, and a page with line numbers for each source file that the text names."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

project = "teemu, the TEaching EMUlator"
copyright = "the authors of teemu; MIT licence"
html_title = "teemu"

extensions = ["myst_parser", "sources"]
source_suffix = {".md": "markdown"}
root_doc = "README"
include_patterns = ["README.md", "labs/README.md", "labs/answers.md", "labs/[0-9][0-9]-*/README.md", "docs/*.md"]
myst_heading_anchors = 4  # as GitHub makes them: [text](file.md#a-heading)
nitpicky = True

html_theme = "furo"
html_static_path = ["book.css"]
html_css_files = ["book.css"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
pygments_style = "friendly"
pygments_dark_style = "native"
highlight_language = "none"

CONTENTS = """

```{toctree}
:hidden:
:glob:
:caption: The course

labs/README
labs/[0-9]*/README
labs/answers
```

```{toctree}
:hidden:
:glob:
:caption: The emulator

docs/architecture
docs/[a-z]*
docs/*
```
"""


def add_contents(app, name, source):
    if name == root_doc:
        source[0] += CONTENTS


def setup(app):
    app.connect("source-read", add_contents)
