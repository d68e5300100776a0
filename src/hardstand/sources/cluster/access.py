"""How to reach a cluster, wherever that was written down."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pem:
    """Certificates or a key: the bytes, or the file that holds them and is read each time it is needed."""

    data: bytes | None = field(default=None, repr=False)
    path: str | None = None

    def read(self) -> bytes:
        """The bytes. OSError where the file cannot be read."""
        if self.data is not None or self.path is None:
            return self.data or b""
        with open(self.path, "rb") as file:  # noqa: PTH123 - a path as it was written, from a configuration
            return file.read()


@dataclass(frozen=True, slots=True)
class Exec:
    """A program that gives credentials.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
    """

    api_version: str
    command: str
    args: tuple[str, ...] = field(default=(), repr=False)
    env: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    install_hint: str = ""
    interactive: str = "IfAvailable"
    cluster_info: dict[str, object] | None = None
    """What the program is told of the cluster, where it wants to know."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks. Nothing of it is printed."""

    user: str = ""
    """The name of the entry, for messages."""
    certificate: Pem | None = None
    key: Pem | None = None
    token: str | None = field(default=None, repr=False)
    token_file: str | None = None
    password: tuple[str, str] | None = field(default=None, repr=False)
    exec: Exec | None = None
    impersonate: tuple[tuple[str, str], ...] = ()
    """Headers by which another's rights are asked for."""


@dataclass(frozen=True, slots=True)
class Access:
    """One cluster, and how to talk to it."""

    cluster: str
    """The name that the kubeconfig gives the cluster: what a baseline's boundary goes by."""
    server: str
    place: str
    """Where that is written, for messages: a file, or the service account's folder."""
    context: str | None = None
    namespace: str = "default"
    authority: Pem | None = None
    """Whom to trust; None is whomever the system trusts."""
    insecure: bool = False
    server_name: str | None = None
    proxy: str | None = None
    credentials: Credentials = field(default_factory=Credentials)
