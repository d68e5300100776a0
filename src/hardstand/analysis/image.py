"""Image references: which registry, repository, tag and digest a container's `image` names.

Source: https://github.com/distribution/reference: `reference.go` (grammar), `regexp.go` and `normalize.go` (short names
of Docker Hub); the digest's form is that of https://github.com/opencontainers/go-digest. Container runtimes read
references with these rules, so what is no reference here cannot be pulled.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

DOCKER_HUB = "docker.io"

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?:(?P<domain>{_HOST})/)?(?P<path>{_PART}(?:/{_PART})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LONGEST_PATH = 255


class InvalidReferenceError(ValueError):
    """The text is no image reference; says what it is instead, without repeating it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A normalised image reference: `nginx` is `docker.io/library/nginx`."""

    domain: str
    """The registry's host with its port; empty when what stands in its place is no host name (`my_host.net/app`)."""
    path: str
    tag: str | None
    digest: str | None

    @property
    def name(self) -> str:
        """Registry and repository, without tag and digest."""
        return f"{self.domain}/{self.path}" if self.domain else self.path

    @property
    def pulled_tag(self) -> str | None:
        """The tag that decides which image is pulled: `latest` when none is written, None when a digest decides."""
        return None if self.digest else self.tag or "latest"

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.name}{tag}{digest}"


@lru_cache(maxsize=4096)
def parse(text: str) -> Reference:
    """Read an image reference and normalise it; InvalidReferenceError says why it is none."""
    if re.fullmatch(r"[a-f0-9]{64}", text):
        raise InvalidReferenceError("an image ID, which cannot be pulled")
    domain, rest = _split(text)
    found = _REFERENCE.fullmatch(f"{domain}/{rest}")
    if found is None:
        raise InvalidReferenceError(_fault(text, rest))
    if len(found["path"]) > _LONGEST_PATH:
        raise InvalidReferenceError(f"a repository name of more than {_LONGEST_PATH} characters")
    digest = found["digest"]
    if digest is not None:
        _check_digest(digest)
    return Reference(found["domain"] or "", found["path"], found["tag"], digest)


def _split(text: str) -> tuple[str, str]:
    """Take the registry off; without one it is Docker Hub, where names of one part are in `library`."""
    first, slash, rest = text.partition("/")
    if not slash:
        return DOCKER_HUB, f"library/{text}"
    domain, rest = (first, rest) if names_registry(first) else (DOCKER_HUB, text)
    if domain == "index.docker.io":
        domain = DOCKER_HUB
    if domain == DOCKER_HUB and "/" not in rest:
        rest = f"library/{rest}"
    return domain, rest


def names_registry(first_part: str) -> bool:
    """Tell whether the first part of a reference with several is a registry and not a namespace on Docker Hub.

    A registry is `localhost`, or holds a dot, a colon or an upper-case letter.
    """
    return first_part == "localhost" or any(mark in first_part for mark in ".:") or first_part.lower() != first_part


def _fault(text: str, rest: str) -> str:
    if not text.strip():
        return "an empty string"
    if text != text.strip():
        return "a string with white space around it"
    if "{{" in text or "$" in text:
        return "a placeholder that nothing has filled in"
    if "://" in text:
        return "a URL"
    repository = rest.partition("@")[0].partition(":")[0]
    if repository != repository.lower():
        return "a string with upper-case letters in the repository's name"
    if text.rstrip(":@") != text:
        return "a string whose tag or digest is empty"
    if "@" in text and _REFERENCE.fullmatch(text.partition("@")[0]):
        return "a string with a malformed digest"
    return "a string that is none"


def _check_digest(digest: str) -> None:
    algorithm, _, encoded = digest.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    if length is None:
        raise InvalidReferenceError("a string with a digest of an unknown algorithm")
    if len(encoded) != length or encoded != encoded.lower():
        raise InvalidReferenceError(f"a string whose digest is not {length} lower-case hexadecimal digits")
