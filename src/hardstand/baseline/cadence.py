"""What later work reads: how long telemetry is kept, how often things are done."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Self

from hardstand.baseline.shape import At, Says, WordError, brief
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.tier import Tier

_LENGTH = re.compile(r"([1-9][0-9]{0,4})(m|h|d|w)")
_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080}


class Length(int):
    """A length of time, in minutes; written `90d`, `12h`, `15m` or `2w`."""

    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^[1-9][0-9]{0,4}(m|h|d|w)$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The length; WordError for any other form."""
        found = _LENGTH.fullmatch(text)
        if found is None:
            raise WordError(f"`{brief(text)}` is no length of time", "write a number and m, h, d or w: `90d`")
        return cls(int(found[1]) * _MINUTES[found[2]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long telemetry is kept, and which must not be changed meanwhile."""

    audit: Annotated[Length | None, Says("API audit: all writes and attempts to authenticate.")] = None
    runtime: Annotated[Length | None, Says("Processes, files and connections.")] = None
    flow: Annotated[Length | None, Says("Network flows.")] = None
    registry: Annotated[Length | None, Says("Pushes, pulls and tags.")] = None
    workload: Annotated[Length | None, Says("Logs of workloads.")] = None
    ingress: Annotated[Length | None, Says("Logs of ingresses.")] = None
    cloud: Annotated[Length | None, Says("The cloud's control plane.")] = None
    evidence: Annotated[Length | None, Says("Runs, reviews and drills.")] = None
    immutable: Annotated[tuple[str, ...], Says("Sources of which copies must be immutable.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """How often something is done at the least, for one tier or for all."""

    tier: Annotated[tuple[Tier, ...], Says("For workloads of these tiers; without, for all.")] = ()
    scan: Annotated[Length | None, Says("Scans of what runs.")] = None
    access_review: Annotated[Length | None, Says("Reviews of who can do what.")] = None
    restore_drill: Annotated[Length | None, Says("Restores, tried.")] = None
    incident_drill: Annotated[Length | None, Says("Containment, practised.")] = None
    secret_rotation: Annotated[Length | None, Says("Secrets, rotated.")] = None
    patch_critical: Annotated[Length | None, Says("From a critical vulnerability's publication to its patch.")] = None
    patch_high: Annotated[Length | None, Says("The same for high ones.")] = None
    base_image: Annotated[Length | None, Says("Bases, rebuilt.")] = None
    unused_access: Annotated[Length | None, Says("Without use, access is taken away.")] = None
    at: At = field(default_factory=At, compare=False)
