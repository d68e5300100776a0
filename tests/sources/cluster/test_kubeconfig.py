"""Which cluster is meant, and by whom: kubeconfig files, several of them, none of them, and a pod's account."""

import base64
import os
from pathlib import Path

import pytest

from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.cluster.in_cluster import in_cluster
from hardstand.sources.cluster.kubeconfig import access, contexts
from hardstand.sources.cluster.proxy import proxy_for

PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"
WHOLE = f"""\
apiVersion: v1
kind: Config
current-context: dev
contexts:
- name: dev
  context: {{cluster: kind-dev, user: anna, namespace: shop}}
- name: prod
  context: {{cluster: prod, user: bob}}
- name: broken
  context: {{cluster: elsewhere, user: bob}}
- name: nobody
  context: {{cluster: prod, user: carl}}
clusters:
- name: kind-dev
  cluster: {{server: "https://127.0.0.1:6443/", certificate-authority: pki/ca.crt}}
- name: prod
  cluster:
    server: https://prod.example/k8s/clusters/c-1
    certificate-authority-data: {base64.b64encode(PEM.encode()).decode()}
    tls-server-name: kubernetes
    proxy-url: http://proxy.example:3128
users:
- name: anna
  user: {{client-certificate: pki/anna.crt, client-key: pki/anna.key}}
- name: bob
  user: {{token: s3cr3t-token, as: system:auditor, as-groups: [readers, writers]}}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config"
    path.write_text(WHOLE)
    return path


def test_the_current_context_is_taken_and_files_count_from_its_folder(config: Path) -> None:
    found = access(str(config))
    assert (found.cluster, found.context, found.namespace) == ("kind-dev", "dev", "shop")
    assert found.server == "https://127.0.0.1:6443"
    assert found.authority is not None
    assert found.authority.path == str(config.parent / "pki" / "ca.crt")
    who = found.credentials
    assert who.certificate is not None
    assert who.key is not None
    assert (who.certificate.path, who.key.path) == (
        str(config.parent / "pki" / "anna.crt"),
        str(config.parent / "pki" / "anna.key"),
    )


def test_another_context_is_taken_by_name(config: Path) -> None:
    found = access(str(config), "prod")
    assert found.authority is not None
    assert found.authority.read() == PEM.encode()
    assert (found.server_name, found.proxy) == ("kubernetes", "http://proxy.example:3128")
    assert found.credentials.token == "s3cr3t-token"
    assert found.credentials.impersonate == (
        ("Impersonate-User", "system:auditor"),
        ("Impersonate-Group", "readers"),
        ("Impersonate-Group", "writers"),
    )
    assert "s3cr3t" not in repr(found)


def test_what_is_named_first_counts_when_files_are_merged(config: Path, tmp_path: Path) -> None:
    first, missing = tmp_path / "first", tmp_path / "missing"
    first.write_text("current-context: prod\nusers:\n- name: bob\n  user: {token: other}\n")
    environment = {"KUBECONFIG": os.pathsep.join([str(first), str(missing), str(config)])}
    found = access(environment=environment)
    assert (found.context, found.credentials.token) == ("prod", "other")
    assert contexts(environment=environment) == ["broken", "dev", "nobody", "prod"]


def test_the_home_folder_is_the_last_place_to_look(config: Path, tmp_path: Path) -> None:
    (tmp_path / ".kube").mkdir()
    config.rename(tmp_path / ".kube" / "config")
    assert access(environment={"HOME": str(tmp_path)}).cluster == "kind-dev"


@pytest.mark.parametrize(
    ("change", "context", "message", "hint"),
    [
        ({}, "pord", "there is no context `pord`", "it has: broken, dev, nobody, prod"),
        ({"current-context: dev": "current-context: gone"}, None, "`gone`, which is said to be the current one", "dev"),
        ({"current-context: dev": ""}, None, "no context is current", "--context"),
        ({}, "broken", "contexts[name=broken].context.cluster names `elsewhere`, which is not among", "mend"),
        ({}, "nobody", "contexts[name=nobody].context.user names `carl`, which is not among", "mend"),
        ({"https://127.0.0.1:6443/": "127.0.0.1"}, None, "[name=kind-dev].cluster.server must be a URL", "mend"),
        ({"client-key: pki/anna.key": ""}, None, "users[name=anna].user has a client certificate or its key", "mend"),
        ({"token: s3cr3t-token": "token: 12"}, "prod", "users[name=bob].user.token must be a text", "mend"),
        ({"token: s3cr3t-token": 'token: "s3cr3t-token\\n"'}, "prod", "user.token holds more than one word", "line"),
        ({"token: s3cr3t-token": "token: s3cr3t token"}, "prod", "user.token holds more than one word", "line"),
        ({"token: s3cr3t-token": "token: s3cr3t-€"}, "prod", "user.token holds more than one word", "line"),
        ({"as-groups: [readers, writers]": 'as-groups: ["a\\ns3cr3t: b"]'}, "prod", "as-groups holds a control", ""),
        ({"as: system:auditor": 'as: "a\\rs3cr3t"'}, "prod", "user.as holds a control character", "mend"),
        ({"https://127.0.0.1:6443/": "https://u:s3cr3t@127.0.0.1"}, None, "server has a user or", "username"),
        ({"tls-server-name: kubernetes": 'tls-server-name: "a\\0b"'}, "prod", "tls-server-name must be a host", "mend"),
        ({"token: s3cr3t-token": "auth-provider: {name: gcp}"}, "prod", "kubectl gave up in 1.26", "exec plugin"),
        (
            {"token: s3cr3t-token": "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}"},
            "prod", "exec.apiVersion is client.authentication.k8s.io/v1alpha1", "mend",
        ),
        ({"as-groups: [readers, writers]": "as-groups: readers"}, "prod", "as-groups must be a list of texts", "mend"),
        ({"- name: dev": "- nam: dev"}, None, "contexts[0].name is missing", "mend"),
        ({"kind: Config": "kind: Config\n  x: : y"}, None, "config:3:", "mend"),
        ({"certificate-authority-data: ": "certificate-authority-data: s3cr3t/"}, "prod", "is not base64", "mend"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    config: Path, change: dict[str, str], context: str | None, message: str, hint: str
) -> None:
    text = WHOLE
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    config.write_text(text)
    with pytest.raises(ConfigError) as caught:
        access(str(config), context)
    assert str(config) in str(caught.value)
    assert message in str(caught.value)
    assert hint in caught.value.hint
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}"


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        access(str(tmp_path / "none"))
    with pytest.raises(ConfigError, match=r"\$KUBECONFIG names .*none"):
        access(environment={"KUBECONFIG": str(tmp_path / "none")})
    with pytest.raises(ConfigError, match="no cluster is configured"):
        access(environment={"HOME": str(tmp_path)})


def test_a_pod_uses_its_account(tmp_path: Path) -> None:
    environment = {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"}
    with pytest.raises(ConfigError, match="token: this is a pod"):
        in_cluster(environment, tmp_path)
    for name, text in {"token": "abc\n", "ca.crt": PEM, "namespace": "tools\n"}.items():
        (tmp_path / name).write_text(text)
    found = in_cluster(environment, tmp_path)
    assert found is not None
    assert (found.server, found.namespace) == ("https://[fd00::1]:443", "tools")
    assert found.credentials.token_file == str(tmp_path / "token")
    assert in_cluster({}, tmp_path) is None


@pytest.mark.parametrize(
    ("server", "spared", "proxy"),
    [
        ("https://api.example", "", "http://p:1"),
        ("https://127.0.0.1:6443", "", None),
        ("https://[::1]:6443", "", None),
        ("https://localhost:6443", "", None),
        ("https://api.example", "example", None),
        ("https://api.example", ".example", None),
        ("https://example", ".example", "http://p:1"),
        ("https://api.example", "ample", "http://p:1"),
        ("https://10.1.2.3:6443", "other, 10.0.0.0/8", None),
        ("https://11.1.2.3:6443", "10.0.0.0/8", "http://p:1"),
        ("https://api.example:6443", "api.example:443", "http://p:1"),
        ("https://api.example:6443", "api.example:6443", None),
        ("https://[fd00::1]:6443", "[fd00::1]:6443", None),
        ("https://[fd00::1]:6443", "fd00::1", None),
        ("https://api.example", "*", None),
        ("http://api.example", "", None),
    ],
)
def test_the_proxy_of_the_environment(server: str, spared: str, proxy: str | None) -> None:
    assert proxy_for(server, {"HTTPS_PROXY": "p:1", "NO_PROXY": spared}) == proxy
