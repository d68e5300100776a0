"""The change that shrinks a radius most: named, and what is left is what a person finds who makes it by hand."""

import pytest

from hardstand.analysis.blast.changes.best import best
from hardstand.analysis.blast.changes.change import Taken
from tests.analysis.blast.boarding import boarded, radius_of
from tests.analysis.blast.test_radius import DB, SHUT, WEB, opened, role

READS = "[{apiGroups: [''], resources: [secrets], verbs: [list]}]"
OTHER = "apiVersion: v1\nkind: Secret\nmetadata: {name: other, namespace: shop}\n---\n"
WITH_TOKEN = WEB.replace("automountServiceAccountToken: false", "serviceAccountName: web")
PRIVILEGED = WEB.replace("image: web,", "image: web, securityContext: {privileged: true},")
MOUNTS = WEB.replace(
    "image: web,",
    "image: web, envFrom: [{secretRef: {name: other}}], volumeMounts: [{name: other, mountPath: /other}],",
).replace("      containers:", "      volumes: [{name: other, secret: {secretName: other}}]\n      containers:")
BOUND = WITH_TOKEN + DB + SHUT + OTHER + role("web", READS)

DENIED = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: denied, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}
---
"""


@pytest.mark.parametrize(
    ("before", "taken", "title", "by_hand"),
    [
        pytest.param(
            BOUND,
            Taken.TOKEN,
            "mount no token in Deployment shop/web (automountServiceAccountToken: false)",
            WEB + DB + SHUT + OTHER + role("web", READS),
            id="token",
        ),
        pytest.param(
            BOUND.replace(
                "serviceAccountName: web", "serviceAccountName: web\n      automountServiceAccountToken: true"
            ),
            Taken.GRANT,
            "take ServiceAccount shop/web out of RoleBinding shop/role, which gives Role shop/role",
            WITH_TOKEN + DB + SHUT + OTHER,
            id="grant",
        ),
        pytest.param(
            PRIVILEGED + DB + SHUT,
            Taken.BREAK_OUT,
            "take from Deployment shop/web what makes it root of its node: container web is privileged "
            "(spec.template.spec.containers[name=web].securityContext.privileged)",
            WEB + DB + SHUT,
            id="break-out",
        ),
        pytest.param(
            MOUNTS + SHUT + OTHER,
            Taken.SECRET,
            "do not give Secret shop/other to Deployment shop/web",
            WEB + SHUT + OTHER,
            id="secret",
        ),
        pytest.param(
            WEB + DB,
            Taken.EGRESS,
            "deny by default what Deployment shop/web may call",
            WEB + DB + DENIED,
            id="egress",
        ),
    ],
)
def test_the_change_and_what_is_left(before: str, taken: Taken, title: str, by_hand: str) -> None:
    board = boarded(before)
    found = radius_of(board, "shop/Deployment/web")
    one = next(each for each in best(board, found) if each.change.taken is taken)
    assert one.change.title == title
    assert one.before == found.total
    assert one.after == radius_of(boarded(by_hand), "shop/Deployment/web").total < found.total


def test_the_first_saves_the_most() -> None:
    """The token opens one Secret, 128; what the network opens is more: the internet, the metadata, the database."""
    text = WITH_TOKEN + DB + OTHER + role("web", READS)
    board = boarded(text)
    found = radius_of(board, "shop/Deployment/web")
    first, *others = best(board, found)
    assert first.change.title == "deny by default what Deployment shop/web may call"
    assert [one.after for one in (first, *others)] == sorted(one.after for one in (first, *others))
    # Itself, its data, its account; the two Secrets that it reads by its rights, halved.
    assert first.after == 256 + 64 + 64 + 128 + 128


def test_a_token_stays_where_the_pods_ask_for_it_in_another_way() -> None:
    """A projected token is mounted whatever automounting says; both are taken away."""
    projected = WITH_TOKEN.replace(
        "      containers:",
        "      volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: t}}, {configMap: {name: c}}]}}]\n"
        "      containers:",
    )
    board = boarded(projected + SHUT + OTHER + role("web", READS))
    found = radius_of(board, "shop/Deployment/web")
    one = next(each for each in best(board, found) if each.change.taken is Taken.TOKEN)
    assert one.after == 256 + 64


def test_what_is_isolated_already_is_not_denied_again() -> None:
    """What its policies let through they go on to let through: another policy takes nothing away."""
    board = boarded(WEB + DB + opened("[{port: 5432}]"))
    found = radius_of(board, "shop/Deployment/web")
    assert not [each for each in best(board, found) if each.change.taken in (Taken.EGRESS, Taken.INGRESS)]


def test_where_nothing_can_be_taken_away_there_is_no_change() -> None:
    board = boarded(WEB + DB + SHUT)
    assert best(board, radius_of(board, "shop/Deployment/web")) == ()
