# SPDX-License-Identifier: MIT
"""Does each link in a folder of HTML lead somewhere?  Pages, pictures, styles and scripts must be files of the folder,
and what is behind a # must be the id of something there.  Addresses of other sites are only listed with -v.

Usage: check_links.py FOLDER"""
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.ids = [], set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attrs):
        for key, value in attrs:
            if key in ("href", "src", "data") and value:
                self.links.append((self.getpos()[0], value))
            elif key in ("id", "name") and value:
                self.ids.add(value)


def main(folder):
    pages = {p.resolve(): Page(p) for p in sorted(folder.glob("**/*.html"))}
    good = bad = 0
    for path, page in pages.items():
        for line, link in page.links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            wrong = None
            if not target.is_file():
                wrong = "there is no such file"
            elif url.fragment and target in pages and unquote(url.fragment) not in pages[target].ids:
                wrong = "nothing there has this id"
            if wrong:
                print(f"{path.relative_to(folder.resolve())}:{line}: link to {link}: {wrong}")
            bad += wrong is not None
            good += wrong is None
    print(f"book: {len(pages)} pages, {good} links lead somewhere, {bad} do not")
    return bad != 0 or good == 0


sys.exit(main(Path(sys.argv[1])))
