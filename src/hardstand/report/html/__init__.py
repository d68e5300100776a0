"""One self-contained page: it needs no network, and its policy forbids it one.

The page holds the Run as data, and a script that filters and shows it; counts, coverage and what could not be read
are in the page as it stands. The content security policy allows this script and this style by their hashes and nothing
else, and every value goes through Jinja's escapes or, in the data, through JSON without `<`, `>` and `&`.

Source: https://www.w3.org/TR/CSP3/#external-hash for hashes, https://html.spec.whatwg.org/#restrictions-for-contents-of-script-elements
for what must not stand inside a script element.
"""

import base64
import hashlib
import json
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from hardstand.model.run import Run
from hardstand.report.html.data import page_data
from hardstand.report.html.overview import overview
from hardstand.report.interface import Pages
from hardstand.report.safe import plain


def render(run: Run, pages: Pages) -> str:
    """The whole page."""
    style, script = _file("style.css"), _file("report.js")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters |= {"plain": plain, "number": _number}
    return environment.from_string(_file("page.html")).render(
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        data=_embedded(page_data(run, pages)),
        **overview(run, pages),
    )


def _file(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """What the browser may do for this page: run this script, use this style, draw the icon that is in the page."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embedded(data: object) -> Markup:
    """JSON that can stand inside a script element: no character that begins a tag, a comment or a reference."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _number(value: int) -> str:
    return f"{value:,}"
