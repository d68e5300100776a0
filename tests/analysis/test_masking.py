"""A copy without secrets is judged as the object itself, at the same places, by ids and by words."""

import base64
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardstand.analysis.masking import marked, masked
from hardstand.analysis.secret_text import in_text
from hardstand.engine import catalog
from hardstand.engine.settings import Settings
from hardstand.wiring import ScanRequest, scan
from tests.analysis.test_secret_text import SHAPES, made
from tests.controls.case_files import cases_of, subject_of

KEY = b"one key"


def pod(**container: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "app", "image": "registry.example/app:1", **container}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app", "namespace": "shop"}, "spec": spec}


def told(objects: list[Any], folder: Path) -> tuple[Counter[Any], Counter[Any]]:
    """All findings and verdicts of all controls."""
    folder.mkdir()
    for at, one in enumerate(objects):
        (folder / f"{at:04}.json").write_text(json.dumps(one), encoding="utf-8")
    run = scan(ScanRequest([str(folder)], settings=Settings(verdicts=True)))
    assert run.unreadable == ()
    findings = ((one.id, one.control, one.verdict, one.message, one.locations[0].field) for one in run.findings)
    return Counter(findings), Counter((one.control, one.object, one.verdict, one.why) for one in run.verdicts or ())


def same(objects: list[dict[str, Any]], copies: list[Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    first, second = told(objects, Path("a")), told(copies, Path("b"))
    ids = [{finding[0] for finding in one[0]} for one in (first, second)]
    assert ids[0] == ids[1] != set()
    assert first == second


def test_every_case_about_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    controls = [one for one in catalog.load() if one.id in CONTROLS]
    cases = [case for one in controls for case in cases_of(one) if "compose" not in case]
    objects = [renamed(subject_of(case), at) for at, case in enumerate(cases)]
    copies = [masked(one, KEY) for one in objects]
    failing = [copy for case, copy in zip(cases, copies, strict=True) if case["verdict"] == "fail"]
    assert len(failing) > 20
    assert [one.data for one in failing if not one.masked] == []
    assert sum(one.unmasked for one in copies) == 0
    for one, copy in zip(objects, copies, strict=True):
        assert marked(one) == marked(copy.data)
    same(objects, [one.data for one in copies], tmp_path, monkeypatch)


CONTROLS = ("secret-in-environment", "secret-in-arguments", "secret-in-config-map")


def renamed(data: dict[str, Any], number: int) -> dict[str, Any]:
    return {**data, "metadata": {**data["metadata"], "name": f"one-{number}"}}


@pytest.mark.parametrize(("kind", "secret"), [(kind, one) for kind, all_of in SHAPES.items() for one in all_of])
def test_known_shapes_stay_what_they_are(kind: str, secret: str) -> None:
    told_of = [(one.kind, one.name, len(one.value)) for one in in_text(secret)]
    copy = masked(pod(env=[{"name": "SETTING", "value": f"x = {secret}"}]), KEY)
    value: str = copy.data["spec"]["containers"][0]["env"][0]["value"]  # type: ignore[index, call-overload]
    assert copy.unmasked == 0
    assert copy.masked > 0
    assert kind in {one.kind for one in in_text(value)}
    assert sorted((one.kind, one.name, len(one.value)) for one in in_text(value)) == sorted(told_of)
    for one in in_text(secret):
        assert one.value not in value


def test_only_the_password_of_an_address_is_replaced() -> None:
    url = "postgres://app:postgres@postgres.shop.svc:5432/postgres?sslmode=disable"
    value: str = masked(pod(env=[{"name": "DSN", "value": url}]), KEY).data["spec"]["containers"][0]["env"][0]["value"]  # type: ignore[index, call-overload, assignment]
    before, _, rest = value.partition("app:")
    assert before == "postgres://"
    assert rest.partition("@")[2] == "postgres.shop.svc:5432/postgres?sslmode=disable"
    assert rest.partition("@")[0] != "postgres"
    assert len(value) == len(url)


def test_one_secret_at_two_places_stays_one() -> None:
    text = "db_password: hunter2-hunter\nother_password: hunter2-hunter\nhost: hunter2-hunter.example\n"
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"app.yaml": text}}
    made_of: str = masked(data, KEY).data["data"]["app.yaml"]  # type: ignore[index, call-overload, assignment]
    first, second, third = made_of.splitlines()
    assert first.partition(": ")[2] == second.partition(": ")[2] != "hunter2-hunter"
    assert third == "host: hunter2-hunter.example"


