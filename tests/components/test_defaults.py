"""The defaults that are told here, against those that the programs tell themselves."""

import re
import subprocess
from collections.abc import Mapping
from functools import cache

import pytest

from hardstand.inventory.components.flags import BOOLEANS
from hardstand.inventory.views.api_server import ApiServer
from hardstand.inventory.views.component import Component, Setting, Told
from hardstand.inventory.views.control_plane import ControllerManager, Etcd, Scheduler
from tests.cluster.building import NotAvailableError
from tests.cluster.finding import programs
from tests.components.judging import made

VERSION = "v1.36.2"
VIEWS: Mapping[str, type[Component]] = {
    "kube-apiserver": ApiServer, "kube-controller-manager": ControllerManager, "kube-scheduler": Scheduler,
    "etcd": Etcd,
}  # fmt: skip
GONE = {"insecure-port", "port"}
"""Flags of older versions."""
_KUBERNETES = re.compile(r"^ +(?:-\w, )?--(?P<name>[\w-]+)(?: (?P<type>[A-Za-z0-9]+))? {2,}(?P<text>.*)$")
_ETCD = re.compile(r"^ +--(?P<name>[\w-]+) '(?P<default>[^']*)'$")


@cache
def helped(program: str) -> Mapping[str, tuple[str, str]]:
    """The type and the default of every flag, as `--help` has them."""
    try:
        command = programs()[program]
    except NotAvailableError as error:
        pytest.skip(f"needs a test cluster: {error}")
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=60, check=False)
    found: dict[str, tuple[str, str]] = {}
    for line in (done.stdout + done.stderr).splitlines():
        if program == "etcd" and (told := _ETCD.match(line)):
            default = told["default"]
            found[told["name"]] = ("" if default in ("true", "false") else "string", default)
        elif told := _KUBERNETES.match(line):
            default = re.search(r"\(default (.*?)\)", told["text"])
            found[told["name"]] = (told["type"] or "", default[1].strip('"[]') if default else "")
    assert len(found) > 20, f"{program} --help is not as expected"
    return found


def settings_of(view: type[Component]) -> Mapping[str, str]:
    """The settings of a view: their names and flags."""
    return {name: one._flag for name, one in vars(view).items() if isinstance(one, Setting) and one._flag}


def written(told: Told[object], kind: str) -> str:
    """A default as `--help` writes it: nothing for zeroes."""
    value = told.value
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, tuple):
        return ",".join(value)
    if kind == "duration":
        minutes = int(float(str(value)) // 60)
        return f"{minutes}m0s" if minutes else ""
    return str(value or "") if not isinstance(value, dict) else ""


@pytest.mark.parametrize(
    ("program", "name"), [(one, name) for one, view in VIEWS.items() for name in settings_of(view)]
)
def test_default(program: str, name: str) -> None:
    view = VIEWS[program]
    flag = settings_of(view)[name]
    flags = helped(program)
    if flag in GONE:
        assert flag not in flags
        return
    kind, default = flags[flag]
    value = {
        "apiVersion": "hardstand.dev/v1", "kind": "ComponentConfig", "metadata": {"name": "a"}, "component": program,
        "version": VERSION, "flags": [], "environment": {},
    }  # fmt: skip
    (component,) = view.of(made(value))
    told: Told[object] = getattr(component, name)
    assert told.default
    if name == "authorization_modes":  # Its help says so in words.
        assert told.value == ("AlwaysAllow",)
        return
    assert written(told, kind) == default.replace("false", "")


@pytest.mark.parametrize("program", VIEWS)
def test_booleans(program: str) -> None:
    """Flags that take no word after them are known as such, and no others."""
    for flag in settings_of(VIEWS[program]).values():
        if flag not in GONE:
            assert (flag in BOOLEANS) == (helped(program)[flag][0] == ""), flag
