"""Certificates are made, trusted before they are shown, renewed in time, and shared by all replicas."""

import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.gate.server import certificates
from hardstand.gate.server.certificates import LIFETIME, OVERLAP, Generation, StoredError
from hardstand.gate.server.contexts import context
from hardstand.gate.server.keepers import CertificateError, FileKeeper, SharedKeeper
from hardstand.gate.server.stores import FileStore, Stored
from tests.gate.server.serving import NAME, client_context

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = certificates.service_names("gate", "hardstand")


class Target:
    """What an API server trusts."""

    def __init__(self) -> None:
        self.bundle = b""
        self.broken = False

    def put(self, bundle: bytes) -> None:
        if self.broken:
            raise OSError("the API server does not answer")
        self.bundle = bundle


def shaken(server: ssl.SSLContext, bundle: bytes, name: str = NAME) -> str:
    """What a client that trusts `bundle` says of a server: nothing when the handshake is done."""
    bios = [ssl.MemoryBIO() for _ in range(2)]
    client = client_context(bundle).wrap_bio(bios[0], bios[1], server_hostname=name)
    other = server.wrap_bio(bios[1], bios[0], server_side=True)
    for _ in range(4):
        for side in (client, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                return str(error)
    return ""


def test_a_generation_serves_the_names_of_the_service_and_no_others() -> None:
    made = certificates.make(NAMES, datetime.now(UTC))
    server = context(made.certificate, made.key)
    for name in ("gate.hardstand.svc", "gate.hardstand.svc.cluster.local"):
        assert shaken(server, made.authority, name) == ""
    assert "Hostname mismatch" in shaken(server, made.authority, "gate.other.svc")
    assert "unable to get local issuer" in shaken(server, certificates.make(NAMES, datetime.now(UTC)).authority)
    assert made.names == set(NAMES)


def test_the_authority_can_sign_nothing_but_certificates_and_its_key_is_nowhere() -> None:
    made = certificates.make(NAMES, NOW)
    assert b"PRIVATE" not in made.authority + made.certificate
    assert certificates.write([made]).count(b"BEGIN PRIVATE KEY") == 1
    authority = x509.load_pem_x509_certificate(made.authority)
    usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (usage.key_cert_sign, usage.digital_signature, usage.crl_sign) == (True, False, False)
    certificate = x509.load_pem_x509_certificate(made.certificate)
    assert certificate.not_valid_before_utc < NOW < NOW + LIFETIME == certificate.not_valid_after_utc
    with pytest.raises(ValueError, match="not that of the certificate"):
        context(made.authority, made.key)
    assert made.key.decode() not in repr(made)


def test_it_is_renewed_when_a_third_of_its_life_is_left_and_not_before() -> None:
    first = certificates.renewed((), NAMES, NOW)
    due = NOW + LIFETIME * 2 / 3
    assert certificates.renewed(first, NAMES, due - timedelta(minutes=1)) == first
    second = certificates.renewed(first, NAMES, due + timedelta(minutes=1))
    assert second[:1] == first
    assert len(second) == 2
    assert certificates.renewed(second, NAMES, due + timedelta(days=1)) == second
    assert certificates.renewed(second, NAMES, NOW + LIFETIME) == second[1:]
    assert len(certificates.renewed(second, NAMES, NOW + 3 * LIFETIME)) == 1


def test_a_new_one_is_trusted_before_it_is_shown() -> None:
    first = certificates.renewed((), NAMES, NOW)
    assert certificates.served(first, NOW) == first[0]
    later = NOW + LIFETIME * 3 / 4
    both = certificates.renewed(first, NAMES, later)
    assert certificates.bundle(both) == both[0].authority + both[1].authority
    assert certificates.served(both, later + OVERLAP - timedelta(seconds=1)) == both[0]
    assert certificates.served(both, later + OVERLAP) == both[1]


def test_other_names_are_a_reason_to_renew() -> None:
    first = certificates.renewed((), NAMES, NOW)
    both = certificates.renewed(first, certificates.service_names("gate", "elsewhere"), NOW)
    assert both[:1] == first
    assert both[1].names == {"gate.elsewhere.svc", "gate.elsewhere.svc.cluster.local"}


def test_what_is_stored_is_read_back_and_what_is_not_ours_is_refused_without_showing_it() -> None:
    made = (certificates.make(NAMES, NOW), certificates.make(NAMES, NOW))
    text = certificates.write(made)
    assert certificates.read(text) == made
    crossed = (Generation(made[0].authority, made[1].certificate, made[1].key),)
    mixed = (Generation(made[0].authority, made[0].certificate, made[1].key),)
    damaged = [
        b"",
        b"[]",
        b"null",
        b'{"format": 1, "generations": [3]}',
        b'{"format": 2, "generations": []}',
        text.replace(b"PRIVATE", b"PRIVAT"),
        certificates.write(crossed),
        certificates.write(mixed),
    ]
    for each in damaged:
        with pytest.raises(StoredError) as error:
            certificates.read(each)
        assert "BEGIN" not in str(error.value)


def test_a_file_store_keeps_its_keys_to_itself_and_loses_no_race(tmp_path: Path) -> None:
    path = tmp_path / "certificates.json"
    store = FileStore(path)
    assert store.load() is None
    one, two = ((certificates.make(NAMES, NOW),) for _ in range(2))
    assert store.save(one, None)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not store.save(two, None)
    found = store.load()
    assert found is not None
    assert found.generations == one
    assert store.save(two, found)
    assert not store.save(one, found)
    path.write_bytes(b"{}")
    with pytest.raises(StoredError, match=r"certificates\.json.*remove it"):
        store.load()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["certificates.json", "certificates.json.lock"]


def test_replicas_that_start_at_once_show_the_same_certificate(tmp_path: Path) -> None:
    target, barrier = Target(), threading.Barrier(8)
    keepers = [SharedKeeper(FileStore(tmp_path / "c.json"), target, NAMES) for _ in range(8)]

    def start(keeper: SharedKeeper) -> None:
        barrier.wait()
        keeper.refresh()

    threads = [threading.Thread(target=start, args=(keeper,)) for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {shaken(keeper.current(), target.bundle) for keeper in keepers} == {""}
    assert len({keeper.expires for keeper in keepers}) == 1
    assert target.bundle.count(b"BEGIN CERTIFICATE") == 1


class Memory:
    """A store of the hard kind: another replica may come between any two calls."""

    def __init__(self) -> None:
        self.stored: Stored | None = None

    def load(self) -> Stored | None:
        return self.stored

    def save(self, generations: tuple[Generation, ...], previous: Stored | None) -> bool:
        if (self.stored and self.stored.version) != (previous and previous.version):
            return False
        self.stored = Stored(generations, str(int(self.stored.version) + 1 if self.stored else 0))
        return True


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([1, 4, 11, 60, 4000, 14_000])), min_size=30, max_size=60))
def test_whoever_trusts_what_was_installed_some_minutes_ago_trusts_every_replica(steps: list[tuple[int, int]]) -> None:
    now = [NOW]
    store, target = Memory(), Target()
    keepers = [SharedKeeper(store, target, NAMES, clock=lambda: now[0]) for _ in range(3)]
    installed: list[tuple[datetime, bytes]] = []
    shown: dict[int, datetime] = {}
    for who, minutes in steps:
        now[0] += timedelta(minutes=minutes)
        for turn in {who, (who + 1) % 3, (who + 2) % 3}:  # All look within the same minute, in some order.
            keepers[turn].refresh()
            installed.append((now[0], target.bundle))
            shown[turn] = keepers[turn].expires
        lagging = [bundle for at, bundle in installed if at <= now[0] - OVERLAP]
        for expires in shown.values():
            assert expires > now[0]
        generations = store.stored.generations if store.stored else ()
        served = {each for each in generations if each.expires in shown.values()}
        assert served
        assert all(each.authority in target.bundle for each in served)
        assert not lagging or all(each.authority in lagging[-1] for each in served)


