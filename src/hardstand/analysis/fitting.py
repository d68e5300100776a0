"""Tell whether what a baseline matches fits an object."""

import fnmatch
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

from hardstand.analysis.traits import Traits
from hardstand.baseline.classes import Matching
from hardstand.baseline.exceptions import Excepting
from hardstand.baseline.globs import Glob

T = TypeVar("T")
M = TypeVar("M", Matching, Excepting)


class _Near(Generic[M, T]):
    """What may fit objects of one namespace, by what is asked first: patterns of many are asked for in one go."""

    def __init__(self, items: Sequence[tuple[int, M, T]]) -> None:
        self._named: list[tuple[int, M, T]] = [one for one in items if one[1].name]
        self._pictured: list[tuple[int, M, T]] = [one for one in items if one[1].image and not one[1].name]
        self._others: list[tuple[int, M, T]] = [one for one in items if not one[1].name and not one[1].image]
        self._names = _any_of(glob for _, match, _ in self._named for glob in match.name if not glob.literal)
        self._images = _any_of(glob for _, match, _ in self._pictured for glob in match.image)

    def of(self, traits: Traits) -> list[tuple[int, M, T]]:
        """What may fit an object."""
        found = list(self._others)
        if self._named and self._names.match(traits.name):
            found += self._named
        if self._pictured and any(map(self._images.match, traits.images)):
            found += self._pictured
        return found


def _any_of(globs: Iterable[Glob]) -> "re.Pattern[str]":
    """One expression that fits whatever one of the patterns fits."""
    return re.compile("|".join(dict.fromkeys(fnmatch.translate(one.text) for one in globs)) or r"(?!)")


class Index(Generic[M, T]):
    """Things by what they match, so that an object is compared with the few that can fit: those for its name or a label
    of its own, and of all others the ones for its namespace."""

    def __init__(self, pairs: Iterable[tuple[M, T]]) -> None:
        self._by_name: dict[str, list[tuple[int, M, T]]] = {}
        self._by_label: dict[tuple[str, str], list[tuple[int, M, T]]] = {}
        self._rest: list[tuple[int, M, T]] = []
        self._near: dict[str | None, _Near[M, T]] = {}
        for at, (match, thing) in enumerate(pairs):
            label = next(((key, one.text) for key, one in match.labels.items() if one.literal), None)
            for name in dict.fromkeys(one.text for one in match.name if one.literal):
                self._by_name.setdefault(name, []).append((at, match, thing))
            if match.name and all(one.literal for one in match.name):
                continue
            if label is not None and not match.name:
                self._by_label.setdefault(label, []).append((at, match, thing))
            else:
                self._rest.append((at, match, thing))

    def candidates(self, traits: Traits) -> Iterator[tuple[M, T]]:
        """What may fit an object, in the order given; each is still to be asked."""
        near = self._near.get(traits.namespace)
        if near is None:
            word = traits.namespace or ""
            near = _Near([one for one in self._rest if not one[1].namespace or _any(one[1].namespace, word)])
            self._near[traits.namespace] = near
        found = near.of(traits)
        found += self._by_name.get(traits.name, ())
        if self._by_label:
            for pair in traits.labels.items() | traits.pod_labels.items():
                found += self._by_label.get(pair, ())
        if len(found) > 1:
            found = sorted({one[0]: one for one in found}.values(), key=_order)
        for _, match, thing in found:
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
