"""A page of HTML, read without a browser."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

INLINE = ("a", "b", "i", "s", "u", "span", "small", "code", "time", "summary")
VOID = ("meta", "input", "br", "hr", "wbr", "col", "link")
Attributes = dict[str, str | None]


class Reader(HTMLParser):
    """Gathers the elements of a page and the texts below each id, and sees that all is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.seen: list[tuple[str, Attributes]] = []
        self.texts: dict[str, str] = {}
        self.feed(page)
        self.close()
        assert self.open == []

    @staticmethod
    def of(path: Path) -> Reader:
        """Read the page in a file."""
        return Reader(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in INLINE:
            self.handle_data(" ")
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE or tag == "summary":
            self.handle_data(" ")
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, name in self.open:
            if name is not None:
                self.texts[name] = self.texts.get(name, "") + data

    def all_of(self, tag: str) -> list[Attributes]:
        """Give the attributes of all elements with a tag."""
        return [attributes for name, attributes in self.seen if name == tag]

    def under(self, anchor: str) -> str:
        """Give the text below an id, with white space as a browser shows it."""
        return " ".join(self.texts[anchor].split())

    @property
    def ids(self) -> list[str]:
        """All ids, in their order."""
        return [str(attributes["id"]) for _, attributes in self.seen if "id" in attributes]

    @property
    def targets(self) -> set[str]:
        """The ids that links of the page lead to; a link to elsewhere is there as it is."""
        return {str(link["href"]).removeprefix("#") for link in self.all_of("a")}
