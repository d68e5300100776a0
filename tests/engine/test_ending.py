"""What ends at an hour is judged by the moment of the run, and where a picture is kept up to date, by now."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hardstand.engine import catalog
from hardstand.engine.findings import Page
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.model.verdict import Verdict
from tests.cluster.waiting import eventually
from tests.engine.live import page, scan_live

END = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)


def binding(end: datetime) -> dict[str, Any]:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {
            "name": "help",
            "namespace": "shop",
            "annotations": {"hardstand.dev/expires": end.isoformat().replace("+00:00", "Z")},
        },
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"}],
    }


def test_a_run_judges_by_its_own_moment() -> None:
    for at, fails in ((END - timedelta(seconds=1), False), (END, True), (END + timedelta(days=1), True)):
        run = scan_live([binding(END)], now=at, controls=("expired-binding",))
        assert [one.verdict for one in run.findings] == [Verdict.FAIL] * fails, at


def test_a_picture_judges_by_now_and_keeps_no_answer() -> None:
    (one,) = (each for each in catalog.load() if each.id == "expired-binding")
    live = Live([one], Settings())
    told = page(binding(datetime.now(UTC) + timedelta(seconds=2)))
    asked = Page(told.name, told.data, live=True)
    assert not live.judge(asked).findings
    eventually(lambda: bool(live.judge(asked).findings), "the end of the grant")
