"""From files to a directory: which provider's form each has is told by what is in it."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from hardstand.model.directory import Directory
from hardstand.model.path import Value
from hardstand.sources.idp import entra, google, keycloak, okta, scim, table
from hardstand.sources.idp.fields import ExportError, Part, Record

_LARGEST = 512 * 1024 * 1024
_FORMS = "SCIM, Okta, Entra, Keycloak or Google"


def directory(files: Iterable[str]) -> Directory:
    """What all files say together. ExportError, with the file and the place in it, for one that cannot be used."""
    parts = [_part(file) for file in files]
    people = [person for part in parts for person in part.people]
    teams = [team for part in parts for team in part.teams]
    return Directory.of(people, teams, [gap for part in parts for gap in part.gaps])


def _part(file: str) -> Part:
    try:
        path = Path(file)
        if path.stat().st_size > _LARGEST:
            raise ExportError(f"{file} is larger than {_LARGEST >> 20} MiB", "export fewer fields")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ExportError(f"{file} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ExportError(f"{file} is not UTF-8", "save it as UTF-8") from error
    if text.lstrip()[:1] not in ("{", "["):
        return table.read(text, file)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        at = f":{error.lineno}:{error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ExportError(f"{file}{at} is no JSON") from None
    return _of(value, file)


def _of(value: Value, file: str) -> Part:
    record = Record(_lists(value, file), file)
    part = _reader(record)(record)
    more = next((key for key in ("@odata.nextLink", "nextPageToken") if record.has(key)), None)
    if more:
        part.gaps.append(f"{file} is one page of several (`{more}`); export all of them")
    return part


def _lists(value: Value, file: str) -> dict[str, Value]:
    """The object with the lists; a bare list, and the `value` of a page of Graph, are put under what they hold."""
    if isinstance(value, dict) and not isinstance(value.get("value"), list):
        return value
    more: dict[str, Value] = {}
    listed: Value = value
    if isinstance(value, dict):
        listed = value["value"]
        more = {key: one for key, one in value.items() if key != "value"}
    items = listed if isinstance(listed, list) else []
    first = items[0] if items and isinstance(items[0], dict) else {}
    if not first:
        raise ExportError(f"{file} holds no users and no groups", f"an export of {_FORMS} is needed")
    if "methodsRegistered" in first or "isMfaRegistered" in first:
        return {"registration": items, **more}
    is_person = any(key in first for key in ("userPrincipalName", "primaryEmail", "userName", "username"))
    profile = first.get("profile")
    is_person = is_person or (isinstance(profile, dict) and "login" in profile)
    return {"users" if is_person else "groups": items, **more}


def _reader(record: Record) -> Callable[[Record], Part]:
    """Which form an object has, by the fields that only one provider has."""
    data = record.data
    schemas = data.get("schemas")
    if isinstance(schemas, list) and any(str(one).startswith("urn:ietf:params:scim:") for one in schemas):
        return scim.read
    if "realm" in data:
        return keycloak.read
    for key in ("users", "groups", "registration"):
        for one in record.items(key):
            found = _by_item(one, key)
            if found is not None:
                return found
    raise ExportError(f"{record.place} is no export that is known", f"known are those of {_FORMS}, as JSON or CSV")


def _by_item(one: Record, key: str) -> Callable[[Record], Part] | None:
    if "profile" in one.data:
        return okta.read
    if key == "registration" or "userPrincipalName" in one.data or (key == "groups" and "displayName" in one.data):
        return entra.read
    if "primaryEmail" in one.data or (key == "groups" and "email" in one.data):
        return google.read
    if "username" in one.data or (key == "groups" and "path" in one.data):
        return keycloak.read
    return None
