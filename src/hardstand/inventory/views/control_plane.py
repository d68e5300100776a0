"""The controller manager, the scheduler, etcd and kube-proxy.

Sources of flags and defaults: the pages below https://kubernetes.io/docs/reference/command-line-tools-reference/, those
of the configuration files below https://kubernetes.io/docs/reference/config-api/, and, for etcd,
https://etcd.io/docs/v3.6/op-guide/configuration/.
"""

from hardstand.inventory.components.documents import CONFIG_MAP
from hardstand.inventory.components.values import BOOLEAN, GATES, NUMBER, TEXT, WORDS, Reader
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.component import CLUSTER_CONFIGURATION, Component, Setting, kinds_of
from hardstand.model.component import CONTROLLER_MANAGER, ETCD, KUBE_PROXY, SCHEDULER
from hardstand.model.kind import Kind
from hardstand.model.path import Value


class ControllerManager(Component):
    """A controller manager. Its `/configz` writes fields that have no JSON name as Go names them."""

    kinds = kinds_of(CONTROLLER_MANAGER) | {CLUSTER_CONFIGURATION}
    noun = "controller manager"
    programs = frozenset({CONTROLLER_MANAGER})

    profiling = Setting(BOOLEAN, flag="profiling", config=("Generic", "Debugging", "enableProfiling"), default=True)
    own_credentials = Setting(
        BOOLEAN, flag="use-service-account-credentials", config=("KubeCloudShared", "UseServiceAccountCredentials"),
        default=False,
    )  # fmt: skip
    token_key = Setting(
        TEXT, flag="service-account-private-key-file", config=("SAController", "ServiceAccountKeyFile"), default=""
    )
    root_ca_file = Setting(TEXT, flag="root-ca-file", config=("SAController", "RootCAFile"), default="")
    terminated_pods = Setting(
        NUMBER, flag="terminated-pod-gc-threshold", config=("PodGCController", "TerminatedPodGCThreshold"),
        default=12500,
    )  # fmt: skip
    bind_address = Setting(TEXT, flag="bind-address", default="0.0.0.0")  # noqa: S104 - it is the component's default.
    secure_port = Setting(NUMBER, flag="secure-port", default=10257)
    # Gone with 1.22: https://github.com/kubernetes/kubernetes/pull/96216
    insecure_port = Setting(NUMBER, flag="port", default=lambda one: 10252 if one.minor < 22 else 0)
    tls_minimum = Setting(TEXT, flag="tls-min-version", default="")
    tls_ciphers = Setting(WORDS, flag="tls-cipher-suites", default=())
    features = Setting(GATES, flag="feature-gates", default={})


class SchedulerFile(Subject):
    """The file that the scheduler's `--config` names."""

    kinds = frozenset({Kind("kubescheduler.config.k8s.io", "KubeSchedulerConfiguration")})


class Scheduler(Component):
    """A scheduler. With `--config`, it takes profiling from the file alone."""

    kinds = kinds_of(SCHEDULER) | {CLUSTER_CONFIGURATION}
    noun = "scheduler"
    programs = frozenset({SCHEDULER})

    profiling = Setting(BOOLEAN, flag="profiling", config=("enableProfiling",), default=True, file_wins=True)
    bind_address = Setting(TEXT, flag="bind-address", default="0.0.0.0")  # noqa: S104 - it is the component's default.
    secure_port = Setting(NUMBER, flag="secure-port", default=10259)
    # Gone with 1.23: https://github.com/kubernetes/kubernetes/pull/96345
    insecure_port = Setting(NUMBER, flag="port", default=lambda one: 10251 if one.minor < 23 else 0)
    tls_minimum = Setting(TEXT, flag="tls-min-version", default="")
    tls_ciphers = Setting(WORDS, flag="tls-cipher-suites", default=())


class Etcd(Component):
    """An etcd member. With `--config-file`, neither flags nor environment count."""

    kinds = kinds_of(ETCD) | {CLUSTER_CONFIGURATION}
    noun = "etcd"
    programs = frozenset({ETCD})

    client_urls = Setting(
        Reader(WORDS.expected, WORDS.texts, lambda value: _urls(value)), flag="listen-client-urls",
        config=("listen-client-urls",), default=("http://localhost:2379",), file_wins=True,
    )  # fmt: skip
    peer_urls = Setting(
        Reader(WORDS.expected, WORDS.texts, lambda value: _urls(value)), flag="listen-peer-urls",
        config=("listen-peer-urls",), default=("http://localhost:2380",), file_wins=True,
    )  # fmt: skip
    cert_file = Setting(
        TEXT, flag="cert-file", config=("client-transport-security", "cert-file"), default="", file_wins=True
    )
    key_file = Setting(
        TEXT, flag="key-file", config=("client-transport-security", "key-file"), default="", file_wins=True
    )
    client_auth = Setting(
        BOOLEAN, flag="client-cert-auth", config=("client-transport-security", "client-cert-auth"), default=False,
        file_wins=True,
    )  # fmt: skip
    auto_tls = Setting(
        BOOLEAN, flag="auto-tls", config=("client-transport-security", "auto-tls"), default=False, file_wins=True
    )
    peer_cert_file = Setting(
        TEXT, flag="peer-cert-file", config=("peer-transport-security", "cert-file"), default="", file_wins=True
    )
    peer_key_file = Setting(
        TEXT, flag="peer-key-file", config=("peer-transport-security", "key-file"), default="", file_wins=True
    )
    peer_auth = Setting(
        BOOLEAN, flag="peer-client-cert-auth", config=("peer-transport-security", "client-cert-auth"), default=False,
        file_wins=True,
    )  # fmt: skip
    peer_auto_tls = Setting(
        BOOLEAN, flag="peer-auto-tls", config=("peer-transport-security", "auto-tls"), default=False, file_wins=True
    )


def _urls(value: Value) -> tuple[str, ...]:
    """etcd's file has one text with commas."""
    if not isinstance(value, str):
        raise ValueError
    return tuple(one.strip() for one in value.split(","))


class KubeProxy(Component):
    """A kube-proxy. Those that read a file are judged by that file."""

    kinds = kinds_of(KUBE_PROXY) | {CONFIG_MAP}
    noun = "kube-proxy"
    programs = frozenset({KUBE_PROXY})

    metrics_address = Setting(
        TEXT, flag="metrics-bind-address", config=("metricsBindAddress",), default="127.0.0.1:10249", file_wins=True
    )
