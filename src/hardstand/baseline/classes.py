"""What each workload is worth: its factors by matching, and the matrix from factors to a tier."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from hardstand.baseline.globs import Glob, PathGlob
from hardstand.baseline.shape import At, Flaw, Says
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.model.tier import Data, Exposure, Privilege, Tier

Globs = tuple[Glob, ...]
FACTORS = ("data", "exposure", "privilege", "compliance")


class Regime(Glob):
    """A pattern for a regime of compliance; capitals do not count, as in what is declared of workloads."""

    @classmethod
    def parse(cls, text: str, vocabulary: Vocabulary) -> Self:
        """The pattern; WordError when it is empty."""
        return super().parse(text.lower(), vocabulary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Objects by what they say of themselves; every key that is given must fit, and of a list one is enough."""

    kind: Annotated[Globs, Says("Pattern for the kind, as `Deployment`.")] = ()
    name: Annotated[Globs, Says("Pattern for the name.")] = ()
    namespace: Annotated[Globs, Says("Pattern for the namespace.")] = ()
    labels: Annotated[Mapping[str, Glob], Says("Labels of the object or of its pods, each with a pattern.")] = field(
        default_factory=dict
    )
    image: Annotated[Globs, Says("Pattern for the image of one of its containers, as written.")] = ()
    environment: Annotated[Globs, Says("Pattern for the environment that it lies in.")] = ()
    path: Annotated[tuple[PathGlob, ...], Says("Files in git, by path from the working directory.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Class:
    """What is declared of the workloads that match. Where several match, the highest of each factor counts."""

    match: Annotated[Matching, Says("Which workloads.")]
    data: Annotated[Data | None, Says("How sensitive the data is that they handle.")] = None
    exposure: Annotated[Exposure | None, Says("From where they can be reached, where inference is wrong.")] = None
    privilege: Annotated[Privilege | None, Says("How much falls with them, where inference is wrong.")] = None
    compliance: Annotated[tuple[str, ...], Says("Regimes that they are under: `pci`, `hipaa` …")] = ()
    owner: Annotated[str | None, Says("Who answers for them.")] = None
    ticket: Annotated[str | None, Says("Where work on them is tracked.")] = None
    repository: Annotated[str | None, Says("Where their source is.")] = None
    at: At = field(default_factory=At, compare=False)

    def flaws(self) -> Iterator[Flaw]:
        """A class that matches nothing in particular, or says nothing."""
        if self.match == Matching():
            yield Flaw(("match",), "`match` names nothing", 'to match every workload, say `name: "*"`')


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The labels and annotations by which an object declares its own class. They can raise it, never lower it."""

    data: Annotated[str, Says("Key of the label or annotation.")] = "hardstand.dev/data"
    exposure: Annotated[str, Says("Key of the label or annotation.")] = "hardstand.dev/exposure"
    privilege: Annotated[str, Says("Key of the label or annotation.")] = "hardstand.dev/privilege"
    compliance: Annotated[str, Says("Key of the label or annotation; words with commas or dots between.")] = (
        "hardstand.dev/compliance"
    )
    owner: Annotated[str, Says("Key of the label or annotation.")] = "hardstand.dev/owner"
    ticket: Annotated[str, Says("Key of the label or annotation.")] = "hardstand.dev/ticket"
    repository: Annotated[str, Says("Key of the label or annotation.")] = "hardstand.dev/repository"


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """How workloads are classed."""

    default_data: Annotated[Data | None, Says("The sensitivity of data where nothing else is said.")] = None
    names: Annotated[Names | None, Says("Labels and annotations on objects that declare a class.")] = None
    workloads: Annotated[tuple[Class, ...], Says("What is declared, by matching.")] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    """A row of the matrix: workloads with at least these factors have at least this tier. The highest row counts."""

    tier: Annotated[Tier, Says("The tier that follows.")]
    data: Annotated[Data | None, Says("At least this sensitive.")] = None
    exposure: Annotated[Exposure | None, Says("Reachable from at least here.")] = None
    privilege: Annotated[Privilege | None, Says("At least this privileged.")] = None
    compliance: Annotated[tuple[Regime, ...], Says("Under one of these regimes, each a pattern.")] = ()
    at: At = field(default_factory=At, compare=False)

    def fits(self, data: Data, exposure: Exposure, privilege: Privilege, compliance: frozenset[str]) -> bool:
        """Tell whether a workload with these factors is at least this row's."""
        return (
            (self.data is None or data >= self.data)
            and (self.exposure is None or exposure >= self.exposure)
            and (self.privilege is None or privilege >= self.privilege)
            and (not self.compliance or any(one.fits(word) for one in self.compliance for word in compliance))
        )
