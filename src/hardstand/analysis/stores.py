"""Workloads that keep data for others, told by their images and by the ports that their containers declare."""

from collections.abc import Iterable, Sequence

from hardstand.analysis.data_stores import BROKERS, is_about_stores, store_named, usual_at, usual_ports
from hardstand.analysis.reach.connections import ALL, NONE, Connections, port


def store_in(images: Sequence[str], declared: Iterable[tuple[str, int]]) -> tuple[str, Connections]:
    """What a workload stores with, as one word such as `postgresql`, and the connections that it is asked by.

    `declared` are the ports of its containers, by protocol. Empty, and none, for what is no store: brokers are none
    here, and neither is a program about a store, such as an exporter, whatever ports it declares.
    """
    names = [_last_part(one) for one in images]
    numbers = [number for protocol, number in declared if protocol == "TCP"]
    store = next((found for one in names if (found := store_named(one))), "")
    if not store and not any(map(is_about_stores, names)):
        store = next((found for one in numbers if (found := usual_at(one)) and found not in BROKERS), "")
    if not store or store in BROKERS:
        return "", NONE
    return store, _asked(store, numbers)


def _asked(store: str, numbers: Sequence[int]) -> Connections:
    """The ports of the store that it declares; else its usual ones, else all that it declares, else any."""
    found = NONE
    for one in [one for one in numbers if usual_at(one) == store] or usual_ports(store) or numbers:
        found |= port("TCP", one)
    return found or ALL


def _last_part(image: str) -> str:
    """The name of an image without registry, folders, tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]
