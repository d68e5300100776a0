"""Every form says who began, whom it called, by what, how it ended and how much it was."""

import os
from pathlib import Path

import pytest

from hardstand.model.flow import End, Ended, Flow
from hardstand.sources.flows.logs import FlowLogs

from .told import DATA, flows_of, read, short, size


def test_hubble_tells_a_connection_once_from_who_began_it() -> None:
    flows, queries, faults = read(DATA / "hubble.json")
    assert [short(one) for one in flows] == [
        ("shop/web-7d4b9c-x2x4z", "shop/api-0", "TCP", 8080, "allowed", 1),
        ("shop/web-7d4b9c-x2x4z", "data/db-0", "TCP", 5432, "refused", 1),
        ("shop/web-7d4b9c-x2x4z", "kube-system/coredns-1", "UDP", 53, "allowed", 1),
        ("shop/web-7d4b9c-x2x4z", "203.0.113.7", "TCP", 443, "allowed", 1),
    ]
    first, *_, last = flows
    assert (first.source.workload, first.source.workload_kind) == ("web", "Deployment")
    assert first.destination.service == "api", "the other node told the Service"
    assert first.source.labels == (("app", "web"),), "labels that Cilium makes are none of the pod"
    assert (last.destination.name, last.destination.labels) == ("pay.example.com", (("reserved:world", ""),))
    assert [one.reason for one in faults] == ["Hubble lost 17 events here: flows are missing"]
    assert faults[0].line == 10
    (query,) = queries
    assert (query.name, query.record_type, query.code) == ("api.example.com", "A", "NXDOMAIN")
    assert (query.client.pod, query.server.pod) == ("web-7d4b9c-x2x4z", "coredns-1")
    assert query.time.isoformat() == "2026-11-25T10:00:02+00:00", "as it was asked, not as it was answered"


def test_hubble_without_envelope_is_the_same(tmp_path: Path) -> None:
    lines = (DATA / "hubble.json").read_text().splitlines()[:5]
    bare = [one.removeprefix('{"flow":').rpartition(',"node_name"')[0] for one in lines]
    (tmp_path / "bare.json").write_text("\n".join(bare))
    enveloped = read(DATA / "hubble.json")[0][:2]
    assert read(tmp_path / "bare.json")[0] == enveloped


def test_calico_tells_what_both_nodes_told_once() -> None:
    allowed, outside, refused = flows_of("calico.log")
    assert short(allowed) == ("shop/web-7d4b9c", "shop/api", "TCP", 8080, "allowed", 3)
    assert size(allowed) == (3000, 9000)
    assert (allowed.destination.service, allowed.seconds) == ("api", 300.0)
    assert short(outside) == ("shop/web-7d4b9c-x2x4z", "203.0.113.7", "TCP", 443, "refused", 1)
    assert (outside.destination.name, outside.source_port) == ("pay.example.com", 43210)
    assert short(refused) == ("shop/web-7d4b9c", "data/db", "TCP", 5432, "refused", 1)
    assert refused.source.labels == (("app", "web"), ("tier", "front"))


def test_aws_joins_both_directions_of_both_interfaces() -> None:
    flows, _, faults = read(DATA / "aws.log")
    called, scanned = flows
    assert short(called) == ("10.0.1.10", "10.0.2.20", "TCP", 8080, "allowed", 1)
    assert (size(called), called.seconds, called.source_port) == ((1000, 5000), 50.0, 40000)
    assert short(scanned) == ("198.51.100.9", "10.0.1.10", "TCP", 22, "refused", 1), "the address in the packet"
    assert [(one.line, "SKIPDATA" in one.reason) for one in faults] == [(8, True)]


def test_aws_of_version_2_guesses_by_ports() -> None:
    called, pinged = flows_of("aws-v2.log")
    assert (short(called)[:4], size(called)) == (("10.0.1.10", "10.0.2.20", "TCP", 443), (1000, 5000))
    assert (pinged.protocol, pinged.port, pinged.source_port) == ("ICMP", None, None)


def test_google_cloud() -> None:
    called, scanned = flows_of("google.json")
    assert short(called) == ("shop/web-7d4b9c-x2x4z", "shop/api-0", "TCP", 8080, "allowed", 1)
    assert (size(called), called.seconds) == ((1000, 7000), 5.0)
    assert (called.source.workload_kind, called.destination.service) == ("Deployment", "api")
    assert short(scanned) == ("198.51.100.9", "10.0.2.20", "TCP", 22, "refused", 1)


