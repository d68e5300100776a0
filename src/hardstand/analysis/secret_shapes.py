"""Secrets that are known by their shape, wherever they stand: private keys, and tokens that vendors mark as theirs.

Each shape begins with text that is looked for first, so that a megabyte without any costs almost nothing.
Sources: the vendors' documentation of their token formats; https://www.rfc-editor.org/rfc/rfc7468 (PEM),
https://www.rfc-editor.org/rfc/rfc7519 (JWT), https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1 (user information).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hardstand.analysis.secret_headers import BASIC, LOGIN, basic_login
from hardstand.analysis.secret_literals import entropy, is_literal, looks_random
from hardstand.analysis.secret_names import PASSWORD


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of secret, what a text must hold for it, and how it looks; group 1 is the secret, if it is one."""

    kind: str
    marks: tuple[str, ...]
    pattern: re.Pattern[str]
    random: bool = True
    """The part behind the mark must look generated; placeholders such as `ghp_xxxx` do not."""
    proof: Callable[[str], bool] | None = None
    """What else must hold of what looks so."""


def _shape(
    kind: str,
    marks: str,
    pattern: str,
    *,
    random: bool = True,
    otherwise: str = "(?!)",
    proof: Callable[[str], bool] | None = None,
) -> Shape:
    """A shape that stands alone as a word.

    `otherwise` is what to step over where the pattern starts but does not fit, as it then fits nowhere in that; without
    it, `-eyJ-eyJ-eyJ` would be read to its end from each `eyJ`.
    """
    whole = rf"(?<![A-Za-z0-9_])(?:({pattern})(?![A-Za-z0-9_])|{otherwise})"
    return Shape(kind, tuple(marks.split()), re.compile(whole), random, proof)


_W = "[A-Za-z0-9_-]"
_A = "[A-Za-z0-9]"
_VALUE = "[A-Za-z0-9._~+/-]"
_BASIC_HEADER = r"(?i:authorization)[\"']?\s*[:=]\s*[\"']?(?i:basic)\s+[A-Za-z0-9+/]{8,}={0,2}"
_AUTHORIZATION = (
    rf"{_BASIC_HEADER}|(?i:authorization)[\"']?\s*[:=]\s*[\"']?"
    rf"(?:(?:(?i:token|api-?key|api-?token|apikey)\s+)?(?:sha256~)?(?=[\w.~+/-]*\d){_VALUE}{{12,}}={{0,2}})"
)

