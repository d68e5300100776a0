"""Rights of a service on its host: privileges, namespaces, capabilities, profiles, user.

What Docker does by default is filled in, where a view would take absence for something else. Sources:
https://docs.docker.com/engine/security/seccomp/, https://docs.docker.com/engine/security/apparmor/,
https://docs.docker.com/reference/cli/docker/container/run/#security-opt
"""

from hardstand.inventory.compose.folding import CONTEXT, SHARED, SPEC, Folding
from hardstand.inventory.compose.part import MisfitError, Part
from hardstand.model.finding import Edit
from hardstand.model.path import Path
from hardstand.model.unfit import Unfit

NO_NEW_PRIVILEGES = "no-new-privileges:true"
_NAMESPACES = {
    "network_mode": "hostNetwork",
    "pid": "hostPID",
    "ipc": "hostIPC",
}
_OPTIONS = ("allowPrivilegeEscalation", "seccompProfile", "appArmorProfile", "seLinuxOptions", "procMount")
"""What `security_opt` may say something of."""
_DEFAULT_PROFILE = {"type": "RuntimeDefault"}
_NAMES = {"root": 0}
"""Names that mean the same number everywhere; any other is the image's own."""


def fold_rights(folding: Folding) -> None:
    """Everything that the kernel is told about what a service may do."""
    for key, name in (("privileged", "privileged"), ("read_only", "readOnlyRootFilesystem")):
        _set(folding.context, name, folding.read(key, Part.boolean))
        folding.locate((*CONTEXT, name), key, same=True)
    for key, name in _NAMESPACES.items():
        _set(folding.spec, name, folding.read(key, lambda part: part.text() == "host" or None))
        folding.locate((*SPEC, name), key, same=True)
    _set(folding.spec, "usernsMode", folding.read("userns_mode", Part.text))
    folding.locate((*SPEC, "usernsMode"), "userns_mode", same=True)
    _fold_capabilities(folding)
    _fold_options(folding)
    _fold_user(folding)


def _set(fields: dict[str, object], name: str, value: object) -> None:
    if value is not None:
        fields[name] = value


def _fold_capabilities(folding: Folding) -> None:
    """Names are written out as the engine does it: in capitals, without `CAP_`."""
    capabilities: dict[str, object] = {}
    for key, name in (("cap_add", "add"), ("cap_drop", "drop")):
        where: Path = (*CONTEXT, "capabilities", name)
        parts = folding.read(key, Part.items)
        folding.locate(where, key, same=True)
        if isinstance(parts, Unfit):
            capabilities[name] = parts
        elif parts:
            capabilities[name] = _listed(folding, where, parts)
    folding.context["capabilities"] = capabilities


def _listed(folding: Folding, where: Path, parts: list[Part]) -> list[object]:
    known: list[object] = []
    unfit: list[Unfit] = []
    for part in parts:
        try:
            known.append(part.text().upper().removeprefix("CAP_"))
        except MisfitError as error:
            unfit.append(error.unfit)
            continue
        at = (*where, len(known) - 1)
        folding.written.places[at] = part.path
        if folding.owns(part):
            folding.written.same[at] = part.path
    rest = folding.rest(where, len(known), unfit)
    if not rest and all(map(folding.owns, parts)):
        folding.written.same[(*where, len(known))] = (*parts[0].path[:-1], len(known))
    return [*known, *rest]


def _fold_options(folding: Folding) -> None:
    """`security_opt`: options with `=` or, as of old, with `:`. Without one the default seccomp profile is on."""
    listed = folding.read("security_opt", Part.items)
    field = (*CONTEXT, "allowPrivilegeEscalation")
    for name in _OPTIONS:
        folding.locate((*CONTEXT, name), "security_opt")
    if isinstance(listed, Unfit):
        folding.context.update(dict.fromkeys(_OPTIONS, listed))
        return
    folding.context["seccompProfile"] = folding.unknown or _DEFAULT_PROFILE
    if folding.unknown is not None:
        folding.context.update(allowPrivilegeEscalation=folding.unknown)
    own = folding.service.value.get("security_opt") if isinstance(folding.service.value, dict) else None
    if isinstance(own, list):
        folding.swap("put", field, Edit("put", folding.own("security_opt", len(own)), NO_NEW_PRIVILEGES))
    elif own is None:
        folding.swap("put", field, Edit("put", folding.own("security_opt"), [NO_NEW_PRIVILEGES]))
    for part in listed or ():
        _fold_option(folding, part)


