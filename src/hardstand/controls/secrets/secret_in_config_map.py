"""Secret is kept in a ConfigMap.

Why
    ConfigMaps are for what everybody may know: they are seldom encrypted at rest, are readable for more roles than
    Secrets are, and are printed and compared without second thoughts by every tool.

Fix
    Rotate the secret and move it into a Secret from a store. Where a whole configuration file holds it, let the program
    read that one setting from a file or variable, or render the file from a Secret.

When it is fine
    The value is no secret after all, such as a public key or an example in a comment.

References
    - https://kubernetes.io/docs/concepts/configuration/configmap/
    - https://kubernetes.io/docs/concepts/security/secrets-good-practices/
"""

import base64
import binascii

from hardstand.analysis.secret_text import Detected, all_in_named_value
from hardstand.controls.api import HIGH, MINIMUM, WEEK_1, Confidence, NotNative, Violations, control
from hardstand.inventory.views.config import ConfigMap

SHOWN = 3


@control(
    severity=HIGH,
    confidence=Confidence.MEDIUM,
    stage=WEEK_1,
    maturity=MINIMUM,
    frameworks=(
        "production-checklist:P2.1",
        "twelve-controls:T2.3",
        "nsa-cisa:network.secrets",
        "nist-800-190:4.1.4",
        "nist-800-53:IA-5(7)",
        "nist-800-53:SC-28",
        "pci-dss:8.6.2",
        "soc2:CC6.1",
        "iso-27001:A.5.17",
    ),
    cel=NotNative.SECRETS,
)
def check(config_map: ConfigMap) -> Violations:
    """No value may be a secret or hold one, as plain value, inside a configuration file, or as encoded text."""
    for key, value in config_map.values.items():
        found = list(all_in_named_value(key, value))
        if found:
            yield config_map.violates(_message(key, found), "data", key)
    for key, value in config_map.binary.items():
        found = list(all_in_named_value(key, _decoded(value)))
        if found:
            yield config_map.violates(_message(key, found), "binaryData", key)


def _message(key: str, found: list[Detected]) -> str:
    words = [f"{one} under `{one.name}`" if one.name and one.name != key else str(one) for one in found[:SHOWN]]
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"holds a literal {', a '.join(words)}{more}"


def _decoded(value: str) -> str:
    """The text in Base64, nothing when it is neither."""
    try:
        return base64.b64decode(value).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
