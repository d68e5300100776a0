"""Which fixes can be made together: edits of one document that do not get in one another's way."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hardstand.model.finding import Change, Edit, Finding
from hardstand.model.path import Path
from hardstand.plan.interface import Key


@dataclass(slots=True)
class Together:
    """The fixes of one document that are made at once."""

    edits: list[Edit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def takes(self, edits: Sequence[Edit]) -> bool:
        """Whether these edits can be made with those that are there; equal ones are made once."""
        return not any(_clash(one, other) for one in edits for other in self.edits)

    def add(self, finding: Finding, edits: Sequence[Edit]) -> None:
        """Take a fix in."""
        self.findings.append(finding)
        self.edits += [edit for edit in edits if edit not in self.edits]


def change_of(finding: Finding) -> Change:
    """The change that a finding's fix is; ValueError if it carries none."""
    if finding.fix is None or finding.fix.change is None:
        raise ValueError(f"{finding.control}: the finding carries no change")
    return finding.fix.change


def key_of(finding: Finding) -> Key:
    """The object that a finding's fix changes."""
    change = change_of(finding)
    return change.page, change.document, change.prefix


def edits_of(finding: Finding) -> list[Edit]:
    """The edits of a finding's fix, by paths from the root of the document."""
    change = change_of(finding)
    return [replace(edit, path=change.prefix + edit.path) for edit in change.edits]


def _clash(one: Edit, other: Edit) -> bool:
    """Whether two edits, both meant for the document as it is, cannot both be made."""
    if one == other and type(one.value) is type(other.value):
        return False
    return _above(one.path, other.path) or _above(other.path, one.path)


def _above(path: Path, other: Path) -> bool:
    return other[: len(path)] == path
