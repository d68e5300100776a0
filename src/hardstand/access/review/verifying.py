"""Whether a bundle holds what its signed answers come to, and nothing else.

Only `campaign.json` and the answers are signed. Whoever can write a bundle can write its digests as well, so all the
rest is worked out anew and held against what stands there.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from hardstand import __version__
from hardstand.access.review.answers import file_name
from hardstand.access.review.bundle import ABOUT, README, SIGNERS, SUMS, BundleError, bundled, members
from hardstand.access.review.deciding import decided, wider
from hardstand.access.review.standing import Standing


def problems(files: Mapping[str, bytes], found: Standing) -> Iterator[str]:
    """What of a bundle does not follow from its signed answers, one sentence each.

    `files` are those of the bundle, `found` is how far its campaign is by the signatures that count. BundleError where
    the bundle does not say what it is.
    """
    asked, answers = members(files)
    about = _about(files)
    own = {name for one in found.campaign.reviewers for name in (file_name(one), f"{file_name(one)}.sig")}
    mine = {name: data for name, data in answers.items() if name in own}
    made = bundled(asked, found, mine, files.get(SIGNERS, b""), about["closed"])
    made.pop(SUMS)
    version = about.get("tool", {}).get("version")
    for path in sorted({*made, *files}):
        if path not in made:
            yield f"{path} does not belong to it"
        elif path not in files:
            yield f"{path} is missing"
        elif made[path] != files[path] and not _only_older(path, made[path], files[path], version):
            yield f"{path} is not what the signed answers come to" + _made_by(version)
    for one in decided(found.campaign, found.answers):
        if why := wider(one, found.campaign):
            yield f"an answer says narrow, and {why}"


def _about(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        about = json.loads(files[ABOUT])
    except (KeyError, ValueError, RecursionError):
        about = None
    if isinstance(about, dict) and isinstance(about.get("closed"), str) and isinstance(about.get("tool"), dict):
        return about
    raise BundleError(f"its {ABOUT} does not say when it was closed, and by what")


def _only_older(path: str, made: bytes, there: bytes, version: object) -> bool:
    """Whether files differ only in what another version of Hardstand says of itself, and in the words of its README."""
    if version == __version__:
        return False
    if path == ABOUT:
        return {**json.loads(made), "tool": 0} == {**json.loads(there), "tool": 0}
    return path == README


def _made_by(version: object) -> str:
    return "" if version == __version__ else f" (it says it was made by version {version!r}, and this is {__version__})"
