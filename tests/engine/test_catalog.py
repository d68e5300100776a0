"""Every control is well-formed."""

import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

import hardstand.controls
from hardstand import frameworks
from hardstand.controls.api import LOW, MINIMUM, WEEK_1, control
from hardstand.controls.cel import Cel, NotNative, always
from hardstand.controls.control import Control
from hardstand.engine import catalog
from hardstand.engine.native import expressed, own_names, prove
from hardstand.engine.page import flaws, sections
from hardstand.inventory.views.base import View
from hardstand.model.kind import Platform
from hardstand.text.cel.tokens import WrongExpressionError

CONTROLS = catalog.load()


def test_ids_are_unique() -> None:
    assert len({one.id for one in CONTROLS}) == len(CONTROLS)


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_control_is_well_formed(one: Control) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", one.id)
    assert issubclass(one.subject, View)
    assert one.frameworks, "a control serves at least one requirement"
    assert any(name.startswith(("production-checklist:", "twelve-controls:")) for name in one.frameworks), (
        "name an id of production-checklist or twelve-controls in frameworks=, besides those of others"
    )
    unknown = [name for name in one.frameworks if not frameworks.known(name)]
    assert not unknown, f"unknown framework ids {unknown}; src/hardstand/frameworks/*.toml hold those there are"
    assert len(set(one.frameworks)) == len(one.frameworks)
    names = [parameter.name for parameter in one.parameters]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_page_is_complete(one: Control) -> None:
    if wrong := list(flaws(one.doc)):
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_a_fix_speaks_of_each_platform(one: Control) -> None:
    """Reports print the paragraph that is about what was judged."""
    spoken = [text for text in sections(one.doc)["Fix"].split("\n\n") if text.startswith("In Compose: ")]
    assert len(spoken) == (set(one.platforms) == {Platform.KUBERNETES, Platform.COMPOSE})


def test_what_keeps_a_docstring_from_being_a_page() -> None:
    whole = "Bad thing.\n\nWhy\n    It is.\n\nFix\n    Mend it.\n\nReferences\n    - https://example.com/\n"
    assert list(flaws(whole)) == []
    assert list(flaws("")) == ["the module has no docstring, which is the page"]
    misnamed = list(flaws(whole.replace("Fix", "Remedy")))
    assert any("`Remedy` stands at the margin" in one for one in misnamed)
    assert "the section `Fix` is missing" in misnamed
    assert list(flaws(whole.replace("https://example.com/", "a book"))) == ["the section `References` has no link"]
    assert list(flaws(whole.replace("    It is.", ""))) == ["the section `Why` is empty"]
    assert list(flaws(whole.replace("    It is.", "  It is."))) == ["`It is.` is not indented by four spaces"]
    assert any("in the order" in one for one in flaws(whole.replace("Fix", "Why")))
    assert any("characters" in one for one in flaws("B" * 100 + whole))
    assert any("full stop" in one for one in flaws(whole.replace("thing.", "thing")))


@pytest.mark.parametrize("one", CONTROLS, ids=lambda one: one.id)
def test_a_control_has_an_expression_that_compiles_or_says_why_not(one: Control) -> None:
    """What the shape tells is not said again: a mark beside a derived reason would hide that the shape has changed."""
    found = expressed(one)
    assert found is not NotNative.NOT_WRITTEN, "write cel=Cel(…), or say why not: cel=NotNative.…"
    assert one.cel is None or one.cel is found, f"{found.name}: its shape says so already; leave cel= out"
    compiled = prove(one)
    assert (compiled is not None) is isinstance(found, Cel)
    if compiled is not None and isinstance(found, Cel):
        unused = own_names(one, found) - compiled.roots - {parameter.name for parameter in one.parameters}
        assert not unused, f"values that the expression does not use: {sorted(unused)}"


def test_pod_security_and_forty_others_can_be_exported() -> None:
    pod_security = {one.id for one in CONTROLS if any(name.startswith("pss-") for name in one.frameworks)}
    exported = {one.id for one in CONTROLS if isinstance(expressed(one), Cel)}
    assert pod_security <= exported, sorted(pod_security - exported)
    assert len(exported - pod_security) >= 40


def test_what_is_wrong_with_an_expression_is_told() -> None:
    one = next(one for one in CONTROLS if one.id == "host-port")
    with pytest.raises(WrongExpressionError, match="conteiner"):
        prove(replace(one, cel=Cel("conteiner.ports.size() == 0", "ports")))
    with pytest.raises(ValueError, match="of the kind string"):
        prove(replace(one, cel=Cel("'ports'", "ports")))
    with pytest.raises(ValueError, match="have the name podSpec already"):
        prove(replace(one, cel=Cel("podSpec", "ports", {"podSpec": always(True)})))


def test_every_file_of_an_area_is_a_control_in_the_catalog() -> None:
    root = Path(hardstand.controls.__file__).parent
    files = [path for path in root.glob("*/*.py") if not path.name.startswith("_")]
    bare = sorted({path.parent.name for path in files if not (path.parent / "__init__.py").exists()})
    assert not bare, "area folders without an __init__.py are not looked into"
    there = {(path.parent.name, path.stem.replace("_", "-")) for path in files}
    assert there == {(one.area, one.id) for one in CONTROLS}, "the function of a file is called check"


def test_a_file_that_holds_no_well_formed_control_is_named_with_the_remedy() -> None:
    def check(container):  # type: ignore[no-untyped-def]  # That is the point.
        yield from ()

    module = ModuleType("made_up")
    check.__module__ = module.__name__
    with pytest.raises(LookupError, match=r"made_up must hold exactly one control, and holds 0; decorate"):
        catalog.control_of(module)
    vars(module)["check"] = control(severity=LOW, stage=WEEK_1, maturity=MINIMUM, frameworks=())(check)
    with pytest.raises(LookupError, match=r"made_up: annotate the first parameter"):
        catalog.control_of(module)
