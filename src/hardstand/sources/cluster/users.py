"""The entries of a kubeconfig that a context names: the cluster, and who asks.

Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from hardstand.sources.cluster.access import Access, Credentials, Exec, Pem
from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.cluster.fields import Fields
from hardstand.sources.cluster.headers import NOT_ONE_WORD, NOT_PLAIN, as_name, in_utf8, is_token, is_value
from hardstand.sources.cluster.proxy import proxy_for

_EXEC_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_INTERACTIVE = ("Never", "IfAvailable", "Always")


def access_of(
    clusters: Mapping[str, Fields],
    users: Mapping[str, Fields],
    context: tuple[str, Fields],
    environment: Mapping[str, str],
) -> Access:
    """What a context leads to. ConfigError where an entry is missing, malformed, or not usable here."""
    name, fields = context
    cluster_name = fields.needed("cluster")
    if cluster_name not in clusters:
        raise fields.wrong("cluster", f"names `{cluster_name}`, which is not among the clusters")
    cluster = clusters[cluster_name]
    server = _server(cluster)
    user = fields.text("user")
    if user is not None and user not in users:
        raise fields.wrong("user", f"names `{user}`, which is not among the users")
    return Access(
        cluster=cluster_name,
        server=server,
        place=fields.file,
        context=name,
        namespace=fields.text("namespace") or "default",
        authority=_pem(cluster, "certificate-authority"),
        insecure=cluster.flag("insecure-skip-tls-verify"),
        server_name=_server_name(cluster),
        proxy=cluster.text("proxy-url") or proxy_for(server, environment),
        credentials=_credentials(user, users[user], cluster) if user is not None else Credentials(),
    )


def _server(cluster: Fields) -> str:
    server = cluster.needed("server").rstrip("/")
    try:
        parts = urlsplit(server)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # A bracket that is open, or a port that is none.
        sound = False
    if not sound or any(one.isspace() for one in server):
        raise cluster.wrong("server", "must be a URL such as https://10.0.0.1:6443")
    if "@" in parts.netloc:  # It would be shown wherever the server is named, and is not signed in with.
        hint = "write `username` and `password` at the user of the kubeconfig"
        raise cluster.wrong("server", "has a user or a password in it", hint)
    return server


def _server_name(cluster: Fields) -> str | None:
    name = cluster.text("tls-server-name")
    if name is not None and not is_token(name):
        raise cluster.wrong("tls-server-name", "must be a host name")
    return name


def _pem(fields: Fields, key: str) -> Pem | None:
    """What stands in the file itself counts before the file that it names."""
    written = fields.text(f"{key}-data")
    if written is not None:
        try:
            return Pem(data=base64.b64decode(written, validate=True))
        except (binascii.Error, ValueError):
            raise fields.wrong(f"{key}-data", "is not base64") from None
    path = fields.file_named(key)
    return None if path is None else Pem(path=path)


def _credentials(name: str, user: Fields, cluster: Fields) -> Credentials:
    certificate, key = _pem(user, "client-certificate"), _pem(user, "client-key")
    if (certificate is None) is not (key is None):
        raise ConfigError(f"{user.where()} has a client certificate or its key, and not both", "mend the kubeconfig")
    if user.has("auth-provider"):
        raise user.wrong(
            "auth-provider", "is a way of signing in that kubectl gave up in 1.26",
            "use an exec plugin; your provider's tool writes such an entry",
        )  # fmt: skip
    username = user.text("username")
    return Credentials(
        user=name,
        certificate=certificate,
        key=key,
        token=_token(user),
        token_file=user.file_named("tokenFile"),
        password=(username, user.text("password") or "") if username else None,
        exec=_exec(user.below("exec"), cluster) if user.has("exec") else None,
        impersonate=tuple(_impersonated(user)),
    )


def _token(user: Fields) -> str | None:
    token = user.text("token")
    if token is not None and not is_token(token):
        raise user.wrong("token", NOT_ONE_WORD, "write it on one line, in quotes")
    return token


def _exec(fields: Fields, cluster: Fields) -> Exec:
    version = fields.needed("apiVersion")
    if version not in _EXEC_VERSIONS:
        raise fields.wrong("apiVersion", f"is {version}; known are {', '.join(_EXEC_VERSIONS)}")
    interactive = fields.text("interactiveMode") or "IfAvailable"
    if interactive not in _INTERACTIVE:
        raise fields.wrong("interactiveMode", f"must be one of {', '.join(_INTERACTIVE)}")
    command = fields.needed("command")
    return Exec(
        api_version=version,
        # Only a path with a separator in it counts from the file's folder; a bare name is looked up on PATH.
        command=(fields.file_named("command") or command) if "/" in command else command,
        args=tuple(fields.texts("args")),
        env=tuple((one.needed("name"), one.text("value") or "") for one in fields.items("env")),
        install_hint=fields.text("installHint") or "",
        interactive=interactive,
        cluster_info=_told(cluster) if fields.flag("provideClusterInfo") else None,
    )


def _told(cluster: Fields) -> dict[str, object]:
    """What an exec plugin is told of the cluster. Source: ExecCredential, `spec.cluster`, as for `_EXEC_VERSIONS`."""
    authority = _pem(cluster, "certificate-authority")
    told: dict[str, object] = {"server": cluster.needed("server")}
    if authority is not None:
        try:
            told["certificate-authority-data"] = base64.b64encode(authority.read()).decode()
        except OSError as error:
            raise cluster.wrong("certificate-authority", f"cannot be read: {error.strerror}") from error
    for key in ("tls-server-name", "proxy-url"):
        if (value := cluster.text(key)) is not None:
            told[key] = value
    if cluster.flag("insecure-skip-tls-verify"):
        told["insecure-skip-tls-verify"] = True
    for extension in cluster.items("extensions"):
        if extension.text("name") == "client.authentication.k8s.io/exec":
            told["config"] = extension.whole.get("extension")
    return told


def _impersonated(user: Fields) -> Iterator[tuple[str, str]]:
    """Headers. Source: https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/"""
    for field, header in (("as", "Impersonate-User"), ("as-uid", "Impersonate-Uid")):
        if (text := user.text(field)) is not None:
            yield header, _sendable(user, field, text)
    for group in user.texts("as-groups"):
        yield "Impersonate-Group", _sendable(user, "as-groups", group)
    extra = user.below("as-user-extra")
    for key in extra.whole:
        for value in extra.texts(key):
            yield f"Impersonate-Extra-{as_name(key)}", _sendable(extra, key, value)


def _sendable(fields: Fields, key: str, text: str) -> str:
    if not is_value(text):
        raise fields.wrong(key, NOT_PLAIN)
    return in_utf8(text)
