"""What lets requests in by host name, as one kind of subject and as each of its makes."""

import pytest

from hardstand.inventory.views.entrances import AnyGateway, Entrance
from hardstand.inventory.views.gateway import Gateway
from hardstand.inventory.views.ingress import Ingress
from tests.analysis.objects import objects

(INGRESS,) = objects("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: shop}\n")
(GATEWAY,) = objects("apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: in, namespace: shop}\n")


def test_an_entrance_is_the_view_of_its_make() -> None:
    assert [type(one) for one in Entrance.of(INGRESS)] == [Ingress]
    assert [type(one) for one in AnyGateway.of(GATEWAY)] == [Gateway]
    assert list(AnyGateway.of(INGRESS)) == []
    assert list(Gateway.of(INGRESS)) == []


def test_a_make_is_known_where_nobody_has_read_all_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Entrance, "makes", ())
    assert [type(one) for one in Ingress.of(INGRESS)] == [Ingress]
    assert list(Gateway.of(INGRESS)) == []
