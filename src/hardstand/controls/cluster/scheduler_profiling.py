"""Scheduler serves profiles of itself.

Why
    Profiles tell about memory, timing and what is called with what, and making one costs processor time. Nobody needs
    them until something is being debugged.

Fix
    Set `--profiling=false`, or `enableProfiling: false` in the file that `--config` names: with such a file the flag
    does not count.

References
    - https://kubernetes.io/docs/reference/config-api/kube-scheduler-config.v1/
    - https://kubernetes.io/docs/reference/command-line-tools-reference/kube-scheduler/
"""

from hardstand.controls.api import LOW, PRODUCTION, QUARTERLY, Given, Violations, anywhere, control
from hardstand.controls.cluster._files import told_in_file
from hardstand.inventory.views.control_plane import Scheduler, SchedulerFile


@control(
    severity=LOW,
    stage=QUARTERLY,
    maturity=PRODUCTION,
    frameworks=(
        "production-checklist:P4.3",
        "cis-kubernetes:1.4.1",
        "nist-800-53:CM-7",
        "pci-dss:2.2.4",
        "soc2:CC6.6",
        "iso-27001:A.8.9",
    ),
    reads=[anywhere(SchedulerFile, needed=False)],
)
def check(scheduler: Scheduler, given: Given) -> Violations:
    """Profiling must be off."""
    told_in_file(scheduler, scheduler.config_file, SchedulerFile, given)
    told = scheduler.profiling
    if told.value:
        yield scheduler.breaks(told, f"serves profiles{told.by_default}")
