"""Tunnels through DNS, and names that only look like them."""

import base64
import hashlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hardstand.network.alerts.alert import Alert, Kind
from hardstand.network.alerts.limits import Limits, TunnelLimits
from hardstand.network.alerts.names import Names
from hardstand.network.alerts.seen import Asked, Known
from hardstand.network.alerts.suffixes import registered
from tests.network.alerting import WEB, lookup, watched


def _tunnels(lookups: list[Asked], **rest: object) -> list[Alert]:
    return [one for one in watched(lookups=lookups, before=(), **rest).all if one.kind is Kind.DNS_TUNNEL]  # type: ignore[arg-type]


def _data(count: int, size: int, domain: str, record_type: str = "A", seed: int = 1) -> list[Asked]:
    """Names that carry random bytes in base32."""
    random = Random(seed)
    words = [base64.b32encode(random.randbytes(size)).decode().strip("=").lower() for _ in range(count)]
    names = [".".join(word[at : at + 60] for at in range(0, len(word), 60)) for word in words]
    return [lookup(WEB, f"{name}.{domain}", 900 * n % 80_000, record_type) for n, name in enumerate(names)]


@pytest.mark.parametrize(
    ("count", "size", "record_type"), [(60, 100, "A"), (400, 6, "A"), (300, 6, "TXT"), (40, 40, "CNAME")]
)
def test_data_in_names_is_found_however_it_is_cut(count: int, size: int, record_type: str) -> None:
    (one,) = _tunnels(_data(count, size, "t.evil.example", record_type))
    numbers = {each.name: each.value for each in one.numbers}
    assert (one.workload, one.subject, one.count) == (WEB, "evil.example", count)
    assert numbers["different-names"] == count
    assert numbers["information"] == pytest.approx(count * size, rel=0.15)


def test_what_names_carry_is_not_shown() -> None:
    asked = _data(60, 100, "t.evil.example", "TXT")
    (one,) = _tunnels(asked)
    assert one.details[0] == f"TXT {asked[0].name[:4]}… (161 characters below evil.example)"
    told = repr(one)
    assert not any(each.name[:12] in told for each in asked)


def test_a_few_bytes_a_day_are_below_the_limits() -> None:
    assert _tunnels(_data(25, 100, "t.evil.example", "TXT")) == []
    assert _tunnels(_data(100, 6, "t.evil.example")) == []


def test_a_bare_type_needs_few() -> None:
    assert len(_tunnels(_data(12, 6, "t.evil.example", "NULL"))) == 1
    assert len(_tunnels(_data(12, 6, "t.evil.example", "TYPE65399"))) == 1
    assert _tunnels(_data(12, 6, "t.evil.example", "TYPE65")) == []


def test_large_answers_to_different_short_names() -> None:
    names = [lookup(WEB, f"{n:05}-{n * 7919 % 99991}.get.evil.example", n, answer_size=900) for n in range(600)]
    assert "large answers" in _tunnels(names)[0].message
    assert "large answers" not in _tunnels([*_data(60, 100, "evil.example")])[0].message


def test_each_workload_domain_and_day_is_one_alert() -> None:
    first = _data(60, 100, "a.evil.example")
    other = _data(60, 100, "evil.co.uk", seed=2)
    tomorrow = [lookup(WEB, one.name, 86_400 + n, one.record_type) for n, one in enumerate(first)]
    found = _tunnels([*first, *other, *tomorrow])
    assert sorted((one.subject, one.day) for one in found) == [
        ("evil.co.uk", "2026-06-04"),
        ("evil.example", "2026-06-04"),
        ("evil.example", "2026-06-05"),
    ]
    assert len({one.id for one in found}) == 3


def test_what_the_cache_would_answer_is_no_tunnel() -> None:
    """The same data, asked for twice each: for two types, as programs that reach a host do."""
    once = _data(400, 6, "evil.example")
    assert len(_tunnels(once)) == 1
    assert _tunnels([*once, *(lookup(WEB, one.name, 5, "AAAA") for one in once)]) == []


