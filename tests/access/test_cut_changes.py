"""What is edited to take grants away: every other byte stays, and what comes out says exactly what it should."""

from pathlib import Path

import pytest
import yaml

from hardstand.access.cutting.changes import edited, picture_without, removals
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.permissions import Permissions
from hardstand.text.editing import Refusal
from hardstand.wiring.surveying import Surveyed
from tests.access.estates import read_in

HEAD = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: NAME}  # who\n"
REF = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
FIRST = "- {kind: User, name: a}  # the first\n"
ONE = HEAD.replace("NAME", "one") + REF + "subjects:\n" + FIRST + "- {kind: User, name: b}\n"
TWO = HEAD.replace("NAME", "two") + REF + "subjects:\n- {kind: User, name: a}\n"
THREE = HEAD.replace("NAME", "three") + REF + "subjects:\n- {kind: User, name: b}\n"
LIST = (
    "apiVersion: v1\nkind: List\nitems:\n"
    "- {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: four},"
    " roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view},"
    " subjects: [{kind: User, name: a}]}\n"
    "- {apiVersion: v1, kind: ConfigMap, metadata: {name: other}}\n"
)


def without(folder: Path, text: str, *users: str) -> tuple[bytes | Refusal, Permissions, Surveyed, list[Grant]]:
    """The file without what is given to these users."""
    permissions, found = read_in(folder, all=text)
    gone = [one for one in permissions.grants if one.who.name in users]
    [page] = found.pages.values()
    return edited(page.data, removals(gone)), permissions, found, gone


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (ONE, ONE.replace(FIRST, "")),
        (f"{ONE}---\n{TWO}", ONE.replace(FIRST, "")),
        (f"{THREE}---\n{TWO}--- # last\n{ONE}", THREE + "--- # last\n" + ONE.replace(FIRST, "")),
        (f"---\n{TWO}---\n{THREE}", f"---\n{THREE}"),
        (f"# head\n---\n{TWO}---\n{THREE}", f"# head\n---\n{THREE}"),
        (TWO, ""),
    ],
)  # fmt: skip
def test_a_subject_goes_or_the_binding_when_it_was_the_last(tmp_path: Path, before: str, after: str) -> None:
    made, *_ = without(tmp_path, before, "a")
    assert made == after.encode()


def test_a_binding_in_a_list_is_an_item_less(tmp_path: Path) -> None:
    made, *_ = without(tmp_path, LIST, "a")
    assert isinstance(made, bytes)
    assert [one["kind"] for one in yaml.safe_load(made)["items"]] == ["ConfigMap"]


def test_what_anchors_share_is_refused_and_not_guessed(tmp_path: Path) -> None:
    shared = TWO.replace("name: a}\n", "name: a}\n").replace("subjects:\n- ", "subjects: &all\n- ") + "copy: *all\n"
    two = shared.replace("- {kind: User, name: a}\n", "- {kind: User, name: a}\n- {kind: User, name: b}\n")
    made, *_ = without(tmp_path, two, "a")
    assert isinstance(made, Refusal)
    assert made.reason.startswith("the anchor &all on line 5 is shared by 2 places")


def test_the_changed_picture_is_what_the_changed_file_says(tmp_path: Path) -> None:
    text = f"{ONE}---\n{TWO}---\n{THREE}"
    made, permissions, found, gone = without(tmp_path, text, "a")
    assert isinstance(made, bytes)
    assert len(gone) == 2
    changed = Permissions.of(picture_without(found.neighbours, removals(gone)), settled=False)
    (tmp_path / "all.yaml").write_bytes(made)
    again, _ = read_in(tmp_path)
    assert [str(one) for one in changed.grants] == [str(one) for one in again.grants] != []
    assert {one.who.name for one in changed.grants} == {"b"}
    assert len(permissions.grants) == 4


def test_operations_test_what_they_remove_and_go_from_the_back(tmp_path: Path) -> None:
    permissions, _ = read_in(tmp_path, all=ONE.replace("name: b}\n", "name: b}\n- {kind: User, name: c}\n"))
    [removal] = removals([one for one in permissions.grants if one.who.name != "b"])
    assert not removal.whole
    assert removal.operations == (
        {"op": "test", "path": "/subjects/2", "value": {"kind": "User", "name": "c"}},
        {"op": "remove", "path": "/subjects/2"},
        {"op": "test", "path": "/subjects/0", "value": {"kind": "User", "name": "a"}},
        {"op": "remove", "path": "/subjects/0"},
    )
