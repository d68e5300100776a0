"""Which documents are Compose files, what their variables come to, and what becomes of a service."""

import pickle
from typing import Any

import pytest

from hardstand.inventory.compose.document import is_compose, services_in
from hardstand.inventory.compose.interpolation import fill, is_reference
from hardstand.inventory.objects import KubeObject, Problem
from hardstand.text.document import Document
from hardstand.text.reader import read


def value_of(text: str) -> Any:
    (found,) = read(text.encode())
    assert isinstance(found, Document), found
    return found.value


def services(text: str) -> list[KubeObject | Problem]:
    return list(services_in(value_of(text), file="compose.yaml", document=0, rendered_from=None, namespace="default"))


def service(text: str) -> Any:
    """The pod of the first service."""
    found = services(text)[0]
    assert isinstance(found, KubeObject), found
    return found.data["spec"]


def container(settings: str) -> Any:
    return service(f"services: {{app: {{image: a, {settings}}}}}")["containers"][0]


def problem(text: str) -> str:
    (found,) = services(text)
    assert isinstance(found, Problem)
    return f"{'.'.join(map(str, (*found.prefix, *found.path)))}: {found.reason}"


@pytest.mark.parametrize(
    ("name", "text", "named", "expected"),
    [
        ("compose.yaml", "services: {}", False, True),
        ("home/docker-compose.yml", "services: {}", False, True),
        ("docker-compose.prod.yml", "services: {}", False, True),
        ("compose.override.yaml", "services: {}", False, True),
        ("compose.yaml", "web: {image: a}", False, True),
        ("stack.yaml", "services: {}", True, True),
        ("stack.yaml", "services: {}", False, False),
        ("stack.yaml", "services: [a]", True, False),
        ("compose.yaml", "{apiVersion: v1, kind: Pod, services: {}}", True, False),
        ("docker-compose-notes.yaml.txt", "services: {}", False, False),
        ("composed.yaml", "services: {}", False, False),
        ("compose.yaml", "[services]", True, False),
    ],
)
def test_a_compose_file_is_known_by_its_name_or_if_named_by_its_shape(
    name: str, text: str, named: bool, expected: bool
) -> None:
    assert is_compose(value_of(text), name, named=named) is expected


@pytest.mark.parametrize(
    ("text", "filled", "still_open"),
    [
        ("plain", "plain", ()),
        ("${A:-b}", "b", ()),
        ("${A-b}c", "bc", ()),
        ("${A:-}", "", ()),
        ("${A:-${B:-c}}", "c", ()),
        ("${A:-${B}}x", "${B}x", ("B",)),
        ("$A", "$A", ("A",)),
        ("${A}/${B:-b}", "${A}/b", ("A",)),
        ("${A:?not set}", "${A:?not set}", ("A",)),
        ("${A:+then}", "${A:+then}", ("A",)),
        ("$$A and $${A}", "$A and ${A}", ()),
        ("a$", "a$", ()),
        ("$2y$05$", "$2y$05$", ()),
        ("${", "${", ("a variable",)),
        ("${A", "${A", ("A",)),
        ("${1}", "${1}", ("a variable",)),
        ("${PATH:-a:b}:c", "a:b:c", ()),
    ],
)
def test_a_variable_is_its_default_or_stays(text: str, filled: str, still_open: tuple[str, ...]) -> None:
    assert fill(text) == (filled, still_open)


def test_many_nested_variables_cost_no_more_than_their_text() -> None:
    assert fill("${A:-" * 5000 + "x" + "}" * 5000).open == ("A",)
    assert fill("${A" * 20_000).open == ("A",)


@pytest.mark.parametrize("text", ["$A", "${A}", "${A:?b}", "${A:+b}"])
def test_one_variable_alone_is_a_reference(text: str) -> None:
    assert is_reference(text)
    assert not is_reference(f"{text}-x")
    assert not is_reference("${A:-b}")


def test_what_docker_does_by_default_is_filled_in() -> None:
    assert container("init: true")["securityContext"] == {
        "capabilities": {},
        "seccompProfile": {"type": "RuntimeDefault"},
    }


