"""Values of Secrets never leave the source."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.cluster.pages import LAST_APPLIED, kept, page_of
from hardstand.sources.cluster.secret_values import FingerprintKey, without_values
from tests.sources.cluster.asking import CONFIG_MAPS, SECRETS

KEY = FingerprintKey(b"k" * 32)


def secret(**more: Any) -> dict[str, Any]:
    metadata = {"name": "db", "namespace": "shop", **more.pop("metadata", {})}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", **more}


def encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()


def test_names_sizes_and_fingerprints_stay() -> None:
    made = without_values(secret(data={"password": encoded(b"hunter22"), "empty": ""}), KEY)
    assert made["data"] == {"password": None, "empty": None}
    assert made["x-hardstand"]["data"]["password"] == {"size": 8, "fingerprint": KEY.of(b"hunter22")}
    assert made["x-hardstand"]["data"]["empty"]["size"] == 0
    assert (made["type"], made["metadata"]["name"]) == ("Opaque", "db")


def test_the_same_value_has_the_same_fingerprint_wherever_it_stands_and_under_no_other_key() -> None:
    one = without_values(secret(data={"a": encoded(b"hunter22")}, stringData={"b": "hunter22"}), KEY)
    notes = one["x-hardstand"]["data"]
    assert notes["a"] == notes["b"]
    assert one["stringData"] == {"b": None}
    other = without_values(secret(stringData={"b": "hunter22"}), FingerprintKey())
    assert other["x-hardstand"]["data"]["b"]["fingerprint"] != notes["b"]["fingerprint"]


def test_what_the_object_says_of_itself_is_not_believed() -> None:
    made = without_values(secret(**{"x-hardstand": {"data": {"a": {"size": 1}}}}), KEY)
    assert "x-hardstand" not in made


def test_other_objects_are_left_alone() -> None:
    item = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "plain"}}
    assert without_values(item, KEY) == item
    strange = {"apiVersion": "example.com/v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"a": "plain"}}
    assert without_values(strange, KEY) == strange


values = st.binary(min_size=4, max_size=60) | st.text(min_size=4, max_size=40).map(
    lambda text: text.encode("utf-8", "ignore")
)


@given(st.dictionaries(st.sampled_from("abcde"), values.filter(lambda value: len(value) >= 4)), st.booleans())
def test_no_value_is_in_the_page(data: dict[str, bytes], applied: bool) -> None:
    written = {name: encoded(value) for name, value in data.items()}
    whole = secret(data=written)
    copies = {f"tool.example/{name}": f"x{value}y" for name, value in written.items()}
    copies |= {"tool.example/applied": json.dumps(whole)} if applied else {}
    whole["metadata"] |= {"annotations": {LAST_APPLIED: json.dumps(whole), "kept": "yes", **copies}}
    whole["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    page = page_of(whole, SECRETS, KEY)
    assert page.name == "cluster:/api/v1/namespaces/shop/secrets/db"
    for value in written.values():
        assert value.encode() not in page.data
    told = json.loads(page.data)
    assert told["metadata"]["annotations"]["kept"] == "yes"
    assert told["metadata"]["annotations"][LAST_APPLIED] == ""
    assert "managedFields" not in told["metadata"]
    assert {name: note["size"] for name, note in told.get("x-hardstand", {"data": {}})["data"].items()} == {
        name: len(value) for name, value in data.items()
    }


@pytest.mark.parametrize("data", ["hunter22", ["hunter22"], 7, {"a": ["hunter22"]}, {"a": {"b": "hunter22"}}])
def test_what_no_secret_has_is_not_shown_either(data: object) -> None:
    assert b"hunter22" not in page_of(secret(data=data, stringData=data), SECRETS, KEY).data


def test_a_value_in_plain_text_in_an_annotation_is_found_in_any_spelling() -> None:
    value, spelt = 'pa"ss\nwo<rd>\\1', r'{"was":"pa\"ss\nwo\u003crd\u003e\\1"}'  # As Go spells it.
    annotations = {"a": f"it is {value}", "b": json.dumps({"was": value}), "c": "no harm", "d": spelt}
    made = without_values(secret(stringData={"k": value}, metadata={"annotations": annotations}), KEY)
    assert made["metadata"]["annotations"] == {"a": "", "b": "", "c": "no harm", "d": ""}


def test_pruned_pages_say_which_object_it_is() -> None:
    metadata = {"uid": "u", "resourceVersion": "1", "labels": {"a": "b"}, "ownerReferences": [{"uid": "o"}]}
    whole = secret(data={"password": encoded(b"hunter22")}, metadata=metadata)
    told = json.loads(page_of(whole, SECRETS, KEY, kept(["type", "data.*"])).data)
    assert told == {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": "db", "namespace": "shop", "uid": "u", "resourceVersion": "1", "ownerReferences": [{"uid": "o"}]
        },
        "type": "Opaque",
        "data": {"password": None},
    }  # fmt: skip


def test_lists_are_looked_through_and_wider_fields_win() -> None:
    item = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"},
            "spec": {"rules": [{"host": "x", "more": 1}, {"more": 2}], "other": {"a": 1, "b": 2}}}  # fmt: skip
    told = json.loads(page_of(item, CONFIG_MAPS, KEY, kept(["spec.rules.host", "spec.other.a", "spec.other"])).data)
    assert told["spec"] == {"rules": [{"host": "x"}, {}], "other": {"a": 1, "b": 2}}


def test_keys_from_files(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"z" * 32)
    one, two = FingerprintKey.from_file(str(file)), FingerprintKey.from_file(str(file))
    assert one.of(b"a") == two.of(b"a")
    assert (len(one.id), one.id) == (8, two.id)
    assert "zzz" not in repr(one)
    file.write_bytes(b"short")
    with pytest.raises(ConfigError, match="a key has 16 to 4096 bytes"):
        FingerprintKey.from_file(str(file))
    with pytest.raises(ConfigError, match="No such file"):
        FingerprintKey.from_file(str(tmp_path / "none"))
