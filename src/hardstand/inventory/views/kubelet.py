"""The kubelet, as its configuration file, its flags or its `/configz` say.

Flags override the file. Without a file, four settings have the looser defaults of old.
Sources: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/,
https://kubernetes.io/docs/tasks/administer-cluster/kubelet-config-file/ and, for the defaults without a file,
`applyLegacyDefaults` in cmd/kubelet/app/options/options.go of Kubernetes.
"""

from hardstand.inventory.components.documents import CONFIG_MAP
from hardstand.inventory.components.values import BOOLEAN, DURATION, GATES, NUMBER, TEXT, WORDS
from hardstand.inventory.views.component import Component, Setting, kinds_of
from hardstand.model.component import KUBELET


class Kubelet(Component):
    """A kubelet."""

    kinds = kinds_of(KUBELET, workloads=False) | {CONFIG_MAP}
    noun = "kubelet"
    programs = frozenset({KUBELET})

    anonymous_auth = Setting(
        BOOLEAN, flag="anonymous-auth", config=("authentication", "anonymous", "enabled"), default=False, bare=True
    )
    authorization_mode = Setting(
        TEXT, flag="authorization-mode", config=("authorization", "mode"), default="Webhook", bare="AlwaysAllow"
    )
    client_ca_file = Setting(TEXT, flag="client-ca-file", config=("authentication", "x509", "clientCAFile"), default="")
    read_only_port = Setting(NUMBER, flag="read-only-port", config=("readOnlyPort",), default=0, bare=10255)
    streaming_timeout = Setting(
        DURATION, flag="streaming-connection-idle-timeout", config=("streamingConnectionIdleTimeout",),
        default=4 * 3600.0, zero_is_unset=True,
    )  # fmt: skip
    protect_kernel = Setting(BOOLEAN, flag="protect-kernel-defaults", config=("protectKernelDefaults",), default=False)
    iptables_chains = Setting(
        BOOLEAN, flag="make-iptables-util-chains", config=("makeIPTablesUtilChains",), default=True
    )
    host_name = Setting(TEXT, flag="hostname-override", default="")
    # 5 up to 1.26.
    event_rate = Setting(
        NUMBER, flag="event-qps", config=("eventRecordQPS",),
        default=lambda one: 5 if one.version is not None and one.version < 27 else 50,
    )  # fmt: skip
    cert_file = Setting(TEXT, flag="tls-cert-file", config=("tlsCertFile",), default="")
    key_file = Setting(TEXT, flag="tls-private-key-file", config=("tlsPrivateKeyFile",), default="")
    bootstraps_tls = Setting(BOOLEAN, flag="rotate-server-certificates", config=("serverTLSBootstrap",), default=False)
    rotates_certificates = Setting(BOOLEAN, flag="rotate-certificates", config=("rotateCertificates",), default=False)
    features = Setting(GATES, flag="feature-gates", config=("featureGates",), default={})
    tls_minimum = Setting(TEXT, flag="tls-min-version", config=("tlsMinVersion",), default="")
    tls_ciphers = Setting(WORDS, flag="tls-cipher-suites", config=("tlsCipherSuites",), default=())
    pod_pids = Setting(NUMBER, flag="pod-max-pids", config=("podPidsLimit",), default=-1)
    seccomp_default = Setting(BOOLEAN, flag="seccomp-default", config=("seccompDefault",), default=False)
