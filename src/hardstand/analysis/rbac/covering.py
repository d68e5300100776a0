"""What one set of rules allows that another does not: by meaning, however either is written.

A wildcard stands for words that nobody has thought of yet, so it is covered by a wildcard alone. That makes the
comparison exact: an atom of a rule is covered when one request that stands for all of its requests is allowed, with a
word in place of each wildcard that no rule names.
"""

from collections.abc import Iterable, Sequence

from hardstand.analysis.rbac.atoms import Atom, atoms, split, together
from hardstand.analysis.rbac.request import Request
from hardstand.analysis.rbac.resources import of_the_cluster
from hardstand.analysis.rbac.rule import ALL, Rule

_ANY = "\N{REPLACEMENT CHARACTER}any"
"""A word that no rule names: no resource, verb or object can be called so."""


def beyond(rules: Iterable[Rule], allowed: Sequence[Rule], *, namespaced: bool = False) -> tuple[Rule, ...]:
    """What `rules` allow beyond `allowed`, as few rules as say it.

    `namespaced`: they are given by a RoleBinding, by which nothing outside of namespaces is allowed. A rule that names
    too much to be taken apart (`atoms.MOST`) is given whole, unless it is one of those that are allowed.
    """
    small, large = split(rules)
    left = [one for one in atoms(small) if not covered(one, allowed) and not (namespaced and _void(one))]
    return (*together(left), *(one for one in large if one not in allowed))


def covered(atom: Atom, allowed: Iterable[Rule]) -> bool:
    """Tell whether rules allow everything that an atom allows."""
    asked = witness(atom)
    return any(one.allows(asked) for one in allowed)


def witness(atom: Atom) -> Request:
    """A request that rules allow only if they allow all that the atom does."""
    verb = _word(atom.verb)
    if atom.url:
        path = f"{atom.url.rstrip(ALL) or '/'}{_ANY}" if atom.url.endswith(ALL) else atom.url
        return Request(verb, path=path)
    resource, _, subresource = atom.resource.partition("/")
    return Request(verb, _word(atom.group), _word(resource), subresource, _ANY if atom.name is None else atom.name)


def _word(word: str) -> str:
    return _ANY if word == ALL else word


def _void(atom: Atom) -> bool:
    """Whether it is about what lies in no namespace."""
    if atom.url:
        return True
    named = (atom.group, atom.resource.partition("/")[0])
    return of_the_cluster(*named)
