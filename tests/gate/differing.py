"""The same documents before several judges: a differential test of everything that refuses.

A document is first created in a dry run, so that the server fills in its defaults, or refuses it as no such object.
What it takes is shown to every judge.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hardstand.controls.control import Control
from tests.controls.case_files import subject_of
from tests.gate.api import Api, Reply, path_of
from tests.gate.completing import completed

CONFLICT = 409


@dataclass(frozen=True, slots=True)
class Asked:
    """A document, which the server takes, held against one control."""

    control: Control
    case: Mapping[str, Any]
    sent: dict[str, Any]
    """As the server is given it, in its namespace."""
    defaulted: dict[str, Any]
    """As the server has it."""

    @property
    def name(self) -> str:
        return f"{self.control.id}: {self.case['name']}"


class Judge(Protocol):
    """Somebody who refuses or admits."""

    def __call__(self, asked: Asked) -> bool | str:
        """True to refuse, False to admit, or why the judge cannot say."""


@dataclass(slots=True)
class Outcome:
    """What came of it."""

    compared: Counter[str] = field(default_factory=Counter)
    """Cases by control."""
    sides: dict[str, set[bool]] = field(default_factory=lambda: defaultdict(set))
    """Whether cases of each control were refused, admitted, or some of both."""
    refused: dict[str, str] = field(default_factory=dict)
    """Cases that the server does not take, with its words."""
    open: dict[str, str] = field(default_factory=dict)
    """Cases of which some judge cannot say, with who and why."""
    differ: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        """For people."""
        lines = [
            f"{len(self.compared)} controls, {self.compared.total()} cases compared; "
            f"{len(self.refused)} not taken by the server, {len(self.open)} open, {len(self.differ)} differ"
        ]
        lines += _grouped((name, _kind_of_refusal(words)) for name, words in self.refused.items())
        lines += _grouped((name, f"are open: {why}") for name, why in self.open.items())
        return "\n".join([*lines, *(f"  differ: {one}" for one in self.differ)])


def _grouped(named: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Names by the reason that they have in common."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for name, reason in named:
        reasons[reason].append(name)
    for reason, names in sorted(reasons.items(), key=lambda pair: -len(pair[1])):
        yield f"  {len(names)} {reason}:"
        yield from (f"    {name}" for name in sorted(names))


def taken(api: Api, cases: Sequence[tuple[Control, Mapping[str, Any]]], namespace: str, out: Outcome) -> list[Asked]:
    """Those of the cases that the server takes, with what it makes of them."""

    def one(pair: tuple[Control, Mapping[str, Any]]) -> tuple[dict[str, Any], Reply]:
        sent = fitted(completed(subject_of(pair[1])), namespace)
        return sent, created(api, sent, namespace)

    found = []
    for (control, case), (sent, reply) in zip(cases, api.all(one, cases), strict=True):
        if reply.taken:
            found.append(Asked(control, case, sent, reply.body))
        else:
            out.refused[f"{control.id}: {case['name']}"] = reply.words
    return found


def created(api: Api, sent: dict[str, Any], namespace: str, labels: Mapping[str, str] | None = None) -> Reply:
    """Create an object in a dry run; ephemeral containers are put into a pod that is there, as nobody can do else.

    `labels` are those by which whoever judges is asked about it; the pod that is there has them once it is made, so
    that nobody is asked about the making of it.
    """
    marked = _marked(sent, labels or {})
    if sent["kind"] != "Pod" or not sent["spec"].get("ephemeralContainers"):
        reply = api.create(marked, namespace, dry=True)
        if reply.status == CONFLICT:  # As a default service account is there: it is changed into what is asked about.
            return api.ask("PUT", f"{path_of(sent, namespace)}/{sent['metadata']['name']}?dryRun=All", marked)
        return reply
    spec = {key: value for key, value in sent["spec"].items() if key != "ephemeralContainers"}
    metadata = {key: value for key, value in sent["metadata"].items() if key != "name"}
    base = {**sent, "metadata": {**metadata, "generateName": "with-ephemeral-"}, "spec": spec}
    pod = api.create(base, namespace, dry=False)
    if not pod.taken:
        return pod
    path = f"/api/v1/namespaces/{namespace}/pods/{pod.body['metadata']['name']}"
    try:
        labelled = api.ask("PATCH", path, {"metadata": {"labels": labels or {}}})
        if not labelled.taken:
            return labelled
        made = labelled.body
        made["metadata"].pop("resourceVersion")  # The scheduler may have written to it meanwhile.
        made["spec"]["ephemeralContainers"] = sent["spec"]["ephemeralContainers"]
        return api.ask("PUT", f"{path}/ephemeralcontainers?dryRun=All", made)
    finally:
        api.ask("DELETE", f"{path}?gracePeriodSeconds=0")


def _marked(sent: dict[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    if not labels:
        return sent
    metadata = sent["metadata"]
    return {**sent, "metadata": {**metadata, "labels": {**(metadata.get("labels") or {}), **labels}}}


def fitted(subject: dict[str, Any], namespace: str) -> dict[str, Any]:
    """A case's object in the namespace of the test, with names that an API server takes."""
    metadata = {"name": "subject", **(subject.get("metadata") or {})}
    if isinstance(metadata["name"], str):
        metadata["name"] = re.sub(r"[^a-z0-9.-]", "-", metadata["name"].lower())
    if subject["kind"] not in ("Namespace", "PersistentVolume", "StorageClass"):
        metadata["namespace"] = namespace
    return {**subject, "metadata": metadata}


def differing(asked: Sequence[Asked], judges: Mapping[str, Judge], out: Outcome, each: Callable[..., Any]) -> None:
    """Ask all judges about all documents; `each` does many things at a time, as `Api.all`."""

    def one(it: Asked) -> dict[str, bool | str]:
        return {name: judge(it) for name, judge in judges.items()}

    for it, said in zip(asked, each(one, asked), strict=True):
        if any(isinstance(answer, str) for answer in said.values()):
            out.open[it.name] = _told(said)
            continue
        out.compared[it.control.id] += 1
        out.sides[it.control.id] |= {refuses for refuses in said.values() if isinstance(refuses, bool)}
        if len(set(said.values())) > 1:
            out.differ.append(f"{it.name}: {_told(said)}")


def _told(said: Mapping[str, bool | str]) -> str:
    words = {True: "refuses", False: "admits"}
    return "; ".join(f"{name} {words.get(answer, answer)}" for name, answer in said.items())


def _kind_of_refusal(words: str) -> str:
    for mark, reason in _REFUSALS:
        if re.search(mark, words):
            return reason
    return words[:100]


_REFUSALS = (
    ("could not find the requested resource|404 page not found", "are of a kind that the server does not serve"),
    ("error looking up service account", "name a service account that is not there"),
    ("no PriorityClass", "name a priority class that is not there"),
    ("cannot unmarshal|json: |strict decoding|unable to parse|quantities must match", "have a field of another type"),
    ("is invalid", "are invalid"),
)


def referred(value: Any, key: str) -> Iterator[str]:
    """Every text under a key, at any depth."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name == key and isinstance(one, str):
                yield one
            else:
                yield from referred(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from referred(one, key)
