"""A persona as it stands in one picture: who holds it, where, and every right that it has there."""

from collections.abc import Iterator
from dataclasses import dataclass

from hardstand.access.personas.built_in import Rights, rights_of
from hardstand.access.personas.places import Home, Places
from hardstand.analysis.rbac.grants import Grant
from hardstand.analysis.rbac.rule import Rule
from hardstand.analysis.rbac.who import Who, group, parse
from hardstand.baseline.baseline import Baseline
from hardstand.baseline.persona import CORE, Like, Persona, PersonaRule, is_break_glass, likeness

_SORTS = ("user:", "group:", "serviceaccount:", "sa:")


@dataclass(frozen=True, slots=True)
class Standing:
    """A persona with everything that the baseline and the picture say of it."""

    name: str
    like: Like | None
    rights: Rights
    holders: tuple[Who, ...]
    """Those that the baseline names, as the API server knows them."""
    home: Home
    outside_production: Home
    break_glass: bool
    declared: Persona

    @property
    def for_a_while(self) -> bool:
        """Whether it is given for a time only."""
        return self.break_glass or self.declared.ends is not None

    def rules(self, namespace: str) -> Iterator[Rule]:
        """What it may do in a namespace; with the empty one, everywhere."""
        yield from self.rights.everywhere
        if self.home.holds(namespace):
            yield from self.rights.within
        if self.outside_production.holds(namespace):
            yield from self.rights.outside_production

    def holds(self, who: Who) -> bool:
        """Whether a subject of a binding is it: one of its groups, or one that a pattern fits."""
        if who in self.holders:
            return True
        words = {who.word, who.user or who.name, who.name if not who.namespace else f"{who.namespace}/{who.name}"}
        return any(pattern.fits(word) for pattern in self.declared.subjects for word in words)

    def may_have(self, grant: Grant) -> bool:
        """Whether the baseline's patterns let it have what a grant gives, where it gives it.

        A Role goes by its namespace and name, as `shop/reader`: who may write roles in a namespace can call one as a
        ClusterRole is called.
        """
        namespace = grant.namespace
        role = f"{namespace}/{grant.role_name}" if grant.role_kind == "Role" else grant.role_name
        if not any(one.fits(role) for one in self.declared.roles):
            return False
        where = self.declared.namespaces
        return not where or any(one.text == "*" or (namespace and one.fits(namespace)) for one in where)


def standing(baseline: Baseline, places: Places) -> tuple[Standing, ...]:
    """Every persona that the baseline declares, in the order of their names. ValueError for a subject that is none."""
    outside = places.outside_production()
    found = []
    for name, persona in sorted(baseline.personas.items()):
        like = likeness(name, persona)
        rights = rights_of(like) if like else Rights(within=tuple(_rule(one) for one in persona.rules if not one.urls))
        if not like:
            urls = tuple(Rule(one.verbs, urls=one.urls) for one in persona.rules if one.urls)
            rights = Rights(everywhere=urls, within=rights.within)
        found.append(
            Standing(
                name,
                like,
                rights,
                tuple(_holders(persona, baseline)),
                places.home(persona),
                outside if rights.outside_production else Home(),
                is_break_glass(name, persona),
                persona,
            )
        )
    return tuple(found)


def _holders(persona: Persona, baseline: Baseline) -> Iterator[Who]:
    """Groups of the provider, and subjects that are named exactly, such as `serviceaccount:ci/deployer`."""
    for name in persona.groups:
        yield group(baseline.signing_in.group(name))
    for one in persona.subjects:
        if one.literal and one.text.startswith(_SORTS):
            yield parse(one.text)


def _rule(one: PersonaRule) -> Rule:
    groups = tuple("" if name == CORE else name for name in one.api_groups)
    return Rule(one.verbs, groups, one.resources, one.names)
