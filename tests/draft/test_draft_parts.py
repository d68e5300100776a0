"""Environments as they are written: told by namespaces, by paths, or by both, and what that leaves out."""

import re
from pathlib import Path

import pytest

from hardstand.analysis.placing import Placing
from hardstand.baseline.baseline import Baseline
from hardstand.draft.sorting import lands_in
from tests.draft.drafts import drafted, estate_of, loaded, namespace, workload, written

COMPOSE = "services: {redis: {image: 'redis:7'}, web: {image: 'ghcr.io/acme/web:1'}}\n"
MIXED = {
    "apps/pay/pay.yaml": workload("pay", "pay-prod"),
    "apps/pay/test.yaml": workload("pay", "pay-staging"),
    "vm/compose.yaml": COMPOSE,
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def baseline_of(files: dict[str, str]) -> tuple[str, Baseline]:
    written(Path(), files)
    text = drafted(".").text
    return text, loaded(text)


def environments(files: dict[str, str]) -> dict[str, tuple[list[str], list[str]]]:
    """Namespaces and paths of each environment that is drafted, where every object read lies in exactly one."""
    text, baseline = baseline_of(files)
    placing = Placing(baseline.boundary)
    for one in estate_of(".").objects:
        assert len(placing.of(one.origin.rendered_from or one.origin.file, lands_in(one) or None, {})) == 1, text
    return {
        name: ([str(each.name) for each in one.namespaces], [str(each) for each in one.paths])
        for name, one in baseline.boundary.environments.items()
    }


def test_what_has_no_namespace_gets_an_environment_of_its_own() -> None:
    assert environments(MIXED) == {
        "production": (["pay-prod"], []),
        "production-vm": ([], ["vm"]),
        "staging": (["pay-staging"], []),
    }
    text, baseline = baseline_of({})
    assert baseline.boundary.is_production("production-vm")
    assert not baseline.boundary.is_production("staging")
    assert "production-vm:  # what has no namespace, told by its path; modes for production must name it too" in re.sub(
        " +#", "  #", text
    )
    assert "- vm  # check: nothing says which environment it is" in re.sub(" +#", "  #", text)


def test_a_file_that_is_written_tomorrow_lies_in_production_wherever_it_is() -> None:
    _, baseline = baseline_of(MIXED)
    assert Placing(baseline.boundary).of("apps/cart/refunds.yaml", "pay-prod", {}) == ("production",)


@pytest.mark.parametrize(
    ("place", "name", "path"),
    [
        ("vm/compose.yaml", "production-vm", "vm"),
        ("hosts/edge/compose.yaml", "production-edge", "hosts/edge"),
        ("compose.yaml", "production-compose", "compose.yaml"),
        ("live/compose.yaml", "production-compose", "live"),
        ("staging/compose.yaml", "staging", "staging"),
        ("Böx 1/compose.yaml", "production-compose", "Böx 1"),
        # Objects with a namespace lie beside it: the folder is not its own.
        ("apps/pay/compose.yaml", "production-pay", "apps/pay/compose.yaml"),
    ],
)
def test_its_name_and_its_path_follow_where_it_lies(place: str, name: str, path: str) -> None:
    found = environments({"apps/pay/pay.yaml": workload("pay", "pay-prod"), place: COMPOSE})
    assert found == {"production": (["pay-prod"], []), name: ([], [path])}


def test_several_folders_are_one_environment_beside_each_other() -> None:
    found = environments({**MIXED, "edge/compose.yaml": COMPOSE, "edge/compose.dev.yaml": COMPOSE})
    assert found == {
        "production": (["pay-prod"], []),
        "production-compose": ([], ["edge/compose.yaml", "vm"]),
        "staging": (["pay-staging"], []),
        "development": ([], ["edge/compose.dev.yaml"]),
    }


def test_where_all_has_no_namespace_there_is_nothing_to_stand_beside() -> None:
    assert environments({"vm/compose.yaml": COMPOSE}) == {"production": ([], ["vm"])}


SHARED = {
    "apps/overlays/prod/pay.yaml": workload("pay", "pay"),
    "apps/overlays/staging/pay.yaml": workload("pay", "pay"),
    "apps/shop/shop.yaml": workload("shop", "shop-prod"),
    "apps/test/shop.yaml": workload("shop", "shop-test"),
}


def test_paths_beside_namespaces_only_where_a_namespace_is_in_several_environments() -> None:
    assert environments(SHARED) == {
        "production": (["pay", "shop-prod"], ["apps/overlays/prod", "apps/shop"]),
        "staging": (["pay"], ["apps/overlays/staging"]),
        "test": (["shop-test"], []),
    }
    text = re.sub(" +#", "  #", drafted(".").text)
    assert "- apps/overlays/prod  # its path says prod" in text
    assert "- apps/shop  # for shop-prod" in text
    assert "- apps/overlays/staging  # its path says staging" in text
    narrowed = "# check: both must fit, a path and a namespace, since pay is in other environments too"
    assert text.count(narrowed) == 1
    assert text.index(narrowed) < text.index("    staging:")
    assert drafted(".").checks == 1


def test_a_compose_file_does_not_lie_in_an_environment_with_paths_beside_it() -> None:
    found = environments({**SHARED, "apps/shop/compose.yaml": COMPOSE})
    assert found["production"] == (["pay", "shop-prod"], ["apps/overlays/prod", "apps/shop/shop.yaml"])
    assert found["production-shop"] == ([], ["apps/shop/compose.yaml"])


def test_a_namespace_object_alone_does_not_make_a_second_environment() -> None:
    found = environments({"all/ns.yaml": namespace("pay"), "staging/pay.yaml": workload("pay", "pay")})
    assert found == {"staging": (["pay"], [])}
    # What nothing tells stays production, as long as there is more than the object.
    found = environments({"all/cart.yaml": workload("cart", "pay")})
    assert found["production"] == (["pay"], ["all"])


def test_a_class_means_the_service_of_one_compose_file() -> None:
    text, baseline = baseline_of({**MIXED, "apps/redis.yaml": workload("redis", "pay-prod")})
    (one,) = [
        each.declared for each in baseline.classes if [str(name) for name in each.declared.match.name] == ["redis"]
    ]
    assert [str(path) for path in one.match.path] == ["vm/compose.yaml"]
    assert "match: {path: vm/compose.yaml, name: redis}" in text


def test_the_same_service_in_several_files_is_one_entry() -> None:
    files = {f"{one}/compose.yaml": COMPOSE for one in ("a", "b")}
    files["c/compose.yaml"] = "services: {redis: {image: 'acme/cache:1'}}\n"
    _, baseline = baseline_of(files)
    assert [[str(path) for path in one.declared.match.path] for one in baseline.classes] == [
        ["a/compose.yaml", "b/compose.yaml"]
    ]


def test_an_owner_of_a_service_without_a_namespace_is_told_by_path() -> None:
    owned = "services: {redis: {image: 'redis:7'}, web: {image: 'web:1', labels: {team: edge}}}\n"
    text, baseline = baseline_of({**MIXED, "vm/compose.yaml": owned, ".git/HEAD": "", "CODEOWNERS": "* @acme/all\n"})
    owners = {
        (str(one.declared.match.path[0]), str(one.declared.match.name[0])): one.declared.owner
        for one in baseline.classes
        if one.declared.match.path
    }
    assert owners == {("vm/compose.yaml", "redis"): "@acme/all", ("vm/compose.yaml", "web"): "edge"}, text


def test_owners_of_services_that_are_called_the_same_stay_apart() -> None:
    owned = "services: {{redis: {{image: 'redis:7', labels: {{team: {}}}}}}}\n"
    own = {f"{one}/compose.yaml": owned.format(one) for one in ("a", "b")}
    labelled = workload("web", "shop").replace("metadata: {", "metadata: {labels: {squad: c}, ", 1)
    files = {f"w{at}.yaml": labelled.replace("name: web", f"name: w{at}") for at in range(3)}
    _, baseline = baseline_of({**own, **files, ".git/HEAD": "", "CODEOWNERS": "* @acme/all\n"})
    owners = [
        ([str(path) for path in one.declared.match.path], one.declared.owner)
        for one in baseline.classes
        if one.declared.owner and one.declared.match.path
    ]
    assert owners == [(["a/compose.yaml"], "a"), (["b/compose.yaml"], "b")]


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (("redis",), "for w0, whose image names no registry: Docker Hub, or a placeholder"),
        (("redis:7", "app"), "for w0, w1, whose images name no registry: Docker Hub, or a placeholder"),
        (("redis:7", "docker.io/library/app"), "for w0, w1"),
        (("docker.io/redis:7",), "for w0"),
    ],
)
def test_images_that_name_no_registry_are_told(images: tuple[str, ...], said: str) -> None:
    text, _ = baseline_of({"a.yaml": "".join(workload(f"w{at}", "shop", one) for at, one in enumerate(images))})
    assert f"- docker.io/library  # {said}\n" in re.sub(" +#", "  #", text)
