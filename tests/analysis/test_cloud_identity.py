"""What a service account stands for at a cloud provider."""

from typing import Any

import pytest

from hardstand.analysis.cloud_identity import cloud_identities
from hardstand.inventory.views.config import ServiceAccount
from hardstand.model.violation import MalformedFieldError
from tests.analysis.objects import as_objects


def account(annotations: Any) -> ServiceAccount:
    metadata = {"name": "web", "namespace": "shop", "annotations": annotations}
    return ServiceAccount(as_objects({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata})[0])


ARN = "arn:aws:iam::123456789012:role/path/shop-web"
ROBOT = "web@shop-prod.iam.gserviceaccount.com"
CLIENT = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        (None, []),
        ({"example.org/owner": "team"}, []),
        ({"eks.amazonaws.com/role-arn": ARN}, [("aws", ARN, "123456789012")]),
        (
            {"eks.amazonaws.com/role-arn": "arn:aws-cn:iam::123456789012:role/a"},
            [("aws", "arn:aws-cn:iam::123456789012:role/a", "123456789012")],
        ),
        ({"eks.amazonaws.com/role-arn": "shop-web"}, [("aws", "shop-web", "")]),
        ({"iam.gke.io/gcp-service-account": f" {ROBOT} "}, [("google", ROBOT, "shop-prod")]),
        ({"azure.workload.identity/client-id": CLIENT}, [("azure", CLIENT, "")]),
        (
            {"azure.workload.identity/client-id": CLIENT, "azure.workload.identity/tenant-id": "t"},
            [("azure", CLIENT, "t")],
        ),
        ({"azure.workload.identity/tenant-id": "t"}, []),
        ({"eks.amazonaws.com/role-arn": "", "iam.gke.io/gcp-service-account": "${ROBOT}"}, []),
        ({"eks.amazonaws.com/role-arn": "arn:aws:iam::<ACCOUNT>:role/a"}, []),
        (
            {"azure.workload.identity/client-id": CLIENT, "eks.amazonaws.com/role-arn": ARN},
            [("aws", ARN, "123456789012"), ("azure", CLIENT, "")],
        ),
    ],
)
def test_identities(annotations: Any, expected: list[tuple[str, str, str]]) -> None:
    assert [(one.provider, one.name, one.home) for one in cloud_identities(account(annotations))] == expected


def test_it_says_which_annotation() -> None:
    (one,) = cloud_identities(account({"eks.amazonaws.com/role-arn": ARN}))
    assert one.annotation == "eks.amazonaws.com/role-arn"


def test_annotations_that_cannot_be_read() -> None:
    with pytest.raises(MalformedFieldError, match="annotations"):
        cloud_identities(account(["eks.amazonaws.com/role-arn"]))
