"""Digs real DNS tunnels on this machine, beside ordinary lookups, and keeps what was asked for.

`python -m tests.network.tunnels.record [FILE]` (as root; Debian's iodine, dns2tcp and iproute2) writes the queries that
the tests replay, as packed JSON lines: label, seconds, type, code, bytes of the query and of the answer, name. Nothing
leaves the machine: every tunnel has two network namespaces of its own, and a forwarder between its ends.
"""

import contextlib
import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.network.tunnels.namespaces import SERVER, Pair, pair
from tests.network.tunnels.programs import PORT, TUNNELS, Tunnel, calling, entrance, missing, serving

PATIENCE = 60
"""Seconds more that a tunnel may take to stand."""
RECORDED = Path(__file__).parent / "recorded.jsonl.gz"


def dug(tunnel: Tunnel) -> Sequence[Sequence[object]]:
    """Dig one, watch it, and give what was asked for, ordinary lookups of the same client among it.

    OSError: namespaces cannot be made here. RuntimeError: nothing came through the tunnel; with what its programs said.
    """
    with tempfile.TemporaryDirectory(prefix="hardstand-tunnel-") as name, pair(tunnel.label) as both:
        folder = Path(name)
        folder.chmod(0o755)
        with _running(tunnel, both, folder) as log:
            argv = ["-m", "tests.network.tunnels.talking", "fetch", *map(str, entrance(tunnel))]
            longest = str(tunnel.seconds + PATIENCE)
            talk = both.python(both.client, [*argv, str(tunnel.kilobytes), longest], folder / "talk")
            names = both.python(
                both.client, ["-m", "tests.network.tunnels.ordinary", SERVER, longest], folder / "names"
            )
            _wait(folder / "talk", tunnel.seconds)
            _end([talk, names])
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        if "fetched" not in (folder / "talk").read_text():
            said = {one.name: one.read_text(errors="replace")[-800:] for one in folder.iterdir() if one.is_file()}
            raise RuntimeError(f"nothing came through {tunnel.label}: {said}")
    return _kept(tunnel, lines)


def _wait(talk: Path, seconds: int) -> None:
    """For so long at least, and on a busy machine until something has come through."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds + PATIENCE:
        if passed >= seconds and "fetched" in talk.read_text():
            return
        time.sleep(0.5)


@contextlib.contextmanager
def _running(tunnel: Tunnel, both: Pair, folder: Path) -> Iterator[Path]:
    log = folder / "queries"
    started = [
        both.python(both.server, ["-m", "tests.network.tunnels.talking", "serve"], folder / "serve"),
        both.start(both.server, serving(tunnel, folder), folder / "server"),
        both.python(
            both.server,
            ["-m", "tests.network.tunnels.forwarder", SERVER, tunnel.zone, str(PORT), str(log)],
            folder / "forwarder",
        ),
    ]
    time.sleep(1.5)
    started.append(both.start(both.client, calling(tunnel), folder / "client"))
    try:
        yield log
    finally:
        _end(started)


def _end(programs: Sequence["subprocess.Popen[bytes]"]) -> None:
    for one in programs:
        one.terminate()
    for one in programs:
        try:
            one.wait(5)
        except subprocess.TimeoutExpired:
            one.kill()
            one.wait()


def _kept(tunnel: Tunnel, lines: Sequence[Sequence[object]]) -> Sequence[Sequence[object]]:
    first = float(str(lines[0][0]))
    mine = [one for one in lines if str(one[6]).endswith(tunnel.zone)]
    if len(mine) > tunnel.most:
        mine = [*mine[: tunnel.most * 3 // 4], *mine[-tunnel.most // 4 :]]
    rest = [one for one in lines if not str(one[6]).endswith(tunnel.zone)]
    named = [*((tunnel.label, one) for one in mine), *((f"ordinary-{tunnel.label}", one) for one in rest)]
    return [
        [label, round(float(str(one[0])) - first, 2), *one[2:]]
        for label, one in sorted(named, key=lambda each: float(str(each[1][0])))
    ]


def recorded(tunnels: Sequence[Tunnel] = TUNNELS) -> Iterator[Sequence[object]]:
    """All tunnels, dug at once."""
    with ThreadPoolExecutor(len(tunnels)) as pool:
        for lines in pool.map(dug, tunnels):
            yield from lines


def main(file: Path) -> int:
    if lacking := missing():
        print(f"not installed: {lacking} (apt-get install iodine dns2tcp iproute2)", file=sys.stderr)
        return 2
    lines = list(recorded())
    text = "".join(f"{json.dumps(one, separators=(',', ':'))}\n" for one in lines)
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    for label in sorted({str(one[0]) for one in lines}):
        print(f"{label}: {sum(one[0] == label for one in lines)} queries")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDED))
