"""Which domain somebody registered: the one below a public suffix, such as `example.co.uk` of `a.b.example.co.uk`.

The Public Suffix List (https://publicsuffix.org) has ten thousand suffixes and changes weekly. Here names below a
domain are counted together, and an unknown suffix only makes several owners count as one, so that its shapes do: the
ending, or below the ending of a country one of the words for its commercial, academic, public … parts; and the
suffixes where hosters and clouds give names to whoever asks, which matter most, since one of them has thousands of
tenants. As of 2026-11.
"""

from collections.abc import Sequence


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_PARTS = words(
    """
    ac asso biz co com edu firm gen go gob gouv gov govt gub id in info lg ltd me mil mod muni name ne net nhs nic
    nom or org plc police press pro sch school store tm web
    """
)
"""Words below the endings of countries: most of the list's rules of two labels are one of these."""

_TENANTS = words(
    """
    amplifyapp.com appspot.com azure-api.net azureedge.net azurefd.net azurewebsites.net b-cdn.net
    blob.core.windows.net blogspot.com cloudapp.azure.com cloudapp.net cloudfront.net cloudfunctions.net ddns.net
    deno.dev digitaloceanspaces.com duckdns.org dyndns.org dynv6.net elasticbeanstalk.com fastly.net fastlylb.net
    firebaseapp.com fly.dev freeddns.org github.io gitlab.io global.ssl.fastly.net googleusercontent.com
    herokuapp.com hopto.org myftp.org myqnapcloud.com myshopify.com netlify.app ngrok-free.app ngrok.app ngrok.dev
    ngrok.io no-ip.org now.sh ondigitalocean.app onrender.com pages.dev r2.dev readthedocs.io run.app
    s3.amazonaws.com sytes.net table.core.windows.net trafficmanager.net trycloudflare.com vercel.app web.app
    windows.net workers.dev zapto.org
    """
)
"""Suffixes below which strangers have names. Facts of their providers' documentation, and of the list's private part.
"""

_REGIONAL = ("amazonaws.com", "amazonaws.com.cn")
"""Names below it are `name.region.service` or `name.service.region`: three labels more are one tenant's."""


def registered(labels: Sequence[str]) -> int:
    """How many labels at a name's end are the registered domain; all of them where there is nothing below."""
    count = len(labels)
    if count <= 2:
        return count
    for size in (4, 3, 2):
        if ".".join(labels[-size:]) in _TENANTS:
            return min(count, size + 1)
    for suffix in _REGIONAL:
        size = suffix.count(".") + 1
        if ".".join(labels[-size:]) == suffix:
            return min(count, size + 3)
    if len(labels[-1]) == 2 and labels[-2] in _PARTS:
        return 3
    return 2
