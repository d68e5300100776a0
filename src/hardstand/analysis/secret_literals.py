"""Whether a value is a literal that could be a secret, or only says where one is, or is none at all.

Source of the reference syntaxes: the Kubernetes API (`$(VAR)`), shells, Helm, Vault (bank-vaults and agent), vals
(`ref+`), SOPS (`ENC[`), Jasypt (`ENC(`), Spring (`{cipher}`), Ansible (`$ANSIBLE_VAULT`), 1Password (`op://`), and the
names of secrets at AWS, Google and Azure.
"""

import math
import re
from collections import Counter

from hardstand.analysis.secret_names import CREDENTIALS, PASSWORD, SECRET, Noun, noun_in, words

_FILLED_IN = (("$(", ")"), ("${", "}"), ("{{", "}}"), ("<%", "%>"))
"""What is filled in later, whole or in part. Looked for without a pattern: that would take quadratic time."""
_REFERENCE = re.compile(
    r"""
      \$[A-Za-z_]\w*$ | \$\d$ | %\w+%$ | %\(?\w*\)?s$ | @\w+@$ | __\w+__$ | \{\w*\}$ | :\w+$ | `
    | <[^<>]*>$ | \[[^\[\]]*\]$                          # <password>, [REDACTED]
    | !(?:vault|secret|env)\b | (?:secret|secrets)://? | ref\+ | >>vault:
    | (?:vault|vault-secret|bao|secretref|keyvault|sm|ssm|awssm|gcpsm|akv|bws|env|file|op|pass):
    | ENC[\[(] | \{cipher\} | \$ANSIBLE_VAULT | -----BEGIN\ (?:PGP|AGE)\ (?:MESSAGE|ENC)
    | arn:aws | projects/[^/]+/secrets/ | @Microsoft\.KeyVault\(
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_PATH = re.compile(r"(?:~|\.{1,2})?(?:/[\w.@~-]+)+/?|/|[A-Za-z]:[\\/].*|file:.*|[\w.-]+(?:/[a-z_.-]+){2,}")
_PLAIN_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s@]*", re.IGNORECASE)
_NUMBER = re.compile(
    r"[+-]?[\d.,_]+(?:e[+-]?\d+)?|(?:\d+(?:\.\d+)?\s*(?:ns|us|µs|ms|[shdwy]|[kmgtpe]i?b?))+", re.IGNORECASE
)
"""No unit may fit in two ways, or a row of them takes exponential time: `m` is a minute and a mega."""
_MASK = re.compile(
    r"[*•.x_?#-]+|(.)\1{2,}|.*(?:\.\.\.|…|\*{3,}|x{6,}|\#{6,}).*|.*redacted.*", re.IGNORECASE | re.DOTALL
)
_NOTHING = words(
    """
    disabled empty enabled false n/a nil no none null off on true undefined unset yes
    """
)
_TYPES = words("bool boolean bytes integer number object str string text varchar")
"""What stands under `password:` in a schema."""
_SETTINGS = words(
    """
    any auto basic bearer bool boolean bytes cookie custom database default digest dynamic env environment external
    file generate generated header helm hs256 hs512 http https int integer internal jwt k8s kubernetes kv ldap
    literal local manual md5 memory number oauth oauth2 object oidc opaque optional plain plaintext query random
    required rs256 saml sha1 sha256 sha512 static str string system text vault
    """
)
"""Values that name a way of doing things; what stands under `token: bearer` is no token."""

_LONG, _LEAST_ENTROPY = 16, 2.0
_LEAST_PASSWORD_DIGITS = 6
"""A number as long as this under the name of a password is a password, and no setting for passwords."""


def is_literal(value: str, noun: Noun) -> bool:
    """Tell whether `value`, under a name that holds `noun`, is the secret itself."""
    value = value.strip()
    if not value or value.lower() in _NOTHING or _refers(value) or _PATH.fullmatch(value):
        return False
    if value.lower() in _TYPES:
        return False
    if noun is PASSWORD and value.isdigit():
        return len(value) >= _LEAST_PASSWORD_DIGITS
    if _NUMBER.fullmatch(value) or _PLAIN_URL.fullmatch(value) or _MASK.fullmatch(value):
        return False
    if value.endswith(("EXAMPLE", "EXAMPLEKEY")) or (len(value) >= _LONG and entropy(value) < _LEAST_ENTROPY):
        return False  # AWS' documentation keys, and rows of one digit.
    if re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+", value) and noun_in(value) is not None:
        return False  # The name of a variable: `password: DB_PASSWORD`.
    if noun.weak:
        return looks_random(value)
    if noun is not PASSWORD and value.lower() in _SETTINGS:
        return False
    return not _names_an_object(value, noun)


def _refers(value: str) -> bool:
    """Tell whether a value says where the secret is, or has a part that is filled in later."""
    if _REFERENCE.match(value):
        return True
    found = ((value.find(opener), closer) for opener, closer in _FILLED_IN)
    return any(at >= 0 and value.find(closer, at + 2) >= 0 for at, closer in found)


def _names_an_object(value: str, noun: Noun) -> bool:
    """`kube-system/db` or `db-secret-name` under `secret`, `client-secret` under `secretKey`: a name of a secret."""
    if noun is PASSWORD:
        return False
    if value.endswith(("-secret-name", ".key", ".pem", ".crt")):
        return True
    if noun in (SECRET, CREDENTIALS) and re.fullmatch(r"[a-z0-9][a-z0-9-]*/[a-z0-9][a-z0-9.-]*", value):
        return True
    return noun.kind == "key" and bool(re.fullmatch(r"[a-z]+(?:[-_.][a-z]+)?", value)) and noun_in(value) is not None


def looks_random(value: str) -> bool:
    """Tell whether a value looks generated: long, of letters and digits, and with as much surprise as such text has.

    Hexadecimal text has at most 4 bits of entropy a character and Base64 at most 6; English has about 3 in one word
    and words joined by hyphens seldom more than 3.5.
    """
    if not re.fullmatch(r"[A-Za-z0-9+/=_.~-]{16,}", value) or not re.search(r"\d", value):
        return False
    if re.fullmatch(r"[a-z]+(?:[-_.][a-z0-9]+)+|[A-Z]+(?:_[A-Z0-9]+)+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-.*", value):
        return False
    hexadecimal = re.fullmatch(r"[0-9a-fA-F]+", value) is not None
    return entropy(value) >= (3.0 if hexadecimal else 3.5)


def entropy(text: str) -> float:
    """Shannon's entropy of the characters of `text`, in bits a character."""
    total = len(text)
    return -sum(count / total * math.log2(count / total) for count in Counter(text).values()) if total else 0.0
