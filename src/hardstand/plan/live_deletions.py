"""Deletions of objects of a cluster, as commands that a person runs.

`kubectl delete` takes whatever has the name by then, with all that was added to it meanwhile. The API server deletes on
conditions too: the same uid and the same resourceVersion, so the very object that was read, with nothing changed in it.
`kubectl` sends these only with `--raw`.

Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/ (preconditions).
"""

import json
import shlex
from collections.abc import Mapping
from urllib.parse import quote

from hardstand.model.finding import ObjectRef


def deletion(ref: ObjectRef, data: Mapping[str, object]) -> str | None:
    """The command that deletes an object of which `data` was read; it fails where that is another one by now.

    None where the data has no uid and no resourceVersion, so that no condition can be set. `ref` is of a kind whose
    plural ends in `s` only, such as a binding, and has a namespace if it lives in one.
    """
    metadata = data.get("metadata")
    told = metadata if isinstance(metadata, dict) else {}
    uid, version = told.get("uid"), told.get("resourceVersion")
    if not isinstance(uid, str) or not isinstance(version, str) or not uid or not version:
        return None
    options = {
        "kind": "DeleteOptions",
        "apiVersion": "v1",
        "preconditions": {"uid": uid, "resourceVersion": version},
    }
    where = f"/namespaces/{quote(ref.namespace, safe='')}" if ref.namespace else ""
    address = f"/apis/{ref.api_version}{where}/{ref.kind.lower()}s/{quote(ref.name, safe=':')}"
    words = shlex.join(["kubectl", "delete", f"--raw={address}", "--filename=-"])
    return f"{shlex.join(['printf', '%s', json.dumps(options)])} | {words}"
