"""What the verbs of `hardstand net` have in common: what is read, and the network that it makes."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from hardstand.analysis.reach.estate import REACH_READS, Conventions, Estate, estate_of
from hardstand.analysis.reach.spans import Spans
from hardstand.baseline.baseline import Baseline
from hardstand.cli.errors import warn
from hardstand.cli.rbac.asking import add_input, survey_of
from hardstand.wiring.surveying import Reads, Surveyed

__all__ = ["Network", "add_input", "network_of"]

_SHOWN = 10
"""Doubts that are told one by one."""


@dataclass(frozen=True, slots=True)
class Network:
    """The network of what was read, and what could not be."""

    estate: Estate
    found: Surveyed

    @property
    def whole(self) -> bool:
        """Everything that may matter could be read."""
        return not self.found.unreadable and not self.estate.doubts


def network_of(
    arguments: argparse.Namespace,
    *,
    also: Reads = (),
    baseline: Baseline | None = None,
    conventions: Conventions | None = None,
    blocks: Sequence[Spans] = (),
    names: Sequence[str] = (),
) -> Network:
    """The network of what the arguments name. UsageError where nothing is named, or the cluster cannot be asked.

    `also`: what else is read; `blocks` and `names`: what of the world outside is to be told apart.
    """
    found = survey_of(arguments, [*REACH_READS, *also], baseline)
    cni = baseline.network.cni if baseline is not None else None
    estate = estate_of(found.neighbours, conventions=conventions, blocks=blocks, names=names, cni=cni)
    for remark in estate.remarks:
        warn(remark, "say in the baseline what makes the network: `network: {cni: calico}`")
    for doubt in estate.doubts[:_SHOWN]:
        warn(doubt, "answers that hang on it are not certain")
    if len(estate.doubts) > _SHOWN:
        warn(f"{len(estate.doubts) - _SHOWN} more could not be told", "`--format json` lists them")
    if not estate.peers.pods:
        warn("there is no workload in what was read", "is it the right path? `--cluster` reads the running cluster")
    return Network(estate, found)
