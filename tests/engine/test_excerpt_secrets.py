"""No other value is ever quoted beside the one that a finding is about, in whatever style a document is written."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardstand.engine.excerpts import Excerpts
from hardstand.model.path import Path as Steps
from hardstand.text.document import Document
from hardstand.text.positions import finder, line_text
from hardstand.text.reader import read
from hardstand.wiring import ScanRequest, scan
from tests.engine.written_anyhow import Writer

LETTERS = "QXZJ75"
"""What secrets are made of, and nothing else that a document here says."""
BETWEEN = [" ", ", ", ": ", ":", '"', '", "', "'", "{", "}", "[", "]", " # ", "\n", " - ", "\\", '": "', "privileged: "]
"""What may stand between the words of a secret: all that could be taken for the end of a text."""
WORDS = st.text(LETTERS, min_size=6, max_size=9)
SECRETS = st.tuples(WORDS, st.sampled_from(BETWEEN), WORDS).map("".join) | WORDS
LONGEST = 400


def pod(pick: random.Random, secrets: list[str], words: list[str]) -> Any:
    """A pod with secrets beside everything that controls look at, its fields in any order."""

    def secret() -> str:
        return pick.choice(secrets)

    def mixed(**fields: Any) -> dict[str, Any]:
        items = list(fields.items())
        pick.shuffle(items)
        return dict(items)

    capabilities = mixed(add=["ALL"], drop=[])
    context = mixed(
        privileged=True, runAsUser=0, procMount=None, capabilities=capabilities, seLinuxOptions={"level": secret()}
    )
    container = mixed(
        name="c",
        image="reg.example/app:latest",
        workingDir=secret(),
        env=[mixed(name="T", value=secret()), mixed(name="U", value="info")],
        args=[secret(), "run"],
        securityContext=context,
        ports=[mixed(containerPort=80, hostPort=8080)],
    )
    other = mixed(name="d", image="reg.example/app:latest", securityContext={"privileged": True})
    volumes = [mixed(name="v", hostPath={"path": "/etc"}), mixed(name="w", csi=mixed(driver="d", fsType=secret()))]
    metadata = mixed(name="p", labels={pick.choice(words): secret()}, annotations={"x/y": secret(), "z": "v"})
    spec = mixed(hostPID=True, hostIPC=None, hostname=secret(), containers=[container, other], volumes=volumes)
    return {"apiVersion": "v1", "kind": "Pod", **mixed(metadata=metadata, spec=spec)}


def leaks(text: str) -> list[str]:
    """What of secrets a text shows: four of their letters, or an escape, which is a letter spelt out."""
    return re.findall(rf"[{LETTERS}]{{4,}}|\\.", text)


def steps(value: Any, here: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every path in a value, with what is there."""
    yield here, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in items:
        yield from steps(below, (*here, step))


def holds(value: Any) -> bool:
    """Whether a value is itself a secret, or a list with one: then it is what is asked about, and not beside it."""
    return bool(leaks(value)) if isinstance(value, str) else isinstance(value, list) and any(map(holds, value))


@given(st.randoms(use_true_random=False), st.lists(SECRETS, min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_only_the_value_that_is_asked_for_is_quoted(pick: random.Random, secrets: list[str]) -> None:
    words = [word for one in secrets for word in re.findall(f"[{LETTERS}]{{6,}}", one)]
    value = pod(pick, secrets, words)
    page = Writer(pick, words).document(value).encode()
    (document,) = read(page)
    assert isinstance(document, Document), (document, page.decode())
    assert document.value == value
    find, excerpts = finder(page, document), Excerpts(page, document, [])
    for path, one in steps(value):
        span = find(path)
        assert span.depth == len(path)
        if not any(leaks(str(step)) for step in path):
            hidden = excerpts.line(path, span, hide=True)
            assert leaks(hidden) == [], (path, page.decode())
            shown = hidden if holds(one) else excerpts.line(path, span, hide=False)
            assert leaks(shown) == [], (path, page.decode())
            told(line_text(page, span.line), span.column - 1, path, one, shown)


def told(line: str, start: int, path: Steps, value: Any, shown: str) -> None:
    """What is shown stands where it stands in the line, and of a plain value nothing is missing."""
    before = shown[:start]
    assert all(mine in (here, " ", "…", ",") for mine, here in zip(before, line, strict=False)), (line, shown)
    if isinstance(value, bool | int) and start < LONGEST - 10 and line[start] not in "&!":
        assert len(before) == start
        assert shown[start:] == str(value).lower()
        assert re.search(rf"[\"']?{path[-1]}[\"']? *: *$", before), (line, shown)


@given(st.randoms(use_true_random=False), st.lists(SECRETS, min_size=1, max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_findings_quote_no_secret(tmp_path: Path, pick: random.Random, secrets: list[str]) -> None:
    words = [word for one in secrets for word in re.findall(f"[{LETTERS}]{{6,}}", one)]
    file = tmp_path / "pod.yaml"
    file.write_text(Writer(pick, words).document(pod(pick, secrets, words)), encoding="utf-8")
    run = scan(ScanRequest([str(file)]))
    assert run.findings
    shown = {(one.control, one.locations[0].excerpt) for one in run.findings}
    assert [one for one in shown if leaks(one[1])] == []
