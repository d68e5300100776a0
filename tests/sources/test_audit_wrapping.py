"""Events are found in whatever they are kept: lists, CloudWatch Logs, Cloud Logging, packed or not, indented or not."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from hardstand.model.run import Unreadable
from hardstand.sources import pieces as files
from hardstand.sources.audit.reading import AuditEvents, Found
from tests.sources.audited import event, google, lines

A, B = event("a"), event("b")


def read(path: Path) -> tuple[list[tuple[str, int]], list[tuple[int, str]]]:
    found = list(AuditEvents((str(path),)).events())
    events = [(one.event["auditID"], one.line) for one in found if isinstance(one, Found)]
    return events, [(one.line, one.reason) for one in found if isinstance(one, Unreadable)]


def written(folder: Path, text: str) -> Path:
    (folder / "a.log").write_text(text)
    return folder / "a.log"


def message(one: Any) -> dict[str, Any]:
    return {"id": "1", "timestamp": 1_780_315_200_000, "message": json.dumps(one)}


SUBSCRIBED = {
    "messageType": "DATA_MESSAGE",
    "owner": "123456789012",
    "logGroup": "/aws/eks/c/cluster",
    "logStream": "kube-apiserver-audit-0123",
    "subscriptionFilters": ["all"],
    "logEvents": [message(A), message(B)],
}
SEARCHED = {"logStreamName": "kube-apiserver-audit-0123", "searchedCompletely": True}
LIST = {"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "metadata": {}, "items": [A, B]}


def dumped(one: Any) -> str:
    return json.dumps(one, indent=2)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(A) + "\n" + json.dumps(B),
        json.dumps(LIST),
        json.dumps([A, B]),
        dumped(LIST),
        dumped([A, B]),
        dumped(A) + "\n" + dumped(B),
        dumped(A) + "\n" + json.dumps(B) + "\n",
        json.dumps(SUBSCRIBED),
        dumped(SUBSCRIBED),
        dumped({"logEvents": [message(A), message(B)]}),
        dumped({"events": [{**message(A), "logStreamName": "kube-apiserver-audit-1"}, message(B)], "nextToken": "[{"}),
        dumped({"searchedLogStreams": [SEARCHED, {}], "events": [message(A), message(B)], "more": {"items": []}}),
        dumped({"events": [message(A), message(B)], "searchedLogStreams": [SEARCHED, {"x": [{}]}]}) + "\n",
        json.dumps({"message": json.dumps(A)}) + "\n" + json.dumps({"@message": B}),
        f"2026-06-01T12:00:00.000Z {json.dumps(A)}\n2026-06-01T12:00:00.001Z {json.dumps(B)}\n",
        json.dumps({"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL CONTROL MESSAGE"}]})
        + json.dumps({**SUBSCRIBED, "logEvents": [message(A)]})
        + " "
        + json.dumps({**SUBSCRIBED, "logEvents": [message(B)]}),
    ],
)
def test_whatever_is_around_them(text: str, tmp_path: Path) -> None:
    events, faults = read(written(tmp_path, text))
    assert ([uid for uid, _ in events], faults) == (["a", "b"], [])


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_packed(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    text = "".join(json.dumps(event(str(number))) + "\n" for number in range(2_000))
    (tmp_path / "2026" / "06").mkdir(parents=True)
    (tmp_path / "2026" / "06" / "a").write_bytes(pack(text.encode()))
    events, faults = read(tmp_path)
    assert ([uid for uid, _ in events], faults) == ([str(number) for number in range(2_000)], [])
    (tmp_path / "2026" / "06" / "a").write_bytes(pack(text.encode())[:-40] + b"x" * 40)
    _, faults = read(tmp_path)
    assert "cannot be unpacked any further" in faults[-1][1]


def test_places_are_where_a_record_starts(tmp_path: Path) -> None:
    text = dumped([A, B])
    (_, first), (_, second) = read(written(tmp_path, text))[0]
    assert text.splitlines()[first - 1] == text.splitlines()[second - 1] == "  {"
    assert (first, second) == (2, 2 + text.splitlines()[1:].index("  },") + 1)


def test_logs_of_other_components_are_none_of_ours(tmp_path: Path) -> None:
    other = {**SUBSCRIBED, "logStream": "kube-controller-manager-1", "logEvents": [{"message": "I0601 12:00 started"}]}
    assert read(written(tmp_path, json.dumps(other))) == ([], [])
    proxied = {"protoPayload": {"@type": "type.googleapis.com/google.longrunning.Operation"}, "insertId": "1"}
    assert read(written(tmp_path, json.dumps(proxied))) == ([], [])


def test_what_is_cut_off_or_no_event_is_told_with_its_place(tmp_path: Path) -> None:
    text = dumped([A, B])
    at = text.index("auditID", text.index('"b"') - 40)
    events, faults = read(written(tmp_path, text[:at]))
    assert ([uid for uid, _ in events], [reason for _, reason in faults]) == (
        ["a"],
        ["the document is cut off before its end"],
    )
    broken = {"logEvents": [message(A), {"id": "2", "message": json.dumps(B)[:60]}, {"id": "3", "message": "CPU"}]}
    events, faults = read(written(tmp_path, json.dumps(A) + "\n" + json.dumps(broken)))
    assert (events, [line for line, _ in faults]) == ([("a", 1), ("a", 2)], [2, 2])
    deep: Any = A
    for _ in range(9):
        deep = {"message": json.dumps(deep)}
    assert [line for line, _ in read(written(tmp_path, json.dumps(deep) + "\n{}\n"))[1]] == [1, 2]


def test_no_more_is_held_than_one_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_LINE", 20_000)
    many = [event(str(number)) for number in range(200)]
    assert len(read(written(tmp_path, dumped({"items": many})))[0]) == 200, (
        "the document is larger than a record may be"
    )
    large = event("large", requestObject={"data": ["x" * 80] * 1_000})
    events, faults = read(written(tmp_path, dumped([A, large, B])))
    assert (events, [reason for _, reason in faults]) == ([("a", 2)], ["the record is longer than 0 MiB"])


def test_entries_of_cloud_logging(tmp_path: Path) -> None:
    path = tmp_path / "gke.json"
    path.write_text(dumped([google("io.k8s.core.v1.pods.list", "core/v1/namespaces/shop/pods")]))
    (found,) = (one for one in AuditEvents((str(path),)).events() if isinstance(one, Found))
    assert found.event["objectRef"] == {
        "apiGroup": "",
        "apiVersion": "v1",
        "namespace": "shop",
        "resource": "pods",
    }
    assert (found.event["verb"], found.event["auditID"]) == (
        "list",
        "o-io.k8s.core.v1.pods.list-core/v1/namespaces/shop/pods",
    )
    assert read(Path(lines(tmp_path / "b.log", google("google.container.v1.ClusterManager.GetCluster", "x"))))[1]
