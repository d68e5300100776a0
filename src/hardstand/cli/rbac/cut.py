"""Find the fewest grants to take away so that no path is left from some identities to the power over a cluster.

  hardstand rbac cut --from serviceaccount:shop/web deploy/
  hardstand rbac cut --from group:dev --from group:contractors --to secrets --cluster
  hardstand rbac cut --from user:jane --keep ops-admin estate.json.zst

Grants are weighed by how much else uses them, and the cut that weighs least is found: proven to be the least, or, when
the time is over, told with how far from it it may be. What else stops working is shown. The changes follow: a diff for
`git apply`, commands for a cluster, a kustomization for what is rendered. Before they are shown, everything is read
again with them made, and no path may be left.

What Kubernetes gives itself is left alone without --system, and so are the baseline's personas for emergencies.
It needs the extra `solver`. Exit status: 0 nothing to cut, 1 there is a path, 2 it could not look.
"""

import argparse
import sys
from collections.abc import Callable, Collection, Sequence
from typing import Any

from hardstand.access.cutting.answering import Answer, UnprovenError, answered
from hardstand.access.cutting.json import as_json
from hardstand.access.cutting.keeping import Keeping
from hardstand.access.cutting.running import RUNNING_READS
from hardstand.access.cutting.solving import NoSolverError
from hardstand.access.cutting.text import as_text
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.who import Who, parse
from hardstand.cli.baselines import add_baseline_arguments, baseline_of
from hardstand.cli.errors import BLOCKED, COULD_NOT_LOOK, PASSED, UsageError
from hardstand.cli.rbac.asking import add_format, add_input, permissions_of, subject_named
from hardstand.cli.rbac.cut_changes import Changes, changes_of, places