def test_azure_adds_up_what_a_connection_goes_on_with() -> None:
    called, scanned = flows_of("azure-nsg.json")
    assert short(called) == ("10.0.1.10", "10.0.2.20", "TCP", 8080, "allowed", 1)
    assert size(called) == (1200, 5100)
    assert short(scanned) == ("198.51.100.9", "10.0.1.10", "TCP", 22, "refused", 1)
    assert size(scanned) == (None, None)
    called, scanned = flows_of("azure-vnet.json")
    assert (short(called)[1:], size(called)) == (("203.0.113.7", "TCP", 443, "allowed", 1), (1000, 5000))
    assert (called.time.isoformat(), scanned.ended) == ("2026-11-25T10:00:00+00:00", Ended.REFUSED)


def test_conntrack_events_are_one_flow_a_connection() -> None:
    flows = flows_of("conntrack-events.txt")
    assert [short(one) for one in flows] == [
        ("10.77.1.2", "10.77.2.2", "TCP", 8080, "allowed", 1),
        ("10.77.1.2", "10.77.2.2", "TCP", 8080, "allowed", 1),  # To 10.96.0.10:80, which is translated.
        ("fd00:77:1::2", "fd00:77:2::2", "TCP", 8080, "allowed", 1),
        ("10.77.1.2", "10.77.2.2", "UDP", 5353, "allowed", 1),
        ("10.77.1.2", "10.77.2.2", "UDP", 5999, "untold", 1),
        ("fd00:77:1::2", "fd00:77:2::2", "UDP", 5353, "allowed", 1),
        ("10.77.1.2", "10.77.2.2", "TCP", 7777, "untold", 1),
        ("10.77.1.2", "10.77.1.1", "TCP", 22, "untold", 1),
        ("10.77.1.2", "10.77.2.2", "ICMP", None, "allowed", 1),
    ]
    assert flows[0].time.isoformat() == "2026-11-25T22:57:28.913447+00:00"
    assert (size(flows[6]), flows[6].seconds) == ((60, 40), 0.0)


def test_conntrack_lists_are_of_when_they_were_written_unless_they_say(tmp_path: Path) -> None:
    copy = tmp_path / "list.txt"
    copy.write_bytes((DATA / "conntrack-list.txt").read_bytes())
    os.utime(copy, (1_000_000_000, 1_000_000_000))
    flows, _, faults = read(copy)
    assert (len(flows), faults) == (7, [])
    assert flows[0].time.timestamp() == 1_000_000_000 - 2, "it began two seconds before"
    assert size(flows[0]) == (371, 868)
    told = flows_of("conntrack-ktimestamp.txt")
    assert told[0].time.isoformat() == "2026-11-25T22:57:28+00:00"


def test_nginx_combined_says_who_called(tmp_path: Path) -> None:
    flows = flows_of("nginx-combined.log")
    assert [one.source.address for one in flows] == ["127.0.0.1"] * 5 + ["::1", "127.0.0.1"]
    assert all((one.port, one.ended, one.destination) == (None, Ended.ALLOWED, End()) for one in flows)
    assert flows[0].time.isoformat() == "2026-11-25T23:01:48+00:00"
    whose = read(f"nginx@shop/web:{DATA / 'nginx-combined.log'}")[0]
    assert whose[0].destination == End(namespace="shop", workload="web")
    here = tmp_path / "var/log/pods/shop_web-1_0f6f-11/nginx"
    here.mkdir(parents=True)
    (here / "0.log").write_bytes((DATA / "nginx-combined.log").read_bytes())
    assert read(tmp_path)[0][0].destination == End(namespace="shop", pod="web-1")


def test_nginx_json_says_whom_it_asked() -> None:
    flows = flows_of("nginx-json.log")
    asked = [one for one in flows if one.port != 18090]
    assert [(one.port, one.ended, size(one)) for one in asked] == [
        (18091, Ended.UNTOLD, (0, 0)),
        (18092, Ended.ALLOWED, (86, 149)),
        (18092, Ended.ALLOWED, (86, 149)),
    ]
    assert len(flows) - len(asked) == 7
    assert (flows[0].source_port, size(flows[0])) == (54608, (77, 152))


