"""Every control is well-formed."""

import re

import pytest

from hardstand import frameworks
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.page import HEADINGS, sections
from hardstand.inventory.views.base import View

CONTROLS = catalog.load()


def test_ids_are_unique() -> None:
    assert len({one.id for one in CONTROLS}) == len(CONTROLS)


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_control_is_well_formed(one: Control) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", one.id)
    assert issubclass(one.subject, View)
    assert one.frameworks, "a control serves at least one requirement"
    assert any(name.startswith(("production-checklist:", "twelve-controls:")) for name in one.frameworks)
    unknown = [name for name in one.frameworks if not frameworks.known(name)]
    assert not unknown, f"unknown framework ids {unknown}"
    assert len(set(one.frameworks)) == len(one.frameworks)
    names = [parameter.name for parameter in one.parameters]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_page_is_complete(one: Control) -> None:
    summary, blank, _ = one.doc.split("\n", 2)
    assert summary.endswith("."), "the first line is a sentence"
    assert len(summary) <= 100
    assert blank == ""
    found = sections(one.doc)
    assert set(HEADINGS) - set(found) <= {"When it is fine"}
    assert list(found) == [heading for heading in HEADINGS if heading in found], "sections stand in their order"
    assert all(found.values())
    assert "https://" in found["References"]
