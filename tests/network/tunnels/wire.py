"""As much of a DNS message as is needed to write down what was asked: RFC 1035, sections 4.1.1 to 4.1.2."""

import struct
from dataclasses import dataclass

TYPES = {
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 10: "NULL", 12: "PTR", 15: "MX", 16: "TXT", 25: "KEY", 28: "AAAA", 33: "SRV",
    65: "HTTPS",
}  # fmt: skip
CODES = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED"}


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    """Lower case, escaped as in master files (RFC 1035, section 5.1), as the readers of logs give it."""
    record_type: str
    end: int
    """Where the question ends in the message."""


def question(message: bytes) -> Question | None:
    """The first question of a message; None where there is none that can be read."""
    at, labels = 12, []
    while at < len(message) and (size := message[at]):
        if size > 63 or at + 1 + size > len(message):
            return None
        labels.append(_label(message[at + 1 : at + 1 + size]))
        at += 1 + size
    if at + 5 > len(message):
        return None
    (number,) = struct.unpack_from(">H", message, at + 1)
    return Question(".".join(labels), TYPES.get(number, f"TYPE{number}"), at + 5)


def code(answer: bytes) -> str:
    return CODES.get(answer[3] & 15, str(answer[3] & 15))


def asking(number: int, name: str, record_type: str) -> bytes:
    """A query for a plain name."""
    numbers = {word: one for one, word in TYPES.items()}
    labels = b"".join(bytes((len(one),)) + one.encode() for one in name.split("."))
    return struct.pack(">6H", number, 0x0100, 1, 0, 0, 0) + labels + struct.pack(">BHH", 0, numbers[record_type], 1)


def answering(query: bytes, asked: Question, *, exists: bool) -> bytes:
    """An answer without authority behind it: one address for an A that exists, nothing for another type."""
    address = exists and asked.record_type == "A"
    flags = 0x8180 if exists else 0x8183
    head = query[:2] + struct.pack(">5H", flags, 1, int(address), 0, 0)
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 300, 4) + bytes((192, 0, 2, 80)) if address else b""
    return head + query[12 : asked.end] + record


def _label(raw: bytes) -> str:
    return "".join(_letter(one) for one in raw.lower())


def _letter(one: int) -> str:
    if one in b'.\\"();@$':
        return "\\" + chr(one)
    return chr(one) if 33 <= one <= 126 else f"\\{one:03d}"
