"""Which of the rights to write that a verb's printed roles have are lacking in a cluster, by asking it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hardstand.wiring.roles import Document, writing

if TYPE_CHECKING:
    from hardstand.sources.cluster.client import Client

_CLUSTER_WIDE = frozenset({"clusterrolebindings", "validatingwebhookconfigurations"})
"""Of what roles let write, the resources that lie in no namespace."""


@dataclass(frozen=True, slots=True)
class Unwritable:
    """What a verb may not write, though it does so with `--apply`."""

    verb: str
    """Of the command line."""
    group: str
    resource: str
    """The plural."""
    name: str | None
    """The one object that it is about; None for what is not known by a name, or any."""
    namespace: str | None
    """None is everywhere, or in no namespace."""
    verbs: Sequence[str]
    """Those of the API that are lacking."""


def unwritable(
    client: "Client", verbs: Sequence[str], home: str, namespaces: Sequence[str] = (), *, applying: bool = False
) -> Iterator[Unwritable]:
    """For these verbs of the command line, what their roles would allow to write and the server does not.

    `home`: the gate's namespace. `namespaces`: only what is needed in these. `applying`: the watch runs with `--apply`.
    ClusterError where the server does not say.
    """
    for verb in verbs:
        for rule, place in writing(verb, home, applying=applying):
            yield from _lacking(client, verb, rule, place, namespaces)


def _lacking(
    client: "Client", verb: str, rule: Document, place: str | None, namespaces: Sequence[str]
) -> Iterator[Unwritable]:
    from hardstand.sources.cluster.reviews import allowed

    (group,) = rule["apiGroups"]
    names: Sequence[str | None] = rule.get("resourceNames", (None,))
    for resource in rule["resources"]:
        chosen = namespaces if place is None and resource not in _CLUSTER_WIDE else ()
        for namespace in chosen or (place,):
            for name in names:
                lacking = [one for one in rule["verbs"] if not allowed(client, group, resource, one, namespace, name)]
                if lacking:
                    yield Unwritable(verb, group, resource, name, namespace, lacking)
