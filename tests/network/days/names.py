"""The ordinary lookups of a day, of all sorts that look odd and are not; and real tunnels' lookups, put among them."""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

from hardstand.network.alerts.seen import Asked
from tests.network.days.estate import CRAWLER, MAILER, PROBES, SCANNER, VENDORS, Estate
from tests.network.days.ordinary import DAY

RECORDED = Path(__file__).parents[1] / "tunnels" / "recorded.jsonl.gz"
SEARCH = (
    "shop.svc.cluster.local",
    "svc.cluster.local",
    "cluster.local",
    "eu-west-1.compute.internal",
    "corp.example.com",
)
ODD_ZONE = "lookup.unlisted-antivirus.example"
"""A zone that is asked by content and in no list of ours: the baseline has to name it."""
WORDS = (
    "alder", "birch", "cedar", "dune", "ember", "fjord", "grove", "heron", "islet", "juniper", "kelp", "larch", "maple",
    "north", "ocean", "pine", "quartz", "river",
)  # fmt: skip


class Lookups:
    """One day's."""

    def __init__(self, estate: Estate, random: Random, start: float) -> None:
        self._estate = estate
        self._random = random
        self._start = start

    def all(self) -> Iterator[Asked]:
        for key, workload in self._estate.workloads.items():
            hosts = [one.to for one in workload.calls if one.outside]
            services = [one.to.split("[")[0].split("/") for one in workload.calls if not one.outside]
            for _ in range(12):
                yield from self._host(key, self._random.choice(hosts) if hosts else self._random.choice(VENDORS))
                for namespace, name in services:
                    yield from self._both(key, f"{name}.{namespace}.svc.cluster.local")
                    yield from self._both(key, f"{name}.{namespace}.{namespace}.svc.cluster.local", "NXDOMAIN")
        yield from self._content()
        yield from self._mail()
        yield from self._crawled()
        yield from self._clouds()

    def _at(self) -> float:
        return self._start + self._random.uniform(0, DAY)

    def _one(self, client: str, name: str, record_type: str, code: str = "NOERROR", answer: int = 90) -> Asked:
        return Asked(self._at(), client, name.lower(), record_type, code, len(name) + 29, answer)

    def _both(self, client: str, name: str, code: str = "NOERROR") -> Iterator[Asked]:
        yield self._one(client, name, "A", code)
        yield self._one(client, name, "AAAA", code)

    def _host(self, client: str, host: str) -> Iterator[Asked]:
        """With the search path first, as `ndots:5` has it."""
        for suffix in SEARCH:
            yield from self._both(client, f"{host}.{suffix}", "NXDOMAIN")
        yield from self._both(client, host)

    def _content(self) -> Iterator[Asked]:
        """Hashes of files, asked of a vendor in the list, and of one that the baseline names."""
        for number in range(900):
            digest = hashlib.md5(str(number).encode()).hexdigest()
            yield self._one(SCANNER, f"{digest}.4.3.sophosxl.net", "TXT", answer=160)
            yield self._one(SCANNER, f"{digest[:16]}.{digest[16:]}.{ODD_ZONE}", "A")

    def _mail(self) -> Iterator[Asked]:
        for number in range(600):
            domain = f"{self._random.choice(WORDS)}{self._random.randrange(400)}.example"
            for name, record_type in ((domain, "MX"), (domain, "TXT"), (f"_dmarc.{domain}", "TXT")):
                yield self._one(MAILER, name, record_type, answer=300)
            yield self._one(MAILER, f"s{number % 3}._domainkey.{domain}", "TXT", answer=400)
            octets = ".".join(str(self._random.randrange(256)) for _ in range(4))
            yield self._one(MAILER, f"{octets}.zen.spamhaus.org", "A", "NXDOMAIN")
            yield self._one(MAILER, f"{octets}.bl.unlisted-blocklist.example", "TXT", "NXDOMAIN")
            yield self._one(MAILER, f"{octets}.in-addr.arpa", "PTR")
            nibbles = ".".join(self._random.choice("0123456789abcdef") for _ in range(32))
            yield self._one(MAILER, f"{nibbles}.ip6.arpa", "PTR", "NXDOMAIN")
            yield self._one(MAILER, f"{domain}.dbl.spamhaus.org", "A")
        for service in (
            "_ldap._tcp.dc._msdcs.corp.example.com",
            "_sip._tls.voice.example",
            "_http._tcp.mirror.example",
        ):
            for _ in range(40):
                yield self._one(MAILER, service, "SRV")
        for number in range(80):
            yield self._one("mail/acme[Deployment]", f"_acme-challenge.host-{number}.customers.example", "TXT")

    def _crawled(self) -> Iterator[Asked]:
        """Many domains; and many hosts of one hoster that is in no list."""
        for number in range(1_500):
            word = self._random.choice(WORDS)
            yield from self._both(CRAWLER, f"www.{word}{number}.example")
            yield from self._both(CRAWLER, f"{word}{number}-{self._random.choice(WORDS)}.unlisted-hoster.example")
        for _ in range(400):
            yield self._one(PROBES, f"www{self._random.randrange(60)}.customers.example", "A")

    def _clouds(self) -> Iterator[Asked]:
        """Names that are made of letters at random: of distributions, balancers, buckets, and probes of a resolver."""
        random = self._random
        for key in sorted(self._estate.workloads)[::4]:
            for _ in range(12):
                mark = f"{random.getrandbits(56):014x}"
                for host in (f"d{mark}.cloudfront.net", f"{mark}.s3.eu-west-1.amazonaws.com",
                             f"internal-k8s-{mark}-{random.getrandbits(32)}.eu-west-1.elb.amazonaws.com",
                             f"r{random.randrange(9)}---sn-{mark[:8]}.video.example"):  # fmt: skip
                    yield from self._both(key, host)
            yield from self._both(key, f"{random.getrandbits(128):032x}.probe.resolver.example")


def tunnels(file: Path = RECORDED) -> Mapping[str, Sequence[tuple[float, str, str, str, int, int]]]:
    """What real programs asked for, by label: seconds, name, type, code, bytes of the query and of the answer."""
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).decode().splitlines()]
    return grouped(lines)


def grouped(lines: Sequence[Sequence[object]]) -> Mapping[str, Sequence[tuple[float, str, str, str, int, int]]]:
    out = defaultdict(list)
    for label, at, record_type, code, query, answer, name in lines:
        out[str(label)].append(
            (float(str(at)), str(name), str(record_type), str(code), int(str(query)), int(str(answer)))
        )
    return out


def replayed(
    lines: Sequence[tuple[float, str, str, str, int, int]], client: str, start: float, seconds: float | None
) -> Iterator[Asked]:
    """As recorded; or the same lookups at even pauses over so many seconds, which no log tells from a slower tunnel."""
    first = lines[0][0]
    for number, (at, name, record_type, code, query, answer) in enumerate(lines):
        when = at - first if seconds is None else number * seconds / len(lines)
        yield Asked(start + when, client, name, record_type, code, query, answer)