def test_binary_data_of_a_config_map_is_looked_into() -> None:
    text = base64.b64encode(b"password = hunter2-hunter\n").decode()
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "binaryData": {"app.ini": text}}
    copy = masked(data, KEY)
    assert copy.masked == 1
    assert b"hunter2" not in base64.b64decode(copy.data["binaryData"]["app.ini"])  # type: ignore[index, call-overload, arg-type]


def test_a_password_in_the_arguments_that_follow_the_command() -> None:
    data = pod(command=["redis-cli", "-a"], args=["hunter2-hunter", "ping"])
    copy = masked(data, KEY)
    assert "hunter2" not in json.dumps(copy.data)
    assert marked(data) == marked(copy.data) != data


def test_another_key_gives_another_stand_in_and_the_same_key_the_same() -> None:
    data = pod(env=[{"name": "DB_PASSWORD", "value": "hunter2-hunter"}])
    assert masked(data, KEY) == masked(data, KEY) != masked(data, b"another")


def test_what_holds_no_secret_is_given_as_it_is() -> None:
    data = pod(args=["--verbose", "--port=80"], env=[{"name": "HOST", "value": "db"}])
    assert masked(data, KEY).data is data
    assert marked(data) is data


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=4, max_size=30)
TEXTS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "x ", "url=", "first: line\n"]),
    st.sampled_from(["password: ", "api_token=", "DB_PASSWORD='", 'secret = "', "https://user:", "-p "]),
    WORDS,
    st.sampled_from(["", "'", '"', "@host/path", "\nlast: line", " more", "\\n"]),
)


@given(st.lists(TEXTS, max_size=4), st.dictionaries(st.sampled_from(["PASSWORD", "a", "token"]), TEXTS))
def test_marks_of_a_copy_are_those_of_the_object(arguments: list[str], settings: dict[str, str]) -> None:
    data = {"kind": "Pod", "spec": {"args": arguments, "command": ["mysql"], "settings": settings}}
    copy = masked(data, KEY)  # type: ignore[arg-type]
    assert marked(copy.data) == marked(data)  # type: ignore[arg-type]
    if not copy.unmasked and not copy.masked:
        assert copy.data == data


def test_the_name_of_an_argument_does_not_tell_its_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    objects = [pod(args=[f"--password={made(12)}"]), pod(args=[f"--password={made(13)[:12]}"])]
    same(objects[:1], objects[1:], tmp_path, monkeypatch)


LOGIN = "Basic " + base64.b64encode(b"shop:not-a-real-password").decode()
HEADERS = [
    {"name": "Authorization", "value": LOGIN},
    {"name": "proxy-authorization", "value": "Basic dXNlcjpwYXNzd29yZA=="},
    {"name": "Authorization", "value": "Custom not-a-real-token"},
    {"name": "X-Api-Key", "value": made(32)},
    {"name": "Cookie", "value": f"lang=en; sid=not-a-real-one; x={made(20)}"},
]


@pytest.mark.parametrize("handler", ["livenessProbe", "readinessProbe", "startupProbe", "postStart", "preStop"])
def test_headers_of_probes_and_hooks_are_masked_and_judged_alike(
    handler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request: dict[str, Any] = {"httpGet": {"path": "/", "port": 80, "httpHeaders": HEADERS}}
    data = pod(**{handler: request}) if handler.endswith("Probe") else pod(lifecycle={handler: request})
    copy = masked(data, KEY)
    assert (copy.masked, copy.unmasked) == (6, 0)
    shown = json.dumps(copy.data)
    assert "lang=en" in shown
    for secret in (LOGIN, "dXNlcjpw", "not-a-real", made(32), made(20)):
        assert secret not in shown
    assert marked(copy.data) == marked(data) != data
    same([data], [copy.data], tmp_path, monkeypatch)


@pytest.mark.parametrize("key", [bytes([number]) for number in range(40)])
def test_a_login_becomes_another_login(key: bytes) -> None:
    copy = masked(pod(env=[{"name": "AUTH_HEADER", "value": LOGIN}]), key)
    value: str = copy.data["spec"]["containers"][0]["env"][0]["value"]  # type: ignore[index, call-overload, assignment]
    user, colon, password = base64.b64decode(value.removeprefix("Basic ")).decode().partition(":")
    assert (copy.unmasked, len(value), len(user), colon, len(password)) == (0, len(LOGIN), 4, ":", 19)
    assert password != "not-a-real-password"
