"""Which TLS the programs written in Go offer, by their settings and by Go's own defaults.

The weak suites are those that Go calls insecure: https://pkg.go.dev/crypto/tls#InsecureCipherSuites. Go 1.22 took RSA
key exchange out of its defaults and Go 1.23 3DES (https://go.dev/doc/go1.22, https://go.dev/doc/go1.23); Kubernetes
has the latter's defaults from 1.32 on.
"""

from hardstand.inventory.views.component import Component, Told

_WEAK = frozenset(
    {
        "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
        "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA256",
        "TLS_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_256_CBC_SHA",
        "TLS_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_RSA_WITH_RC4_128_SHA",
    }
)
_STRONG_BY_DEFAULT = 32
_OLD = frozenset({"VersionTLS10", "VersionTLS11"})
"""Deprecated by RFC 8996. Without a setting, the components take TLS 1.2."""


def weak_ciphers(one: Component, minimum: Told[str], ciphers: Told[tuple[str, ...]]) -> str | None:
    """What is weak among the cipher suites that a component offers, in words; None where nothing is.

    UnknownError where its defaults hold and its version is not told. TLS 1.3 has no weak suites, and none to choose.
    """
    if minimum.value == "VersionTLS13":
        return None
    if ciphers.value:
        return next((f"offers the cipher suite {name}" for name in ciphers.value if name in _WEAK), None)
    if one.minor < _STRONG_BY_DEFAULT:
        return f"offers Go's default cipher suites, which in Kubernetes 1.{one.minor} include weak ones"
    return None


def old_version(minimum: Told[str]) -> str | None:
    """The deprecated TLS version that is still taken, or None."""
    return minimum.value.replace("VersionTLS1", "TLS 1.") if minimum.value in _OLD else None
