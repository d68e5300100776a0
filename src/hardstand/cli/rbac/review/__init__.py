"""The access review: every grant is asked about, answered, signed and kept as evidence.

`start` opens a campaign in a folder, reviewers fill in and `sign` their files there, `status` says what is left, and
`close` gives the evidence and the manifests. Nothing is written to a cluster. docs/access-review.md has the whole way.
"""

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
    "start": "open a campaign: a file of questions for each reviewer",
    "sign": "sign a file of answers with an SSH key",
    "status": "say what is answered, and what is late",
    "close": "check the answers, and give the evidence and what carries the decisions out",
}
"""Each verb's module under hardstand.cli.rbac.review, and its line in --help."""
