"""The same value written in many ways: block and flow style mixed, every quoting, comments, anchors, tags, JSON."""

import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9/.-]*")


class Writer:
    """Writes one document; `pick` makes every choice, and `words` give the names of anchors and the comments."""

    def __init__(self, pick: random.Random, words: Sequence[str]) -> None:
        self._pick = pick
        self._words = words

    def document(self, value: Any) -> str:
        """The value as a page of one document."""
        form = self._pick.randrange(6)
        if form < 3:
            return self._block(value, 0) + "\n"
        if form == 3:
            return self._flow(value, 0) + "\n"
        blank = self._pick.choice(["", " "])
        return json.dumps(value, separators=(f",{blank}", f":{blank}")) if form == 4 else json.dumps(value, indent=2)

    def _block(self, value: Any, indent: int) -> str:
        if not isinstance(value, dict | list) or not value or self._pick.random() < 0.3:
            return self._properties() + (
                self._flow(value, indent) if isinstance(value, dict | list) else self._leaf(value, indent)
            )
        margin = " " * indent
        if isinstance(value, dict):
            return f"\n{margin}".join(f"{self._key(key)}:{self._behind(one, indent)}" for key, one in value.items())
        return f"\n{margin}".join(f"- {self._block(one, indent + 2)}" for one in value)

    def _behind(self, value: Any, indent: int) -> str:
        """What stands behind a key and its colon."""
        text = self._block(value, indent + 2)
        opens = isinstance(value, dict | list) and value and text.lstrip()[:1] not in ("{", "[", "&", "!")
        if opens:
            return f"{self._comment()}\n{' ' * (indent + 2)}{text}"
        ends = "" if text.lstrip("&!" + "".join(self._words) + "str ").startswith("|") else self._comment()
        return f" {text}{ends}"

    def _flow(self, value: Any, indent: int) -> str:
        if isinstance(value, dict):
            items = [f"{self._key(key)}: {self._flowing(one, indent)}" for key, one in value.items()]
            return "{" + self._joined(items, indent) + "}"
        if isinstance(value, list):
            return "[" + self._joined([self._flowing(one, indent) for one in value], indent) + "]"
        return self._leaf(value, None)

    def _flowing(self, value: Any, indent: int) -> str:
        return self._properties() + self._flow(value, indent)

    def _joined(self, items: Sequence[str], indent: int) -> str:
        gaps = [self._gap(indent) for _ in items]
        return ",".join(gap + item for gap, item in zip(gaps, items, strict=True))

    def _gap(self, indent: int) -> str:
        return f"{self._comment()}\n{' ' * (indent + 3)}" if self._pick.random() < 0.2 else self._pick.choice(["", " "])

    def _comment(self) -> str:
        return f" # {self._pick.choice(self._words)}" if self._pick.random() < 0.2 else ""

    def _properties(self) -> str:
        return f"&{self._pick.choice(self._words)} " if self._pick.random() < 0.1 else ""

    def _key(self, key: str) -> str:
        return self._pick.choice([json.dumps(key), key] if _PLAIN.fullmatch(key) else [json.dumps(key)])

    def _leaf(self, value: Any, indent: int | None) -> str:
        """A scalar; in block style, with an indent, it may be a literal one."""
        if value is None:
            return self._pick.choice(["null", "~", ""])
        if not isinstance(value, str):
            return json.dumps(value)
        forms: list[Callable[[], str]] = [
            lambda: json.dumps(value),
            lambda: '"' + "".join(self._character(one) for one in value) + '"',
            lambda: f"!!str {json.dumps(value)}",
        ]
        if _PLAIN.fullmatch(value):
            forms.append(lambda: value)
        if "\n" not in value and "\\" not in value:
            forms.append(lambda: "'" + value.replace("'", "''") + "'")
        if re.fullmatch(r"\S+( \S+)+", value):
            forms.append(lambda: json.dumps(value).replace(" ", f"\n{' ' * ((indent or 0) + 4)}", 1))
        if indent is not None and value.strip() == value:
            margin = f"\n{' ' * (indent + 1)}"
            forms.append(lambda: f"|-{margin}" + value.replace("\n", margin))
        return self._pick.choice(forms)()

    def _character(self, one: str) -> str:
        return f"\\x{ord(one):02x}" if ord(one) < 32 or one in '"\\' or self._pick.random() < 0.4 else one