def test_where_the_bundle_cannot_be_installed_nothing_new_is_shown(tmp_path: Path) -> None:
    now = [datetime.now(UTC)]
    target = Target()
    keeper = SharedKeeper(FileStore(tmp_path / "c.json"), target, NAMES, clock=lambda: now[0])
    target.broken = True
    with pytest.raises(CertificateError, match="does not answer"):
        keeper.refresh()
    with pytest.raises(CertificateError, match="no certificate has been made yet"):
        keeper.current()
    target.broken = False
    keeper.refresh()
    before, trusted = keeper.expires, target.bundle
    target.broken = True
    now[0] += LIFETIME * 3 / 4
    for _ in range(2):
        with pytest.raises(CertificateError, match="does not answer"):
            keeper.refresh()
        now[0] += OVERLAP
    assert keeper.expires == before
    assert shaken(keeper.current(), trusted) == ""
    target.broken = False
    keeper.refresh()
    assert keeper.expires > before


def test_files_are_taken_when_they_change_and_fit(tmp_path: Path) -> None:
    certificate, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    keeper = FileKeeper(certificate, key)
    with pytest.raises(CertificateError, match=r"tls\.crt: No such file"):
        keeper.refresh()
    first, second = (certificates.make(NAMES, datetime.now(UTC)) for _ in range(2))
    certificate.write_bytes(first.certificate)
    key.write_bytes(first.key)
    keeper.refresh()
    shown = keeper.current()
    assert shaken(shown, first.authority) == ""
    keeper.refresh()
    assert keeper.current() is shown
    certificate.write_bytes(second.certificate)
    with pytest.raises(CertificateError, match=r"tls\.key: the key is not that of the certificate"):
        keeper.refresh()
    assert keeper.current() is shown
    key.write_bytes(second.key)
    keeper.refresh()
    assert shaken(keeper.current(), second.authority) == ""
    assert keeper.expires == second.expires
    for broken in (b"", b"no key", second.key[:-60]):
        key.write_bytes(broken)
        with pytest.raises(CertificateError, match="PEM"):
            keeper.refresh()
