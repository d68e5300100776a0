"""Which of the fields that somebody waits for have a value in a workload.

Most controls over pods look at fields that few pods have: a host's path, an added capability, a kernel parameter. A
control says with `when=` which fields those are, and where none of them has a value it holds. That is told once for
all such controls, by one walk over the pod as it is written; whatever is not as Kubernetes has it there tells nothing,
so that every control is asked then and says itself what it cannot read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from hardstand.analysis.traits import CONTAINERS
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.unnamed import is_mapping
from hardstand.model.path import Value

Bits = int
"""A set of fields, a bit for each."""


@dataclass(slots=True)
class _Node:
    """A field on the way to one that is waited for, or such a field itself."""

    bits: Bits = 0
    below: "dict[str, _Node]" = field(default_factory=dict)
    listed: bool = False
    """What is below lies in each item of a list."""


class _OddError(Exception):
    """Something is not of the type that Kubernetes has there."""


class Occurring:
    """The fields that several wait for, each by a name of its own."""

    def __init__(self, waiting: Mapping[str, Sequence[str]]) -> None:
        """`waiting`: the fields that each waits for, as `hardstand.controls.control.control` describes them."""
        self._fields: dict[str, Bits] = {}
        self._root: dict[str, _Node] = {}
        self._of = {name: self._bits(fields) for name, fields in waiting.items() if fields}

    def seen(self, kube: KubeObject) -> Bits | None:
        """The fields that have a value; None where that cannot be told, or is of no use."""
        shape = SHAPES.get(kube.kind)
        if shape is None or not self._of:
            return None
        data: Value = cast("Value", kube.data)
        for step in shape.template:
            data = data.get(str(step)) if type(data) is dict else None
        if type(data) is not dict or type(data.get("spec")) is not dict:
            return None
        try:
            return _seen(data, self._root)
        except _OddError:
            return None

    def waits(self, name: str, seen: Bits) -> bool:
        """Tell whether that one waits for fields of which none has a value."""
        bits = self._of.get(name)
        return bits is not None and not bits & seen

    def fields(self, names: Iterable[str]) -> Bits:
        """All the fields that some wait for."""
        bits = 0
        for name in names:
            bits |= self._of.get(name, 0)
        return bits

    def _bits(self, names: Iterable[str]) -> Bits:
        bits = 0
        for name in names:
            if name not in self._fields:
                self._fields[name] = 1 << len(self._fields)
                for steps in _steps(name):
                    self._plant(steps, self._fields[name])
            bits |= self._fields[name]
        return bits

    def _plant(self, steps: list[str], bits: Bits) -> None:
        tree = self._root
        for at, step in enumerate(steps):
            key = step.removesuffix("[]")
            node = tree.setdefault(key, _Node())
            if at == len(steps) - 1:
                node.bits |= bits
            node.listed = node.listed or key != step
            tree = node.below


def _steps(name: str) -> list[list[str]]:
    """The ways to a field in a pod template: `pod.spec.hostNetwork`, or `container.` for that of any container."""
    first, _, rest = name.partition(".")
    if not rest or first not in ("pod", "container"):
        raise ValueError(f"`{name}` is no field of `pod.` or `container.`")
    if first == "pod":
        return [rest.split(".")]
    return [["spec", f"{kind}[]", *rest.split(".")] for kind in CONTAINERS]


def _seen(data: Mapping[str, Value], tree: Mapping[str, _Node]) -> Bits:
    bits = 0
    for key in data:  # Values are asked for one by one: some of an object's `metadata` are better not asked for.
        node = tree.get(key)
        if node is None or (value := data[key]) is None:
            continue
        bits |= node.bits
        if not node.below:
            continue
        if not node.listed:
            if not is_mapping(value):
                raise _OddError
            bits |= _seen(value, node.below)
            continue
        if type(value) is not list:
            raise _OddError
        for item in value:
            if type(item) is dict:
                bits |= _seen(item, node.below)
            elif item is not None:
                raise _OddError
    return bits
