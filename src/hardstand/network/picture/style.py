"""How pictures look: colours that hold on light and on dark pages, and texts that fit."""

from hardstand.text.plain import plain

LIGHT = {
    "page": "#ffffff", "ink": "#1e293b", "quiet": "#64748b", "band": "#f6f8fb", "frame": "#d5dde8", "card": "#ffffff",
    "edge": "#94a3b8", "line": "#64748b", "group": "#eef2f7", "outside": "#e8f1fb", "outside-edge": "#6b9bd1",
    "odd": "#c2410c",
}  # fmt: skip
DARK = {
    "page": "#0f172a", "ink": "#e2e8f0", "quiet": "#94a3b8", "band": "#172033", "frame": "#2d3b52", "card": "#1e293b",
    "edge": "#64748b", "line": "#8b9bb2", "group": "#243349", "outside": "#16304d", "outside-edge": "#4f83bd",
    "odd": "#fb923c",
}  # fmt: skip
ZONES = {"public": "#d97706", "app": "#2563eb", "data": "#059669", "admin": "#7c3aed", "batch": "#64748b"}
_OTHERS = ("#0891b2", "#be185d", "#65a30d", "#9333ea")
_RULES = """\
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink)}
.page{fill:var(--page)}
.title{font-size:15px;font-weight:600}
.quiet{fill:var(--quiet);font-size:10.5px}
.band{fill:var(--band);stroke:var(--frame)}
.band-name{font-weight:600;font-size:12px}
.zone{fill-opacity:.1;stroke-width:1.2}
.zone-name{font-weight:600;font-size:12px;letter-spacing:.06em;paint-order:stroke;stroke:var(--page);stroke-width:5px}
.card{fill:var(--card);stroke:var(--edge)}
.group{fill:var(--group);stroke:var(--edge);stroke-dasharray:4 3}
.outside{fill:var(--outside);stroke:var(--outside-edge)}
.name{font-weight:600}
.port{font-size:10px;fill:var(--quiet);paint-order:stroke;stroke:var(--band);stroke-width:3px;stroke-linejoin:round}
.line path{fill:none;stroke:var(--line);stroke-width:1.3;stroke-opacity:.75}
.line .head{fill:var(--line);stroke:none}
.perhaps path{stroke-dasharray:2 4}
.some path{stroke-dasharray:8 3}
.odd path{stroke:var(--odd);stroke-width:2.4;stroke-opacity:1}
.odd .head{fill:var(--odd)}
.odd-port{fill:var(--odd);font-weight:600}
.line:hover path{stroke-width:3.2;stroke-opacity:1}
"""


def rules() -> str:
    """The style sheet: on a dark page the other colours."""
    light, dark = (";".join(f"--{name}:{value}" for name, value in one.items()) for one in (LIGHT, DARK))
    on_dark = f"svg{{{dark}}}.zone-name{{filter:brightness(1.6)}}"
    return f"svg{{{light}}}\n@media (prefers-color-scheme:dark){{{on_dark}}}\n{_RULES}"


def zone_colour(zone: str, others: list[str]) -> str:
    """The colour of a zone; those that nobody knows take turns."""
    return ZONES.get(zone) or _OTHERS[others.index(zone) % len(_OTHERS)]


_NARROW, _BOLD = 0.56, 0.66
"""How wide a letter is, of its height, on the average of common fonts and a little more."""


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text may be."""
    return len(text) * size * (_BOLD if bold else _NARROW)


def fitted(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """A text cut in its middle to fit into a width."""
    shown = plain(text)
    most = max(4, int(width / text_width("x", size, bold=bold) + 0.01))
    if len(shown) <= most:
        return shown
    half = (most - 1) // 2
    return f"{shown[: most - 1 - half]}…{shown[-half:]}"


def escaped(text: str) -> str:
    """Text inside of an element or of a quoted attribute."""
    found = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return found.replace('"', "&quot;").replace("'", "&#39;")


def number(of: float) -> str:
    """A number with as few digits as it takes."""
    return f"{of:.1f}".removesuffix(".0")
