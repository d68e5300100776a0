"""The evidence of a review: everything that was asked, answered and signed, in one file that anybody can check.

A gzip-packed tar whose bytes depend on its content alone. Its README says how to check it with ssh-keygen and
sha256sum.
"""

import gzip
import hashlib
import io
import json
import shlex
import tarfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hardstand import __version__
from hardstand.access.review.answers import FOLDER, file_name
from hardstand.access.review.campaign import FILE, Campaign, digest
from hardstand.access.review.deciding import Decided, Work, decided, work
from hardstand.access.review.sshsig import NAMESPACE
from hardstand.access.review.standing import Standing
from hardstand.analysis.rbac.expiry import moment
from hardstand.text.yaml_writing import documents

SCHEMA = "hardstand.dev/review-bundle/v1"
DECIDED = "hardstand.dev/review-decisions/v1"
SUMS, SIGNERS, DECISIONS, ABOUT = "SHA256SUMS", "allowed_signers", "decisions.json", "bundle.json"

_LARGEST = 256 << 20
_MOST = 10_000


class BundleError(Exception):
    """A bundle that cannot be read, or that is not what its digests say."""


def bundled(
    data: bytes, standing: Standing, answers: Mapping[str, bytes], allowed: bytes, closed: str
) -> dict[str, bytes]:
    """The files of a bundle, by their paths in it.

    `data` is the campaign's file, `answers` the files of answers and signatures by their names, `allowed` the file of
    allowed signers, `closed` the time in RFC 3339.
    """
    campaign = standing.campaign
    decisions = decided(campaign, standing.answers)
    todo = work(campaign, decisions)
    files = {FILE: data, SIGNERS: allowed, **{f"{FOLDER}/{name}": said for name, said in answers.items()}}
    files[DECISIONS] = _json(
        {"schema": DECIDED, "campaign": campaign.id, "decisions": [_decision(one) for one in decisions]}
    )
    files |= _carrying_out(todo)
    about = {
        "schema": SCHEMA,
        "campaign": campaign.id,
        "digest": digest(data),
        "closed": closed,
        "complete": standing.complete,
        "tool": {"name": "hardstand", "version": __version__},
        "signed": [{"reviewer": one.reviewer, "key": one.key or None} for one in standing.reviewed],
    }
    files[ABOUT] = _json(about)
    files["README.md"] = _readme(standing, closed).encode("utf-8", "backslashreplace")
    files[SUMS] = sums(files)
    return files


def sums(files: Mapping[str, bytes]) -> bytes:
    """The digests of files, as `sha256sum --check` reads them."""
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {path}\n" for path, data in sorted(files.items())).encode()


def packed(files: Mapping[str, bytes], closed: str) -> bytes:
    """The files as one; the same bytes for the same files."""
    at = int(moment(closed).timestamp())
    spool = io.BytesIO()
    with tarfile.open(fileobj=spool, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path, data in sorted(files.items()):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mtime, entry.mode = len(data), at, 0o644
            tar.addfile(entry, io.BytesIO(data))
    return gzip.compress(spool.getvalue(), mtime=0)


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of a bundle, each seen to have the digest that the bundle names. BundleError where that is not so."""
    files: dict[str, bytes] = {}
    left = _LARGEST
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
            for entry in tar:
                left -= entry.size
                if left < 0 or len(files) >= _MOST:
                    raise BundleError("it is larger than any bundle")
                found = tar.extractfile(entry) if entry.isreg() else None
                if found is None or entry.name in files:
                    raise BundleError(f"{entry.name!r} in it is no file, or comes twice")
                files[entry.name] = found.read()
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise BundleError(f"it is no bundle of a review: {error}") from None
    claimed = files.pop(SUMS, None)
    if claimed is None or claimed != sums(files):
        raise BundleError(f"its files are not those that its {SUMS} names: it was changed")
    return files


def _carrying_out(todo: Work) -> dict[str, bytes]:
    found = {
        f"manifests/{at}-{name}.yaml": _yaml(objects)
        for at, (name, objects) in enumerate(
            (("create", todo.create), ("replace", todo.replace), ("delete", todo.delete)), 1
        )
        if objects
    }
    for system, lines in todo.statements.items():
        found[f"statements/{system}.sql"] = "".join(f"{line}\n" for line in lines).encode()
    if todo.by_hand:
        found["by-hand.txt"] = "".join(f"{line}\n" for line in todo.by_hand).encode("utf-8", "backslashreplace")
    return found


def _decision(one: Decided) -> dict[str, Any]:
    answer = one.answer
    return {
        "grant": one.item.right.id,
        "right": str(one.item.right),
        "reviewer": one.reviewer,
        "decision": answer.decision.value if answer else None,
        "to": answer.to if answer else "",
        "in": answer.namespace if answer else "",
        "comment": answer.comment if answer else "",
    }


def _json(told: Mapping[str, Any]) -> bytes:
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _yaml(objects: tuple[Mapping[str, Any], ...]) -> bytes:
    return "".join(documents(objects)).encode()


def _readme(standing: Standing, closed: str) -> str:
    campaign = standing.campaign
    checks = [_check(one.reviewer) for one in standing.reviewed if one.key]
    late = (
        ""
        if standing.complete
        else "It was closed although not everything was answered; decisions.json has null there.\n"
    )
    return f"""\
# Access review {campaign.id}

Opened {campaign.started}, due {campaign.due}, closed {closed}. {len(campaign.items)} grants, \
{len(campaign.reviewers)} reviewers.
{late}
`campaign.json` is what was asked, `answers/` what was answered and the signatures, `decisions.json` what it comes to.
`manifests/` carries the decisions out: `kubectl create -f` the first, `kubectl replace -f` the second and `kubectl
delete -f` the third. A replacement names the version of the binding that was reviewed: where somebody has changed it
since, the API server refuses it. `statements/` is for other systems, `by-hand.txt` what is left to people.

## To check it

    sha256sum --check {SUMS}
{"".join(checks)}
Whether `{SIGNERS}` holds the keys of those people is for you to know: compare it with a copy of your own.
Each file of answers names the SHA-256 of `campaign.json` as its `digest`, so that what was asked is signed, too.
"""


def _check(reviewer: str) -> str:
    name = f"{FOLDER}/{file_name(reviewer)}"
    who, said, signature = (shlex.quote(word) for word in (reviewer, name, f"{name}.sig"))
    return f"    ssh-keygen -Y verify -f {SIGNERS} -I {who} -n {NAMESPACE} -s {signature} < {said}\n"


def members(files: Mapping[str, bytes]) -> tuple[bytes, Mapping[str, bytes]]:
    """The campaign's file of a bundle, and the files of answers by their names. BundleError where there is none."""
    if FILE not in files:
        raise BundleError(f"it holds no {FILE}")
    before = f"{FOLDER}/"
    return files[FILE], {path.removeprefix(before): data for path, data in files.items() if path.startswith(before)}


def closed_at(files: Mapping[str, bytes]) -> datetime:
    """When a bundle was made. BundleError where it does not say."""
    try:
        return moment(json.loads(files[ABOUT])["closed"])
    except (KeyError, TypeError, ValueError):
        raise BundleError(f"its {ABOUT} does not say when it was closed") from None


def bundle_name(campaign: Campaign) -> str:
    """What the file of a campaign's bundle is called."""
    return f"review-{campaign.id}.tar.gz"
