"""What a thing counts that falls, and how much less it counts with every step that must be done before.

The numbers are declared, not measured. They give an order, and every part of a radius shows how it came to be, so that
who does not share a number sees at once what it did.

How likely a step works nobody knows; but some take no skill at all, and others need a fault in a program that may not
have one. So a step halves what lies behind it so and so often. Halving keeps all arithmetic in whole numbers: what a
part counts is its worth shifted to the right, and parts add up to the total exactly.
"""

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from hardstand.model.tier import Data


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers, and why each is what it is."""

    workload: int = 256
    """The unit that all else is told in: one more program that works for somebody else."""
    data: MappingProxyType[Data, int] = field(
        default_factory=lambda: MappingProxyType(
            {Data.PUBLIC: 0, Data.INTERNAL: 64, Data.CONFIDENTIAL: 512, Data.RESTRICTED: 2048}
        )
    )
    """What a workload handles, besides itself. Restricted data weighs as much as eight programs: it cannot be put back,
    and they can. What nobody classed weighs a quarter of one."""
    secret: int = 256
    """A Secret opens something that is mostly not in the picture; what it opens in the picture counts besides."""
    identity: int = 64
    """Somebody whom one may be. What that one may do counts besides, so that one without rights is worth little."""
    node: int = 4096
    """A node is all that will run there, and not only what runs there now."""
    cluster: int = 32768
    """Whoever may do everything; as much as eight nodes, so that it outweighs what falls with it in small clusters."""
    internet: int = 512
    """The way out for what was taken, and the way in for orders: once, however many may call there."""
    metadata: int = 1024
    """The cloud's credentials of the node. Whether there is a cloud, and gives them to pods, no manifest shows, so that
    they count an eighth."""
    destination: int = 64
    """A block of addresses or a name outside of the cluster that a policy tells apart."""

    acts: int = 1
    """Halvings of something that is done and works by itself, such as creating a pod: it may be seen, and stopped."""
    perhaps: int = 3
    """Of a step that depends on what others do, or on what no manifest shows."""
    beside: int = 2
    """Of being on the same node as another pod, where nobody knows on which nodes they are."""
    listens: int = 3
    """Of taking a workload over a port that it listens at: most programs have no known fault, and ask who is there. To
    be reached is to be exposed, which counts an eighth of having fallen."""
    silent: int = 5
    """The same where a workload says which ports it listens at, and none of them can be reached."""


WEIGHTS: Final = Weights()
FAR: Final = 16
"""As many halvings leave nothing of anything."""
