"""A made-up estate of 300 workloads and their pods: who calls whom on an ordinary day."""

from dataclasses import dataclass, field
from random import Random

APPLICATIONS = 28
PROMETHEUS, INGRESS, MAILER, CRAWLER, HOOKS, PROBES, SCANNER = (
    "monitoring/prometheus[StatefulSet]",
    "ingress/ingress[DaemonSet]",
    "mail/mailer[Deployment]",
    "search/crawler[Deployment]",
    "events/webhooks[Deployment]",
    "monitoring/blackbox[Deployment]",
    "mail/antivirus[Deployment]",
)
_SERVICES = ("pay", "ship", "tax", "maps", "chat", "crm", "sms", "auth", "push", "search", "fraud", "geo", "feed")
VENDORS = tuple(f"api.{one}.example" for one in _SERVICES)
TELEMETRY = ("intake.watchful.example", "agent.tracey.example", "license.oakware.example")
BUCKET = "backups-7.s3.eu-west-1.amazonaws.com"
PORTS = {"web": 8080, "api": 8443, "db": 5432, "cache": 6379, "queue": 9092, "worker": 8081}


@dataclass(slots=True)
class Workload:
    key: str
    role: str
    addresses: list[str]
    generation: int = 0
    """Rolled out so often; pods are named by it."""
    calls: list["Call"] = field(default_factory=list)

    def pod(self, number: int) -> str:
        return f"{self.key.split('/')[1].split('[')[0]}-{self.generation}-{number}"


@dataclass(frozen=True, slots=True)
class Call:
    """An edge: how many a day, and how large they are."""

    to: str
    port: int
    a_day: float
    size: float
    outside: bool = False


class Estate:
    """Everything there is, from one seed."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._next = 0
        self.workloads: dict[str, Workload] = {}
        for number in range(APPLICATIONS):
            self._application(f"app{number:02}")
        for key, role in ((PROMETHEUS, "monitor"), (INGRESS, "ingress"), (MAILER, "mailer"), (CRAWLER, "crawler")):
            self.add(key, role, 1 if role != "ingress" else 3)
        for key, role in ((HOOKS, "hooks"), (PROBES, "probes"), (SCANNER, "antivirus")):
            self.add(key, role, 1)
        for number in range(6):
            self.add(f"platform/agent-{number}[DaemonSet]", "agent", 6)

    def add(self, key: str, role: str, pods: int) -> Workload:
        made = self.workloads[key] = Workload(key, role, [self.address() for _ in range(pods)])
        return made

    def address(self) -> str:
        """Pods get addresses from 10.20.0.0/16, each a new one."""
        self._next += 1
        return f"10.20.{self._next // 250}.{self._next % 250 + 1}"

    def _application(self, namespace: str) -> None:
        random = self._random
        names = {
            role: f"{namespace}/{role}[{'StatefulSet' if role in ('db', 'queue') else 'Deployment'}]" for role in PORTS
        }
        for role, key in names.items():
            self.add(key, role, random.randint(1, 4))
        extra = [f"{namespace}/svc-{number}[Deployment]" for number in range(3)]
        for key in extra:
            self.add(key, "api", random.randint(1, 3))
        cron = self.add(f"{namespace}/report[CronJob]", "cron", 1)
        cron.calls = [Call(names["db"], 5432, 24, 2e5), Call(random.choice(VENDORS), 443, 24, 4e4, outside=True)]
        self._edges(names, extra)

    def _edges(self, names: dict[str, str], extra: list[str]) -> None:
        random, of = self._random, self.workloads
        for source, targets in (
            ("web", ("api", "cache")),
            ("api", ("db", "cache", "queue")),
            ("worker", ("queue", "db")),
        ):
            of[names[source]].calls += [Call(names[one], PORTS[one], random.uniform(40, 150), 2e4) for one in targets]
        for key in extra:
            of[names["web"]].calls.append(Call(key, 8443, random.uniform(15, 60), 1e4))
            of[key].calls.append(Call(names["db"], 5432, random.uniform(15, 60), 1e4))
        for role in ("api", "worker"):
            chosen = random.sample(VENDORS, random.randint(1, 3))
            of[names[role]].calls += [Call(one, 443, random.uniform(20, 100), 3e4, outside=True) for one in chosen]
        of[names["db"]].calls.append(Call(BUCKET, 443, 0, 0, outside=True))