@pytest.mark.parametrize(
    ("written", "folded"),
    [("1000", (1000, None)), ("0:0", (0, 0)), ("root", (0, None)), ("app:root", (None, 0)), ("app", (None, None))],
)
def test_a_user_is_a_number_or_a_name(written: str, folded: tuple[int | None, int | None]) -> None:
    context = container(f'user: "{written}"')["securityContext"]
    assert (context.get("runAsUser"), context.get("runAsGroup")) == folded
    assert context.get("runAsNonRoot") is (None if folded[0] == 0 else True)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ('"80"', [(80, None, True)]),
        ("80", [(80, None, True)]),
        ('"8080:80"', [(80, 8080, None)]),
        ('"127.0.0.1:8080:80"', [(80, None, None)]),
        ('"[::1]:8080:80"', [(80, None, None)]),
        ('"[::]:8080:80"', [(80, 8080, None)]),
        ('"3000-3001:4000-4001"', [(4000, 3000, None), (4001, 3001, None)]),
        ('"3000-3009:80"', [(80, None, True)]),
        ('"127.0.0.1::80"', [(80, None, None)]),
        ('"6060:6060/udp"', [(6060, 6060, None)]),
        ("{target: 80, published: 8080}", [(80, 8080, None)]),
        ('{target: 80, published: "8080-8081"}', [(80, None, True)]),
        ("{target: 80, host_ip: 127.0.0.1, published: 8080}", [(80, None, None)]),
    ],
)
def test_a_port_is_open_to_others_unless_it_listens_on_the_host_alone(written: str, folded: list[Any]) -> None:
    ports = container(f"ports: [{written}]")["ports"]
    assert [(one["containerPort"], one.get("hostPort"), one.get("anyHostPort")) for one in ports] == folded


@pytest.mark.parametrize(
    ("written", "source", "read_only"),
    [
        ("/etc:/x", "/etc", False),
        ("/etc:/x:ro", "/etc", True),
        ("/etc:/x:ro,z", "/etc", True),
        ("./a/../b:/x", "<project>/b", False),
        (".:/x", "<project>", False),
        ("~/a:/x", "~/a", False),
        ("$HOME/a:/x", "~/a", False),
        ("${PWD}/a:/x", "<project>/a", False),
        ("${A:-/srv}/a:/x", "/srv/a", False),
        ("./a/${B}:/x", "<project>/a/${B}", False),
        (r"C:\a:/x", r"C:\a", False),
    ],
)
def test_the_short_syntax_of_a_mount(written: str, source: str, read_only: bool) -> None:
    spec = service(f"services: {{app: {{image: a, volumes: ['{written}']}}}}")
    assert spec["volumes"] == [{"name": "/x", "hostPath": {"path": source}}]
    assert spec["containers"][0]["volumeMounts"][0]["readOnly"] is read_only


@pytest.mark.parametrize("written", ["data:/x", "/x", "a.b:/x:ro", "{type: volume, target: /x}"])
def test_a_volume_that_is_no_path_of_the_host(written: str) -> None:
    quoted = written if written.startswith("{") else f"'{written}'"
    (volume,) = service(f"services: {{app: {{image: a, volumes: [{quoted}]}}}}")["volumes"]
    assert volume.keys() == {"name", "persistentVolumeClaim"}


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("mem_limit: 512m", "536870912"),
        ("mem_limit: 1.5GB", "1610612736"),
        ("mem_limit: 1048576", "1048576"),
        ("mem_limit: 64kb", "65536"),
        ("mem_limit: 1m, deploy: {resources: {limits: {memory: 2M}}}", "2097152"),
    ],
)
def test_memory_is_counted_in_bytes_whatever_its_unit(written: str, limit: str) -> None:
    assert container(written)["resources"]["limits"]["memory"] == limit


