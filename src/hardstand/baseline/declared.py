"""One file as it is declared, before it is joined with what it extends."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from hardstand.baseline.boundary import Boundary
from hardstand.baseline.cadence import Cadence, Retention
from hardstand.baseline.classes import Classes, TierRule
from hardstand.baseline.exceptions import Delegation, Exception_
from hardstand.baseline.gate import Gate
from hardstand.baseline.modes import ControlId, ModeRule, UnknownMode
from hardstand.baseline.network import Network
from hardstand.baseline.persona import Persona
from hardstand.baseline.shape import At, Flaw, Says, WordError, brief
from hardstand.baseline.signing_in import SignIn
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.tier import Tier


class Schema(StrEnum):
    """The form of the file."""

    V1 = "hardstand.dev/baseline/v1"


class Digest(str):
    """A SHA-256 digest."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The digest; WordError for what is none."""
        if not re.fullmatch(r"[0-9a-f]{64}", text):
            raise WordError(
                f"`{brief(text)}` is no SHA-256 digest", "`sha256sum FILE` prints its 64 hexadecimal digits"
            )
        return cls(text)


class Commit(str):
    """A git commit by its whole name, which cannot be moved to something else."""

    __slots__ = ()
    SCHEMA: ClassVar[Mapping[str, Any]] = {"type": "string", "pattern": "^[0-9a-f]{40}([0-9a-f]{24})?$"}

    @classmethod
    def parse(cls, text: str, _vocabulary: Vocabulary) -> Self:
        """The commit; WordError for a branch, a tag or a short name."""
        if not re.fullmatch(r"[0-9a-f]{40}([0-9a-f]{24})?", text):
            raise WordError(
                f"`{brief(text)}` is no whole commit", "`git rev-parse REF` prints its 40 hexadecimal digits"
            )
        return cls(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extends:
    """The baseline that this one builds on and may only tighten: a file, or a file of a commit, with its checksum."""

    SHORT: ClassVar[str] = "path"

    path: Annotated[str, Says("The file, from the folder of this one; of a commit, from the top of its repository.")]
    sha256: Annotated[Digest | None, Says("The digest of its bytes; needed with `commit`.")] = None
    commit: Annotated[Commit | None, Says("The commit to read it from, by its whole name.")] = None
    repository: Annotated[str | None, Says("The git repository on this machine; without, the one this file is in.")] = (
        None
    )
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """A pin without a checksum, a repository without a pin, or an address on the network."""
        if "://" in self.path:
            yield Flaw(("path",), "`extends` names a file, not an address: nothing is fetched", "keep a copy in git")
        if self.commit is not None and self.sha256 is None:
            yield Flaw((), "a copy from git needs its checksum: `sha256` is missing", "`sha256sum FILE` prints it")
        if self.repository is not None and self.commit is None:
            yield Flaw((), "`repository` needs a `commit`", "`git rev-parse REF` prints the whole name of one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A Hardstand baseline: what is production, what each workload is worth, what is enforced, and what is excepted."""

    HINTS: ClassVar[Mapping[str, str]] = {
        "apiVersion": "this is a Kubernetes manifest, not a baseline",
        "zones": "it is a part of `network` now: `network: {zones: …}`",
        "flows": "it is a part of `network` now: `network: {flows: …}`",
    }

    schema: Annotated[Schema | None, Says("The form of this file.")] = None
    name: Annotated[str | None, Says("What people call this baseline.")] = None
    extends: Annotated[Extends | None, Says("A baseline to build on; it can only be tightened.")] = None
    delegates: Annotated[
        tuple[Delegation, ...], Says("Exceptions that baselines which extend this one may make themselves.")
    ] = ()
    boundary: Annotated[Boundary | None, Says("What is production, and what is not.")] = None
    classes: Annotated[Classes | None, Says("What each workload is worth.")] = None
    tiers: Annotated[tuple[TierRule, ...], Says("The matrix from factors to a tier.")] = ()
    modes: Annotated[tuple[ModeRule, ...], Says("What is enforced where.")] = ()
    unknown: Annotated[UnknownMode | None, Says("What is done with what could not be decided.")] = None
    exceptions: Annotated[tuple[Exception_, ...], Says("What is excepted, and until when.")] = ()
    approvers: Annotated[
        Mapping[Tier, tuple[str, ...]] | None, Says("Who may approve exceptions, by the tier of the workload.")
    ] = None
    max_exception_days: Annotated[int | None, Says("An exception ends at most so many days from today.")] = None
    gate: Annotated[Gate | None, Says("How the gate behaves at admission.")] = None
    parameters: Annotated[
        Mapping[ControlId, Mapping[str, Any]], Says("Values of the parameters of controls, by control and name.")
    ] = field(default_factory=dict)
    controls: Annotated[tuple[Any, ...], Says("Controls of one's own, in CEL.")] = ()
    code: Annotated[str | None, Says("A folder with controls of one's own, in Python; run with --allow-code.")] = None
    ignore: Annotated[
        tuple[str, ...] | None,
        Says("What is not scanned, in the syntax of .gitignore; then .hardstandignore files have no say."),
    ] = None
    retention: Annotated[Retention | None, Says("How long telemetry is kept.")] = None
    cadences: Annotated[tuple[Cadence, ...], Says("How often things are done.")] = ()
    identity: Annotated[SignIn | None, Says("How people sign in.")] = None
    personas: Annotated[Mapping[str, Persona], Says("Sorts of people and machines, by name.")] = field(
        default_factory=dict
    )
    network: Annotated[Network | None, Says("What may talk: zones, what is outside, flows.")] = None

    def flaws(self) -> Iterator[Flaw]:
        """A number that is none."""
        if self.max_exception_days is not None and self.max_exception_days < 1:
            yield Flaw(("max_exception_days",), "`max_exception_days` must be at least 1", "write a number of days")
