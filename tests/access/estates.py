"""Estates of test files: written, and read as a person's would be."""

from pathlib import Path

from hardstand.access.cutting.running import RUNNING_READS
from hardstand.analysis.rbac.permissions import RBAC_READS, Permissions
from hardstand.wiring import ScanRequest
from hardstand.wiring.surveying import Surveyed, surveyed

ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: {name}}}
rules: {rules}
"""


def read_in(folder: Path, **files: str) -> tuple[Permissions, Surveyed]:
    """Write the files, and read the folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    found = surveyed(ScanRequest(paths=(str(folder),)), [*RBAC_READS, *RUNNING_READS])
    assert not found.unreadable, found.unreadable
    return Permissions.of(found.neighbours, settled=False), found
