"""The files that generate writes, and what becomes of the policies that are there already."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from hardstand.cli.errors import UsageError, note, warn
from hardstand.cli.outputs import replace_with
from hardstand.inventory.views.network import NetworkPolicy


def file_of(folder: str, namespace: str) -> Path:
    """The file of a namespace's policies."""
    return Path(folder) / f"{namespace}.yaml"


def write_files(texts: Mapping[str, str], folder: str) -> None:
    """Write a file for each namespace, all of them whole, and none through a link to somewhere else.

    UsageError where one is a link or a folder, before anything is written; and where the disk refuses.
    """
    files = {file_of(folder, namespace): text for namespace, text in texts.items()}
    for path in files:
        if path.is_symlink():
            raise UsageError(f"{path} is a link, and what it leads to is not overwritten", "remove the link")
        if path.is_dir():
            raise UsageError(f"{path} is a folder", "remove it, or name another folder by -o")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            replace_with(path, text.encode())  # A link that came in between goes, and is not followed.
    except OSError as error:
        raise UsageError(
            f"{error.filename or folder} cannot be written: {(error.strerror or str(error)).lower()}"
        ) from (error)


def going(
    there: Collection[NetworkPolicy],
    folder: str | None,
    namespaces: Collection[str],
    selects_nothing: Callable[[NetworkPolicy], bool],
) -> list[NetworkPolicy]:
    """Of the policies that are there those that will be gone, which is said where nothing here removes them.

    What stands in a file that is written anew is gone. What stands elsewhere in the same folder stays: whoever applies
    the folder applies it, too.
    """
    home = Path(folder).resolve() if folder is not None else None
    anew = {home / file_of("", one) for one in namespaces} if home is not None else set()
    found: list[NetworkPolicy] = []
    for each in there:
        file = each.object.origin.file
        path = Path(file).parent.resolve() / Path(file).name  # A link in the folder is of the folder.
        if home is not None and home in path.parents and path not in anew:
            note(f"{each.object.ref} of {file} stays in {folder}, so what it allows counts: remove it")
            continue
        if path not in anew and selects_nothing(each):
            warn(f"{each.object.ref} of {file} selects no pod that was read", "keep it, or read what makes its pods")
        elif path not in anew:
            note(f"{each.object.ref} of {file} is taken to be replaced: remove it, or `--keep` it")
        found.append(each)
    return found
