"""Certificates that the gate makes for itself, and when which of them is made, trusted and shown.

Each generation is a CA and one serving certificate that it has signed; the CA's key is thrown away at once, so that
nobody can sign with it, whoever reads the store. A new generation is trusted before it is shown: it goes into the CA
bundle when it is made, and is served only when every API server must have seen the bundle (OVERLAP).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME: Final = timedelta(days=90)
OVERLAP: Final = timedelta(minutes=10)
"""API servers see a changed webhook configuration by a watch, in about a second; this bears an interrupted one."""
SKEW: Final = timedelta(minutes=5)
"""How far the clocks of others may be behind."""
_FORMAT: Final = 1


class StoredError(Exception):
    """What is stored is not what the gate has put there."""


@dataclass(frozen=True, slots=True)
class Generation:
    """PEM of a CA certificate, of a serving certificate that it signed, and of that one's key."""

    authority: bytes
    certificate: bytes
    key: bytes = field(repr=False)

    @property
    def expires(self) -> datetime:
        """The end of both certificates."""
        return self._parsed().not_valid_after_utc

    @property
    def made(self) -> datetime:
        """When it was made."""
        return self._parsed().not_valid_before_utc + SKEW

    @property
    def names(self) -> frozenset[str]:
        """The DNS names and IP addresses that it serves."""
        names = self._parsed().extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = names.get_values_for_type(x509.IPAddress)
        return frozenset((*names.get_values_for_type(x509.DNSName), *map(str, addresses)))

    def _parsed(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.certificate)


def service_names(service: str, namespace: str) -> tuple[str, ...]:
    """The names under which a Service is asked for; the API server uses the first (`<service>.<namespace>.svc`)."""
    return (f"{service}.{namespace}.svc", f"{service}.{namespace}.svc.cluster.local")


def make(names: Sequence[str], now: datetime, lifetime: timedelta = LIFETIME) -> Generation:
    """A new generation for `names`, valid from a little before `now` on."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    # A CA has a name of its own, since two with one name in a bundle are tried by name first.
    issuer = _name(f"hardstand gate CA {now:%Y-%m-%dT%H:%M:%SZ}")
    authority = _signed(
        _builder(issuer, issuer, authority_key.public_key(), now, lifetime)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False),
        authority_key,
    )
    certificate = _signed(
        _builder(_name("hardstand gate"), issuer, key.public_key(), now, lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(list(map(_called, names))), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False),
        authority_key,
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Generation(authority, certificate, private)


def renewed(
    generations: Sequence[Generation], names: Sequence[str], now: datetime, lifetime: timedelta = LIFETIME
) -> tuple[Generation, ...]:
    """What ought to be stored: without the expired, and with a new one where the newest has a third of its life left
    or was made for other names. Equal to `generations` when there is nothing to do."""
    alive = tuple(each for each in generations if each.expires > now)
    if alive:
        newest = alive[-1]
        due = newest.expires - (newest.expires - newest.made) / 3
        if now < due and newest.names == frozenset(names):
            return alive
    return (*alive, make(names, now, lifetime))


def served(generations: Sequence[Generation], now: datetime, overlap: timedelta = OVERLAP) -> Generation:
    """The generation to show: the newest that everybody has had time to trust, else the oldest that is valid."""
    known = [each for each in generations if each.made + overlap <= now]
    return known[-1] if known else generations[0]


def bundle(generations: Sequence[Generation]) -> bytes:
    """What an API server is to trust, as PEM."""
    return b"".join(each.authority for each in generations)


def authorities(bundle: bytes) -> int:
    """How many certificates a bundle (PEM) holds. ValueError where it is none, which an API server would not take."""
    try:
        return len(x509.load_pem_x509_certificates(bundle))
    except ValueError:
        raise ValueError("it is no PEM certificate") from None


def write(generations: Sequence[Generation]) -> bytes:
    """The generations as they are stored."""
    kept = [
        {"ca": each.authority.decode(), "certificate": each.certificate.decode(), "key": each.key.decode()}
        for each in generations
    ]
    return json.dumps({"format": _FORMAT, "generations": kept}, indent=1).encode()


def read(text: bytes) -> tuple[Generation, ...]:
    """What `write` has written. Raises StoredError, without any of the text: it holds keys."""
    try:
        stored = json.loads(text)
        if stored["format"] != _FORMAT:
            raise StoredError("it was written by a newer Hardstand")
        generations = tuple(
            Generation(each["ca"].encode(), each["certificate"].encode(), each["key"].encode())
            for each in stored["generations"]
        )
        for each in generations:
            _prove(each)
    except (ValueError, TypeError, KeyError, AttributeError, x509.ExtensionNotFound):
        raise StoredError("it is not what the gate has written") from None
    return generations


def _prove(generation: Generation) -> None:
    """Raises ValueError for parts that do not parse or do not belong together."""
    key = serialization.load_pem_private_key(generation.key, password=None)
    certificate = x509.load_pem_x509_certificate(generation.certificate)
    authority = x509.load_pem_x509_certificate(generation.authority)
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise ValueError("the key is not that of the certificate")
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, TypeError) as error:
        raise ValueError("the CA has not signed the certificate") from error
    if not generation.names:
        raise ValueError("it serves no name")


def _called(name: str) -> x509.GeneralName:
    """RFC 5280, section 4.2.1.6: an address is not looked for among the DNS names."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    whole = now.astimezone(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(whole - SKEW)
        .not_valid_after(whole + lifetime)
    )


def _usage(sign: bool) -> x509.KeyUsage:
    """A serving key signs handshakes; the CA's signed one certificate."""
    return x509.KeyUsage(sign, False, False, False, False, not sign, False, False, False)


def _signed(builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> bytes:
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
