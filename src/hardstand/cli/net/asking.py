"""What the verbs of `hardstand net` have in common: what is read, and the network that it makes."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hardstand.analysis.reach.estate import REACH_READS, Conventions, Estate, estate_of
from hardstand.analysis.reach.spans import Spans
from hardstand.baseline.baseline import Baseline
from hardstand.cli.baselines import named
from hardstand.cli.errors import warn
from hardstand.cli.net.environments import add_environment, of_one_environment, warn_of_contested
from hardstand.cli.rbac.asking import add_input as add_reading
from hardstand.cli.rbac.asking import survey_of
from hardstand.wiring.surveying import Reads, Surveyed

__all__ = ["Network", "add_input", "network_of"]

PLUGIN_HINT = "say in the baseline what makes the network: `network: {cni: calico}`"
_SHOWN = 10
"""Doubts that are told one by one."""


@dataclass(frozen=True, slots=True)
class Network:
    """The network of what was read, and what could not be."""

    estate: Estate
    """With everything among its doubts that is not told for certain, contested objects too."""
    found: Surveyed
    contested: Sequence[str] = ()
    """What is defined more than once, and otherwise: sentences for a person."""

    @property
    def readable(self) -> bool:
        """Everything that may matter could be read, whether or not it is told which of several counts."""
        return not self.found.unreadable and set(self.estate.doubts) <= set(self.contested)


def add_input(parser: argparse.ArgumentParser, *, cluster: bool = True) -> None:
    """Describe what is read, besides the paths. `cluster`: it may be the running one."""
    add_environment(parser)
    add_reading(parser, cluster=cluster)


def network_of(
    arguments: argparse.Namespace,
    *,
    also: Reads = (),
    baseline: Baseline | None = None,
    conventions: Conventions | None = None,
    blocks: Sequence[Spans] = (),
    names: Sequence[str] = (),
) -> Network:
    """The network of what the arguments name, of one environment.

    `also`: what else is read; `blocks` and `names`: what of the world outside is to be told apart; `baseline`: the one
    that the arguments choose, where it is read already. UsageError where nothing is named, several environments were
    read and none is chosen, the baseline cannot be used, or the cluster cannot be asked.
    """
    boundary = baseline or named(arguments.baseline, arguments.baseline_from)
    found = of_one_environment(arguments, survey_of(arguments, [*REACH_READS, *also], boundary))
    cni = boundary.network.cni
    estate = estate_of(found.neighbours, conventions=conventions, blocks=blocks, names=names, cni=cni)
    estate = replace(estate, doubts=(*estate.doubts, *estate.unread))
    contested = warn_of_contested(found)
    for remark in estate.remarks:
        warn(remark, PLUGIN_HINT)
    for doubt in estate.doubts[:_SHOWN]:
        warn(doubt, "answers that hang on it are not certain")
    if len(estate.doubts) > _SHOWN:
        warn(f"{len(estate.doubts) - _SHOWN} more could not be told", "`--format json` lists them")
    if not estate.peers.pods:
        warn("there is no workload in what was read", "is it the right path? `--cluster` reads the running cluster")
    return Network(replace(estate, doubts=(*estate.doubts, *contested)), found, contested)
