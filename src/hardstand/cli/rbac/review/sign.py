"""Sign a file of answers with an ed25519 SSH key, as `ssh-keygen -Y sign -n hardstand-review` does.

  hardstand rbac review sign review/answers/jane.yaml --key ~/.ssh/id_ed25519

The signature is written beside the file, as NAME.yaml.sig, once all answers in it can be read.
"""

import argparse
from pathlib import Path

from hardstand.access.review.answers import answers_in, file_name
from hardstand.access.review.campaign import digest
from hardstand.access.review.sshsig import NAMESPACE, LackingError, SignatureError, sign
from hardstand.cli.errors import BLOCKED, PASSED, UsageError, complain, note, warn
from hardstand.cli.rbac.review.folder import bytes_of, campaign_at


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's arguments."""
    parser.add_argument("file", metavar="FILE", help="the file of answers")
    parser.add_argument("--key", required=True, metavar="FILE", help="a private ed25519 key in OpenSSH's form")


def run(arguments: argparse.Namespace) -> int:
    """Sign, and give the exit status: 1 where the answers cannot be read."""
    path = Path(arguments.file)
    said = bytes_of(path, "name a file under answers/ of the campaign")
    data, campaign = campaign_at(path.resolve().parent.parent)
    reviewer = next((one for one in campaign.reviewers if file_name(one) == path.name), None)
    if reviewer is None:
        raise UsageError(f"{path} is the file of none of the reviewers", f"they are {', '.join(campaign.reviewers)}")
    answers = answers_in(said, campaign, digest(data), reviewer)
    if answers.faults:
        for fault in answers.faults:
            complain(f"{path}: {fault}")
        return BLOCKED
    key = bytes_of(Path(arguments.key), "")
    try:
        armored = sign(said, key)
    except LackingError as error:
        hint = f"`ssh-keygen -Y sign -f {arguments.key} -n {NAMESPACE} {path}` does the same"
        raise UsageError(str(error), hint) from error
    except SignatureError as error:
        hint = f"`ssh-keygen -Y sign -f {arguments.key} -n {NAMESPACE} {path}` takes any key"
        raise UsageError(f"{arguments.key}: {error}", hint) from error
    path.with_name(f"{path.name}.sig").write_text(armored, encoding="ascii")
    left = len(campaign.of(reviewer)) - len(answers.by_grant)
    if left:
        warn(f"{left} of {len(campaign.of(reviewer))} grants are not answered yet; sign again when they are")
    note(f"signed {path.name}.sig for {reviewer}")
    return PASSED
