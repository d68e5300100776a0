"""Drafts for tests, made as the product makes them, on a day that stays."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from hardstand.baseline.baseline import Baseline
from hardstand.baseline.load import load
from hardstand.draft.drafting import Draft, draft
from hardstand.draft.estate import Estate
from hardstand.engine import catalog
from hardstand.engine.words import vocabulary
from hardstand.sources.interface import ReadOptions
from hardstand.wiring import ScanRequest, estate

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def estate_of(*paths: Path | str, **reading: tuple[str, ...]) -> Estate:
    return estate(ScanRequest([str(one) for one in paths], ReadOptions(**reading)), lambda: NOON)  # type: ignore[arg-type]


def drafted(*paths: Path | str, **reading: tuple[str, ...]) -> Draft:
    return draft(estate_of(*paths, **reading), {one.id: one for one in catalog.load()})


def loaded(text: str) -> Baseline:
    return load(text.encode(), vocabulary(), today=NOON.date())


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def namespace(name: str, labels: str = "{}") -> str:
    return f"---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {labels}}}\n"


def workload(name: str, namespace: str = "", image: str = "ghcr.io/acme/app:1", kind: str = "Deployment") -> str:
    place = f", namespace: {namespace}" if namespace else ""
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}{place}}}\n"
        f"spec:\n  template:\n    spec: {{containers: [{{name: app, image: {image}}}]}}\n"
    )
