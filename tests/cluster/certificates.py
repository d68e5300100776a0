"""The certificates of a test cluster: one authority for the cluster, one for etcd."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of a certificate and of its key, both PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody who signs certificates; its files are `ca.crt` and `ca.key` in its folder."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, name: str) -> "Authority":
        """A fresh authority in a fresh folder."""
        folder.mkdir(parents=True)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        built = _builder(subject, subject, key).add_extension(x509.BasicConstraints(True, None), critical=True)
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        built = built.add_extension(usage, critical=True)
        _write(Pair(folder / "ca.crt", folder / "ca.key"), built.sign(key, hashes.SHA256()), key)
        return cls(folder)

    @property
    def pair(self) -> Pair:
        return Pair(self.folder / "ca.crt", self.folder / "ca.key")

    def serving(self, name: str, hosts: Sequence[str]) -> Pair:
        """A certificate for a server that is reached under these names and addresses; it may act as client too."""
        return self._sign(name, [x509.NameAttribute(NameOID.COMMON_NAME, name)], hosts)

    def client(self, file: str, user: str, groups: Sequence[str] = ()) -> Pair:
        """A certificate that the API server takes for `user`, in `groups`."""
        names = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
        return self._sign(file, [*names, x509.NameAttribute(NameOID.COMMON_NAME, user)], ())

    def _sign(self, file: str, subject: list[x509.NameAttribute[str]], hosts: Sequence[str]) -> Pair:
        pair = Pair(self.folder / f"{file}.crt", self.folder / f"{file}.key")
        ours = x509.load_pem_x509_certificate(self.pair.certificate.read_bytes())
        signer = serialization.load_pem_private_key(self.pair.key.read_bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        uses = [ExtendedKeyUsageOID.CLIENT_AUTH]
        built = _builder(x509.Name(subject), ours.subject, key)
        if hosts:
            uses.append(ExtendedKeyUsageOID.SERVER_AUTH)
            built = built.add_extension(x509.SubjectAlternativeName([_host(one) for one in hosts]), critical=False)
        built = built.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        _write(pair, built.sign(signer, hashes.SHA256()), key)
        return pair


def signing_keys(folder: Path) -> tuple[Path, Path]:
    """A private and a public key, by which the tokens of service accounts are signed and checked."""
    key = ec.generate_private_key(ec.SECP256R1())
    private, public = folder / "sa.key", folder / "sa.pub"
    private.write_bytes(_private(key))
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, form))
    return private, public


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
    )


def _host(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(pair: Pair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pair.key.touch(mode=0o600)
    pair.key.write_bytes(_private(key))


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    # The traditional form: the API server reads keys of service accounts in it and in PKCS #8, kubectl both too.
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
