"""Image references, against the grammar of github.com/distribution/reference and its rules for short names."""

from contextlib import suppress

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from hardstand.analysis.container_images import moves, within
from hardstand.analysis.image import InvalidReferenceError, parse

SHA256 = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "domain", "path", "tag", "digest"),
    [
        ("nginx", "docker.io", "library/nginx", None, None),
        ("nginx:1.27", "docker.io", "library/nginx", "1.27", None),
        ("bitnami/redis", "docker.io", "bitnami/redis", None, None),
        ("docker.io/nginx", "docker.io", "library/nginx", None, None),
        ("index.docker.io/nginx:1", "docker.io", "library/nginx", "1", None),
        ("localhost/app", "localhost", "app", None, None),
        ("localhost:5000/app", "localhost:5000", "app", None, None),
        ("registry:5000/a/b/c:v1", "registry:5000", "a/b/c", "v1", None),
        ("quay.io/a/b@" + SHA256, "quay.io", "a/b", None, SHA256),
        ("quay.io/a/b:v1@" + SHA256, "quay.io", "a/b", "v1", SHA256),
        ("[2001:db8::1]:5000/app:1", "[2001:db8::1]:5000", "app", "1", None),
        ("[2001:db8::1]/app", "[2001:db8::1]", "app", None, None),
        ("Registry/app", "Registry", "app", None, None),
        ("127.0.0.1/app", "127.0.0.1", "app", None, None),
        ("my_registry.net/app", "", "my_registry.net/app", None, None),
        ("a--b/c__d.e", "docker.io", "a--b/c__d.e", None, None),
        ("app:_tag-1.2", "docker.io", "library/app", "_tag-1.2", None),
        ("app:" + "t" * 128, "docker.io", "library/app", "t" * 128, None),
        ("registry.example/" + "a" * 255, "registry.example", "a" * 255, None, None),
    ],
)
def test_parses(text: str, domain: str, path: str, tag: str | None, digest: str | None) -> None:
    found = parse(text)
    assert (found.domain, found.path, found.tag, found.digest) == (domain, path, tag, digest)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (" nginx", "white space"),
        ("nginx\n", "white space"),
        ("NGINX", "upper-case"),
        ("registry.example/Team/app:1", "upper-case"),
        ("nginx:", "empty"),
        ("nginx@", "empty"),
        ("nginx:1:2", "none"),
        ("app:" + "t" * 129, "none"),
        ("app:täg", "none"),
        ("https://registry.example/app", "URL"),
        ("{{ .Values.image }}", "placeholder"),
        ("${IMAGE}", "placeholder"),
        ("a" * 64, "image ID"),
        ("app@sha256:abcd", "malformed digest"),
        ("app@sha256:" + "a" * 63, "64 lower-case"),
        ("app@sha256:" + "A" * 64, "64 lower-case"),
        ("app@md5:" + "a" * 32, "unknown algorithm"),
        ("registry.example/" + "a" * 256, "255"),
        ("-app", "none"),
        ("app/", "none"),
        ("a//b", "none"),
        ("a..b", "none"),
        ("a___b", "none"),
        ("registry.example:port/app", "none"),
    ],
)
def test_refuses(text: str, reason: str) -> None:
    with pytest.raises(InvalidReferenceError, match=reason):
        parse(text)


LABEL = st.from_regex(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,8}[a-zA-Z0-9])?", fullmatch=True)
PART = st.from_regex(r"[a-z0-9]{1,6}((\.|_|__|-{1,3})[a-z0-9]{1,6}){0,2}", fullmatch=True)
TAG = st.none() | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}", fullmatch=True)
DIGEST = st.none() | st.text("0123456789abcdef", min_size=64, max_size=64).map("sha256:".__add__)
DOMAIN = st.tuples(LABEL, st.integers(1, 65535)).map(lambda pair: f"{pair[0]}:{pair[1]}")


@given(DOMAIN, st.lists(PART, min_size=1, max_size=4).map("/".join), TAG, DIGEST)
def test_what_the_grammar_makes_is_read_back(domain: str, path: str, tag: str | None, digest: str | None) -> None:
    text = f"{domain}/{path}" + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    found = parse(text)
    assert (found.domain, found.path, found.tag, found.digest) == (domain, path, tag, digest)
    assert str(found) == text


@given(st.text(max_size=40) | st.from_regex(r"[a-zA-Z0-9./:@_\[\]-]{1,40}", fullmatch=True))
def test_reads_or_refuses_and_normalises_once(text: str) -> None:
    with suppress(InvalidReferenceError):
        found = parse(text)
        event("read")
        assert found.path.rpartition("/")[2] in text
        # Without a domain the first part is not a host name, and is taken for the Docker Hub when read again.
        assert not found.domain or parse(str(found)) == found


@given(st.from_regex(r"[a-z0-9]{1,10}", fullmatch=True), TAG)
def test_short_names_are_of_docker_hub(name: str, tag: str | None) -> None:
    suffix = f":{tag}" if tag else ""
    assert parse(name + suffix) == parse(f"docker.io/library/{name}{suffix}")


@pytest.mark.parametrize(
    ("image", "tag"),
    [("app", "latest"), ("app:2", "2"), (f"app@{SHA256}", None), (f"app:2@{SHA256}", None)],
)
def test_the_tag_that_is_pulled(image: str, tag: str | None) -> None:
    assert parse(image).pulled_tag == tag


@pytest.mark.parametrize(
    ("image", "places", "expected"),
    [
        ("eu.foo.io/x", ["eu.foo.io"], True),
        ("eu.foo.io/x", ["foo.io", "eu.foo"], False),
        ("eu.foo.io/x", ["*.foo.io"], True),
        ("foo.io.evil.example/x", ["foo.io*"], True),
        ("foo.io.evil.example/x", ["foo.io"], False),
        ("ghcr.io/acme/app", ["ghcr.io/acme"], True),
        ("ghcr.io/acme/app", ["ghcr.io/acme/*"], True),
        ("ghcr.io/acmes/app", ["ghcr.io/acme"], False),
        ("nginx", ["docker.io"], True),
        ("nginx", ["docker.io/library"], True),
        ("nginx", ["index.docker.io"], True),
        ("nginx", ["library"], True),
        ("acme/app", ["acme"], True),
        ("acme/app", ["docker.io/library"], False),
        ("registry:5000/app", ["registry:5000/"], True),
        ("registry:5000/app", ["registry:5001"], False),
        ("Registry.Example/app", ["registry.example"], True),
        ("nginx", [], False),
        ("nginx", ["", "/"], False),
    ],
)
def test_within_places(image: str, places: list[str], expected: bool) -> None:
    assert within(parse(image).name, places) is expected


def test_tags_that_move() -> None:
    assert moves("Latest", ["latest"])
    assert moves("3-latest", ["*-latest"])
    assert not moves("latest-1", ["latest", "*-latest"])
