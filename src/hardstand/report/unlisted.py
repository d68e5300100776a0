"""The kinds that whoever asked may not list, gathered from what is unknown for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.model.verdict import Action, Why

_MARK = f"{Why.MAY_NOT_LIST}:"


@dataclass(frozen=True, slots=True)
class Unlisted:
    """One kind, in one namespace or everywhere, and what is unknown without it."""

    kind: str
    """With its API group: `NetworkPolicy.networking.k8s.io`."""
    namespace: str | None
    findings: tuple[Finding, ...]

    @property
    def controls(self) -> Sequence[str]:
        """The controls that cannot answer."""
        return sorted({one.control for one in self.findings})


def unlisted(run: Run) -> Sequence[Unlisted]:
    """Each kind that a control of the run needed and that may not be listed, by name. What is switched off is left out.

    It is told by the root cause of what is unknown, `may-not-list:KIND:NAMESPACE`, as a `Gap` calls it.
    """
    found: dict[tuple[str, str], list[Finding]] = {}
    for one in run.findings:
        if one.why is Why.MAY_NOT_LIST and one.action is not Action.OFF and one.root_cause.startswith(_MARK):
            kind, _, namespace = one.root_cause.removeprefix(_MARK).partition(":")
            found.setdefault((kind, namespace), []).append(one)
    return [Unlisted(kind, namespace or None, tuple(each)) for (kind, namespace), each in sorted(found.items())]


def read_by(run: Run, verb: str) -> str:
    """The verb by whose rights the cluster was read: `verb`, the one that runs, or `snapshot` for its files."""
    sources = {one.source for one in run.inputs}
    return "snapshot" if "snapshot" in sources and "cluster" not in sources else verb
