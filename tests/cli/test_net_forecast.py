"""`hardstand net forecast`: what would break of all that was seen, by real files through the command line."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.network.observed_shop import SHOP, Shop, at, flow, lookup, policies, table, write

SPEC = Path(__file__).parents[2] / "spec" / "net-forecast.v1.schema.json"
VALIDATOR = Draft202012Validator(json.loads(SPEC.read_text(encoding="utf-8")))


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shop:
    monkeypatch.chdir(tmp_path)
    return Shop(tmp_path, capsys)


def fates(found: Any) -> dict[tuple[str, str, int], str]:
    VALIDATOR.validate(found)
    return {(_short(one["from"]), _short(one["to"]), one["port"]): one["fate"] for one in found["pairs"]}


def _short(name: str) -> str:
    return name.partition("/")[2].partition("[")[0] or name


def apply(shop: Shop, *objects: dict[str, Any]) -> None:
    (shop.folder / "new.yaml").write_text(yaml.safe_dump_all(objects))


SEEN = [
    flow("web", "db", 5432, 1),
    flow("web", "db", 5432, 7),
    flow("api", "db", 5432, 2),
    lookup("web", "db.shop.svc.cluster.local", 3),
    flow("job", "db", 5432, 4, ended="refused"),
]


def test_default_deny_breaks_what_was_seen_names_among_it(shop: Shop) -> None:
    write(shop.folder, SHOP, SEEN)
    status, out, err = shop.run("forecast", "flows.jsonl", "--with", "estate.json", "--default-deny")
    assert status == 1
    assert "kube-system: Kubernetes' own, and not denied" in err
    assert (
        out
        == """\
would break: 3 pairs
  shop/api[Pod]
    → shop/db[Pod]: TCP 5432
      1 connection, 500 bytes sent, 2.0 kB received, 2026-11-02T10:02:00Z
      since Egress: NetworkPolicy shop/default-deny isolates it and no rule allows this; \
Ingress: NetworkPolicy shop/default-deny isolates it and no rule allows this
      --> flows.jsonl:3
  shop/web[Pod]
    → kube-system/dns[Pod]: UDP 53 (names)
      1 lookup, 2026-11-02T10:03:00Z
      since Egress: NetworkPolicy shop/default-deny isolates it and no rule allows this
      --> flows.jsonl:4
    → shop/db[Pod]: TCP 5432
      2 connections, 1.0 kB sent, 4.0 kB received, 2026-11-02T10:01:00Z to 2026-11-02T10:07:00Z
      since Egress: NetworkPolicy shop/default-deny isolates it and no rule allows this; \
Ingress: NetworkPolicy shop/default-deny isolates it and no rule allows this
      --> flows.jsonl:2

3 pairs of 3 that were seen would break, 1 of them for names, of 2 workloads · 0 go on · 0 unknown, \
2026-11-02T10:01:00Z to 2026-11-02T10:07:00Z
"""
    )


def test_lookups_break_also_where_the_resolvers_are_not_in_the_picture(shop: Shop) -> None:
    """Manifests of one application do not hold the cluster's DNS: who is let out to nobody is not let out to it."""
    here = [one for one in SHOP if one["metadata"].get("namespace") != "kube-system"]
    write(shop.folder, here, SEEN)
    status, found = shop.json("forecast", "--default-deny")
    assert (status, fates(found)["web", "the cluster's DNS", 53]) == (1, "breaks")
    (shop.folder / "hardstand.yaml").write_text(table({("web", "db", 5432), ("api", "db", 5432)}))
    (shop.folder / "new.yaml").write_text(shop.run("generate", "estate.json")[1])
    status, found = shop.json("forecast", "--policies", "new.yaml")
    assert (status, fates(found)["web", "the cluster's DNS", 53]) == (2, "perhaps")
    (one,) = [each for each in found["pairs"] if each["fate"] == "perhaps"]
    assert one["because"] == "what is behind the cluster's DNS is not in the picture"


def test_only_the_namespaces_that_are_named_are_denied(shop: Shop) -> None:
    write(shop.folder, SHOP, SEEN)
    status, found = shop.json("forecast", "--default-deny", "-n", "kube-system")
    assert status == 1
    assert {key for key, fate in fates(found).items() if fate == "breaks"} == {("web", "dns", 53)}


def test_to_deny_a_namespace_that_is_not_there_is_a_wrong_usage(shop: Shop) -> None:
    """Nothing would break of it, which would read as good news about the one that was meant."""
    write(shop.folder, SHOP, SEEN)
    words = ("forecast", "flows.jsonl", "--with", "estate.json", "--default-deny", "-n")
    status, out, err = shop.run(*words, "shopp", "-n", "shop", "-n", "zzz")
    assert (status, out) == (2, "")
    assert "there is no namespace shopp in what was read\n  hint: did you mean `shop`?" in err
    assert "there is no namespace zzz in what was read\n  hint: there are kube-system, shop" in err


def test_a_namespace_in_which_nothing_runs_is_there(shop: Shop) -> None:
    write(shop.folder, [*SHOP, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "empty"}}], SEEN)
    status, _, err = shop.run("forecast", "flows.jsonl", "--with", "estate.json", "--default-deny", "-n", "empty")
    assert status == 0
    assert "nothing that was read runs in namespace empty" in err


