"""The forms of a page as a browser without script would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """``fields`` as they stand; a name that stands twice has a list of values."""

    action: str = ""
    fields: dict[str, object] = field(default_factory=dict)

    @property
    def do(self) -> str:
        return str(self.fields.get("do", ""))

    def add(self, name: str, value: str) -> None:
        there = self.fields.get(name)
        if there is None:
            self.fields[name] = value
        else:
            self.fields[name] = [*(there if isinstance(there, list) else [there]), value]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.area: str | None = None
        self.select: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name"), given.get("value") or ""
        match tag:
            case "form":
                self.open = Form(given.get("action") or "")
                self.forms.append(self.open)
            case "input" if self.open and name and self._counts(given):
                self.open.add(name, value)
            case "textarea":
                self.area, self.text = name, ""
            case "select":
                self.select = name
            case "option" if self.open and self.select and "selected" in given:
                self.open.add(self.select, value)
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self.open = None
            case "textarea":
                if self.open and self.area:
                    self.open.add(self.area, self.text.removeprefix("\n"))
                self.area = None
            case "select":
                self.select = None
            case _:
                pass

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text += data

    @staticmethod
    def _counts(given: dict[str, str | None]) -> bool:
        chosen = given.get("type") not in ("checkbox", "radio") or "checked" in given
        return chosen and given.get("form") is None


def forms(page: str) -> list[Form]:
    parser = _Forms()
    parser.feed(page)
    return parser.forms
