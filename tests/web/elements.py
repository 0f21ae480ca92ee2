"""The elements of a page that bear an id, and what a live frame does to them."""

import re
from html.parser import HTMLParser

VOID = frozenset({"area", "br", "hr", "img", "input", "link", "meta", "wbr", "base"})
BETWEEN = re.compile(r"\s+")
FRESH = re.compile(r'value="[0-9a-f]{16}" data-fresh')  # another at each drawing


class _Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self.lines = [0]
        for line in text.split("\n"):
            self.lines.append(self.lines[-1] + len(line) + 1)
        self.open: list[tuple[str, str | None, int]] = []
        self.spans: dict[str, tuple[int, int]] = {}
        self.children: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        id = dict(attrs).get("id")
        parent = self.open[-1][1] if self.open else None
        if id is not None and parent is not None:
            self.children.setdefault(parent, []).append(id)
        if tag not in VOID:
            self.open.append((tag, id, self._place()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass  # only in drawings, where nothing bears an id

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, id, start = self.open.pop()
            if id is not None:
                self.spans[id] = (start, self.text.index(">", self._place()) + 1)
            if name == tag:
                return

    def _place(self) -> int:
        line, column = self.getpos()
        return self.lines[line - 1] + column


class Document:
    """A page, or a part of one, as text in which elements are put in place."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._parse()

    def element(self, id: str) -> str | None:
        """The element, with white space folded and without what differs at each drawing."""
        if id not in self.spans:
            return None
        start, end = self.spans[id]
        return FRESH.sub('value="" data-fresh', BETWEEN.sub(" ", self.text[start:end]).strip())

    def put(self, id: str, html: str, into: str, before: str = "") -> None:
        """Replace the element of this id, or put it into ``into``; without html it goes."""
        if id in self.spans:
            start, end = self.spans[id]
        elif html and before in self.spans:
            start = end = self.spans[before][0]
        elif html and into in self.spans:
            start = end = self.text.rindex("<", *self.spans[into])
        else:
            return
        self.text = self.text[:start] + html + self.text[end:]
        self._parse()

    def _parse(self) -> None:
        parser = _Elements(self.text)
        parser.feed(self.text)
        parser.close()
        self.spans, self.children = parser.spans, parser.children
