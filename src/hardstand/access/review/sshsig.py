"""Signatures as `ssh-keygen -Y sign` makes them and `ssh-keygen -Y verify` checks them, so that nobody needs us for it.

Source: OpenSSH's PROTOCOL.sshsig, and RFC 8709 for ed25519 keys and signatures. Only ed25519 is made and checked here;
what is of another kind is said to be unchecked, and never taken to be good.
"""

import base64
import binascii
import hashlib
import importlib.util
import struct
from dataclasses import dataclass

NAMESPACE = "hardstand-review"
"""What the signatures are for: one made for something else does not count."""

_MAGIC = b"SSHSIG"
_VERSION = 1
_TYPE = b"ssh-ed25519"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LINE = 70


class SignatureError(Exception):
    """A signature that is none, is of another kind, or does not fit; or a key that cannot sign."""


class LackingError(Exception):
    """The library that signs and checks is not installed."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature, read and not checked."""

    key: bytes
    """The public key, as SSH writes it: RFC 4253, section 6.6."""
    namespace: str
    hash: bytes
    raw: bytes

    @property
    def fingerprint(self) -> str:
        """The key, as `ssh-keygen -l` names it."""
        digest = base64.b64encode(hashlib.sha256(self.key).digest()).decode().rstrip("=")
        return f"SHA256:{digest}"


def sign(message: bytes, private_key: bytes) -> str:
    """The armored signature of a message by an ed25519 key in OpenSSH's form. SignatureError where it cannot sign.

    LackingError where the library for it is not installed.
    """
    _needs_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_ssh_private_key

    try:
        key = load_ssh_private_key(private_key, password=None)
    except TypeError:
        raise SignatureError("the key is locked with a passphrase") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureError("it is no private key in OpenSSH's form") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SignatureError("the key is not an ed25519 key")
    public = _string(_TYPE) + _string(key.public_key().public_bytes_raw())
    raw = key.sign(_signed(message, NAMESPACE.encode(), b"sha512"))
    blob = b"".join(
        (
            _MAGIC, struct.pack(">I", _VERSION), _string(public), _string(NAMESPACE.encode()), _string(b""),
            _string(b"sha512"), _string(_string(_TYPE) + _string(raw)),
        )
    )  # fmt: skip
    text = base64.b64encode(blob).decode()
    lines = [text[at : at + _LINE] for at in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END, ""])


def read(armored: str) -> Signature:
    """The signature that a text holds. SignatureError where it holds none of a kind that is known here."""
    lines = [line.strip() for line in armored.strip().splitlines()]
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        raise SignatureError("it is no SSH signature")
    try:
        blob = base64.b64decode("".join(lines[1:-1]), validate=True)
        if not blob.startswith(_MAGIC) or struct.unpack_from(">I", blob, len(_MAGIC))[0] != _VERSION:
            raise SignatureError("it is no SSH signature of version 1")
        key, space, reserved, hashed, signature = _fields(blob[len(_MAGIC) + 4 :], 5)
        (kind,) = _fields(signature, 1, more=True)
        if kind != _TYPE or not key.startswith(_string(_TYPE)):
            raise SignatureError(f"it is of a key of the kind {kind.decode('ascii', 'replace')}, not ssh-ed25519")
        _, raw = _fields(signature, 2)
        _fields(key, 2)
    except (binascii.Error, struct.error, ValueError):
        raise SignatureError("the SSH signature is cut off or damaged") from None
    if hashed not in _HASHES or reserved:
        raise SignatureError("the SSH signature names a digest that is not known")
    return Signature(key, space.decode("utf-8", "replace"), hashed, raw)


def verify(message: bytes, signature: Signature) -> None:
    """SignatureError unless the signature is of this message, for a review, by the key that it names.

    LackingError where the library for it is not installed.
    """
    _needs_library()
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if signature.namespace != NAMESPACE:
        raise SignatureError(f"it was made for {signature.namespace!r}, not for {NAMESPACE!r}")
    _, point = _fields(signature.key, 2)
    try:
        Ed25519PublicKey.from_public_bytes(point).verify(
            signature.raw, _signed(message, signature.namespace.encode(), signature.hash)
        )
    except (InvalidSignature, ValueError):
        raise SignatureError("it is not of this file: one of the two was changed") from None


def _needs_library() -> None:
    if importlib.util.find_spec("cryptography") is None:
        raise LackingError("signatures take cryptography, which is not installed")


def _signed(message: bytes, namespace: bytes, hashed: bytes) -> bytes:
    """What is signed in place of the message."""
    return _MAGIC + _string(namespace) + _string(b"") + _string(hashed) + _string(_HASHES[hashed](message).digest())


def _string(data: bytes) -> bytes:
    """A `string`: RFC 4251, section 5."""
    return struct.pack(">I", len(data)) + data


def _fields(data: bytes, count: int, *, more: bool = False) -> list[bytes]:
    """So many strings, and nothing after them. ValueError or struct.error where the data has not that form."""
    found = []
    for _ in range(count):
        (length,) = struct.unpack_from(">I", data)
        if len(data) < 4 + length:
            raise ValueError("cut off")
        found.append(data[4 : 4 + length])
        data = data[4 + length :]
    if data and not more:
        raise ValueError("too long")
    return found
