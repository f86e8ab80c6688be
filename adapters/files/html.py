"""HTML as plain text."""

from __future__ import annotations

from html.parser import HTMLParser


class PlainText(HTMLParser):
    """The words of a piece of HTML, a line for each block."""

    BLOCKS = frozenset(
        ["p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section", "blockquote"]
    )
    SILENT = frozenset(("script", "style"))

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in self.SILENT
        self.parts += "\n" if tag in self.BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT and self.silent > 0
        self.parts += "\n" if tag in self.BLOCKS else ""

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(" ".join(data.split("\n")))


def plain(html: str) -> str:
    if "<" not in html and "&" not in html:
        return html.strip()
    parser = PlainText()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
