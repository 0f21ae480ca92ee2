"""The forms of a page, as a browser without script would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """``buttons`` are the name and value each of its buttons adds, wherever on the page it is;
    ``every`` holds all the values of an input that stands more than once."""

    id: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    hidden: bool = False
    every: dict[str, list[str]] = field(default_factory=dict)

    @property
    def do(self) -> str:
        return self.fields.get("do", "")


class _Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.elsewhere: list[tuple[str, str, str]] = []
        self.form: Form | None = None
        self.area = self.select = ""
        self.feed(html)
        for id, name, value in self.elsewhere:
            for form in self.found:
                if form.id == id:
                    form.buttons.append((name, value))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.form = Form(given.get("id", ""), given.get("action", ""), hidden="hidden" in given)
            self.found.append(self.form)
        elif tag == "button" and "form" in given:
            self.elsewhere.append((given["form"], name, given.get("value", "")))
        elif self.form is None:
            return
        elif tag == "button":
            self.form.buttons.append((name, given.get("value", "")))
        elif tag == "input" and (given.get("type") != "radio" or "checked" in given):
            self.form.fields[name] = given.get("value", "")
            self.form.every.setdefault(name, []).append(given.get("value", ""))
        elif tag == "textarea":
            self.area, self.form.fields[name] = name, ""
        elif tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.form.fields or "selected" in given):
            self.form.fields[self.select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        if tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and self.form is not None:
            self.form.fields[self.area] += data.removeprefix("\n")


def forms(html: str, do: str = "") -> list[Form]:
    """The forms of a page that hold a command, or those that hold the command ``do``."""
    return [form for form in _Forms(html).found if form.do and do in ("", form.do)]
