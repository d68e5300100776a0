"""Words that speak of environments, places, and of data."""

import pytest

from hardstand.baseline.globs import PathGlob
from hardstand.baseline.vocabulary import Vocabulary
from hardstand.draft.places import Places, patterns, told_by
from hardstand.draft.words import environment_in, of_platform
from hardstand.draft.worth import guess
from hardstand.draft.writing import Page, said
from hardstand.inventory.objects import Origin
from tests.analysis.objects import objects
from tests.draft.drafts import workload


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("shop", None),
        ("shop-prod", "production"),
        ("prod_eu", "production"),
        ("live-chat", None),
        ("shop-live", "production"),
        ("shop-dev", "development"),
        ("dev1", "development"),
        ("non-prod", "development"),
        ("pre-prod", "staging"),
        ("preprod", "staging"),
        ("shop-stg", "staging"),
        ("review-service", None),
        ("shop-review", "test"),
        ("e2e", "test"),
        ("products", None),
        ("contest", None),
        ("device", None),
        ("prod-test", "production"),
        ("", None),
    ],
)
def test_names_speak_of_environments(name: str, environment: str | None) -> None:
    assert environment_in(name) == environment


@pytest.mark.parametrize(
    ("path", "environment"),
    [
        ("apps/pay/overlays/prod", "production"),
        ("overlays/prod-eu/kustomization.yaml", "production"),
        ("envs/staging/pay.yaml", "staging"),
        ("dev-tools/pay.yaml", None),
        ("deploy/dev/pay.yaml", "development"),
        ("deploy/pay-prod.yaml", "production"),
        ("deploy/pay.prod.yaml", "production"),
        ("deploy/test-runner.yaml", None),
        ("prod/overlays/dev/a.yaml", "development"),
        ("a.yaml", None),
    ],
)
def test_paths_speak_of_environments(path: str, environment: str | None) -> None:
    told = told_by(path)
    assert (told and told.environment) == environment


def test_platform_namespaces() -> None:
    assert all(
        map(of_platform, ("kube-system", "cert-manager", "flux-system", "ingress-nginx", "openshift-monitoring"))
    )
    assert not any(map(of_platform, ("shop", "default", "vault-shop", "my-grafana")))


def fits(pattern: str, path: str) -> bool:
    return PathGlob.parse(pattern, Vocabulary({})).fits(path)


def test_places_that_end_alike_are_one_pattern() -> None:
    mine = {f"apps/{one}/overlays/prod" for one in "abcde"}
    others = {f"apps/{one}/overlays/dev" for one in "abcde"}
    assert patterns(mine, others) == ["**/overlays/prod"]
    assert all(fits("**/overlays/prod", one) for one in mine)


def test_a_folder_above_that_of_another_environment_is_not_named_whole() -> None:
    (made,) = patterns({"apps/a.yaml"}, {"apps/overlays/dev"})
    assert fits(made, "apps/a.yaml")
    assert not fits(made, "apps/overlays/dev")


@pytest.mark.parametrize(
    "path", ["a*b/c", "wh?t/x.yaml", "../up/deploy/x.yaml", "../../prod/x.yaml", "x.yaml", ".", "a b/c"]
)
def test_every_place_fits_its_own_pattern(path: str) -> None:
    (made,) = patterns({path}, ())
    assert fits(made, path)


def test_paths_are_written_from_the_working_directory() -> None:
    places = Places("/repo", ["/elsewhere/deploy", "."])
    assert places.of(Origin("/repo/a/b.yaml", 0)) == "a/b.yaml"
    assert places.of(Origin("/elsewhere/deploy/b.yaml", 0)) == "deploy/b.yaml"
    assert places.of(Origin("./a/b.yaml", 0)) == "a/b.yaml"
    assert places.of(Origin("a/b.yaml", 0, rendered_from="chart")) == "chart"


@pytest.mark.parametrize(
    ("name", "image", "data", "topic"),
    [
        ("paymentservice", "app", "restricted", "payments"),
        ("card-vault-ui", "app", "restricted", "payments"),
        ("cartservice", "app", "confidential", "customers and what they order"),
        ("discard", "app", None, ""),
        ("patients-api", "app", "restricted", "health data"),
        ("web", "quay.io/keycloak/keycloak:26", "confidential", "logins and sessions"),
        ("db", "postgres:16", "confidential", "databases and queues"),
        ("db", "bitnami/postgresql@sha256:" + "0" * 64, "confidential", "databases and queues"),
        ("exporter", "quay.io/acme/postgres-exporter", None, ""),
        ("pgadmin", "dpage/pgadmin4", None, ""),
        ("frontend", "app", None, ""),
    ],
)
def test_data_is_guessed_from_names_and_images(name: str, image: str, data: str | None, topic: str) -> None:
    found = guess(objects(workload(name, "shop", image))[0], of_platform=False)
    assert (found[0].data.word, found[0].topic) == (data, topic) if found else data is None


def test_what_keeps_data_on_volumes_is_confidential_except_on_the_platform() -> None:
    text = workload("store", kind="StatefulSet") + "  volumeClaimTemplates: [{metadata: {name: d}}]\n"
    (one,) = objects(text)
    found = guess(one, of_platform=False)
    assert found is not None
    assert found[0].data.word == "confidential"
    assert guess(one, of_platform=True) is None


def test_comments_are_cut_between_words_and_names_where_they_must() -> None:
    assert said("one two three four", 14) == "one two three …"
    assert said("one two three four", 18) == "one two three four"
    assert said("x" * 20, 10) == "x" * 9 + "…"
    assert said("a " + "x" * 20, 10) == "a " + "x" * 7 + "…"


def test_the_last_cell_of_a_table_has_as_many_lines_as_it_needs() -> None:
    page, reason = Page(), "the capability SYS_ADMIN, with which it mounts the filesystems of the node " * 2
    page.table([("node", "shop/web", reason.strip()), ("internet", "a", "short")], 2)
    lines = str(page).splitlines()
    assert all(len(one) <= 120 for one in lines)
    assert lines[0].startswith("  #   node      shop/web  the capability")
    assert lines[1].startswith("  #" + " " * 23)
    assert lines[-1] == "  #   internet  a         short"
    assert " ".join(one.strip(" #") for one in lines[:-1]).removeprefix("node      shop/web  ") == reason.strip()
