"""Where sources, engine and doors meet. Nothing else imports both sides."""

from hardstand.engine.parallel import WorkerDiedError
from hardstand.wiring.clusters import ClusterError, ClusterRequest, with_cluster
from hardstand.wiring.estates import estate
from hardstand.wiring.held import Held
from hardstand.wiring.hosts import with_host
from hardstand.wiring.request import ScanRequest
from hardstand.wiring.scanning import scan

__all__ = [
    "ClusterError",
    "ClusterRequest",
    "Held",
    "ScanRequest",
    "WorkerDiedError",
    "estate",
    "scan",
    "with_cluster",
    "with_host",
]
