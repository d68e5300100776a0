"""Networks written as YAML, and what is asked of them."""

from collections.abc import Mapping
from typing import Any

import yaml

from hardstand.analysis.reach.estate import REACH_READS, Conventions, Estate, estate_of
from hardstand.analysis.reach.peers import Peer, Sort
from tests.analysis.objects import as_objects, world


def estate(text: str, *, conventions: Conventions | None = None) -> Estate:
    """The network of a text of YAML documents."""
    documents = [one for one in yaml.safe_load_all(text) if one is not None]
    return estate_from(documents, conventions=conventions)


def estate_from(documents: list[dict[str, Any]], *, conventions: Conventions | None = None) -> Estate:
    """The network of decoded documents."""
    objects = [one for document in documents for one in as_objects(document)]
    return estate_of(world(objects, REACH_READS), conventions=conventions)


def peer(of: Estate, word: str) -> Peer:
    """`namespace/pod`, an address, or the name of another end."""
    if "/" in word:
        namespace, _, name = word.partition("/")
        found = [one for one in of.peers if any((pod.namespace, pod.name) == (namespace, name) for pod in one.pods)]
        assert len(found) == 1, (word, found)
        return found[0]
    if word[0].isdigit() or ":" in word:
        block = of.peers.at_address(word)
        assert block is not None, word
        return block
    return next(one for one in of.peers if one.name == word and one.sort is not Sort.POD)


def pod(name: str, labels: Mapping[str, str] | None = None, **spec: Any) -> dict[str, Any]:
    """`namespace/name` as a pod."""
    namespace, _, own = name.partition("/")
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": own, "namespace": namespace, "labels": dict(labels or {"app": own})},
        "spec": {"containers": [{"name": "main", "image": "i"}], **spec},
    }