def _fold_option(folding: Folding, part: Part) -> None:
    try:
        name, value = _option(part.text())
    except MisfitError as error:
        for one in _OPTIONS:
            if folding.context.get(one) in (None, _DEFAULT_PROFILE):
                folding.context[one] = error.unfit
                folding.written.places[(*CONTEXT, one)] = part.path
        return
    gone = Edit("remove", part.path)
    if name == "no-new-privileges":
        where = (*CONTEXT, "allowPrivilegeEscalation")
        folding.context["allowPrivilegeEscalation"] = value.lower() in ("false", "f", "0")
        folding.written.places[where] = part.path
        folding.swap("put", where, Edit("put", part.path, NO_NEW_PRIVILEGES))
    elif name in ("seccomp", "apparmor"):
        key, default = _PROFILES[name]
        folding.context[key] = _profile(value, default)
        folding.written.places[(*CONTEXT, key)] = part.path
        folding.swap("put", (*CONTEXT, key), gone)
    elif name == "label":
        _fold_label(folding, part, value)
    elif name == "systempaths" and value == "unconfined":
        folding.context["procMount"] = "Unmasked"
        folding.written.places[(*CONTEXT, "procMount")] = part.path
        folding.swap("remove", (*CONTEXT, "procMount"), gone)


_PROFILES = {"seccomp": ("seccompProfile", "builtin"), "apparmor": ("appArmorProfile", "docker-default")}


def _option(text: str) -> tuple[str, str]:
    """Name and value of an option; the old `:` only where no `=` stands before it."""
    name, mark, value = text.partition("=")
    if not mark or ":" in name:
        name, mark, value = text.partition(":")
    return name.strip(), value.strip() or ("true" if not mark else "")


def _profile(value: str, default: str) -> dict[str, object]:
    if value == "unconfined":
        return {"type": "Unconfined"}
    return {"type": "RuntimeDefault"} if value == default else {"type": "Localhost", "localhostProfile": value}


def _fold_label(folding: Folding, part: Part, value: str) -> None:
    """`disable`, or `user:`, `role:`, `type:` and `level:` with a value."""
    options = folding.context.setdefault("seLinuxOptions", {})
    key, _, word = value.partition(":")
    if not isinstance(options, dict) or key not in ("disable", "user", "role", "type", "level"):
        return
    key, word = ("type", "disable") if key == "disable" else (key, word)
    options[key] = word
    where = (*CONTEXT, "seLinuxOptions", key)
    folding.written.places[where] = part.path
    folding.swap("remove", where, Edit("remove", part.path))


def _fold_user(folding: Folding) -> None:
    """`user`, as `NAME` or `NUMBER`, each with a group behind a colon; and `group_add`."""
    for name in ("runAsUser", "runAsGroup", "runAsNonRoot"):
        folding.locate((*CONTEXT, name), "user")
    text = folding.read("user", Part.text)
    if isinstance(text, Unfit):
        folding.context.update(runAsUser=text, runAsGroup=text, runAsNonRoot=text)
    elif text:
        user, _, group = text.partition(":")
        _set(folding.context, "runAsUser", _number(user))
        _set(folding.context, "runAsGroup", _number(group))
        if user and _number(user) != 0:
            folding.context["runAsNonRoot"] = True
    groups = folding.read("group_add", Part.items)
    folding.locate((*SHARED, "supplementalGroups"), "group_add")
    if isinstance(groups, Unfit):
        folding.shared["supplementalGroups"] = groups
    else:
        folding.shared["supplementalGroups"] = _groups(folding, groups or [])


def _groups(folding: Folding, parts: list[Part]) -> object:
    """The groups that have a number everywhere; a name is one of the image's, and never the root group."""
    found: list[object] = []
    for part in parts:
        try:
            number = _number(part.text())
        except MisfitError as error:
            return error.unfit
        if number is not None:
            folding.written.places[(*SHARED, "supplementalGroups", len(found))] = part.path
            found.append(number)
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else _NAMES.get(text)
