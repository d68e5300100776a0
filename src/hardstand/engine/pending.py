"""What is found of an object that is not there yet, or would be found of one that is."""

from collections.abc import Hashable, Iterable

from hardstand.engine.findings import Called, Outline, Outlined
from hardstand.engine.owners import Owned
from hardstand.engine.standing import Standing
from hardstand.model.finding import Finding, ObjectRef


class Judgement:
    """What is found of one object, were it there."""

    __slots__ = ("_findings", "_outlined", "kept", "object", "owned", "standing")

    def __init__(
        self, ref: ObjectRef, standing: Standing, owned: Owned | None, found: Outlined | tuple[Finding, ...]
    ) -> None:
        """`owned` is its owner in the picture, and whether it is as that one's template says."""
        self.object = ref
        self.standing = standing
        self.owned = owned
        self.kept: dict[Hashable, object] = {}
        """What whoever asked has worked out from it; gone when it is."""
        self._outlined = found if isinstance(found, Outlined) else None
        self._findings = None if isinstance(found, Outlined) else found

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that is found, whole."""
        if self._findings is None:
            self._findings = self._outlined.findings() if self._outlined else ()
        return self._findings

    def placed(self) -> tuple[Finding, ...]:
        """Everything that is found, with lines and columns where there are any."""
        return self._outlined.placed() if self._outlined else self.findings

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """Everything that is found, as far as it is decided upon; only of what was judged without places."""
        return self._outlined.outlines if self._outlined else ()

    def finding(self, one: Outline) -> Finding:
        """The whole of one that is outlined. LookupError for what is outlined elsewhere."""
        if self._outlined is None:
            raise LookupError("nothing is outlined")
        return self._outlined.finding(one)

    @property
    def shared(self) -> dict[Hashable, object] | None:
        """As `kept`, but for all objects that are alike and stand alike; None where something hangs on this one."""
        return self._outlined.shared.kept if self._outlined and self._outlined.shared else None

    def named(self, one: Outline) -> Called:
        """What one that is outlined is called. LookupError for what is outlined elsewhere."""
        if self._outlined is None:
            raise LookupError("nothing is outlined")
        return self._outlined.named(one)

    def named_field(self, one: Outline) -> str:
        """The place of one that is outlined, as people name it. LookupError for what is outlined elsewhere."""
        if self._outlined is None:
            raise LookupError("nothing is outlined")
        return self._outlined.field(one)

    @property
    def memory(self) -> Hashable | None:
        """The same for all objects that are alike; None where nothing is kept of it."""
        return self._outlined.memory if self._outlined else None

    def are_named(self, several: Iterable[Outline]) -> bool:
        """Tell whether the places of some that are outlined are called the same in all objects that are alike."""
        return self._outlined is not None and all(map(self._outlined.is_named, several))

    @property
    def tier(self) -> str | None:
        """The word for its tier; None where there is no workload to take it from."""
        return self.standing.tier.word if self.standing.tier else None
