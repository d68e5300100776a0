"""What a service runs: its image, its words, its variables, its labels, and how it is kept running.

Sources: https://github.com/compose-spec/compose-spec/blob/main/05-services.md (image, command, entrypoint, environment,
healthcheck, restart) and deploy.md (restart_policy, which goes before `restart`).
"""

from hardstand.inventory.compose.folding import CONTAINER, SPEC, Fields, Folding
from hardstand.inventory.compose.interpolation import fill, is_reference
from hardstand.inventory.compose.part import MisfitError, Part
from hardstand.model.path import Path
from hardstand.model.unfit import Unfit

_RESTARTS = {"always": "Always", "unless-stopped": "Always", "any": "Always", "on-failure": "OnFailure"}
_PROBE: Path = (*CONTAINER, "livenessProbe", "exec", "command")


def fold_program(folding: Folding) -> None:
    """Everything about the program itself."""
    _fold_image(folding)
    for key, name in (("entrypoint", "command"), ("command", "args")):
        words = folding.read(key, _words)
        folding.locate((*CONTAINER, name), key)
        if words is not None:
            folding.container[name] = words if isinstance(words, Unfit) else [word for _, word in words]
        if isinstance(words, list):
            folding.written.places.update({(*CONTAINER, name, at): part.path for at, (part, _) in enumerate(words)})
    _fold_environment(folding)
    _fold_health(folding)
    _fold_restart(folding)


def _fold_image(folding: Folding) -> None:
    """What is built here has no image to judge, whatever name the result is given."""
    folding.locate((*CONTAINER, "image"), "image", same=True)
    if folding.service.entries().get("build", Part((), None)).empty:
        image = folding.read("image", _image)
        if image is not None:
            folding.container["image"] = image


def _image(part: Part) -> str:
    """An image's name; one that is empty unless a variable is set cannot be told."""
    text = part.text()
    if not text and part.value:
        raise part.undecided(("a variable",))
    return text


def _words(part: Part) -> list[tuple[Part, str]]:
    """The words of a command, or the one string that a shell-like splitting makes words of; a base's never count."""
    parts = [part] if isinstance(part.value, str) else part.own_items()
    return [(one, fill(one.value).text if isinstance(one.value, str) else one.text()) for one in parts]


def _fold_environment(folding: Folding) -> None:
    """Variables by name, the last of a name in one list too: Compose takes it, and the first is then a mistake."""
    pairs = folding.read("environment", lambda part: list(part.pairs()))
    folding.locate((*CONTAINER, "env"), "environment")
    if isinstance(pairs, Unfit):
        folding.container["env"] = [pairs]
        return
    inherited = {name for name, part, _ in pairs or () if folding.owns(part)}
    kept = [one for one in pairs or () if folding.owns(one[1]) or one[0] not in inherited]
    made: list[object] = []
    for at, (name, part, value) in enumerate(kept):
        where = (*CONTAINER, "env", at)
        made.append({"name": name, **_value(value)})
        folding.written.places[where] = part.path
    folding.container["env"] = [*made, *folding.rest((*CONTAINER, "env"), len(made), [])]


def _value(value: str | None) -> Fields:
    """A value with its defaults; one that is wholly taken from elsewhere is not in the file."""
    if value is None or is_reference(value):
        return {"valueFrom": {}}
    return {"value": fill(value).text}


def _fold_health(folding: Folding) -> None:
    """The command of the health check: of interest for the words in it, for it restarts nothing."""
    check = folding.read("healthcheck", lambda part: part.entry("test"))
    if not isinstance(check, Part):
        return
    try:
        words = _words(check)
    except MisfitError:
        return
    folding.container["livenessProbe"] = {"exec": {"command": [word for _, word in words]}}
    folding.written.places[_PROBE] = check.path
    folding.written.places.update({(*_PROBE, at): part.path for at, (part, _) in enumerate(words)})


def _fold_restart(folding: Folding) -> None:
    where = (*SPEC, "restartPolicy")
    folding.locate(where, "restart")
    policy = folding.read("deploy", lambda part: part.entry("restart_policy"))
    if isinstance(policy, Part):
        folding.written.places[where] = policy.path
        folding.spec["restartPolicy"] = _deployed(policy)
    else:
        folding.spec["restartPolicy"] = folding.read("restart", _restart) or "Never"


def _deployed(policy: Part) -> object:
    try:
        condition = policy.entry("condition")
        return _restart(condition) if condition is not None else "Always"
    except MisfitError as error:
        return error.unfit


def _restart(part: Part) -> str:
    """`no`, which YAML of old takes for false, and whatever the engine does not know are no restart."""
    return _RESTARTS.get(part.text().partition(":")[0], "Never")


def fold_labels(folding: Folding) -> Fields:
    """The labels of the container, as the pod's metadata."""
    pairs = folding.read("labels", lambda part: list(part.pairs()))
    folding.locate(("metadata", "labels"), "labels")
    if isinstance(pairs, Unfit):
        return {"labels": pairs}
    for name, part, _ in pairs or ():
        folding.written.places["metadata", "labels", name] = part.path
    labels: Fields = {name: fill(value or "").text for name, _, value in pairs or ()}
    if folding.unknown is not None and labels:
        return {"labels": folding.unknown}
    return {"labels": labels}