@pytest.mark.parametrize(
    ("written", "limit"),
    [("cpu_quota: 50000", "500m"), ("cpu_quota: 1, cpu_period: 1000", "1m"), ('cpuset: "0-3,6"', "5")],
)
def test_processors_may_be_limited_in_other_ways(written: str, limit: str) -> None:
    assert container(written)["resources"]["limits"]["cpu"] == limit


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("web: {image: a}", ": a Compose file without `services`: nest them below it (version 1 is not read)"),
        ("services: [web]", "services: services must be a mapping, found a list"),
        ("services: {web: }", "services.web: services.web must be a mapping, found nothing"),
        ("services: {web: [a]}", "services.web: services.web must be a mapping, found a list"),
        ("services: {a: {extends: a}}", "services.a: services.a extends itself"),
        (
            "services: {a: {extends: b}}",
            "services.a.extends: services.a extends the service b, which is not in the file",
        ),
        (
            "services: {a: {extends: [b]}}",
            "services.a.extends: services.a.extends must be the name of a service or a mapping with `service`, "
            "found a list",
        ),
    ],
)
def test_what_cannot_be_folded_is_said_to_be_unreadable(text: str, reason: str) -> None:
    assert problem(text) == reason


def test_a_file_that_only_includes_others_has_no_services() -> None:
    assert services("{name: a, include: [b.yaml], x-c: 1}") == []


def test_a_service_of_a_provider_is_no_container() -> None:
    assert services("services: {db: {provider: {type: cloud}}}") == []


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("name: home", "home"),
        ('name: "${X:-home}"', "home"),
        ('name: "${X}"', None),
        ("name: 3", None),
        ("x-a: 1", None),
    ],
)
def test_the_project_is_what_the_file_says(name: str, project: str | None) -> None:
    (found,) = services(f"{name}\nservices: {{web: {{image: a}}}}")
    assert isinstance(found, KubeObject)
    assert found.ref.namespace == project


def test_a_chain_of_services_is_merged_in_order() -> None:
    text = """
    services:
      app: {extends: middle, image: a, cap_add: [C], environment: {X: c}}
      middle: {extends: {service: base}, cap_add: [B], command: [b], environment: [X=b, Y=b]}
      base: {image: b, cap_add: [A], command: [a, a], mem_limit: 1g, healthcheck: {test: [CMD, a]}}
    """
    one = service(text)["containers"][0]
    assert one["image"] == "a"
    assert one["securityContext"]["capabilities"]["add"] == ["A", "B", "C"]
    assert one["args"] == ["b"]
    assert one["env"] == [{"name": "Y", "value": "b"}, {"name": "X", "value": "c"}]
    assert one["resources"]["limits"]["memory"] == str(1 << 30)
    assert one["livenessProbe"]["exec"]["command"] == ["CMD", "a"]


def test_a_long_chain_and_deep_nesting_end() -> None:
    chain = ", ".join(f"s{at}: {{extends: s{at + 1}}}" for at in range(300))
    found = services(f"services: {{{chain}, s300: {{image: a}}}}")
    assert isinstance(found[0], Problem)
    assert isinstance(found[299], KubeObject)
    deep = "{a: " * 400 + "1" + "}" * 400
    for key in ("environment", "labels", "deploy", "healthcheck", "user", "volumes", "ports", "security_opt"):
        assert isinstance(services(f"services: {{web: {{image: a, {key}: {deep}}}}}")[0], KubeObject)


@pytest.mark.parametrize(
    "wrong", ["3", "text", "[3]", "[[a]]", "{a: b}", "[{a: b}]", "true", "[null]", "[true, 1.5]", "''"]
)
def test_no_field_of_any_type_stops_the_reading(wrong: str) -> None:
    keys = """annotations build cap_add cap_drop command cpu_period cpu_quota cpus cpuset depends_on deploy devices
    entrypoint environment expose extends group_add healthcheck ipc labels mem_limit network_mode pid ports
    privileged provider read_only restart security_opt tmpfs use_api_socket user userns_mode volumes volumes_from"""
    for key in keys.split():
        for found in services(f"services: {{web: {{image: a, {key}: {wrong}}}, b: {{image: b}}}}"):
            assert isinstance(found, KubeObject | Problem), key
    for top in ("name", "volumes", "secrets", "configs", "networks", "include", "version"):
        services(f"{top}: {wrong}\nservices: {{web: {{image: a, volumes: ['d:/d']}}}}")


def test_a_folded_service_travels() -> None:
    (found,) = services("services: {web: {image: a, privileged: '${X}', volumes: ['/a:/b']}}")
    assert isinstance(found, KubeObject)
    again = pickle.loads(pickle.dumps(found))
    assert (again.data, again.written) == (found.data, found.written)
