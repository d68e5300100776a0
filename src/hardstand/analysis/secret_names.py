"""Names that say what stands under them: `DB_PASSWORD` holds a password, `DB_PASSWORD_FILE` the path of one.

The words are ours, collected from the environment variables, flags and configuration keys of common software.
"""

import re
from dataclasses import dataclass
from functools import lru_cache


def words(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@dataclass(frozen=True, slots=True)
class Noun:
    """What a name says that it holds. A weak one (`key`, `auth`) is believed only of a value that looks random."""

    kind: str
    weak: bool = False


PASSWORD = Noun("password")
TOKEN = Noun("token")
SECRET = Noun("secret")
KEY = Noun("key")
CREDENTIALS = Noun("credentials")
MAYBE = Noun("key", weak=True)

_NOUNS = {
    **dict.fromkeys(("password", "passwd", "passwort", "passphrase", "passcode", "pwd", "pass", "psw"), PASSWORD),
    **dict.fromkeys(("token", "jwt", "pat"), TOKEN),
    "secret": SECRET,
    **dict.fromkeys(("credential", "credentials", "creds", "cred"), CREDENTIALS),
    **dict.fromkeys(("apikey", "secretkey", "privatekey", "accesskey", "authkey", "masterkey", "passkey"), KEY),
}
_GLUED = (
    *((ending, PASSWORD) for ending in ("password", "passwd", "passphrase", "requirepass", "masterauth", "pwd")),
    *((ending, TOKEN) for ending in ("authtoken", "accesstoken", "apitoken", "bottoken")),
    *((ending, SECRET) for ending in ("clientsecret", "appsecret", "sharedsecret")),
    *((ending, KEY) for ending in ("apikey", "secretkey", "privatekey", "accesskey")),
)
"""Ends of words that are written without a break: `PGPASSWORD`, `authtoken`."""

_KEY_BEFORE = words(
    """
    access account admin api app application auth batch cipher client crypt crypto decrypt decryption deploy encrypt
    encryption fernet hmac ingest ingestion instrumentation integration jwt licence license master private root salt
    secret service session shared sign signing ssh storage subscription write
    """
)
"""Words that make a `key` behind them a secret; `cache key` and `sort key` are none."""

_NOT_A_SECRET_AT_THE_END = words(
    """
    account age alg algo algorithm algorithms alias annotation attempts attribute audience audiences authentication
    backend bits body bytes cache certificate certs claim class cleanup client column command config configmap
    cookie count date days default delay dialog dir directory disabled domain dropped duration enable enabled
    encoding encryption endpoint enforcement engine exchange expiration expires expiry expression factory field file
    filename filepath files filter folder format function generator group handler hash hashing header headers help
    hint history host hostname hours id identifier ids info interval issuer issuers kind kinds label labels leeway
    length level lifespan lifetime limit limits location login lookup manager max message method min minlength
    minutes mode module mount name names namespace number object operator option options order owner pair param
    parameter path paths pattern period placeholder plugin plugins policies policy port prefix principal project
    property provider providers pull purpose query ref reference reflector refresh regex region register rename
    renewal request required reset resolver resource response retention retries review reviewer role rotation rule
    rules schema scope scopes seconds selector separator server service size source sources split status storage
    store strategy strength suffix support sync table target template threshold timeout title tokenizer transport
    ttl type types unit uri url urls usage use user username users validate validation validator verification verify
    validity var variable version volume webhook window
    """
)
_NOT_A_SECRET_ANYWHERE = words("authenticity csrf existing keycloak passthrough pub public tokenizer tokenizers xsrf")
_INNOCENT = (
    ("initial", "cluster", "token"),
    ("continue", "token"),
    ("page", "token"),
    ("next", "token"),
    ("sync", "token"),
)
"""Ends of names that only sound like secrets: etcd's name for a new cluster, and cursors of listings."""
_NOT_BEFORE_SECRET = words("ca cert certificate certs image pull tls")
_NOT_BEFORE_PASS = words("by com first in multi one proxy second single two")


@lru_cache(maxsize=8192)
def noun_in(name: str) -> Noun | None:
    """What `name` says that it holds, None when no secret. `name` is a variable, flag, key or file name."""
    parts = [word.lower() for word in _WORD.findall(name.removesuffix(".txt"))]
    while parts and parts[-1].isdigit():
        parts.pop()  # PASSWORD_2
    if not parts or parts[-1] in _NOT_A_SECRET_AT_THE_END:
        return None
    if not _NOT_A_SECRET_ANYWHERE.isdisjoint(parts) or any(tuple(parts[-len(end) :]) == end for end in _INNOCENT):
        return None
    if parts[-1] == "key":
        return _key(parts)
    for at in range(len(parts) - 1, -1, -1):
        found = _noun_at(parts, at)
        if found is not None:
            return found
    return MAYBE if parts[-1] in ("auth", "authorization", "dsn", "signature", "license", "licence") else None


def _noun_at(parts: list[str], at: int) -> Noun | None:
    word = parts[at]
    before = parts[at - 1] if at else ""
    if word == "secret" and before in _NOT_BEFORE_SECRET:
        return None  # The name of an object: tlsSecret, imagePullSecret.
    if word in ("pass", "pat", "cred", "jwt") and (
        at != len(parts) - 1 or (word == "pass" and before in _NOT_BEFORE_PASS)
    ):
        return None  # PASS_THROUGH, JWT_COOKIE; only as the last word they are what is held.
    if word == "key" and at and before in _KEY_BEFORE:
        return KEY
    found = _NOUNS.get(word)
    if found is not None:
        return found
    return next((noun for ending, noun in _GLUED if word.endswith(ending)), None)


def _key(parts: list[str]) -> Noun | None:
    """`key` as the last word: a secret after some parts, the name of a key in a Secret after others."""
    before = parts[-2] if len(parts) > 1 else ""
    if before in _KEY_BEFORE:
        return KEY
    if before in ("password", "token", "username", "credentials"):
        return None  # passwordKey: which key of a Secret holds the password.
    return MAYBE
