"""Quantities as Kubernetes reads them."""

from fractions import Fraction

import pytest

from hardstand.analysis.quantities import amount, quantity
from hardstand.inventory.views.base import View
from hardstand.model.violation import MalformedFieldError


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("0", 0),
        ("+1.5", Fraction(3, 2)),
        ("-2", -2),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("250m", Fraction(1, 4)),
        ("1000m", 1),
        ("7n", Fraction(7, 10**9)),
        ("3u", Fraction(3, 10**6)),
        ("1k", 1000),
        ("1M", 10**6),
        ("1Ki", 1024),
        ("1.5Gi", 3 * 2**29),
        ("2E", 2 * 10**18),
        ("1Ei", 2**60),
        ("1e3", 1000),
        ("12E2", 1200),
        ("1e-3", Fraction(1, 1000)),
    ],
)
def test_reads_what_kubernetes_reads(text: str, number: int | Fraction) -> None:
    assert quantity(text) == number


@pytest.mark.parametrize(
    "text", ["", ".", "abc", "1 Gi", "1gi", "1K", "1KI", "0x10", "1e", "1e1000000000", "½", "٣", "9" * 50]
)
def test_refuses_the_rest_at_once(text: str) -> None:
    assert quantity(text) is None


@pytest.mark.parametrize(("value", "number"), [(None, None), ("", None), (2, 2), (0.5, Fraction(1, 2)), ("1Mi", 2**20)])
def test_amount_of_a_field(value: object, number: object) -> None:
    assert amount(View({"memory": value}, ("limits",)), "memory") == number  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [True, [], {}, "much", float("nan")])
def test_amount_that_is_none(value: object) -> None:
    with pytest.raises(MalformedFieldError, match=r"limits\.memory must be a quantity"):
        amount(View({"memory": value}, ("limits",)), "memory")  # type: ignore[dict-item]
