"""Audit annotations: what the API server's audit log keeps of an answer.

The server puts the webhook's name and a `/` before each key, so that a key is a name of at most 63 letters, digits,
`-`, `_` and `.`: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#response
and k8s.io/apiserver 1.36, pkg/admission/attributes.go, `checkKeyFormat`. Keys that are not so are dropped there.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from hardstand.gate.telling import Line, Told
from hardstand.gate.words import cut
from hardstand.model.finding import ObjectRef
from hardstand.model.verdict import Action
from hardstand.text.plain import plain

_MOST_IDS = 100
_LONGEST_VALUE = 4_000
_TOLD = {Action.BLOCK: "block", Action.WARN: "warn", Action.WAIVED: "waived"}


def annotations(
    verdict: str,
    mode: str,
    tier: str | None,
    findings: Sequence[Line],
    baseline: str | None,
    owner: ObjectRef | None,
    rest: Sequence[Told] = (),
    undecided: Sequence[Told] = (),
) -> dict[str, str]:
    """What was decided, by which baseline, and the ids of findings, controls and exceptions that it rests on.

    `rest`: what is only named. `undecided`: what the gate has no rights to tell, of which nobody is warned.
    """
    told = [one for one in findings if one.action in _TOLD]
    by_action: defaultdict[str, list[str]] = defaultdict(list)
    for several in (told, rest):
        for one in several:
            by_action[one.action].append(one.control)
    found = {
        "verdict": verdict,
        "mode": mode,
        "tier": tier or "",
        "baseline": baseline or "built-in",
        "owner": plain(str(owner)) if owner is not None else "",
        "findings": listed(one.id for one in told),
        "exceptions": listed(waivers) if (waivers := [each.waiver for each in told if each.waiver]) else "",
    }
    for action, key in _TOLD.items():
        if action in by_action:
            found[key] = listed(by_action[action])
    found["undecided"] = listed(one.control for one in undecided)
    return {key: cut(value, _LONGEST_VALUE) for key, value in found.items() if value}


def listed(words: Iterable[str | None]) -> str:
    """Each word once, in its order; how many more there are."""
    every = list(dict.fromkeys(filter(None, words)))
    if len(every) > _MOST_IDS:
        every[_MOST_IDS:] = [f"and {len(every) - _MOST_IDS} more"]
    return plain(",".join(every))
