"""What goes into the headers of a request, checked where it is read: whoever finds it wrong later has only the value to
show, and that is a secret.

Source: RFC 9110, 5.5 (field values) and 5.6.2 (tokens)
"""

import re
from typing import Final
from urllib.parse import quote

_CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TOKEN: Final = re.compile(r"[!-~]+")
_NAME_MARKS: Final = "!#$&'*+-.^_`|~"

NOT_ONE_WORD: Final = "holds more than one word, or a line break, so that it is no bearer token"
NOT_PLAIN: Final = "holds a control character, such as a line break, which no header can carry"


def is_token(text: str) -> bool:
    """Tell whether a text can be sent as a bearer token: one word of visible ASCII (wider than RFC 6750, 2.1)."""
    return _TOKEN.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """Tell whether a text can be sent in a header."""
    return _CONTROL.search(text) is None


def in_utf8(text: str) -> str:
    """A text as `http.client`, which writes Latin-1, sends it in UTF-8, as Kubernetes' own clients do."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def as_name(text: str) -> str:
    """A text as part of a header's name, with what is not allowed there as `%XX`.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
    """
    return quote(text, safe=_NAME_MARKS, errors="surrogatepass")
