"""Compose files through the whole scan: places and words of the file, ids that stay, fixes, and what is unknown."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardstand.cli.pages import pages
from hardstand.engine.settings import Settings
from hardstand.model.finding import Finding
from hardstand.model.run import Run
from hardstand.report import render, text
from hardstand.wiring import ScanRequest, scan

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "compose"


def run_on(folder: Path, text: str, name: str = "compose.yaml", **options: Any) -> Run:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return scan(ScanRequest([str(folder)], settings=Settings(verdicts=True, **options)))


def of(run: Run, control: str) -> list[Finding]:
    return [one for one in run.findings if one.control == control]


def ids(run: Run) -> set[str]:
    return {one.id for one in run.findings}


def verdict(run: Run, control: str) -> tuple[str, str | None]:
    (found,) = [one for one in run.verdicts or () if one.control == control]
    return found.verdict.value, found.why.value if found.why else None


def test_the_words_of_a_finding_are_the_file_s(tmp_path: Path) -> None:
    text = "name: home\nservices:\n  web:\n    image: nginx:1\n    environment: [A=b, DB_PASSWORD=kV9pX2mQ7r]\n"
    run = run_on(tmp_path, text)
    (secret,) = of(run, "secret-in-environment")
    place = secret.locations[0]
    assert (str(secret.object), secret.object.api_version) == ("Service home/web", "compose-spec.io/v1")
    assert (place.line, place.column, place.field, place.missing) == (5, 24, "services.web.environment[1]", "")
    assert place.caption == "Service home/web"
    assert "kV9pX2mQ7r" not in repr(run)
    (read_only,) = of(run, "writable-root-filesystem")
    place = read_only.locations[0]
    assert (place.line, place.column, place.field, place.missing) == (4, 5, "services.web.read_only", "read_only")


def test_a_malformed_field_is_told_in_the_file_s_words(tmp_path: Path) -> None:
    run = run_on(tmp_path, "services:\n  web:\n    image: Not An Image\n    privileged: [a]\n")
    assert verdict(run, "privileged-container") == ("unknown", "malformed-field")
    (privileged,) = of(run, "privileged-container")
    assert privileged.message == "services.web.privileged must be a boolean, found a list"
    (tag,) = of(run, "mutable-image-tag")
    assert tag.message.startswith("services.web.image must be an image reference, found")


def test_ids_stay_when_another_syntax_says_the_same(tmp_path: Path) -> None:
    short = """
services:
  web:
    image: nginx:1
    privileged: true
    environment:
    - DB_PASSWORD=kV9pX2mQ7r
    volumes: ["/etc:/host/etc", "/var/run/docker.sock:/sock"]
    ports: ["8080:80"]
    security_opt: ["seccomp:unconfined"]
    mem_limit: 0
"""
    long = """
services:
  web:
    mem_limit: "0"
    security_opt: [apparmor=docker-default, seccomp=unconfined]
    ports: [{published: "8080", target: 80}]
    volumes:
    - {type: bind, source: /var/run/docker.sock, target: /sock}
    - {type: bind, source: /etc, target: /host/etc}
    environment: {A: b, DB_PASSWORD: kV9pX2mQ7r}
    privileged: "true"
    image: nginx:1
