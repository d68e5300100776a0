"""Rare jobs that a log may have missed: CronJobs that run as somebody, and whose time did not come up in it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from hardstand.access.least.cron import Schedule
from hardstand.analysis.rbac.who import ACCOUNTS, AUTHENTICATED, Sort, Who
from hardstand.inventory.neighbours import Neighbours
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.workload import CronJob
from hardstand.model.violation import MalformedFieldError, NotApplicableError

CRON_READS: tuple[tuple[type[Subject], Sequence[str]], ...] = (
    (
        CronJob,
        ("spec.schedule", "spec.timeZone", "spec.suspend", "pod.spec.serviceAccountName", "pod.spec.serviceAccount"),
    ),
)


def missed(neighbours: Neighbours, who: Who, first: datetime, last: datetime) -> Iterator[str]:
    """Each CronJob that runs as the subject and that the window may not show, as a sentence."""
    if who.sort is Sort.USER:
        return
    gap = neighbours.gap(CronJob, None, anywhere=True)
    if gap is not None:
        yield f"CronJobs that run as it, for they could not be listed: {gap.reason}"
    jobs = neighbours.anywhere(CronJob)
    for job in sorted(jobs, key=lambda one: (one.namespace or "", one.name)):
        try:
            if _runs_as(who, job.namespace or "", job.service_account):
                told = _told(job, first, last)
                if told:
                    yield f"CronJob {job.namespace}/{job.name} {told}"
        except (MalformedFieldError, NotApplicableError) as error:
            yield f"CronJob {job.namespace}/{job.name}, which cannot be read: {error}"


def _runs_as(who: Who, namespace: str, account: str) -> bool:
    if who.sort is Sort.GROUP:
        return who.name in (ACCOUNTS, f"{ACCOUNTS}:{namespace}", AUTHENTICATED)
    return (who.namespace, who.name) == (namespace, account)


def _told(job: CronJob, first: datetime, last: datetime) -> str:
    """Why the log may not show it; empty where its time came up."""
    timing = job.timing
    schedule = timing.schedule or ""
    if timing.suspend:
        return f"({schedule}) is suspended"
    try:
        zone = timing.time_zone or "UTC"
        came = Schedule.read(schedule).came_up(first, last, zone)
    except ValueError as error:
        return f"has a schedule of which it cannot be told whether it came up: {error}"
    assumed = "" if timing.time_zone else ", taken to be UTC"
    return "" if came else f"({schedule}{assumed}): its time did not come up"
