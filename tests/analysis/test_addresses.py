"""Which addresses and ranges are of private networks."""

import pytest

from hardstand.analysis.addresses import is_address, is_local, is_private_range


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("10.0.0.0/8", True),
        ("10.1.2.3", True),
        (" 192.168.0.0/24 ", True),
        ("10.1.2.3/8", True),
        ("172.16.0.0/12", True),
        ("172.16.0.0/11", False),
        ("100.64.0.0/10", True),
        ("169.254.1.1", True),
        ("fd00::/8", True),
        ("fc00::/6", False),
        ("fe80::1", True),
        ("::1", True),
        ("0.0.0.0/0", False),
        ("::/0", False),
        ("8.8.8.8", False),
        ("203.0.113.0/24", False),
        ("2001:db8::1", False),
        ("Internet", False),
        ("", False),
    ],
)
def test_private_ranges(text: str, private: bool) -> None:
    assert is_private_range(text) is private


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.0.0.1", True),
        ("::1", True),
        ("fe80::a", True),
        ("web", False),
        ("web1", False),
        ("a:b", False),
        ("", False),
    ],
)
def test_addresses(text: str, address: bool) -> None:
    assert is_address(text) is address


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.2", "[::1]", "::1", "0.0.0.0", "169.254.169.254"]
)
def test_local(host: str) -> None:
    assert is_local(host)


@pytest.mark.parametrize("host", ["web", "10.0.0.1", "localhost.example.com", "web1", "[fd00::1]"])
def test_not_local(host: str) -> None:
    assert not is_local(host)