SHAPES = (
    Shape(
        "private key",
        ("PRIVATE KEY",),
        re.compile(
            r"(-----BEGIN[A-Z0-9 ]{0,40} PRIVATE KEY(?: BLOCK)?-----"
            # Proc-Type and DEK-Info of RFC 1421, on their own lines or folded into one; possessive, as each of the
            # headers could end at any character.
            r"(?:(?:\s{0,3}[A-Za-z]{1,20}-[A-Za-z]{1,20}: ?[^\n]{0,100}){0,4}+"
            r"|(?:\s{0,3}[A-Za-z]{1,20}-[A-Za-z]{1,20}: ?[^\s]{0,100}){0,4}+)"
            r"(?=[^-]{0,400}?[A-Za-z0-9+/=]{24})[^-]{24,20000}(?:-----END[A-Z0-9 ]{0,40} PRIVATE KEY(?: BLOCK)?-----)?)"
        ),
        random=False,
    ),
    _shape("AWS access key ID", "AKIA ASIA ABIA ACCA", "(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}"),
    _shape("Amazon Bedrock key", "ABSKQ", r"ABSKQ[A-Za-z0-9+/]{108,}={0,2}"),
    # The prefix is followed by `bedrock.amazonaws.com` in Base64.
    _shape("Amazon Bedrock key", "bedrock-api-key-", rf"bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t{_W}*"),
    _shape("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", f"gh[pousr]_{_A}{{36,255}}"),
    _shape("GitHub token", "github_pat_", r"github_pat_\w{82}"),
    _shape(
        "GitLab token",
        "glpat- gldt- glrt- glrtr- glptt- glft- glsoat- glcbt- glimt- glagent-",
        rf"gl(?:pat|dt|rtr?|ptt|ft|soat|cbt|imt|agent)-(?:t\d_)?{_W}{{20,}}(?:\.[a-z0-9]{{2}}\.[a-z0-9]{{7,9}})?",
    ),
    _shape("Slack token", "xoxb-", rf"xoxb-\d{{8,14}}-(?:\d{{10,13}}[A-Za-z0-9-]*|{_A}{{18,26}})"),
    _shape("Slack token", "xoxp- xoxe-", r"xox[pe](?:-\d{10,13}){3}-[A-Za-z0-9-]{28,34}"),
    _shape("Slack token", "xoxo- xoxs-", r"xox[os]-\d+-\d+-\d+-[a-fA-F\d]+"),
    _shape("Slack token", "xoxa- xoxr-", rf"xox[ar]-(?:\d-)?{_A}{{8,48}}"),
    _shape("Slack token", "xoxe", r"xoxe(?:\.xox[bp])?-\d-[A-Za-z0-9]{140,170}"),
    _shape("Slack token", "xapp-", r"xapp-\d-[A-Za-z0-9]+-\d+-[A-Za-z0-9]+"),
    _shape(
        "Slack webhook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{43,90}",
    ),
    _shape("Google API key", "AIza", f"AIza{_W}{{35}}"),
    _shape("Google OAuth secret", "GOCSPX-", f"GOCSPX-{_W}{{28}}"),
    _shape("Stripe key", "sk_ rk_", f"[sr]k_(?:live|test|prod)_{_A}{{10,247}}"),
    _shape(
        "JSON web token",
        "eyJ",
        rf"eyJ{_W}{{10,}}\.eyJ{_W}{{8,}}\.(?:{_W}{{10,}})?",
        random=False,
        otherwise=f"eyJ{_W}*+",
    ),
    _shape("npm token", "npm_", f"npm_{_A}{{36}}"),
    _shape("PyPI token", "pypi-AgE", f"pypi-AgE{_W}{{50,}}"),
    _shape("Docker Hub token", "dckr_pat_ dckr_oat_", f"dckr_[po]at_{_W}{{27,}}"),
    _shape("Hugging Face token", "hf_ api_org_", "(?:hf|api_org)_[A-Za-z]{34}"),
    _shape("OpenAI key", "sk-", f"sk-(?:proj-|svcacct-|admin-)?{_W}{{20,}}T3BlbkFJ{_W}{{20,}}", otherwise=f"sk-{_W}*+"),
    _shape("Anthropic key", "sk-ant-", f"sk-ant-(?:api|admin)\\d\\d-{_W}{{93}}AA"),
    _shape("Vault token", "hvs. hvb. hvr.", rf"hv[sbr]\.{_W}{{24,}}"),
    _shape("Vault token", "s.", r"s\.(?=\w*[a-z])(?=\w*[A-Z])(?=\w*\d)[A-Za-z0-9]{24}"),
    _shape("Terraform token", ".atlasv1.", rf"{_A}{{14}}\.atlasv1\.[A-Za-z0-9=_-]{{60,70}}"),
    _shape("SendGrid key", "SG.", rf"SG\.{_W}{{22}}\.{_W}{{43}}"),
    _shape("Mailchimp key", "-us", r"[0-9a-f]{32}-us\d{1,2}"),
    _shape("DigitalOcean token", "dop_v1_ doo_v1_ dor_v1_", "do[opr]_v1_[0-9a-f]{64}"),
    _shape("Databricks token", "dapi", r"dapi[0-9a-f]{32}(?:-\d)?"),
    _shape(
        "Grafana token",
        "glsa_ glc_ eyJrIjoi",
        rf"glsa_{_A}{{32}}_[0-9a-fA-F]{{8}}|glc_[A-Za-z0-9+/]{{32,400}}={{0,3}}|eyJrIjoi{_A}{{70,400}}={{0,3}}",
    ),
    _shape(
        "Sentry token", "sntrys_ sntryu_", r"sntrys_eyJ[A-Za-z0-9+/]{10,}={0,2}_[A-Za-z0-9+/]{43}|sntryu_[0-9a-f]{64}"
    ),
    _shape("Notion token", "ntn_", rf"ntn_\d{{11}}{_A}{{35}}"),
    _shape("Shopify token", "shp", "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _shape("Square token", "EAAA sq0atp- sq0csp-", rf"EAAA{_W}{{60}}|sq0(?:atp|csp)-{_W}{{22,43}}"),
    _shape("Facebook token", "| %7C", rf"\d{{15,16}}(?:\||%7C){_W}{{27,40}}"),
    _shape("Facebook token", "EAAM EAAC", rf"EAA[MC]{_A}{{100,}}"),
    _shape("New Relic key", "NRAK- NRII-", "NR(?:AK|II)-[A-Za-z0-9_-]{27,32}"),
    _shape("Pulumi token", "pul-", "pul-[0-9a-f]{40}"),
    _shape("Doppler token", "dp.", rf"dp\.(?:pt|st|ct|sa)\.(?:[a-z0-9_-]+\.)?{_A}{{40,44}}"),
    _shape("Fly.io token", "FlyV1 fo1_ fm1", rf"fo1_{_W}{{43}}|fm[12][ar]?_[A-Za-z0-9+/]{{100,}}={{0,3}}"),
    _shape("1Password token", "ops_eyJ", r"ops_eyJ[A-Za-z0-9+/]{250,}={0,3}"),
    _shape("1Password secret key", "A3-", "A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),
    _shape("age key", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    _shape("Azure client secret", "Q~", r"(?<![~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}(?![~.-])"),
    _shape("Telegram token", ":AA", rf"\d{{8,10}}:AA{_W}{{33}}"),
    _shape("Atlassian token", "ATATT3", rf"ATATT3{_W}{{180,}}=[0-9A-F]{{8}}", otherwise=f"ATATT3{_W}*+"),
    _shape("SonarQube token", "squ_ sqp_ sqa_", "sq[upa]_[0-9a-zA-Z]{40}"),
    _shape("Sourcegraph token", "sgp_", "sgp_(?:(?:[0-9a-fA-F]{16}|local)_)?[0-9a-fA-F]{40}"),
    _shape("OpenShift token", "sha256~", f"sha256~{_W}{{43}}"),
    _shape("42 client secret", "s-s4t2", "s-s4t2(?:ud|af)-[0-9a-f]{64}"),
    _shape("Infracost key", "ico-", rf"(?<!\.)ico-{_A}{{32}}"),
    _shape("Heroku token", "HRKU-", f"HRKU-AA{_W}{{58}}"),
    _shape("Octopus key", "API-", "API-[A-Z0-9]{26}"),
    _shape("bearer token", "earer EARER", rf"(?i:bearer)\s+(?=[\w.~+/-]*\d){_VALUE}{{8,}}={{0,2}}", random=False),
    _shape(LOGIN, "asic ASIC", BASIC, random=False, otherwise=_BASIC_HEADER, proof=lambda text: _is_basic(text)),
    _shape("authorization header", "uthorization UTHORIZATION", _AUTHORIZATION, random=False),
)
"""Keys that a vendor publishes on purpose, as Google does, look like the others and are given like them."""

_ANY_MARK = re.compile("|".join(sorted({re.escape(mark) for shape in SHAPES for mark in shape.marks})))
_USER_INFORMATION = re.compile(
    r"[a-z][a-z0-9+.-]{1,30}://([^\s:/?#\[\]@\"'<>]{0,200}):([^\s/?#@\"'<>]{1,200})@", re.IGNORECASE
)
_SAMPLE_USERS = frozenset(("user", "username", "usr", "login", "foo", "name"))
_SAMPLE_PASSWORDS = frozenset(("password", "passwd", "pass", "pw", "pwd", "secret", "bar", "token"))


def shapes_in(text: str) -> Iterator[tuple[str, str]]:
    """Give the kind and the text of every secret in `text` that is known by its shape."""
    for shape in SHAPES if _ANY_MARK.search(text) else ():
        if any(mark in text for mark in shape.marks):
            for found in shape.pattern.finditer(text):
                secret = found[1]
                if secret is not None and _fits(shape, secret):
                    yield shape.kind, secret
    if "://" in text:
        yield from _passwords_in_urls(text)


def _fits(shape: Shape, secret: str) -> bool:
    if shape.random and not _generated(secret):
        return False
    return shape.proof is None or shape.proof(secret)


def _generated(token: str) -> bool:
    """Tell a generated token from a placeholder and from a vendor's example."""
    return not token.endswith("EXAMPLE") and entropy(token) >= 3.0 and "xxxxx" not in token.lower()


def _passwords_in_urls(text: str) -> Iterator[tuple[str, str]]:
    for found in _USER_INFORMATION.finditer(text):
        if is_login(found[1], found[2]):
            yield "password in a URL", found[2]


def is_login(user: str, password: str) -> bool:
    """Tell whether a user and a literal password are more than the words `user` and `password` of a manual."""
    sample = user.lower() in _SAMPLE_USERS and password.lower() in _SAMPLE_PASSWORDS
    return not sample and user != password and is_literal(password, PASSWORD)


def _is_basic(text: str) -> bool:
    """Tell whether `Basic …` holds a login; a key may stand alone, as the user of an empty password."""
    login = basic_login(text)
    return login is not None and (is_login(*login) or (not login.password and looks_random(login.user)))
