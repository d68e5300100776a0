"""What a picture that is kept up to date knows of an object, and what became different with it."""

from dataclasses import dataclass
from typing import Any

from hardstand.analysis.traits import Traits
from hardstand.engine.findings import Page
from hardstand.engine.standing import Local
from hardstand.inventory.objects import KubeObject


@dataclass(frozen=True, slots=True)
class Held:
    """An object of the picture."""

    page: Page
    kube: KubeObject
    """Without its fields."""
    fact: KubeObject | None
    """What joins read of it."""
    local: Local | None
    traits: Traits
    folded: bool
    """It is judged at its owner."""
    uid: str
    maker: str
    """The uid of its controller; nothing where it has none."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became different when an object came, changed or went."""

    before: Held | None
    after: Held | None
    facts: bool
    """What joins read of it is not as it was."""
    standing: bool
    """Tiers of others may not be as they were."""


def uid_of(kube: KubeObject) -> str:
    """The uid of an object; empty where it has none."""
    metadata: Any = kube.data.get("metadata")
    found = metadata.get("uid") if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else ""


def namespace_of(name: str) -> str | None:
    """The namespace in the name of a live page, or that it is: `cluster:/api/v1/namespaces/shop/pods/web`."""
    return name.partition("/namespaces/")[2].partition("/")[0] or None
