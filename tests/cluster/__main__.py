"""For developers: `python -m tests.cluster` starts a cluster and waits for Ctrl-C; `… build` only builds it."""

import argparse
import contextlib
import signal
import sys
import time

from tests.cluster.building import NotAvailableError
from tests.cluster.finding import programs
from tests.cluster.keeping import cluster_with
from tests.cluster.options import Options


def main() -> int:
    """Do what was asked. 2 when there can be no cluster, with the reason on stderr."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("run", "build"), default="run")
    parser.add_argument("--nodes", type=int, default=1, help="how many nodes there are (1)")
    asked = parser.parse_args()
    try:
        begin = time.monotonic()
        programs()
        if asked.what == "build":
            print(f"the test cluster's programs are there, after {time.monotonic() - begin:.0f} s")
            return 0
        run(Options(nodes=asked.nodes))
    except NotAvailableError as error:
        print(f"there is no test cluster: {error}", file=sys.stderr)
        return 2
    return 0


def run(options: Options) -> None:
    """Start a cluster, say how to reach it and what it costs, and keep it until Ctrl-C or SIGTERM."""
    with cluster_with(options) as cluster:
        memory = cluster.memory()
        each = ", ".join(f"{name} {size >> 20}" for name, size in memory.items())
        print(f"started in {cluster.seconds} s; MiB resident: {each}; {sum(memory.values()) >> 20} in all")
        print(f"kubectl: {' '.join(cluster.kubectl_command)}")
        print(f"logs, audit.log and certificates: {cluster.directory}")
        print(f"export KUBECONFIG={cluster.kubeconfig}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
