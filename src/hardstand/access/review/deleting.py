"""Bindings that go as a whole: what is deleted is what was reviewed, and no subject that was added since.

`kubectl delete` takes whatever has the name by then. The API server deletes on a condition, too: that the object still
has the resourceVersion that was read. `kubectl` sends such a condition with `--raw` only.
Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/delete-options/ (preconditions)
"""

import json
import shlex
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

_HEAD = """\
# Where one of these fails (`Conflict`, `invalid`), its binding has changed since it was reviewed: look again first.
"""


def named(binding: Mapping[str, Any]) -> Mapping[str, Any]:
    """A binding by its name alone."""
    metadata = {key: text for key, text in binding["metadata"].items() if key in ("name", "namespace")}
    return {"apiVersion": binding["apiVersion"], "kind": binding["kind"], "metadata": metadata}


def script(bindings: Iterable[Mapping[str, Any]]) -> str:
    """A shell script that deletes bindings as they were read; each command fails by itself.

    Of one without a version, which was read from a file, the subjects are taken away as long as they are the same.
    """
    return _HEAD + "".join(f"{_deletion(one) or _emptying(one)}\n" for one in bindings)


def _deletion(binding: Mapping[str, Any]) -> str:
    metadata = binding["metadata"]
    version = metadata.get("resourceVersion")
    if not isinstance(version, str) or not version:
        return ""
    options = {"kind": "DeleteOptions", "apiVersion": "v1", "preconditions": {"resourceVersion": version}}
    where = f"/namespaces/{quote(metadata['namespace'], safe='')}" if metadata.get("namespace") else ""
    plural = f"{binding['kind'].lower()}s"
    address = f"/apis/{binding['apiVersion']}{where}/{plural}/{quote(metadata['name'], safe=':')}"
    words = shlex.join(["kubectl", "delete", f"--raw={address}", "--filename=-"])
    return f"{shlex.join(['printf', '%s', json.dumps(options)])} | {words}"


def _emptying(binding: Mapping[str, Any]) -> str:
    metadata = binding["metadata"]
    operations = [
        {"op": "test", "path": "/subjects", "value": binding["subjects"]},
        {"op": "remove", "path": "/subjects"},
    ]
    kind = f"{binding['kind'].lower()}.{binding['apiVersion'].partition('/')[0]}"
    where = [f"--namespace={metadata['namespace']}"] if metadata.get("namespace") else []
    return shlex.join(
        ["kubectl", *where, "patch", f"{kind}/{metadata['name']}", "--type=json", f"--patch={json.dumps(operations)}"]
    )