HASHES = [hashlib.sha256(bytes([n % 256, n // 256])).hexdigest() for n in range(600)]


@pytest.mark.parametrize(
    "shape",
    [
        "{hash}.4.sophosxl.net",
        "{hash}.avqs.mcafee.com",
        "{hash}.svc.cluster.local",
        "{hash}.shop.svc.cluster.local",
        "{hash}.eu-west-1.compute.internal",
        "_acme-challenge.{n}.example.com",
        "s{n}._domainkey.mail.example",
        "_grpc._tcp.svc{n}.example.com",
        "{n}.7.0.127.zen.spamhaus.org",
        "{a}.{b}.7.10.in-addr.arpa",
        "{a}.{b}.7.10.bl.unheard-of.example",
    ],
)
def test_ordinary_names_are_silent_whatever_the_type(shape: str) -> None:
    names = [shape.format(hash=one, n=n, a=n % 256, b=n // 256) for n, one in enumerate(HASHES)]
    assert _tunnels([lookup(WEB, name, n, "TXT") for n, name in enumerate(names)]) == []


def test_a_zone_that_the_baseline_names_is_silent() -> None:
    asked = [lookup(WEB, f"{one}.av.unlisted.example", n) for n, one in enumerate(HASHES)]
    assert len(_tunnels(asked)) == 1
    assert _tunnels(asked, known=Known(zones=frozenset({"av.unlisted.example"}))) == []


def test_a_label_with_a_meaning_does_not_hide_data() -> None:
    asked = [lookup(WEB, f"_tcp.{one}.evil.example", n, "TXT") for n, one in enumerate(HASHES)]
    assert len(_tunnels(asked)) == 1


def test_tenants_of_a_cloud_are_domains_of_their_own() -> None:
    names = [f"d{one[:14]}.cloudfront.net" for one in HASHES]
    assert _tunnels([lookup(WEB, name, n) for n, name in enumerate(names)]) == []


def test_names_beyond_those_that_are_kept_still_count() -> None:
    limits = Limits(tunnel=TunnelLimits(kept_names=50, domains=3))
    (one,) = _tunnels(_data(400, 60, "evil.example"), limits=limits)
    assert {each.name: each.value for each in one.numbers}["different-names"] == 50
    many = [lookup(WEB, f"a.site{n}.example", n) for n in range(9)]
    assert f"{WEB} has more different domains" in watched(lookups=many, before=(), limits=limits).untold[0]


@pytest.mark.parametrize(
    ("name", "domain"),
    [
        ("a.b.example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("a.example.com.au", "example.com.au"),
        ("x.example.de", "example.de"),
        ("a.d111.cloudfront.net", "d111.cloudfront.net"),
        ("a.bucket.s3.eu-west-1.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com"),
        ("a.me.duckdns.org", "me.duckdns.org"),
        ("a.site.global.ssl.fastly.net", "site.global.ssl.fastly.net"),
        ("example.com", "example.com"),
        ("com", "com"),
        ("co.uk", "co.uk"),
    ],
)
def test_registered_domains(name: str, domain: str) -> None:
    labels = name.split(".")
    assert ".".join(labels[-registered(labels) :]) == domain


def test_escapes_are_bytes() -> None:
    found = Names("cluster.local", frozenset()).of(r"a\.b\200\\c+.evil.example")
    assert found is not None
    assert (found.domain, found.below, found.odd) == ("evil.example", b"a.b\xc8\\c+", 4)


@given(some.text(alphabet=some.sampled_from("ab.\\0129é\n_-"), max_size=40))
def test_any_text_is_a_name(name: str) -> None:
    found = Names("cluster.local", frozenset()).of(name)
    assert found is None or found.below


def test_numbers_of_lookups_in_the_reference_are_not_judged() -> None:
    before = [lookup(WEB, one.name, -50_000 + n) for n, one in enumerate(_data(400, 60, "evil.example"))]
    assert _tunnels(before) == []
