"""Google Cloud: VPC flow logs and firewall logs, as Cloud Logging's entries or their payloads.

A record is of the packets from `src_ip` to `dest_ip`, told by the machine of either (`reporter`).

Sources: https://cloud.google.com/vpc/docs/about-flow-logs-records,
https://cloud.google.com/firewall/docs/firewall-rules-logging#log-format
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from hardstand.model.flow import End, Ended, Flow
from hardstand.sources.flows.beginning import begun
from hardstand.sources.flows.fields import (
    WITH_PORTS,
    FlawError,
    end_at,
    listed,
    mapping,
    moment,
    port_of,
    protocol_of,
    text,
    whole,
)
from hardstand.sources.flows.merging import turned_around
from hardstand.sources.flows.seen import Form, Line, Origin, Reader, Seen, Told

_DISPOSITIONS = {"ALLOWED": Ended.ALLOWED, "DENIED": Ended.REFUSED}


def _payload(line: Line) -> Mapping[str, Any] | None:
    told = line.value
    if not isinstance(told, dict):
        return None
    found = told.get("jsonPayload", told)
    return found if isinstance(found, dict) and isinstance(found.get("connection"), dict) else None


def _knows(line: Line) -> bool:
    found = _payload(line)
    return found is not None and "src_ip" in found["connection"]


def _reader(origin: Origin) -> Reader:
    def read(line: Line) -> Iterable[Told]:
        told = _payload(line)
        if told is None:
            raise FlawError("the line is no flow log of Google Cloud; it may have been cut off")
        flow = _flow(told, origin, line)
        firewall = "disposition" in told
        way = begun(flow.source_port, flow.port) if not firewall else begun(None, None)
        flow = turned_around(flow) if way.by_other else flow
        side = text(told, "reporter") if not firewall else text(mapping(told, "rule_details"), "direction")
        return (Seen(flow, side, connection=True, sure=firewall, begins=firewall),)

    return read


def _flow(told: Mapping[str, Any], origin: Origin, line: Line) -> Flow:
    connection = told["connection"]
    protocol = protocol_of(connection.get("protocol"))
    ports = protocol in WITH_PORTS
    time = told.get("start_time") or told.get("end_time") or (line.value or {}).get("timestamp")
    begun_at, end = moment(time), told.get("end_time")
    disposition = told.get("disposition")
    if disposition is not None and disposition not in _DISPOSITIONS:
        raise FlawError("the disposition is neither ALLOWED nor DENIED")
    return Flow(
        time=begun_at,
        source=_end(told, "src", connection.get("src_ip")),
        destination=_end(told, "dest", connection.get("dest_ip")),
        protocol=protocol,
        port=_port(connection, "dest_port") if ports else None,
        source_port=_port(connection, "src_port") if ports else None,
        # A VPC flow log has what went out or came in; what a firewall refused to let in is not in it.
        ended=Ended.ALLOWED if disposition is None else _DISPOSITIONS[disposition],
        seconds=max((moment(end) - begun_at).total_seconds(), 0.0) if end is not None else None,
        bytes_sent=whole(told.get("bytes_sent")),
        place=origin.place(line),
    )


def _port(connection: Mapping[str, Any], key: str) -> int | None:
    return port_of(connection[key]) if connection.get(key) is not None else None


def _end(told: Mapping[str, Any], side: str, where: object) -> End:
    if not isinstance(where, str):
        raise FlawError("the record has no addresses")
    details, vm = mapping(told, f"{side}_gke_details"), mapping(told, f"{side}_instance")
    end = end_at(where)
    if not details:
        return replace(end, name=text(vm, "vm_name")) if vm else end
    pod = mapping(details, "pod")
    made = mapping(pod, "pod_workload") or mapping(pod, "workload")
    service = next((one for one in listed(details, "service") if isinstance(one, dict)), {})
    return replace(
        end,
        namespace=text(pod, "pod_namespace") or text(service, "service_namespace"),
        pod=text(pod, "pod_name"),
        workload=text(made, "workload_name"),
        workload_kind=_KINDS.get(text(made, "workload_type"), ""),
        service=text(service, "service_name"),
        name="" if pod else text(vm, "vm_name"),
    )


_KINDS = {
    "DEPLOYMENT": "Deployment",
    "REPLICA_SET": "ReplicaSet",
    "STATEFUL_SET": "StatefulSet",
    "DAEMON_SET": "DaemonSet",
    "JOB": "Job",
    "CRON_JOB": "CronJob",
    "REPLICATION_CONTROLLER": "ReplicationController",
}

GOOGLE = Form("google", _knows, _reader)
