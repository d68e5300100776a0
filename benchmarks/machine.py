"""Say in one line what machine the benchmark ran on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path


def line() -> str:
    """Processor, cores, memory, system, Python, date and the load before the first run, all from the system."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return (
        f"Machine: {_field('/proc/cpuinfo', 'model name')}, {len(os.sched_getaffinity(0))} cores, "
        f"{int(_field('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB memory, {system} "
        f"(Linux {platform.release()}), Python {platform.python_version()}; {datetime.now(UTC):%Y-%m-%d}, "
        f"load {os.getloadavg()[0]:.1f} before the first run."
    )


def _field(path: str, name: str) -> str:
    """The value of the first `name: value` line of a file under /proc."""
    for text in Path(path).read_text(encoding="utf-8").splitlines():
        key, _, value = text.partition(":")
        if key.strip() == name:
            return value.strip()
    return "unknown"