def test_ingress_nginx() -> None:
    flows = flows_of("ingress-nginx.log")
    assert [(short(one)[1], one.port, one.ended.value) for one in flows] == [
        ("?", None, "allowed"),
        ("10.0.1.10", 8080, "untold"),
        ("10.0.1.11", 8080, "allowed"),
        ("?", None, "allowed"),
        ("127.0.0.1", 8181, "allowed"),
    ]
    assert flows[0].time == flows[1].time
    assert flows[0].time.isoformat() == "2026-11-25T10:00:00+00:00", "its zone is two hours before"
    assert size(flows[0]) == (412, 345)


def test_envoys_default_says_whom_it_chose() -> None:
    first, failed = flows_of("envoy-default.log")
    assert (short(first)[1:], first.seconds) == (("10.0.2.20", "TCP", 8080, "allowed", 1), 0.007)
    assert (failed.destination.address, failed.ended) == ("fd00:2::20", Ended.UNTOLD)


def test_two_sidecars_tell_a_request_once() -> None:
    flows, _, faults = read(DATA / "istio-client.log", DATA / "istio-server.json")
    assert faults == []
    assert [short(one) for one in flows] == [
        ("10.0.1.10", "10.0.2.20", "TCP", 8080, "allowed", 1),
        ("10.0.3.30", "10.0.2.20", "TCP", 8080, "refused", 1),
    ]
    alone = read(DATA / "istio-server.json")[0] + read(DATA / "istio-client.log")[0]
    assert len(alone) == 3, "each by itself tells it, too"


def test_coredns_tells_questions() -> None:
    flows, queries, faults = read(DATA / "coredns-timestamps.log")
    assert (flows, faults) == ([], [])
    assert [(one.name, one.record_type, one.code) for one in queries] == [
        ("web.shop.svc.cluster.local", "A", "NXDOMAIN"),
        ("nowhere.example", "AAAA", "NXDOMAIN"),
        ("x.big.example", "TXT", "NOERROR"),
        ("", "NS", "NXDOMAIN"),
        (r"a\ b\"\\\.\;c.\000\255\233.t.example", "NULL", "NXDOMAIN"),
        ("q.example", "HTTPS", "NXDOMAIN"),
        ("q.example", "TYPE65280", "NXDOMAIN"),
        ("v", "A", "NXDOMAIN"),
    ]
    assert (queries[2].query_size, queries[2].answer_size, queries[-1].client.address) == (31, 96, "::1")
    assert queries[0].time.isoformat() == "2026-11-25T23:01:48.123456+00:00"


def test_coredns_without_times_is_told(tmp_path: Path) -> None:
    lines = [one.split(" ", 1)[1] for one in (DATA / "coredns-timestamps.log").read_text().splitlines()]
    (tmp_path / "log").write_text("\n".join(lines))
    _, queries, faults = read(tmp_path / "log")
    assert (queries, len(faults)) == ([], 8)
    assert "kubectl logs --timestamps" in faults[0].reason
    cri = [f"2026-11-25T10:00:00.5Z stdout F {one}" for one in lines]
    (tmp_path / "log").write_text("\n".join(cri))
    assert len(read(tmp_path / "log")[1]) == 8


@pytest.mark.parametrize("name", sorted(one.name for one in DATA.iterdir() if one.suffix != ".md"))
def test_a_line_that_is_cut_off_is_told(name: str, tmp_path: Path) -> None:
    """However short what is left of the last line is, it is not passed over, nor taken for another."""
    data = (DATA / name).read_bytes().rstrip(b"\n")
    lines = [one for one in data.split(b"\n") if b"conntrack v" not in one and b"xdsproxy" not in one]
    whole = read(DATA / name)
    part = lines[-1][: len(lines[-1]) // 3]
    (tmp_path / name).write_bytes(b"\n".join([*lines[:-1], part]))
    flows, queries, faults = read(tmp_path / name)
    assert len(flows) + len(queries) <= len(whole[0]) + len(whole[1])
    assert len(faults) > len(whole[2]) or faults[-1].line == len(lines)


def test_what_was_read_is_counted() -> None:
    log = FlowLogs((str(DATA / "conntrack-list.txt"), str(DATA / "hubble.json")))
    flows = [one for one in log.open() if isinstance(one, Flow)]
    assert (log.lines, log.other) == (18, 1)
    assert sorted(log.forms.values()) == ["conntrack", "hubble"]
    assert log.first == min(one.time for one in flows)
    assert log.last == max(one.time for one in flows)
