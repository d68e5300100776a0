"""Components in the pods of workloads: which container runs one, and with which words.

Static pods of kubeadm name the program in `command`; other distributions wrap it (`go-runner`, `sh -c`), or leave it to
the image's entry point. This is asked of every workload, so it looks at raw values and gives up early.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from hardstand.inventory.components.flags import Flags
from hardstand.inventory.components.said import Said, minor_of
from hardstand.inventory.components.words import Environment, Word, base_name, expanded, scripted, untellable
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.objects import KubeObject
from hardstand.model.component import CONTROLLER_MANAGER, ETCD, KUBELET, PROGRAMS
from hardstand.model.path import Path, Value

_WRAPPERS = frozenset({"exec", "env", "go-runner", "hyperkube", "tini", "dumb-init", "nice", "chrt"})
"""Programs that start the one that follows. go-runner is the entry point of Kubernetes' own images."""
_SHELLS = frozenset({"sh", "bash", "dash", "ash"})
_OLD_NAMES = {"apiserver": "kube-apiserver", "controller-manager": CONTROLLER_MANAGER, "scheduler": "kube-scheduler"}
"""What hyperkube called them, up to Kubernetes 1.18."""
_IN_SCRIPT = re.compile(r"(?:^|[\s/;&|(])(" + "|".join(map(re.escape, PROGRAMS)) + r")(?=\s)")


def running_in(kube: KubeObject) -> Iterator[Said]:
    """What a workload's containers say of components."""
    path = (*SHAPES[kube.kind].template, "spec")
    spec = _at(kube.data, path)
    containers = spec.get("containers")
    for at, container in enumerate(containers if isinstance(containers, list) else ()):
        if not isinstance(container, dict) or not (container.get("command") or container.get("args")):
            continue  # Most leave it to their image: nothing names a component then.
        labels = _at(kube.data, (*path[:-1], "metadata", "labels"))
        found = _program(container, (*path, "containers", at), labels)
        if found is not None and found[0] != KUBELET:
            yield _said(container, (*path, "containers", at), *found, _mounts(spec, container))


def _program(container: Mapping[str, Value], at: Path, labels: Mapping[str, Value]) -> tuple[str, list[Word]] | None:
    """The component that a container runs, and its words; None for a container that runs none."""
    words = [*_words(container, "command", at), *_words(container, "args", at)]
    if not any(word.text or word.unfit for word in words):
        return None
    first = base_name(words[0].text)
    if first in _SHELLS:
        return _in_shell(words)
    for number, word in enumerate(words):
        name = base_name(word.text)
        if name in PROGRAMS:
            return name, words[number + 1 :]
        if first == "hyperkube" and name in _OLD_NAMES:
            return _OLD_NAMES[name], words[number + 1 :]
        if name not in _WRAPPERS and not (number and word.text.startswith("-")):
            break
    if container.get("command") or not words[0].text.startswith("-"):
        return None
    return next(((name, words) for name in _told_apart(container, labels) if name in PROGRAMS), None)


def _told_apart(container: Mapping[str, Value], labels: Mapping[str, Value]) -> Iterator[str]:
    """What may name the component where only arguments are given: the image, and kubeadm's labels."""
    image = container.get("image")
    if isinstance(image, str):
        yield base_name(image).partition("@")[0].partition(":")[0]
    if labels.get("tier") == "control-plane":
        yield str(labels.get("component"))


def _in_shell(words: list[Word]) -> tuple[str, list[Word]] | None:
    """The component that a shell script starts. What is not one plain command has words that cannot be told."""
    at = next((at for at, word in enumerate(words) if re.fullmatch(r"-[a-z]*c[a-z]*", word.text)), None)
    if at is None or at + 1 >= len(words):
        return None
    script = words[at + 1]
    found = _IN_SCRIPT.search(f"{script.text} ")
    if found is None:
        return None
    if script.unfit is not None:
        return found[1], [Word("", script.path, script.unfit)]
    parts = list(scripted(script.text, script.path))
    for number, part in enumerate(parts):
        if part.unfit is None and base_name(part.text) == found[1]:
            return found[1], parts[number + 1 :]
        if part.unfit is None and base_name(part.text) not in _WRAPPERS and not part.text.startswith("-"):
            return None  # The name is an argument of something else.
    return found[1], parts


def _said(container: Mapping[str, Value], at: Path, program: str, words: list[Word], mounts: Mapping[str, str]) -> Said:
    # A missing flag would be added where the others are.
    home = (*at, "args") if container.get("args") or not container.get("command") else (*at, "command")
    image, name, environment = container.get("image"), container.get("name"), _environment(container)
    return Said(
        program,
        home,
        Flags(words, home, one_dash=program == ETCD),
        variables=None if environment.open else environment.values,
        version=minor_of(image.partition("@")[0].rpartition(":")[2]) if isinstance(image, str) else None,
        caption=f"container {name}" if isinstance(name, str) else "",
        process=True,
        mounts=mounts,
    )


def _words(container: Mapping[str, Value], field: str, at: Path) -> Iterator[Word]:
    given = container.get(field)
    environment: Environment | None = None
    for number, text in enumerate(given if isinstance(given, list) else ()):
        path = (*at, field, number)
        if not isinstance(text, str):
            yield untellable(f"{field}[{number}] must be a string", path)
        elif "$" not in text:
            yield Word(text, path)
        else:
            environment = environment or _environment(container)
            yield expanded(text, path, environment)


def _environment(container: Mapping[str, Value]) -> Environment:
    """The variables of a container, each with its value where the manifest says it."""
    found: dict[str, str | None] = {}
    given = container.get("env")
    for one in given if isinstance(given, list) else ():
        if isinstance(one, dict) and isinstance(name := one.get("name"), str):
            value = one.get("value", None if one.get("valueFrom") else "")
            found[name] = value if isinstance(value, str) and "$(" not in value else None
    return Environment(found, open=bool(container.get("envFrom")))


def _mounts(spec: Mapping[str, Value], container: Mapping[str, Value]) -> Mapping[str, str]:
    """Where paths of the host are seen in a container."""
    hosts = {}
    for volume in _items(spec.get("volumes")):
        path = _at(volume, ("hostPath",)).get("path")
        if isinstance(path, str):
            hosts[volume.get("name")] = path
    return {
        str(one.get("mountPath")): hosts[one.get("name")]
        for one in _items(container.get("volumeMounts"))
        if isinstance(one.get("name"), str) and one.get("name") in hosts and not one.get("subPath")
    }


def _items(value: Value) -> Sequence[Mapping[str, Value]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else ()


def _at(data: Mapping[str, Value], path: Path) -> Mapping[str, Value]:
    """The mapping at a path, or an empty one."""
    for step in path:
        found = data.get(cast("str", step))
        if not isinstance(found, dict):
            return {}
        data = found
    return data
