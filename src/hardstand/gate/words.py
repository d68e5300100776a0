"""What people are told: why something is refused, and what it is warned of, within what the API server lets through.

Warnings: of all that a request is given, by whomever, 4,096 characters are kept in all. Once there are more, each is
cut to 256, and what comes after the limit is dropped; one with a control character is dropped at once. So each is kept
below that, and all together well below it, the most severe first.

Source: k8s.io/apiserver 1.36, pkg/endpoints/filters/warning.go; k8s.io/apimachinery, pkg/util/net/http.go,
`NewWarningHeader`
"""

from collections.abc import Iterable, Mapping, Sequence

from hardstand.baseline.baseline import Baseline
from hardstand.controls.control import Control
from hardstand.engine.page import sections
from hardstand.gate.telling import Line
from hardstand.model.finding import ObjectRef
from hardstand.model.tier import Tier
from hardstand.text.plain import first_sentence, plain

LONGEST_WARNING = 256
LONGEST_WARNINGS = 3_000
"""Of the 4,096 characters, what is left is for other webhooks and for the server itself."""

LONGEST_DENIAL = 3_000
LONGEST_LINE = 480
MOST_CAUSES = 50
"""Of a Status; a person reads the message, and a program asks for the whole with a scan."""

_LONGEST_FIELD = 120
_APPROVERS = 3


class Fixes:
    """The first sentence of each control's way to mend it, looked up once."""

    def __init__(self, controls: Iterable[Control]) -> None:
        self._controls = {one.id: one for one in controls}
        self._known: dict[str, str] = {}

    def of(self, control: str) -> str:
        """What to do, in a sentence; empty where the control does not say."""
        if control not in self._known:
            one = self._controls.get(control)
            text = sections(one.doc).get("Fix", "").partition("\n\n")[0] if one else ""
            self._known[control] = first_sentence(text)
        return self._known[control]


def denial(
    ref: ObjectRef,
    tier: str | None,
    blocking: Sequence[Line],
    fixes: Fixes,
    baseline: Baseline,
    unknown: ObjectRef | None = None,
) -> str:
    """Why an object is refused: a line for each finding that blocks, and how to ask for an exception.

    What does not fit is counted; the exception's line is always there. `unknown` is what made it, where the gate has
    not heard of that yet: then its exceptions do not count yet, which is said in place of how to ask for another.
    """
    count = f"{len(blocking)} finding{'s' if len(blocking) > 1 else ''} block{'' if len(blocking) > 1 else 's'}"
    head = cut(f"Hardstand refuses {plain(str(ref))}{f', tier {tier}' if tier else ''}: {count}", LONGEST_LINE)
    foot = cut(_exception(ref, tier, blocking, baseline) if unknown is None else _waiting(unknown), 2 * LONGEST_LINE)
    room = LONGEST_DENIAL - len(head) - len(foot) - len(_more(len(blocking), "")) - 3
    lines = [cut(_line(one, fixes), LONGEST_LINE) for one in blocking]
    told = _fitting(lines, room)
    left = len(blocking) - len(told)
    return "\n".join([head, *told, *([_more(left, "")] if left else []), foot])


def warnings(first: Sequence[str], warning: Sequence[Line], rest: Sequence[tuple[str, str]] = ()) -> list[str]:
    """The warnings for a request: `first` whole, then a line for each finding, as many as fit, and how many do not.

    `rest`: what is only named, each with a word for how bad it is and its control, the worst first.
    """
    begun = [cut(plain(one), LONGEST_WARNING) for one in first]
    named = [_named(rest)] if rest else []
    room = LONGEST_WARNINGS - sum(map(len, [*begun, *named])) - LONGEST_WARNING
    lines = list(dict.fromkeys(cut(_warning(one), LONGEST_WARNING) for one in warning))
    told = _fitting(lines, room)
    left = len(lines) - len(told)
    return [*begun, *told, *([_more(left, "Hardstand: ")] if left else []), *named]


def _named(rest: Sequence[tuple[str, str]]) -> str:
    """One line for many findings: how many there are of each word, and of which controls."""
    groups: dict[str, list[str]] = {}
    for word, control in rest:
        groups.setdefault(word, []).append(control)
    counts = ", ".join(f"{len(controls)} {word}" for word, controls in groups.items())
    names = ", ".join(dict.fromkeys(control for controls in groups.values() for control in controls))
    return cut(f"Hardstand: and {counts}: {plain(names)}", LONGEST_WARNING)


def causes(blocking: Sequence[Line]) -> list[dict[str, str]]:
    """The findings as a Status has them, for programs.

    Source: k8s.io/apimachinery, pkg/apis/meta/v1/types.go, `StatusCause`
    """
    return [
        {
            "reason": "FieldValueForbidden",
            "message": cut(f"{one.control}: {plain(one.said)}", LONGEST_LINE),
            "field": cut(plain(one.field), LONGEST_LINE),
        }
        for one in blocking[:MOST_CAUSES]
    ]


def cut(text: str, longest: int) -> str:
    """A text with at most so many characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _fitting(lines: Sequence[str], room: int) -> list[str]:
    told: list[str] = []
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        told.append(line)
    return told


def _more(number: int, before: str) -> str:
    return f"{before}and {number} more: `hardstand scan` of the manifest tells all of them"


def _line(one: Line, fixes: Fixes) -> str:
    fix = fixes.of(one.control)
    return f"{_head(one)}: {plain(one.said)}{f'. Fix: {plain(fix)}' if fix else ''}"


def _warning(one: Line) -> str:
    return f"{_head(one)}: {plain(one.said)}"


def _head(one: Line) -> str:
    return f"{one.word}[{one.control}] {cut(plain(one.field), _LONGEST_FIELD)}"


def _exception(ref: ObjectRef, tier: str | None, blocking: Sequence[Line], baseline: Baseline) -> str:
    """How to ask for an exception: what to write where, and who may approve it."""
    controls = list(dict.fromkeys(one.control for one in blocking))
    control = controls[0] if len(controls) == 1 else "ONE OF THESE"
    place = f", namespace: {ref.namespace}" if ref.namespace else ""
    match = f"match: {{control: {control}, kind: {ref.kind}{place}, name: {ref.name}}}"
    who = _approvers(tier, baseline)
    approved = f"; {who} may approve it" if who else ""
    file = baseline.path or "hardstand.yaml"
    return plain(f"To ask for an exception, propose `{match}` under `exceptions` in {file}{approved}")


def _waiting(maker: ObjectRef) -> str:
    return plain(
        f"{maker}, which made it, is not known here yet: its controller tries again, and exceptions count then"
    )


def _approvers(tier: str | None, baseline: Baseline) -> str:
    """Who may approve for a tier; what has none takes whoever may approve for the highest, as `decide` has it."""
    approvers: Mapping[Tier, tuple[str, ...]] = baseline.approvers or {}
    if not approvers:
        return ""
    names = approvers.get(Tier[tier.upper()] if tier else max(approvers), ())
    return " or ".join([*names[:_APPROVERS], *(["others"] if len(names) > _APPROVERS else [])]) or "nobody"
