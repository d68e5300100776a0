"""A PostgreSQL server for tests, from the programs of this machine; as root it runs as another user, as it must."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "kept s%cret"


def programs() -> Path | None:
    """The folder of the server's programs, of the newest version that is installed; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[4]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).parent if there and shutil.which("postgres") else None


@contextmanager
def server(bin_: Path) -> Iterator[int]:
    """The port of a server that lets the user `root` in with a password, and is gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="hardstand-postgres-"))
    data, secret = folder / "data", folder / "password"
    secret.write_text(PASSWORD)
    user = _user(folder)
    port = _free()
    run = {"user": user, "check": True, "stdout": subprocess.DEVNULL, "cwd": folder} if user else {"check": True}
    subprocess.run(
        [bin_ / "initdb", "-D", data, "-U", "root", "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "-N"],
        **run,
    )  # type: ignore[call-overload]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    control = [bin_ / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options]
    subprocess.run([*control, "start"], **run)  # type: ignore[call-overload]
    try:
        yield port
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]
        shutil.rmtree(folder)


def _user(folder: Path) -> str | None:
    """Whom it runs as: PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name: one for one in pwd.getpwall()}
    found = known.get("postgres") or known["nobody"]
    for one in (folder, *folder.iterdir()):
        os.chown(one, found.pw_uid, found.pw_gid)
    return found.pw_name


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
