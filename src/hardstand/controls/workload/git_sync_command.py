"""git-sync is told which program to run as git.

Why
    git-sync runs the program that `--git` or its environment names. Whoever may write the manifest, or the volume
    that the program lies on, runs code with git-sync's identity and its credentials for the repository.

Fix
    Remove the option: the image brings its own git.

References
    - https://github.com/kubernetes/git-sync
    - https://www.akamai.com/blog/security-research/2024-august-kubernetes-gitsync-command-injection-defcon
"""

import re

from hardstand.controls.api import (
    HIGH,
    PRODUCTION,
    WEEKS_2_4,
    Cel,
    NotApplicableError,
    Violations,
    Why,
    always,
    control,
)
from hardstand.inventory.views.container import Container

VARIABLES = ("GITSYNC_GIT", "GIT_SYNC_GIT")
"""Of git-sync 4 and of 3."""

OPTION = re.compile(r"--?git(=|$)")


@control(
    severity=HIGH,
    stage=WEEKS_2_4,
    maturity=PRODUCTION,
    frameworks=("production-checklist:P5.2", "nist-800-53:SI-10"),
    cel=Cel(
        "!container.?image.orValue('').matches('^([^@]*/)?git-sync(:[^@/]*)?(@.*)?$')"
        " || (container.?env.orValue([]).all(one, !(one.?name.orValue('') in told_by))"
        " && (container.?command.orValue([]) + container.?args.orValue([])).all(word,"
        " !word.matches('^--?git(=|$)')))",
        "env, command and args",
        {"told_by": always(VARIABLES)},
    ),
)
def check(container: Container) -> Violations:
    """A container with an image named git-sync must have neither the variable nor the option."""
    if _name_of(container.image or "") != "git-sync":
        raise NotApplicableError(Why.NO_SUBJECT)
    for variable in container.env:
        if variable.name in VARIABLES:
            yield variable.violates("is told which program to run as git", "value")
    for field, words in (("command", container.command), ("args", container.args)):
        for at, word in enumerate(words):
            if OPTION.match(word):
                yield container.violates("is told which program to run as git", field, at)


def _name_of(image: str) -> str:
    """The last part of an image's name, without tag and digest."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]
