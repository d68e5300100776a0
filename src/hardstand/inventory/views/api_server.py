"""The API server.

Sources: https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ and, for older versions,
https://github.com/kubernetes/kubernetes/tree/master/CHANGELOG.
"""

from hardstand.inventory.components.values import BOOLEAN, DURATION, NUMBER, TEXT, WORDS, Reader
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.component import CLUSTER_CONFIGURATION, Component, Setting, Told, kinds_of
from hardstand.model.component import API_SERVER
from hardstand.model.kind import Kind
from hardstand.model.path import Value

_GROUP = "apiserver.config.k8s.io"
_AUTHENTICATION, _AUTHORIZATION = "AuthenticationConfiguration", "AuthorizationConfiguration"


class AuthenticationFile(Subject):
    """The file that `--authentication-config` names."""

    kinds = frozenset({Kind(_GROUP, _AUTHENTICATION)})


class AuthorizationFile(Subject):
    """The file that `--authorization-config` names."""

    kinds = frozenset({Kind(_GROUP, _AUTHORIZATION)})


_ALWAYS_ON = frozenset({"NamespaceLifecycle", "ServiceAccount"})
"""Of the plugins that are on by default, those that controls ask for; PodSecurity is one of them from 1.23 on."""


def _authorizers(value: Value) -> tuple[str, ...]:
    """https://kubernetes.io/docs/reference/access-authn-authz/authorization/#using-configuration-file-for-authorization"""
    if not isinstance(value, list):
        raise ValueError
    return tuple(str(one.get("type")) if isinstance(one, dict) else "" for one in value)


_ANONYMOUS: Reader[bool] = Reader(BOOLEAN.expected, BOOLEAN.texts, lambda value: _open_to_anyone(value))


def _open_to_anyone(value: Value) -> bool:
    """`anonymous` of an AuthenticationConfiguration; with conditions, it is for the named paths alone.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#anonymous-authenticator-configuration
    """
    if not isinstance(value, dict) or not isinstance(value.get("enabled", False), bool):
        raise ValueError
    return value.get("enabled") is True and not value.get("conditions")


class ApiServer(Component):
    """An API server, or a part of one that a configuration file decides."""

    kinds = kinds_of(API_SERVER) | {CLUSTER_CONFIGURATION}
    noun = "API server"
    programs = frozenset({API_SERVER})

    anonymous_auth = Setting(
        _ANONYMOUS, flag="anonymous-auth", config=("anonymous",), file=_AUTHENTICATION, default=True
    )
    authorization_modes = Setting(
        Reader("a list of modes", WORDS.texts, _authorizers), flag="authorization-mode", config=("authorizers",),
        file=_AUTHORIZATION, default=("AlwaysAllow",),
    )  # fmt: skip
    oidc_issuer = Setting(TEXT, flag="oidc-issuer-url", default="")
    oidc_client = Setting(TEXT, flag="oidc-client-id", default="")
    oidc_username_claim = Setting(TEXT, flag="oidc-username-claim", default="sub")
    oidc_username_prefix = Setting(TEXT, flag="oidc-username-prefix", default="")
    oidc_groups_claim = Setting(TEXT, flag="oidc-groups-claim", default="")
    oidc_groups_prefix = Setting(TEXT, flag="oidc-groups-prefix", default="")
    token_auth_file = Setting(TEXT, flag="token-auth-file", default="")
    client_ca_file = Setting(TEXT, flag="client-ca-file", default="")
    enabled_plugins = Setting(WORDS, flag="enable-admission-plugins", default=())
    disabled_plugins = Setting(WORDS, flag="disable-admission-plugins", default=())
    listed_plugins = Setting(WORDS, flag="admission-control", default=())
    """The deprecated flag that lists all plugins there are; the defaults then do not hold."""
    profiling = Setting(BOOLEAN, flag="profiling", default=True)
    request_timeout = Setting(DURATION, flag="request-timeout", default=60.0)
    audit_log_path = Setting(TEXT, flag="audit-log-path", default="")
    audit_webhook = Setting(TEXT, flag="audit-webhook-config-file", default="")
    audit_policy = Setting(TEXT, flag="audit-policy-file", default="")
    # Without limits up to 1.35 (0), 366 days and 100 files from 1.36 on: k8s.io/apiserver, options/audit.go.
    audit_days = Setting(NUMBER, flag="audit-log-maxage", default=lambda one: 366 if _since(one, 36) else 0)
    audit_files = Setting(NUMBER, flag="audit-log-maxbackup", default=lambda one: 100 if _since(one, 36) else 0)
    # 0 up to 1.35, which the logging library took for its own default of 100.
    audit_megabytes = Setting(NUMBER, flag="audit-log-maxsize", default=100)
    encryption_config = Setting(TEXT, flag="encryption-provider-config", default="")
    etcd_servers = Setting(WORDS, flag="etcd-servers", default=())
    etcd_ca_file = Setting(TEXT, flag="etcd-cafile", default="")
    etcd_cert_file = Setting(TEXT, flag="etcd-certfile", default="")
    etcd_key_file = Setting(TEXT, flag="etcd-keyfile", default="")
    kubelet_ca_file = Setting(TEXT, flag="kubelet-certificate-authority", default="")
    kubelet_cert_file = Setting(TEXT, flag="kubelet-client-certificate", default="")
    kubelet_key_file = Setting(TEXT, flag="kubelet-client-key", default="")
    token_lookup = Setting(BOOLEAN, flag="service-account-lookup", default=True)
    token_keys = Setting(TEXT, flag="service-account-key-file", default="")
    token_signer = Setting(TEXT, flag="service-account-signing-endpoint", default="")
    token_extension = Setting(BOOLEAN, flag="service-account-extend-token-expiration", default=True)
    token_lifetime = Setting(DURATION, flag="service-account-max-token-expiration", default=0.0)
    cert_file = Setting(TEXT, flag="tls-cert-file", default="")
    key_file = Setting(TEXT, flag="tls-private-key-file", default="")
    tls_minimum = Setting(TEXT, flag="tls-min-version", default="")
    tls_ciphers = Setting(WORDS, flag="tls-cipher-suites", default=())
    # 8080 up to 1.19; only 0 is taken from 1.20 on, and the flag is gone with 1.24.
    insecure_port = Setting(NUMBER, flag="insecure-port", default=lambda one: 8080 if one.minor < 20 else 0)

    def plugin(self, name: str) -> Told[bool]:
        """Whether an admission plugin is on, and where that is said."""
        for setting, on in ((self.disabled_plugins, False), (self.enabled_plugins, True), (self.listed_plugins, True)):
            if name in setting.value:
                return Told(on, setting.path)
        if not self.listed_plugins.default:
            return Told(value=False, path=self.listed_plugins.path)
        on = name in _ALWAYS_ON or (name == "PodSecurity" and self.minor >= 23)
        return Told(on, self.enabled_plugins.path, default=True)


def _since(one: Component, minor: int) -> bool:
    """Whether a component is of this version or a newer one; the newest where nothing tells."""
    return one.version is None or one.version >= minor
