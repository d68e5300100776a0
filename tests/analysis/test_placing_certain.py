"""In which environments an object lies, may lie, and which of them share a cluster."""

from datetime import date

import pytest

from hardstand.analysis.placing import Placing
from hardstand.baseline.boundary import Boundary
from hardstand.baseline.load import load
from hardstand.engine.words import vocabulary


def boundary(environments: str) -> Boundary:
    text = f"boundary:\n  environments: {{{environments}}}\n"
    return load(text.encode(), vocabulary(), today=date(2026, 1, 1)).boundary


def placing(environments: str, cluster: str | None = None) -> Placing:
    return Placing(boundary(environments), cluster)


def test_place_and_namespace_must_both_fit() -> None:
    told = placing("production: {paths: [prod], namespaces: [shop]}, staging: {namespaces: [try]}")
    assert told.of("prod/a.yaml", "shop", {}) == ("production",)
    assert told.of("prod/a.yaml", "try", {}) == ("staging",)
    assert told.of("test/a.yaml", "shop", {}) == ()
    assert told.of("prod/a.yaml", None, {}) == ("production",)
    assert told.certain


def test_several_namespaces_of_one_name_add_up_in_the_order_declared() -> None:
    told = placing("b: {namespaces: [{labels: {env: b}}]}, a: {namespaces: [{labels: {env: a}}]}")
    assert told.among("x", "shop", [{"env": "a"}, {"env": "b"}]) == ("b", "a")
    assert told.among("x", "shop", [{"env": "b"}, {"env": "a"}]) == ("b", "a")
    assert told.among("x", "shop", [{}]) == ()


def test_what_labels_would_tell_is_open_until_they_are_known() -> None:
    told = placing("a: {paths: [a], namespaces: [{name: shop*, labels: {env: a}}]}, b: {namespaces: [shop]}")
    assert not told.certain
    assert told.perhaps("a/x.yaml", "shop", labelled=False) == ("a",)
    assert told.perhaps("a/x.yaml", "shop", labelled=True) == ()
    assert told.perhaps("a/x.yaml", "try", labelled=False) == ()
    assert told.perhaps("b/x.yaml", "shop", labelled=False) == ()
    assert told.perhaps("a/x.yaml", None, labelled=False) == ()


def test_clusters_alone_tell_nothing_of_files() -> None:
    declared = "a: {clusters: [live]}, b: {paths: [b]}"
    files, cluster = placing(declared), placing(declared, "live")
    assert (files.placeless("a"), files.placeless("b")) == (True, False)
    assert (cluster.placeless("a"), cluster.placeless("b")) == (False, True)
    assert files.perhaps("x.yaml", "shop", labelled=True) == ("a",)
    assert cluster.of("x.yaml", "shop", {}) == ("a",)


@pytest.mark.parametrize(
    ("environments", "cluster", "overlap", "network"),
    [
        ("a: {paths: [a]}, b: {paths: [b]}", None, False, False),
        ("a: {namespaces: [a]}, b: {namespaces: [b]}", None, False, True),
        ("a: {paths: [a], clusters: [eu-*]}, b: {paths: [b], clusters: [eu-1]}", None, True, True),
        ("a: {paths: [a], clusters: [eu-1]}, b: {paths: [b], clusters: [eu-*]}", None, True, True),
        ("a: {paths: [a], clusters: [eu-1]}, b: {paths: [b], clusters: [eu-2]}", None, False, False),
        ("a: {paths: [a], clusters: [eu-1]}, b: {namespaces: [b]}", None, False, False),
        ("a: {namespaces: [a]}, b: {namespaces: [b]}", "eu-1", True, True),
    ],
)
def test_one_cluster(environments: str, cluster: str | None, overlap: bool, network: bool) -> None:
    told = placing(environments, cluster)
    assert told.overlap("a", "b") is told.overlap("b", "a") is overlap
    assert told.one_network("a", "b") is told.one_network("b", "a") is network
