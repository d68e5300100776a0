"""What of a kind is needed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """Whole objects of a kind, or only some fields of them."""

    whole: bool
    fields: tuple[str, ...] = ()
    """Where not all is needed: dotted paths, sorted. `*` stands for the keys of a mapping without their values."""
    status: bool = True
    """What the server and its controllers report of whole objects is needed, too, which changes far more often than
    all else."""

    @property
    def metadata_only(self) -> bool:
        """All that is needed lies in the metadata."""
        heads = ("apiVersion", "kind", "metadata")
        return not self.whole and all(one.partition(".")[0] in heads for one in self.fields)