def test_policies_are_laid_over_those_that_are_there_or_stand_in_their_place(shop: Shop) -> None:
    write(shop.folder, [*SHOP, *policies({("web", "db", 5432)})], SEEN)
    deny, *allowing = policies({("api", "db", 5432)})
    renamed = [{**one, "metadata": {**one["metadata"], "name": f"new-{at}"}} for at, one in enumerate(allowing)]
    apply(shop, *renamed)
    status, found = shop.json("forecast", "--policies", "new.yaml")
    told = fates(found)
    assert (status, told["web", "db", 5432], told["api", "db", 5432]) == (0, "goes-on", "goes-on")
    assert told["web", "dns", 53] == "refused-already"
    apply(shop, {**deny, "metadata": {"name": "other", "namespace": "shop"}}, *renamed)
    status, found = shop.json("forecast", "--policies", "new.yaml", "--instead")
    told = fates(found)
    assert (status, told["web", "db", 5432], told["api", "db", 5432]) == (1, "breaks", "goes-on")
    (one,) = [each for each in found["pairs"] if each["fate"] == "breaks"]
    assert (one["workload"], one["connections"], one["last_seen"]) == ("shop/web[Pod]", 2, "2026-11-02T10:07:00Z")
    assert (one["allowed_before"], one["allowed_after"]) == (True, False)


def test_what_was_refused_cannot_break(shop: Shop) -> None:
    write(shop.folder, SHOP, SEEN[4:])
    status, found = shop.json("forecast", "--default-deny")
    assert (status, found["pairs"]) == (2, []), "and where nothing was seen, nobody can tell"


def test_the_outside_is_told_apart_as_new_policies_do(shop: Shop) -> None:
    records = [
        flow("web", at("203.0.113.9"), 443),
        flow("web", at("203.0.113.200"), 443),
        flow("web", at("192.0.2.1"), 443),
    ]
    write(shop.folder, SHOP, records)
    block = {"cidr": "203.0.113.0/24", "except": ["203.0.113.128/25"]}
    spec = {"podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [{"ipBlock": block}]}]}
    meta = {"name": "out", "namespace": "shop"}
    apply(shop, {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec})
    status, found = shop.json("forecast", "--policies", "new.yaml")
    assert status == 1
    told = {tuple(one["addresses"]): (one["to"], one["fate"]) for one in found["pairs"]}
    assert told == {
        ("203.0.113.9",): ("203.0.113.0/25", "goes-on"),
        ("192.0.2.1", "203.0.113.200"): ("internet", "breaks"),
    }


def test_what_nobody_can_tell_is_kept_apart_and_ends_in_2(shop: Shop) -> None:
    write(shop.folder, SHOP, [*SEEN, flow(at("10.0.0.99"), "db", 5432)])
    status, found = shop.json("forecast", "--default-deny")
    assert status == 2
    assert [one["from"] for one in found["unresolved"]] == ["10.0.0.99"]
    _, out, _ = shop.run("forecast", "flows.jsonl", "--with", "estate.json", "--default-deny")
    assert (
        "one end cannot be told, and so not whether it would break: 1 pair\n  10.0.0.99 → shop/db[Pod]: TCP 5432" in out
    )


def test_what_is_intended_and_was_never_seen_is_told(shop: Shop) -> None:
    write(shop.folder, SHOP, SEEN, table({("web", "db", 5432), ("api", "web", 80)}))
    _, found = shop.json("forecast", "--default-deny")
    never = [(one["from"], one["to"], one["connections"]) for one in found["never_seen"]]
    assert (["shop/api[Pod]"], ["shop/web[Pod]"], "TCP 80") in never
    assert not any("shop/db[Pod]" in one[1] for one in never)
    _, out, _ = shop.run("forecast", "flows.jsonl", "--with", "estate.json", "--default-deny")
    assert (
        "intended and never seen, so that no log tells whether it is needed\n  shop/api[Pod] → shop/web[Pod]: TCP 80\n"
        in out
    )


def test_generated_policies_break_nothing_that_the_table_means(shop: Shop) -> None:
    write(shop.folder, SHOP, SEEN, table({("web", "db", 5432), ("api", "db", 5432)}))
    (shop.folder / "new.yaml").write_text(shop.run("generate", "estate.json")[1])
    assert shop.run("forecast", "flows.jsonl", "--with", "estate.json", "--policies", "new.yaml")[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "what would be applied is not said"),
        (("--policies", "estate.json"), "there is no network policy in estate.json"),
        (("--policies", "nowhere.yaml"), "nowhere.yaml"),
        (("--policies", "estate.json", "-n", "shop"), "-n is about --default-deny"),
    ],
)
def test_what_is_wrong_is_said(shop: Shop, words: tuple[str, ...], told: str) -> None:
    write(shop.folder, SHOP, SEEN)
    status, _, err = shop.run("forecast", "flows.jsonl", "--with", "estate.json", *words)
    assert status == 2
    assert told in err
