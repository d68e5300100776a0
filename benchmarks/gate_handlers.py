"""What the gate's benchmark has answer: the gate's own review, all controls, over a picture of a cluster.

The picture is the example estate, told of as an API server would. Answers that are kept for what is asked again word
for word are switched off: the benchmark goes through the same reviews over and over, and a cluster does not.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from hardstand.engine import catalog
from hardstand.engine.findings import Page
from hardstand.engine.live import Live
from hardstand.engine.recent import Recent
from hardstand.engine.settings import Settings
from hardstand.gate.handling import Reply, Validating
from hardstand.gate.kinds import plural
from hardstand.gate.review import Reviewer
from hardstand.gate.server.interface import Handler
from hardstand.model.kind import CLUSTER_SCOPED, Kind, group_of
from hardstand.model.live import live_name

SHOP = Path(__file__).parents[1] / "examples" / "shop"


def whole() -> Mapping[str, Handler]:
    """Every review is judged from the beginning."""
    return _handlers(0)


def remembering() -> Mapping[str, Handler]:
    """As it is served: what is asked again word for word is answered from memory."""
    return _handlers(None)


def served() -> Mapping[str, Handler]:
    """As it is served, while a watch tells of each Deployment and ReplicaSet that was let in."""
    handlers = remembering()
    validating = handlers["/validate"]
    assert isinstance(validating, Validating)
    return {"/validate": _Followed(validating)}


class _Followed:
    """Puts what makes pods into the picture once it was let in, as the watch does, and lets it go some time later."""

    KEPT = 400

    def __init__(self, validating: Validating) -> None:
        self._validating = validating
        self._live = validating._reviewer._live
        self._names: deque[str] = deque()

    def __call__(self, data: bytes) -> Reply:
        """The answer."""
        reply = self._validating(data)
        if reply.verdict == "admitted" and b'"kind":"Pod"' not in data[:400]:
            page = Page(*_told(data), live=True)
            self._live.put(page)
            self._names.append(page.name)
            if len(self._names) > self.KEPT:
                self._live.remove(self._names.popleft())
        return reply


def _told(data: bytes) -> tuple[str, bytes]:
    """The name and the text of an object's page, as a watch has them."""
    one = json.loads(data)["request"]["object"]
    one["metadata"].pop("managedFields", None)
    one["metadata"]["resourceVersion"] = "1"
    return live_name(_path(one)), json.dumps(one, separators=(",", ":")).encode()


def _handlers(most: int | None) -> Mapping[str, Handler]:
    controls = catalog.load()
    live = Live(controls, Settings(complete=True, cluster="benchmark", excerpts=False))
    for page in _pages():
        live.put(page)
    if most is not None:
        live._recent, live._alike = Recent(most), Recent(most)
    return {"/validate": Validating(Reviewer(live, controls))}


def _pages() -> Iterator[Page]:
    for file in sorted(SHOP.rglob("*.yaml")):
        if "charts" in file.parts or file.name == "hardstand.yaml":
            continue
        for one in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            if isinstance(one, dict) and one.get("kind") and one.get("metadata", {}).get("name"):
                yield Page(live_name(_path(one)), json.dumps(one).encode(), live=True)


def _path(one: Mapping[str, Any]) -> str:
    version, kind = str(one["apiVersion"]), Kind(group_of(str(one["apiVersion"])), str(one["kind"]))
    root = f"/apis/{version}" if "/" in version else f"/api/{version}"
    home = "" if kind in CLUSTER_SCOPED else f"/namespaces/{one['metadata'].get('namespace', 'default')}"
    return f"{root}{home}/{plural(kind)}/{one['metadata']['name']}"
