"""Entrance allows an old TLS version or a weak cipher.

Why
    TLS 1.0 and 1.1 and everything before rest on broken hashes and modes, and whoever sits on the way can push a
    connection down to the weakest that both sides allow. They were withdrawn in 2021 and no browser speaks them.

Fix
    Take the setting away, since every maintained proxy defaults to TLS 1.2 and 1.3 with sound ciphers, or name those.

When it is fine
    For a named partner that cannot do better yet, on a host of its own, with an end date.

References
    - https://www.rfc-editor.org/rfc/rfc8996
    - https://www.rfc-editor.org/rfc/rfc9325
"""

from hardstand.analysis.tls_strength import weakness
from hardstand.controls.api import MEDIUM, MINIMUM, WEEKS_2_4, NotApplicableError, NotNative, Violations, Why, control
from hardstand.inventory.views.tls import TlsHolder


@control(
    severity=MEDIUM,
    stage=WEEKS_2_4,
    maturity=MINIMUM,
    frameworks=(
        "twelve-controls:T6.2",
        "nist-800-53:SC-8",
        "nist-800-53:SC-13",
        "pci-dss:4.2.1",
        "pci-dss:12.3.3",
        "soc2:CC6.7",
        "iso-27001:A.8.24",
    ),
    cel=NotNative.SPREAD,
)
def check(holder: TlsHolder) -> Violations:
    """No TLS setting may allow a version before 1.2, or a cipher without encryption, authentication or strength."""
    settings = list(holder.settings)
    if not settings:
        raise NotApplicableError(Why.NO_SUBJECT)
    for setting in settings:
        weak = weakness(setting)
        if weak:
            yield setting.view.violates(f"allows {weak}", *setting.steps)
