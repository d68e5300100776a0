"""The service account of the pod that this runs in.

Source: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api
"""

from collections.abc import Mapping
from pathlib import Path

from hardstand.sources.cluster.access import Access, Credentials, Pem
from hardstand.sources.cluster.errors import ConfigError
from hardstand.sources.cluster.proxy import proxy_for

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where the kubelet puts the token, the authority's certificate and the namespace."""


def in_cluster(environment: Mapping[str, str], account: Path = ACCOUNT) -> Access | None:
    """How to reach the cluster that this runs in; None outside of one, ConfigError where half of it is there."""
    host, port = environment.get("KUBERNETES_SERVICE_HOST"), environment.get("KUBERNETES_SERVICE_PORT")
    if not host or not port:
        return None
    token, authority = account / "token", account / "ca.crt"
    for file in (token, authority):
        if not file.is_file():
            raise ConfigError(
                f"{file}: this is a pod, and the service account's {file.name} is not there",
                "set `automountServiceAccountToken: true`, or name a file with --kubeconfig",
            )
    namespace = account / "namespace"
    server = f"https://{f'[{host}]' if ':' in host else host}:{port}"
    return Access(
        cluster="in-cluster",
        server=server,
        place=str(account),
        namespace=namespace.read_text().strip() if namespace.is_file() else "default",
        authority=Pem(path=str(authority)),
        proxy=proxy_for(server, environment),
        credentials=Credentials("the pod's service account", token_file=str(token)),
    )
