"""Judging again what a change can touch gives what judging everything gives: object by object, number by number."""

import random
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.estate import write as write_estate
from hardstand.baseline.load import load
from hardstand.engine.again import can_judge_again
from hardstand.engine.settings import Settings
from hardstand.engine.words import vocabulary
from hardstand.model.run import Run
from hardstand.plan.choosing import change_of, edits_of
from hardstand.text.editing import PageEditor, Refusal
from hardstand.wiring import Held, ScanRequest

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def told(run: Run) -> Run:
    return replace(run, duration_s=0.0)


def anew(request: ScanRequest, changed: dict[int, bytes]) -> Run:
    return Held(request).scan(changed, now=lambda: NOW)


@pytest.fixture(params=["shop", "estate", "complete estate", "microservices-demo"])
def request_(request: pytest.FixtureRequest, tmp_path: Path) -> ScanRequest:
    folder = tmp_path / "estate"
    if request.param == "shop":
        shutil.copytree(ROOT / "examples" / "shop", folder)
    elif request.param == "microservices-demo":
        shutil.copytree(request.getfixturevalue("suite")("realistic-microservices-demo"), folder)
    else:
        write_estate(folder, 70)
    settings = Settings(complete=request.param == "complete estate")
    return ScanRequest([str(folder)], settings=settings, jobs=1)


def test_one_fix_after_another(request_: ScanRequest) -> None:
    held, chance, pages = Held(request_), random.Random(0), dict[int, bytes]()
    run = held.scan({}, now=lambda: NOW)
    mended = 0
    for _ in range(12):
        offered = [one for one in run.findings if one.fix and not one.locations[0].rendered]
        (one,) = chance.sample(offered, 1)
        number = change_of(one).page
        # As often as not, from a page as it was, so that changes are taken back as well.
        data = pages.get(number, held.sources[number].data) if chance.random() < 0.7 else held.sources[number].data
        done = PageEditor(data).edited({change_of(one).document: edits_of(one)})
        if isinstance(done, Refusal):
            continue
        pages = {**pages, number: done}
        again = held._again(pages, NOW)
        mended += again is not None
        run = held.scan(pages, now=lambda: NOW)
        assert told(run) == told(anew(request_, pages))
    assert mended >= 6


BOUNDARY = """\
boundary:
  environments:
    production: {namespaces: [{labels: {stage: prod}}]}
    staging: {namespaces: [elsewhere]}
modes:
- {mode: block, environment: production, tier: [high, critical]}
- {mode: off, tier: low, control: mutable-config-map}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("privileged: true", "privileged: false"),
        ("kind: Pod", "kind: Deployment"),
        ("name: web", "name: other"),
        ("namespace: shop", "namespace: elsewhere"),
        ("app: web", "app: other"),
        ("kind: Pod", "kind: ["),
        ("privileged: true", "privileged: 1"),
        ("hostNetwork: true", "hostNetwork: 1"),
        ("type: NodePort", "type: ClusterIP"),
        ("image: a", "image: b"),
        ("apiVersion: v1", "x: v1"),
        ("stage: prod", "stage: test"),
    ],
)
@pytest.mark.parametrize("baseline", ["", BOUNDARY])
def test_whatever_changes(tmp_path: Path, old: str, new: str, baseline: str) -> None:
    (tmp_path / "web.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\n"
        "spec:\n  hostNetwork: true\n  serviceAccountName: web\n"
        "  containers:\n  - {name: c, image: a, securityContext: {\n    privileged: true\n  }}\n"
    )
    (tmp_path / "service.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
        "spec:\n  type: NodePort\n  selector: {app: web}\n  ports: [{port: 80}]\n"
    )
    (tmp_path / "namespace.yaml").write_text(
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {stage: prod}}\n"
    )
    for at in range(6):
        (tmp_path / f"map-{at}.yaml").write_text(
            f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{at}, namespace: shop}}\ndata: {{a: b}}\n"
        )
    text = f"schema: hardstand.dev/baseline/v1\nname: shop\n{baseline}".encode()
    settings = Settings(baseline=load(text, vocabulary(), today=NOW.date()))
    request = ScanRequest([str(tmp_path)], settings=settings, jobs=1)
    held = Held(request)
    first = held.scan({}, now=lambda: NOW)
    changed = {
        number: one.data.replace(old.encode(), new.encode(), 1)
        for number, one in enumerate(held.sources)
        if old.encode() in one.data
    }
    for number, data in changed.items():
        assert told(held.scan({number: data}, now=lambda: NOW)) == told(anew(request, {number: data}))
    assert changed
    assert told(held.scan({}, now=lambda: NOW)) == told(first)


def test_another_day_is_judged_anew(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: []}\n")
    held = Held(ScanRequest([str(tmp_path)], jobs=1))
    held.scan({}, now=lambda: NOW)
    assert held._again({}, NOW) is not None
    assert held._again({}, NOW.replace(day=2)) is None


EXCEPTION = """\
exceptions:
- id: EX-1
  match: {control: host-pid, name: web}
  owner: team-shop
  reason: a debugger
  approved_by: sam
  expires: 2026-03-01
"""


@pytest.mark.parametrize(
    ("baseline", "fit"),
    [
        ("modes: [{mode: block}]\n", True),
        (EXCEPTION, False),
        ("modes: [{mode: block, from: 2026-01-05}]\n", False),
    ],
)
def test_what_tells_of_exceptions_or_of_days_is_judged_anew(baseline: str, fit: bool) -> None:
    text = f"schema: hardstand.dev/baseline/v1\nname: shop\n{baseline}".encode()
    settings = Settings(baseline=load(text, vocabulary(), today=NOW.date()))
    assert can_judge_again(settings) is fit
    assert can_judge_again(Settings()) is True
    assert can_judge_again(Settings(verdicts=True)) is False