x-more: 1
"""
    plain = run_on(tmp_path / "a", short)
    other = run_on(tmp_path / "b", long)
    as_json = run_on(tmp_path / "c", json.dumps(yaml.safe_load(short)))
    assert len(plain.findings) > 10
    assert ids(plain) == ids(other) == ids(as_json)


def test_the_value_of_a_secret_is_not_in_an_id(tmp_path: Path) -> None:
    text = "services: {web: {image: a, environment: [DB_PASSWORD=%s]}}"
    one, two = (run_on(tmp_path / secret, text % secret) for secret in ("kV9pX2mQ7r", "zR3wL8nB5t"))
    assert of(one, "secret-in-environment")
    assert ids(one) == ids(two)


def test_ids_stay_when_the_project_moves_and_tell_projects_apart(tmp_path: Path) -> None:
    text = "services: {db: {image: postgres:16}}"
    alone, moved = run_on(tmp_path / "a", text), run_on(tmp_path / "b" / "c", text)
    assert ids(alone) == ids(moved)
    (tmp_path / "b" / "d").mkdir()
    (tmp_path / "b" / "d" / "compose.yaml").write_text(text, encoding="utf-8")
    both = scan(ScanRequest([str(tmp_path / "b")]))
    assert len(ids(both)) == 2 * len(ids(alone))


def test_each_file_is_judged_by_itself(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {web: {image: a, read_only: true}}", encoding="utf-8")
    run = run_on(tmp_path, "services:\n  web:\n    pid: host\n", "compose.override.yaml")
    assert [one.locations[0].file.rpartition("/")[2] for one in of(run, "host-pid")] == ["compose.override.yaml"]
    (found,) = of(run, "writable-root-filesystem")
    assert (found.verdict.value, found.why) == ("unknown", "not-rendered")
    causes = {one.root_cause for one in run.findings if one.why == "not-rendered"}
    assert len(causes) == 1, "what another file completes is one entry of a report"


def test_a_walk_takes_files_by_name_and_a_person_by_shape(tmp_path: Path) -> None:
    stack = tmp_path / "stack.yaml"
    stack.write_text("services: {web: {image: a}}", encoding="utf-8")
    run = run_on(tmp_path, "services: {db: {image: b}}", "docker-compose.prod.yml")
    assert (run.objects, run.inputs[0].skipped, run.unreadable) == (1, 1, ())
    named = scan(ScanRequest([str(stack)]))
    assert (named.objects, named.unreadable) == (1, ())


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("services:\n  web:\n    image: a\n  db:\n", 4, 6, "services.db must be a mapping, found nothing"),
        ("services:\n- web\n", 2, 1, "services must be a mapping, found a list"),
        ("web:\n  image: a\n", 1, 1, "a Compose file without `services`: nest them below it (version 1 is not read)"),
        (
            "services:\n  a:\n    image: a\n    extends: b\n",
            4,
            14,
            "services.a extends the service b, which is not in the file",
        ),
    ],
)
def test_what_cannot_be_folded_is_unreadable_at_its_place(
    tmp_path: Path, text: str, line: int, column: int, reason: str
) -> None:
    (fault,) = run_on(tmp_path, text).unreadable
    assert (fault.line, fault.column, fault.reason) == (line, column, reason)


def test_no_manifest_can_pass_for_a_service(tmp_path: Path) -> None:
    text = "apiVersion: compose-spec.io/v1\nkind: Service\nmetadata: {name: a}\nspec: {hostPID: true}\n"
    run = run_on(tmp_path, text, "pod.yaml")
    assert run.objects == 0
    assert [(one.line, one.column) for one in run.unreadable] == [(1, 13)]


def test_objects_of_a_cluster_and_services_know_nothing_of_each_other(tmp_path: Path) -> None:
    limits = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a, namespace: home}\n"
    limits += "spec: {limits: [{type: Container, default: {memory: 1Gi, cpu: 1}}]}\n---\n"
    limits += "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: home}\n"
    limits += "spec: {selector: {app: web}, ports: [{port: 80}]}\n"
    (tmp_path / "cluster.yaml").write_text(limits, encoding="utf-8")
    run = run_on(tmp_path, "name: home\nservices: {web: {image: a, labels: {app: web}, ports: ['80:80']}}")
    assert [one.object.api_version for one in of(run, "memory-limit-missing")] == ["compose-spec.io/v1"]
    assert [one.verdict.value for one in of(run, "dangling-service")] == ["unknown"]


def patched(text: str, finding: Finding) -> Any:
    """The document with the patch applied as RFC 6902 says, by a reader of its own."""
    document = yaml.safe_load(text)
    assert finding.fix
    for step in finding.fix.patch:
        *way, last = [part.replace("~1", "/").replace("~0", "~") for part in str(step["path"]).split("/")[1:]]
        node = document
        for part in way:
            node = node[int(part)] if isinstance(node, list) else node[part]
        if isinstance(node, list):
            at = len(node) if last == "-" else int(last)
            if step["op"] == "remove":
                del node[at]
            elif step["op"] == "add":
                node.insert(at, step["value"])
            else:
                node[at] = step["value"]
        elif step["op"] == "remove":
            del node[last]
        else:
            node[last] = step["value"]
    return document


@pytest.mark.parametrize(
    ("control", "settings", "mended"),
    [
        ("writable-root-filesystem", {}, {"read_only": True}),
        ("privileged-container", {"privileged": True}, {}),
        ("host-network", {"network_mode": "host"}, {}),
        ("host-user-namespace", {"userns_mode": "host"}, {}),
        ("capability-added", {"cap_add": ["NET_ADMIN", "CHOWN"]}, {"cap_add": ["CHOWN"]}),
        ("net-raw-not-dropped", {"cap_drop": ["MKNOD"]}, {"cap_drop": ["MKNOD", "NET_RAW"]}),
        ("capabilities-not-dropped", {}, {"cap_drop": ["ALL"]}),
        ("privilege-escalation-allowed", {}, {"security_opt": ["no-new-privileges:true"]}),
        (
            "privilege-escalation-allowed",
            {"security_opt": ["no-new-privileges:false"]},
            {"security_opt": ["no-new-privileges:true"]},
        ),
        (
            "seccomp-unconfined",
            {"security_opt": ["seccomp:unconfined", "label=level:s0"]},
            {"security_opt": ["label=level:s0"]},
        ),
        ("writable-host-path", {"volumes": ["/etc:/e"]}, {"volumes": ["/etc:/e:ro"]}),
        (
            "writable-host-path",
            {"volumes": [{"type": "bind", "source": "/etc", "target": "/e"}]},
            {"volumes": [{"type": "bind", "source": "/etc", "target": "/e", "read_only": True}]},
        ),
        ("host-device", {"devices": ["/dev/dri", "/dev/sda"]}, {"devices": ["/dev/dri"]}),
    ],
)
def test_a_fix_is_a_patch_of_the_file(
    tmp_path: Path, control: str, settings: dict[str, Any], mended: dict[str, Any]
) -> None:
    text = yaml.safe_dump({"services": {"web": {"image": "a:1", **settings}}})
    (finding,) = of(run_on(tmp_path, text), control)
    assert patched(text, finding) == {"services": {"web": {"image": "a:1", **mended}}}


@pytest.mark.parametrize(
    ("control", "settings"),
    [
        ("host-port", {"ports": ["80:80"]}),
        ("root-allowed", {}),
        ("writable-host-path", {"volumes": ["/etc:/e:rw"]}),
    ],
)
def test_what_has_no_exact_counterpart_has_no_fix(tmp_path: Path, control: str, settings: dict[str, Any]) -> None:
    text = yaml.safe_dump({"services": {"web": {"image": "a:1", **settings}}})
    (finding,) = of(run_on(tmp_path, text), control)
    assert finding.fix is None


def test_a_fix_never_edits_the_service_that_others_extend(tmp_path: Path) -> None:
    text = "services: {web: {image: a, extends: base}, base: {image: b, privileged: true, read_only: false}}"
    run = run_on(tmp_path, text)
    mine = {one.control: one for one in run.findings if one.object.name == "web"}
    assert mine["privileged-container"].fix is None
    assert mine["privileged-container"].locations[0].field == "services.base.privileged"


@pytest.mark.parametrize(
    "wrong", ["3", "text", "[3]", "[[a]]", "{a: b}", "[{a: b}]", "true", "[null]", "''", "{a: {a: {a: 1}}}"]
)
def test_no_field_of_any_type_crashes_a_control(tmp_path: Path, wrong: str) -> None:
    keys = """build cap_add cap_drop command cpu_period cpu_quota cpus cpuset depends_on deploy devices entrypoint
    environment expose extends group_add healthcheck ipc labels mem_limit network_mode pid ports privileged read_only
    restart security_opt tmpfs use_api_socket user userns_mode volumes volumes_from"""
    text = "services:\n" + "".join(f"  a{at}: {{image: a, {key}: {wrong}}}\n" for at, key in enumerate(keys.split()))
    run = run_on(tmp_path, text)
    assert [one for one in run.findings if one.why == "crashed"] == []
    assert run.objects + len(run.unreadable) == len(keys.split())


def test_the_example_shows_what_it_is_for() -> None:
    run = scan(ScanRequest([str(EXAMPLE)]))
    failed = {one.control for one in run.findings if one.verdict == "fail"}
    assert run.objects == 9
    assert run.unreadable == ()
    assert {
        "privileged-container", "runtime-socket-mounted", "host-network", "host-pid", "host-device", "host-port",
        "secret-in-arguments", "secret-in-environment", "sensitive-host-path", "writable-host-path", "root-user",
        "mutable-image-tag", "restart-policy-unsafe", "published-datastore", "memory-limit-missing",
        "app-armor-unconfined",
    } <= failed  # fmt: skip
    named = {str(one.object) for one in run.findings if one.verdict == "fail" and one.severity >= 3}
    assert "Service home/database" not in named


def test_a_report_tells_what_was_not_rendered_once_with_the_controls_that_asked() -> None:
    words = text.render(scan(ScanRequest([str(EXAMPLE)])), pages())
    assert words.count("unknown[not-rendered]") == 2
    assert "unknown[not-rendered]: services.photos.volumes[0] depends on UPLOAD_LOCATION without a default" in words
    told = "  cannot be judged by empty-dir-unbounded, runtime-socket-mounted, sensitive-host-path, writable-host-path"
    assert told in words


@pytest.mark.parametrize("name", ["sarif", "junit", "github", "markdown", "html", "json"])
def test_every_format_takes_services(name: str) -> None:
    rendered = render(name, scan(ScanRequest([str(EXAMPLE)])), pages())
    assert "photos" in rendered
    assert "photos-Kq7vR2xP" not in rendered
    assert "Zu8hT4mW9cQ" not in rendered
    assert "8f14e45fceea167a5a36dedd4bea2543" not in rendered
