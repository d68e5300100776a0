"""What the gate remembers of its answers, and the port by which it does.

An event is one JSON object, a line each in files; `hardstand rehearse` puts the requests of past days to a changed
baseline. Its fields are a contract (`hardstand.dev/admission/v1`), published in `spec/admission.v1.schema.json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from hardstand.model.finding import Finding, ObjectRef
from hardstand.model.path import Value

SCHEMA = "hardstand.dev/admission/v1"


class Admission(StrEnum):
    """What became of a request."""

    ADMITTED = "admitted"
    DENIED = "denied"


class GateMode(StrEnum):
    """How the gate stood to a request."""

    ENFORCE = "enforce"
    EMERGENCY = "emergency-warn"
    BREAK_GLASS = "break-glass"


@dataclass(frozen=True, slots=True)
class AdmissionEvent:
    """One answer of the gate, with what it answered."""

    time: str
    """RFC 3339, UTC."""
    uid: str
    """Of the AdmissionReview's request; the API server's audit log has it in our annotation `request` alone."""
    operation: str
    resource: str
    """As in `pods/resize`."""
    user: str
    groups: tuple[str, ...]
    ref: ObjectRef
    verdict: Admission
    mode: GateMode
    tier: str | None
    owner: ObjectRef | None
    """The owner whose verdict counted."""
    baseline: str | None
    """The digest of its file; None for what is built in."""
    findings: tuple[Finding, ...]
    object: Mapping[str, Value]
    """What was asked for, without any secret that is known to be one."""

    @property
    def loud(self) -> bool:
        """It must not be lost, whatever else is: something was refused, or let pass that would have been."""
        return self.verdict is Admission.DENIED or self.mode is not GateMode.ENFORCE

    def as_json(self) -> dict[str, Any]:
        """The event as it is written."""
        return {
            "schema": SCHEMA,
            "time": self.time,
            "uid": self.uid,
            "operation": self.operation,
            "resource": self.resource,
            "user": {"name": self.user, "groups": list(self.groups)},
            "ref": _ref(self.ref),
            "verdict": self.verdict.value,
            "mode": self.mode.value,
            "tier": self.tier,
            "owner": _ref(self.owner) if self.owner is not None else None,
            "baseline": self.baseline,
            "findings": [_finding(one) for one in self.findings],
            "object": dict(self.object),
        }


class Recorder(Protocol):
    """Keeps events. What `record` has returned for a loud event is kept through a crash of the process or machine."""

    def record(self, event: AdmissionEvent) -> None:
        """Keep an event. OSError where it cannot be kept."""


def _ref(ref: ObjectRef) -> dict[str, Any]:
    return {"apiVersion": ref.api_version, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name}


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "control": one.control,
        "verdict": one.verdict.value,
        "why": one.why.value if one.why is not None else None,
        "severity": one.severity.word,
        "action": one.action.value,
        "field": one.locations[0].field,
        "waiver": one.waiver,
    }
