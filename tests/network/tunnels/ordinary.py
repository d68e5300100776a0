"""Ordinary lookups of a pod: `python -m tests.network.tunnels.ordinary SERVER SECONDS` asks for them in turn.

The hosts are made up (RFC 2606) or such as pods ask for everywhere; nobody but the forwarder is asked.
"""

import itertools
import socket
import sys
import time

from tests.network.tunnels.wire import asking

SEARCH = ("shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "eu-west-1.compute.internal")
HOSTS = (
    "api.payments.example.com", "hooks.chat.example.com", "d3f7ab12cd34ef.cloudfront.net", "s3.eu-west-1.amazonaws.com",
    "ntp1.example.net", "deb.example.org", "ocsp.ca.example", "registry.example.com",
)  # fmt: skip
SERVICES = ("web.shop", "db.shop", "cart.shop", "kafka-0.kafka.stream", "otel.monitoring")


def asked() -> list[tuple[str, str]]:
    """Names and types, as a resolver with `ndots:5` and the search path of a pod sends them."""
    out = []
    for host in (*HOSTS, *SERVICES):
        for suffix in (*SEARCH, ""):
            name = f"{host}.{suffix}" if suffix else host
            out += [(name, "A"), (name, "AAAA")]
    out += [(f"_grpc._tcp.{one}.svc.cluster.local", "SRV") for one in SERVICES]
    out += [("7.1.199.10.in-addr.arpa", "PTR"), ("_acme-challenge.example.com", "TXT"), ("example.com", "MX")]
    out += [("2.0.0.127.zen.dnsbl.example", "A"), ("_dmarc.example.com", "TXT")]
    return out


def ask(server: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(1)
        for number, (name, record_type) in enumerate(itertools.cycle(asked())):
            if time.monotonic() > end:
                return
            try:
                one.sendto(asking(number & 0xFFFF, name, record_type), (server, 53))
                one.recv(4096)
            except OSError:
                pass
            time.sleep(0.8)


if __name__ == "__main__":
    ask(sys.argv[1], float(sys.argv[2]))
