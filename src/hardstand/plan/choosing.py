"""Which fixes can be made together: edits of one document that do not get in one another's way."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from hardstand.model.finding import Change, Edit, Finding
from hardstand.model.path import Path
from hardstand.plan.interface import Key
from hardstand.text.patching import same


@dataclass(slots=True)
class Together:
    """The fixes of one document that are made at once."""

    edits: list[Edit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _at: dict[Path, Edit] = field(default_factory=dict)
    _above: set[Path] = field(default_factory=set)
    """Every path above one that is edited."""

    def takes(self, edits: Sequence[Edit]) -> bool:
        """Whether these edits can be made with those that are there; equal ones are made once."""
        return not any(self._clashes(edit) for edit in edits)

    def add(self, finding: Finding, edits: Sequence[Edit]) -> None:
        """Take a fix in."""
        self.findings.append(finding)
        for edit in edits:
            if edit.path not in self._at:
                self.edits.append(edit)
                self._at[edit.path] = edit
                self._above.update(edit.path[:length] for length in range(len(edit.path)))

    def _clashes(self, edit: Edit) -> bool:
        """Whether it edits what another does, differently, or what lies above or below that."""
        there = self._at.get(edit.path)
        if there is not None:
            return there.op != edit.op or not same(there.value, edit.value)
        return edit.path in self._above or any(edit.path[:length] in self._at for length in range(len(edit.path)))


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
