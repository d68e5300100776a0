"""The pods that names and addresses mean, of which some are yet to be made."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hardstand.analysis.reach.blocks import address
from hardstand.analysis.reach.estate import Estate
from hardstand.analysis.reach.peers import Peer, Sort
from hardstand.analysis.reach.pods import Pod

_WORD = "[a-z0-9]+"
_ENDINGS = {
    "StatefulSet": "[0-9]+",
    "Deployment": f"{_WORD}-{_WORD}",
    "CronJob": f"[0-9]+-{_WORD}",
    "Job": f"(?:[0-9]+-)?{_WORD}",
}
"""What stands behind a workload's name and a dash in the names of its pods.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#ordinal-index,
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label and
https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
"""


@dataclass(frozen=True, slots=True)
class Meant:
    """What was meant: classes of pods, a node or a block of addresses."""

    peers: Sequence[Peer]
    itself: str = ""
    """The one pod that it is; empty where it may be any of several."""


class PodNames:
    """The pods of an estate by what they are called, and by their addresses."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._made: dict[tuple[str, str], dict[int, Peer]] = defaultdict(dict)
        self._workloads: dict[tuple[str, str], dict[int, tuple[Peer, str]]] = defaultdict(dict)
        self._addresses: dict[int, dict[int, Peer]] = defaultdict(dict)
        self._known: dict[int, Pod] = {}
        for peer in estate.peers:
            for pod in peer.pods:
                self._take(peer, pod)
            if peer.sort is Sort.HOST:
                self._take_node(peer)

    def _take(self, peer: Peer, pod: Pod) -> None:
        if pod.owner.kind == "Pod" or pod.owner.name != pod.name:
            self._made[pod.namespace, pod.name][peer.number] = peer
        self._workloads[pod.owner.namespace, pod.owner.name][peer.number] = (peer, pod.owner.kind)
        for at in _numbers(pod.addresses):
            if peer.sort is Sort.POD:
                self._addresses[at][peer.number] = peer
                self._known[at] = pod

    def _take_node(self, peer: Peer) -> None:
        node = self._estate.peers.nodes.get(peer.name.removeprefix("node "))
        texts = [*(node.addresses if node else ()), *(text for pod in peer.pods for text in pod.node_addresses)]
        for at in _numbers(texts):
            self._addresses[at][peer.number] = peer

    def pod(self, namespace: str, name: str) -> Meant:
        """The pod of a name, or the pods of a workload. ValueError, with who may be meant, for a name of nothing."""
        made = self._made.get((namespace, name))
        if made:
            return Meant(list(made.values()), f"{namespace}/{name}")
        several = self._workloads.get((namespace, name))
        if several:
            return Meant([peer for peer, _ in several.values()])
        to_come = list(self._to_come(namespace, name))
        if not to_come:
            raise ValueError(f"there is no pod {namespace}/{name}{self._hint(namespace, name)}")
        return Meant(to_come, f"{namespace}/{name}")

    def _to_come(self, namespace: str, name: str) -> Iterator[Peer]:
        """The classes of the workload that will make a pod of this name; the longest name that fits."""
        steps = name.split("-")
        for count in range(len(steps) - 1, 0, -1):
            owner, ending = "-".join(steps[:count]), "-".join(steps[count:])
            found = [
                peer
                for peer, kind in self._workloads.get((namespace, owner), {}).values()
                if re.fullmatch(_ENDINGS.get(kind, _WORD), ending)
            ]
            if found:
                yield from found
                return

    def at(self, text: str) -> Meant:
        """The pod or node that has an address, or the block outside that it is in. ValueError for what is none."""
        at = address(text)
        found = list(self._addresses.get(at, {}).values())
        if found:
            pod = self._known.get(at)
            return Meant(found, f"{pod.namespace}/{pod.name}" if pod and len(found) == 1 else "")
        block = self._estate.peers.at_address(text)
        return Meant([block] if block is not None else [])

    def _hint(self, namespace: str, name: str) -> str:
        every = {*self._made, *self._workloads}
        of_namespace = sorted(called for home, called in every if home == name)
        if of_namespace:
            return f", and {name} is a namespace: name a pod or a workload of it, such as {name}/{of_namespace[0]}"
        near = difflib.get_close_matches(name, sorted(called for home, called in every if home == namespace), n=1)
        if near:
            return f"; did you mean {namespace}/{near[0]}?"
        elsewhere = sorted(home for home, called in every if called == name)
        if elsewhere:
            return f"; did you mean {' or '.join(f'{home}/{name}' for home in elsewhere[:3])}?"
        homes = sorted({home for home, _ in every})
        if namespace in homes:
            return ""
        close = difflib.get_close_matches(namespace, homes, n=1)
        return f", and nothing runs in namespace {namespace}{f'; did you mean {close[0]}?' if close else ''}"


def _numbers(texts: Sequence[str]) -> Iterator[int]:
    for text in texts:
        try:
            yield address(text)
        except ValueError:
            continue
