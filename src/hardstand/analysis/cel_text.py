"""Pieces of expressions that several controls use in native policy, each the same as a function of this folder.

CEL has no way to give a value a name inside an expression, so each piece is a list of the one value: write
`PIECE.all(name, …)`.
"""

from collections.abc import Iterable, Sequence

from hardstand.analysis.folders import clean
from hardstand.analysis.image import DOCKER_HUB, names_registry
from hardstand.text.glob_regex import escaped, glob_regex

NO_IMAGE = (
    "container.?image.orValue('') == ''"
    " || (container.image == 'auto' && container.?name.orValue('') == 'istio-proxy') || "
)
"""A container that names no image itself, or: see `container_images.image_if_any`."""

CONFINES = "optMap(profile, profile.?type.orValue('') in ['RuntimeDefault', 'Localhost'])"
"""Whether an optional profile confines: see `confinement.confines`."""

CLAIMS = (
    "(kind == 'StatefulSet' ? object.spec.?volumeClaimTemplates.orValue([]).map(one, one.?spec.orValue({}))"
    " : [object.?spec.orValue({})])"
)
"""What each claim of an object asks for: see `StorageClaims.claims`."""

_REGISTRY = "^(localhost|[^/]*[.:A-Z][^/]*)/"
"""What begins with a registry: see `names_registry`."""


def image_name(image: str) -> str:
    """Registry and repository of an image, without tag and digest, as `image.parse` normalises short names."""
    bare = f"[{image}.split('@')[0]].map(whole, whole.substring(0, whole.size() - whole.find(':[^/:]*$').size()))"
    hub = f"bare.matches('{_REGISTRY}') ? bare : 'docker.io/' + bare"
    # On Docker Hub, names of one part are in `library`.
    library = "full.matches('^(index[.])?docker[.]io/[^/]*$') ? full.replace('docker.io/', 'docker.io/library/') : full"
    return f"{bare}.map(bare, {hub}).map(full, {library})"


def image_path(image: str) -> str:
    """The repository of an image, without its registry."""
    return f"{image_name(image)}.map(full, full.substring(full.indexOf('/') + 1))"


def place_regexes(places: Iterable[str]) -> Sequence[str]:
    """What names of images in one of these registries, or parts of them, match: `container_images.within`."""
    return [_place([part for part in place.strip("/").split("/") if part]) for place in places if place.strip("/")]


def _place(parts: Sequence[str]) -> str:
    if not names_registry(parts[0]) and "*" not in parts[0]:
        parts = [DOCKER_HUB, *parts]
    host, rest = parts[0].lower().removesuffix(":443"), [_part(one) for one in parts[1:]]
    if host not in (DOCKER_HUB, "index.docker.io"):
        return "/".join([f"^(?i:{_part(host)})(:443)?", *rest]) + "(/|$)"
    return "/".join([r"^(index\.docker\.io|(?i:docker\.io)(:443)?)", *rest]) + "(/|$)"


def _part(pattern: str) -> str:
    return glob_regex(pattern)[1:-1].replace("(?s:.*)", "[^/]*").replace("(?s:.)", "[^/]")


def clean_path(path: str) -> str:
    """A path of a node as `folders.clean` has it; paths that step back are refused by the API server."""
    steps = f"{path}.split('/').filter(step, !(step in ['', '.'])).join('/')"
    return f"['/' + {steps}].map(path, path.matches('^/var/run(/|$)') ? path.substring(4) : path)"


def plain_steps(path: str) -> str:
    """A path's steps joined by `/`, to be matched by `below_regexes`."""
    return f"[{path}.split('/').filter(step, !(step in ['', '.'])).join('/')]"


def below_regexes(folders: Iterable[str]) -> Sequence[str]:
    """What the steps of a path match that is one of these folders, or below one: `host_paths.below`."""
    steps = ([step for step in one.split("/") if step not in ("", ".")] for one in folders)
    return [f"^{escaped('/'.join(one))}(/|$)" if one else "^" for one in steps]


def cleaned(paths: Iterable[str]) -> Sequence[str]:
    """Paths of a node as they are compared with a `clean_path`."""
    return [clean(one) for one in paths]
