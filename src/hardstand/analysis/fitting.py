"""Tell whether what a baseline matches fits an object."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from hardstand.analysis.traits import Traits
from hardstand.baseline.classes import Matching
from hardstand.baseline.exceptions import Excepting
from hardstand.baseline.globs import Glob

T = TypeVar("T")
M = TypeVar("M", Matching, Excepting)


class Index(Generic[M, T]):
    """Things by what they match, so that an object is compared with the few that can fit: those for its name, and of
    those for patterns of names the ones for its namespace."""

    def __init__(self, pairs: Iterable[tuple[M, T]]) -> None:
        self._by_name: dict[str, list[tuple[int, M, T]]] = {}
        self._rest: list[tuple[int, M, T]] = []
        self._near: dict[str | None, list[tuple[int, M, T]]] = {}
        for at, (match, thing) in enumerate(pairs):
            if match.name and all(one.literal for one in match.name):
                for one in dict.fromkeys(match.name):
                    self._by_name.setdefault(one.text, []).append((at, match, thing))
            else:
                self._rest.append((at, match, thing))

    def candidates(self, traits: Traits) -> Iterator[tuple[M, T]]:
        """What may fit an object, in the order given; each is still to be asked."""
        near = self._near.get(traits.namespace)
        if near is None:
            namespace = traits.namespace or ""
            near = [one for one in self._rest if not one[1].namespace or _any(one[1].namespace, namespace)]
            self._near[traits.namespace] = near
        named = self._by_name.get(traits.name, [])
        for _, match, thing in sorted(near + named, key=_order) if near and named else near or named:
            yield match, thing


def _order(one: tuple[int, object, object]) -> int:
    return one[0]


def is_about(match: Matching, traits: Traits, environments: Sequence[str], path: str) -> bool:
    """Tell whether a class is about an object at `path`; one with an image is about what runs it in any container."""
    return (
        _named(match, traits)
        and (not match.path or any(one.fits(path) for one in match.path))
        and (not match.environment or any(one.fits(name) for one in match.environment for name in environments))
        and (not match.image or any(one.fits(image) for one in match.image for image in traits.images))
    )


def excepts(match: Excepting, traits: Traits, image: str | None) -> bool:
    """Tell whether an exception is about a finding on an object.

    `image` is that of the container which the finding is in. Outside of containers every image must fit: an exception
    for one image is none for what runs beside it.
    """
    if not _named(match, traits):
        return False
    if not match.image:
        return True
    images = traits.images if image is None else (image,)
    return bool(images) and all(_any(match.image, one) for one in images)


def _named(match: Matching | Excepting, traits: Traits) -> bool:
    return (
        (not match.namespace or _any(match.namespace, traits.namespace or ""))
        and (not match.name or _any(match.name, traits.name))
        and (not match.kind or _any(match.kind, traits.kind))
        and (not match.labels or all(_labelled(key, one, traits) for key, one in match.labels.items()))
    )


def _labelled(key: str, pattern: Glob, traits: Traits) -> bool:
    return any(key in labels and pattern.fits(labels[key]) for labels in (traits.labels, traits.pod_labels))


def _any(patterns: Sequence[Glob], word: str) -> bool:
    for one in patterns:  # noqa: SIM110 - asked a million times, where a generator costs more than the answer
        if one.fits(word):
            return True
    return False
