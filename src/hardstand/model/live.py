"""Objects of a running cluster, named as a file is: `cluster:` and the path by which the API server gives them.

`kubectl get --raw PATH` gives the same object, and lines and columns count in what `kubectl get … -o json` prints.
"""

import json

from hardstand.model.path import Value

_SCHEME = "cluster:"


def is_live(file: str) -> bool:
    """Tell whether what is called a file is an object of a cluster."""
    return file.startswith(_SCHEME)


def live_name(path: str) -> str:
    """The name of the page of the object at an API path such as `/api/v1/namespaces/shop`."""
    return _SCHEME + path


def as_printed(value: Value) -> bytes:
    """The text that kubectl prints of an object: four spaces, keys in their order, fields of the server left out.

    Source: k8s.io/cli-runtime/pkg/printers/json.go
    """
    return (json.dumps(value, indent=4, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")
