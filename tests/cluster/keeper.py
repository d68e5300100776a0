"""The process that keeps a cluster: `python -m tests.cluster.keeper FOLDER`.

It brings the cluster up in the folder, writes `cluster.json`, does what it is asked on the socket `ask`, and takes all
down and the folder away as soon as nobody holds the lock of the file `wanted` any more. The system lets go of a lock
when its holder ends, however it ends, so no crash of a test run leaves a cluster behind. Should the keeper itself be
killed, the system kills its children (prctl(2)), and the next keeper sweeps the folder.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.cluster.control_plane import ControlPlane
from tests.cluster.finding import programs
from tests.cluster.options import Options

PREFIX = "hardstand-cluster-"
PAUSE = 0.2
"""Seconds between two looks at whether the cluster is still wanted."""
FRESH = 60.0
"""Seconds within which a folder without a keeper may still be about to get one."""


def main(folder: Path) -> int:
    """Keep a cluster in `folder` until nobody wants it. What goes wrong is in the file `failed`."""
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who waits; we end when he has.
    with (folder / "kept").open("w") as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)
        try:
            sweep(folder.parent)
            plane = ControlPlane(folder, Options.read(folder / "options.json"), programs())
            with contextlib.closing(_listening(folder)) as listener:
                try:
                    seconds = plane.start()
                    _tell(plane, seconds)
                    _serve(plane, listener, folder)
                finally:
                    plane.stop()
        except Exception:  # noqa: BLE001 - whoever waits for the cluster is told, whatever it was
            (folder / "failed").write_text(traceback.format_exc(limit=3))
            return 1
        shutil.rmtree(folder, ignore_errors=True)
        return 0


def sweep(place: Path) -> None:
    """Remove the folders of keepers that were killed."""
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), (folder / "kept").open() as lock:
            if time.time() - folder.stat().st_mtime > FRESH:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)


def _end(*_: object) -> None:
    sys.exit(0)


def _listening(folder: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "ask"))
    listener.listen()
    listener.settimeout(PAUSE)
    return listener


def _tell(plane: ControlPlane, seconds: float) -> None:
    """Write what others need to know, in one step: half a file must not be read."""
    told = {
        "url": plane.plan.url,
        "kubeconfig": str(plane.kubeconfig),
        "audit_log": str(plane.plan.audit_log),
        "programs": sorted(plane.processes),
        "seconds": round(seconds, 2),
    }
    fresh = plane.plan.folder / "cluster.json.new"
    fresh.write_text(json.dumps(told))
    fresh.rename(plane.plan.folder / "cluster.json")


def _serve(plane: ControlPlane, listener: socket.socket, folder: Path) -> None:
    while _wanted(folder):
        try:
            asker, _ = listener.accept()
        except TimeoutError:
            continue
        with asker, contextlib.suppress(OSError):
            asker.settimeout(5)
            asker.sendall(json.dumps(_answer(plane, asker)).encode())


def _wanted(folder: Path) -> bool:
    try:
        with (folder / "wanted").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _answer(plane: ControlPlane, asker: socket.socket) -> dict[str, Any]:
    try:
        asked = json.loads(next(_lines(asker)))
        name = asked.get("program", "")
        doing: dict[str, Callable[[], Any]] = {
            "stop": lambda: plane.stop_one(name, asked.get("kill", False)),
            "start": lambda: plane.start_one(name),
            "memory": lambda: plane.memory,
        }
        return {"done": doing[asked["do"]]()}
    except Exception:  # noqa: BLE001 - it is said to the asker, and the cluster stays up
        return {"failed": traceback.format_exc(limit=3)}


def _lines(asker: socket.socket) -> Iterator[str]:
    with asker.makefile() as file:
        yield from file


if __name__ == "__main__":
    here = Path(sys.argv[1])
    os.umask(0o077)
    sys.exit(main(here))
