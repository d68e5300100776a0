"""What is left to the controls over single rights: none of them is forgotten."""

import importlib
import pkgutil

from hardstand.analysis.rbac.rule import Rule
from hardstand.controls import identity
from hardstand.controls.identity import _told


def test_every_control_over_rights_is_among_them() -> None:
    modules = [one.name for one in pkgutil.iter_modules(identity.__path__) if one.name.endswith("_right")]
    assert len(modules) >= 13
    for name in modules:
        for right in importlib.import_module(f"hardstand.controls.identity.{name}").RIGHTS:
            assert right in _told.RIGHTS, name


def test_what_they_report_is_told_and_nothing_else() -> None:
    assert _told.is_told(Rule(("get",), ("",), ("secrets",)), cluster=False)
    assert _told.is_told(Rule(("get",), urls=("*",)), cluster=True)
    assert not _told.is_told(Rule(("get",), ("",), ("secrets",), ("web",)), cluster=True)
    assert not _told.is_told(Rule(("get",), ("",), ("configmaps",)), cluster=True)
