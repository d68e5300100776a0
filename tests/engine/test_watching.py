"""After any changes, what is open is what a scan of the whole finds; and each change is told once."""

import copy
import random
from dataclasses import replace
from typing import Any

import pytest

from hardstand.engine.catalog import load as controls
from hardstand.engine.live import Live
from hardstand.engine.settings import Settings
from hardstand.engine.watching import Watching
from hardstand.model.finding import Finding
from hardstand.model.kind import Kind
from hardstand.model.verdict import Why
from hardstand.sources.interface import Gap
from tests.baseline.making import NOON, TODAY, baseline_of, exception
from tests.engine.live import page, scan_live
from tests.engine.test_live import SETTINGS, engine_page, said, shop
from tests.engine.test_live_pages import deployment, pod, replica_set


def watching(settings: Settings = SETTINGS) -> Watching:
    return Watching(Live(controls(), settings), controls())


def estate() -> list[dict[str, Any]]:
    web = deployment(securityContext={"privileged": True})
    first, old = replica_set(web), replica_set(web, "web-4c", 0)
    odd = pod(first, "web-5d-zzzzz")
    odd["spec"]["hostPID"] = True
    return [*shop(), web, first, old, pod(first), odd]


def changed(one: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    made = copy.deepcopy(one)
    metadata, spec = made["metadata"], made.get("spec")
    match chance.randrange(8):
        case 0:
            metadata.setdefault("labels", {})["tick"] = str(chance.random())
        case 1 if isinstance(spec, dict):
            for name in ("selector", "podSelector", "rules"):
                spec.pop(name, None)
        case 2 if isinstance(spec, dict) and "template" in spec:
            spec["template"]["spec"]["hostNetwork"] = chance.random() < 0.5
        case 3 if made["kind"] == "Service":
            spec["type"] = chance.choice(["ClusterIP", "LoadBalancer", "NodePort"])  # type: ignore[index]
        case 4 if isinstance(spec, dict) and "template" in spec:
            spec["template"].setdefault("metadata", {})["labels"] = {"app": chance.choice(["web", "api", "other"])}
        case 5 if made["kind"] == "Pod":
            spec["hostPID"] = chance.random() < 0.5  # type: ignore[index]
        case 6 if isinstance(spec, dict) and "template" in spec:
            spec["template"]["spec"]["containers"][0] |= of_a_container(chance)
        case 7:
            metadata.setdefault("labels", {})["env"] = chance.choice(["prod", "staging", "none"])
    return made


def as_somebody(made: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same, at times with another account to run as, and made by nobody."""
    if "template" in made.get("spec", {}) and chance.random() < 0.2:
        made["spec"]["template"]["spec"]["serviceAccountName"] = "runner"
    if chance.random() < 0.1:
        made["metadata"].pop("ownerReferences", None)
    return made


def of_a_container(chance: random.Random) -> dict[str, Any]:
    registry, host = chance.choice(["registry.example/prod", "other.example"]), chance.choice(["shop", "staging"])
    return {
        "image": f"{registry}/web:{chance.randrange(3)}",
        "securityContext": {"privileged": chance.random() < 0.5},
        "env": [{"name": "DB_HOST", "value": f"db.{host}.svc"}],
    }


def standing() -> list[dict[str, Any]]:
    """Namespaces, whose labels may tell environments, and a workload in the second."""
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "uid": name, "labels": {"env": env}}}
        for name, env in (("shop", "prod"), ("staging", "staging"))
    ]
    other = deployment()
    other["metadata"] |= {"namespace": "staging", "uid": "d-2"}
    return [*spaces, other]


def declared(environment: str) -> dict[str, Any]:
    """A baseline that tells environments in one way or the other, blocks by tier, classes and excepts."""
    told = {
        "name": ({"namespaces": ["shop"]}, {"namespaces": ["staging"]}),
        "label": ({"namespaces": [{"labels": {"env": "prod"}}]}, {"namespaces": [{"labels": {"env": "staging"}}]}),
    }[environment]
    production, other = told
    return {
        "boundary": {
            "environments": {
                "production": {**production, "registries": ["registry.example/prod"]},
                "staging": {**other, "registries": ["other.example"]},
            }
        },
        "classes": {"workloads": [{"match": {"labels": {"env": "prod"}}, "data": "restricted"}]},
        "modes": [{"mode": "warn"}, {"mode": "block", "tier": ["high", "critical"]}],
        "exceptions": [
            exception(),
            exception("mutable-image-tag", id="e2", **{"while": ["host-ipc"]}),
            exception("default-deny-missing", id="e3", match={"namespace": "shop"}),
        ],
    }


SETTINGS_OF = {
    "nothing": SETTINGS,
    **{
        f"environments by {one}": replace(SETTINGS, baseline=baseline_of(declared(one)), today=TODAY)
        for one in ("name", "label")
    },
}


@pytest.mark.parametrize("held", SETTINGS_OF)
@pytest.mark.parametrize("seed", range(8))
def test_what_is_open_is_what_a_scan_finds(seed: int, held: str) -> None:
    chance, settings = random.Random(seed), SETTINGS_OF[held]
    objects = {page(one).name: one for one in [*estate(), *standing()]}
    one, there, told = watching(settings), dict[str, dict[str, Any]](), dict[str, Finding]()
    for _ in range(30):
        puts, gone = {}, set()
        for name in chance.sample(sorted(objects), chance.randrange(1, 9)):
            if name in there and chance.random() < 0.25:
                gone.add(name)
                del there[name]
            else:
                there[name] = puts[name] = as_somebody(changed(objects[name], chance), chance)
        delta = one.apply([engine_page(each) for each in puts.values()], gone)
        for found in delta.closed:
            assert told.pop(found.id, None) is not None, "closed what was not open"
        for found in delta.opened:
            assert told.setdefault(found.id, found) is found, "opened twice"
        for old, new in delta.changed:
            assert told[old.id] is not None
            told[new.id] = new
        assert said(told.values()) == said(one.open)
    order = sorted(there.values(), key=lambda each: ("Deployment", "ReplicaSet").index(each["kind"])
                   if each["kind"] in ("Deployment", "ReplicaSet") else 2)  # fmt: skip
    assert said(one.open) == said(scan_live(order, settings, now=NOON).findings)


def test_only_what_a_change_touches_is_judged_again() -> None:
    one, objects = watching(), estate()
    one.apply(map(engine_page, objects))
    web = next(each for each in objects if each["kind"] == "Deployment" and each["metadata"]["name"] == "web")
    web = copy.deepcopy(web)
    web["metadata"].setdefault("labels", {})["seen"] = "now"
    assert one.apply([engine_page(web)]).judged <= 3
    web["spec"]["template"]["spec"]["hostIPC"] = True
    delta = one.apply([engine_page(web)])
    assert "host-ipc" in {found.control for found in delta.opened}
    assert delta.judged < len(objects) / 2


def of_an_account(name: str) -> dict[str, Any]:
    made = deployment()
    made["metadata"] |= {"name": name, "uid": f"d-{name}"}
    made["spec"]["template"]["spec"]["serviceAccountName"] = "runner"
    return made


def test_what_does_not_count_to_anybody_has_nobody_judged_again() -> None:
    """What a ReplicaSet that is replaced says by itself is not looked at by who asks what shares an account."""
    one, several = watching(), [of_an_account(f"app-{at}") for at in range(9)]
    made = replica_set(several[0], "app-0-5d")
    one.apply(map(engine_page, [*several, made]))
    several[0]["spec"]["template"]["spec"]["containers"][0]["image"] = "registry.example/web:2"
    assert one.apply([engine_page(several[0])]).judged <= 2
    held = one.live.held(engine_page(made).name)
    assert held is not None
    assert not held.folded, "the ReplicaSet is judged by itself now"
    del made["metadata"]["ownerReferences"]
    assert one.apply([engine_page(made)]).judged >= 10
    shared = {found.object.name for found in one.open if found.control == "account-shared-by-workloads"}
    assert shared == {"app-0-5d", *(f"app-{at}" for at in range(9))}
    assert said(one.open) == said(scan_live([*several, made]).findings)


def test_a_gap_opens_and_closes() -> None:
    one = watching()
    one.apply([engine_page(deployment())])
    gap = Gap(Kind("", "ServiceAccount"), None, Why.MAY_NOT_LIST, "service accounts may not be listed")
    opened = one.missing([gap]).opened
    assert {found.why for found in opened} == {Why.MAY_NOT_LIST}
    assert said(one.open) == said(scan_live([deployment(), gap]).findings)
    assert one.missing([gap]).opened == ()
    assert said(one.missing([]).closed) == said(opened)
    assert said(one.open) == said(scan_live([deployment()]).findings)


def test_what_cannot_be_judged_is_kept_apart() -> None:
    one = watching()
    broken = deployment()
    del broken["metadata"]["name"]
    good = engine_page(deployment())
    bad = type(good)(good.name, engine_page({**broken, "metadata": {"name": 7, "namespace": "shop"}}).data, live=True)
    one.apply([good])
    assert one.apply([bad]).closed
    assert one.unreadable[good.name].reason.startswith("metadata.name must be a string")
    one.apply([good])
    assert not one.unreadable
