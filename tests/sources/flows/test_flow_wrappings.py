"""What carried a line is taken away, and what it knows is kept: when the line was written, and by which pod."""

import json
from pathlib import Path

import pytest

from hardstand.model.flow import End

from .told import read, short

QUESTION = '[INFO] 10.0.1.10:36768 - 4660 "A IN pay.example.com. udp 44 false 512" NOERROR qr,aa,rd 60 0.000117402s'
RECORD = "2 1 eni-a 10.0.1.10 10.0.2.20 40000 443 6 1 100 1795600800 1795600850 ACCEPT OK"
AT = "2026-11-25T10:00:00.25Z"
ENTRY = {
    "resource": {"labels": {"pod_name": "coredns-1", "namespace_name": "kube-system"}},
    "timestamp": AT,
    "textPayload": QUESTION + "\n",
}


@pytest.mark.parametrize(
    ("line", "server"),
    [
        (f"{AT} {QUESTION}", End()),
        (f"[pod/coredns-1/coredns] {AT} {QUESTION}", End(pod="coredns-1")),
        (f"{AT} stdout F {QUESTION}", End()),
        (f"{AT} stdout P {QUESTION[:30]}\n{AT} stdout F {QUESTION[30:]}", End()),
        (json.dumps({"log": QUESTION + "\n", "stream": "stdout", "time": AT}), End()),
        (json.dumps(ENTRY), End(namespace="kube-system", pod="coredns-1")),
        (json.dumps([ENTRY], indent=1), End(namespace="kube-system", pod="coredns-1")),
    ],
)
def test_coredns_gets_its_time_and_pod(line: str, server: End, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(line + "\n")
    flows, (query,), faults = read(tmp_path / "x")
    assert (flows, faults) == ([], [])
    assert (query.name, query.time.isoformat(), query.server) == (
        "pay.example.com",
        "2026-11-25T10:00:00.250000+00:00",
        server,
    )


EVENT = {"id": "1", "timestamp": 1795600860000, "message": RECORD}


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"messageType": "DATA_MESSAGE", "logGroup": "g", "logStream": "eni-a", "logEvents": [EVENT]}),
        json.dumps(
            {"events": [{**EVENT, "logStreamName": "eni-a", "ingestionTime": 1}], "searchedLogStreams": []}, indent=4
        ),
        f"2026-11-25T10:01:00.000Z {RECORD}",
        json.dumps({"messageType": "CONTROL_MESSAGE", "logEvents": [{"id": "", "message": "CWL CONTROL MESSAGE"}]})
        + "\n"
        + RECORD,
    ],
)
def test_vpc_flow_logs_as_cloudwatch_gives_them(line: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(line)
    (flow,), queries, faults = read(tmp_path / "x")
    assert (queries, faults) == ([], [])
    assert short(flow) == ("10.0.1.10", "10.0.2.20", "TCP", 443, "allowed", 1)


def test_calico_as_elasticsearch_and_whisker_give_it(tmp_path: Path) -> None:
    record = json.loads(Path("tests/data/flows/calico.log").read_text().splitlines()[-1])
    (tmp_path / "elastic").write_text(json.dumps({"_index": "tigera_secure_ee_flows", "_id": "1", "_source": record}))
    (tmp_path / "whisker").write_text(json.dumps({"meta": {"totalPages": 1}, "items": [record]}))
    for name in ("elastic", "whisker"):
        (flow,), _, faults = read(tmp_path / name)
        assert (faults, short(flow)[1:]) == ([], ("data/db", "TCP", 5432, "refused", 1))


def test_a_custom_format_says_its_fields(tmp_path: Path) -> None:
    names = "srcaddr dstaddr dstport srcport protocol start tcp-flags"
    (tmp_path / "x").write_text(f"{names}\n10.0.2.20 10.0.1.10 40000 9000 6 1795600800 18\n10.0.1.10 10.0.2.20 9000\n")
    (flow,), _, (fault,) = read(tmp_path / "x")
    assert short(flow) == ("10.0.1.10", "10.0.2.20", "TCP", 9000, "untold", 1)
    assert "3 fields and not the 7" in fault.reason
    assert fault.line == 3


def test_azures_blob_grows_by_blocks_of_lines(tmp_path: Path) -> None:
    whole = json.loads(Path("tests/data/flows/azure-vnet.json").read_text())
    record = json.dumps(whole["records"][0])
    (tmp_path / "PT1H.json").write_text('{"records":[\n' + record + "\n," + record + "\n]}")
    flows, _, faults = read(tmp_path / "PT1H.json")
    assert (len(flows), faults) == (2, [])
    (tmp_path / "PT1H.json").write_text('{"records":[\n' + record + "\n," + record[:300])
    assert "cut off" in read(tmp_path / "PT1H.json")[2][-1].reason
