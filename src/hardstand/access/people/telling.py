"""What the identity provider says of the people and groups that bindings name, as text and as JSON."""

import json
from collections.abc import Sequence

from hardstand.access.people.checking import Checked

SCHEMA = "hardstand.dev/rbac-idp/v1"
_WORDS = {True: "pass", False: "fail", None: "unknown"}


def text(every: Sequence[Checked]) -> str:
    """What fails and what is unknown, each with what gives the rights, and a line that counts."""
    lines = []
    for one in every:
        if one.proof.holds is not True:
            lines.append(f"{_WORDS[one.proof.holds]}[{one.question}]: {one.who}: {one.proof.reason}")
            lines += [f"  {grant}" for grant in one.grants]
    counts = {word: sum(_WORDS[one.proof.holds] == word for one in every) for word in _WORDS.values()}
    lines.append(f"{counts['fail']} fail · {counts['unknown']} unknown · {counts['pass']} pass")
    return "".join(f"{line}\n" for line in lines)


def as_json(every: Sequence[Checked]) -> str:
    """Every answer."""
    found = {
        "schema": SCHEMA,
        "answers": [
            {
                "subject": one.who.word,
                "question": one.question,
                "verdict": _WORDS[one.proof.holds],
                "reason": one.proof.reason,
                "grants": list(one.grants),
            }
            for one in every
        ],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
