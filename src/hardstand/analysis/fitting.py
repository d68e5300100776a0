"""Tell whether what a baseline matches fits an object."""

from collections.abc import Sequence

from hardstand.analysis.traits import Traits
from hardstand.baseline.classes import Matching
from hardstand.baseline.exceptions import Excepting
from hardstand.baseline.globs import Glob


def is_about(match: Matching, traits: Traits, environments: Sequence[str]) -> bool:
    """Tell whether a class is about an object; a class with an image is about what runs it in any container."""
    return (
        _named(match, traits)
        and (not match.path or any(one.fits(traits.path) for one in match.path))
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
    return any(one.fits(word) for one in patterns)
