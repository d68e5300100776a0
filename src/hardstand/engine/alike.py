"""What was found of an object, kept for those that are the same but for what is made anew for each.

A controller makes pods of one template: they differ in name, uid, time, and in the name of the volume with their
token. Controls are held against the first; of the others it is known what they would say. Actions, tiers, ids and words
are worked out for each anew, since they may hang on its name.

What holds for one object only is never kept: the object that is judged notes whether anybody asked for what varies
(`hardstand.inventory.unnamed`), and what was found is looked through for the name of the volume.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass

from hardstand.analysis.exposure import Alone
from hardstand.analysis.inferred import Inferred
from hardstand.analysis.occurring import Bits
from hardstand.analysis.traits import Traits
from hardstand.controls.control import Control
from hardstand.engine.evaluate import Hit, Judged
from hardstand.engine.findings import Memory, Named
from hardstand.engine.standing import Local
from hardstand.engine.token_volume import nameless
from hardstand.inventory.objects import KubeObject
from hardstand.inventory.unnamed import UNSEEN, VARYING
from hardstand.model.path import Value
from hardstand.model.tier import Privilege
from hardstand.model.verdict import Verdict, Why
from hardstand.text.fast_json import dumps


@dataclass(frozen=True, slots=True)
class Asking:
    """An object, as a question."""

    rest: bytes
    """What all say that are made of one template."""
    volume: str
    """The name of the volume with its token; empty where there is none."""


def asking(namespace: str | None, data: Mapping[str, Value]) -> Asking:
    """An object that lands in a namespace, as a question."""
    metadata = data.get("metadata")
    if isinstance(metadata, dict):
        kept = {key: None if key in VARYING else one for key, one in metadata.items() if key != UNSEEN}
        data = {**data, "metadata": kept}
    data, volume = nameless(data)
    return Asking(b"%b\0%b" % (dumps(namespace), dumps(data)), volume)


@dataclass(frozen=True, slots=True)
class Kept:
    """What controls found, and what can be told of a workload alone."""

    hits: tuple[Hit, ...]
    compensation: Mapping[str, Verdict]
    """The verdicts of controls that exceptions depend on."""
    privilege: Inferred[Privilege] | None
    exposure: Alone | None
    memory: Memory

    def of(self, kube: KubeObject, traits: Callable[[KubeObject], Traits]) -> Judged:
        """The same of another object; `traits` tells its traits."""
        judged = Judged(kube, hits=list(self.hits), compensation=dict(self.compensation))
        if self.privilege is not None and self.exposure is not None:
            judged.local = Local(traits(kube), self.privilege, self.exposure)
        return judged


@dataclass(frozen=True, slots=True)
class Begun:
    """What is found of an object by what it says itself, whatever is around it."""

    hits: tuple[Hit, ...]
    verdicts: tuple[tuple[Control, Verdict, Why | None], ...]
    seen: Bits | None
    privilege: Inferred[Privilege] | None
    exposure: Alone | None

    def of(self, kube: KubeObject, whole: KubeObject, traits: Callable[[KubeObject], Traits]) -> Judged:
        """The same of another object, to be judged by its neighbours; `traits` tells the traits of the `whole` one."""
        judged = Judged(kube, verdicts=list(self.verdicts), hits=list(self.hits), seen=self.seen)
        if self.privilege is not None and self.exposure is not None:
            judged.local = Local(traits(whole), self.privilege, self.exposure)
        return judged


def begun(judged: Judged, depended: Collection[str]) -> Begun:
    """What is known of an object that has been judged by what it says itself; of the verdicts, those of the controls
    that something depends on."""
    local = judged.local
    privilege, exposure = (local.privilege, local.exposure) if local else (None, None)
    verdicts = tuple(one for one in judged.verdicts if one[0].id in depended) if depended else ()
    return Begun(tuple(judged.hits), verdicts, judged.seen, privilege, exposure)


@dataclass(slots=True)
class Template:
    """What is known of all that is alike."""

    begun: Begun
    state: Hashable
    """That of the picture in which all of it was found."""
    kept: Kept


def kept(judged: Judged, volume: str, named: Named | None) -> Kept | None:
    """What is to be kept of a judgement; None where it speaks of the object's own volume.

    `named` are names of places in what is alike that were found before: they hang on nothing around it.
    """
    local = judged.local
    if volume and _speaks_of(volume, judged):
        return None
    privilege, exposure = (local.privilege, local.exposure) if local else (None, None)
    memory = Memory() if named is None else Memory(named)
    return Kept(tuple(judged.hits), judged.compensation, privilege, exposure, memory)


def _speaks_of(volume: str, judged: Judged) -> bool:
    """Tell whether the name of the volume is in any text of what was found.

    What a value is written like holds each text in it, letter by letter where it is like the name of a volume.
    """
    for one in judged.hits:
        if volume in one.message or volume in one.caption or volume in one.cause:
            return True
    edits = [(edit.path, edit.value) for one in judged.hits for edit in one.edits]
    local = (judged.local.privilege, judged.local.exposure) if judged.local is not None else ()
    return volume in repr([{one.path for one in judged.hits}, edits, local])
