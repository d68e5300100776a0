"""What a baseline matches: an index offers whatever fits, and nothing is missed for being looked up."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hardstand.analysis.fitting import Index, is_about
from hardstand.analysis.traits import Traits
from hardstand.baseline.classes import Matching
from hardstand.baseline.globs import Glob
from hardstand.inventory.objects import World

WORDS = st.sampled_from(["a", "b", "ab", "abc", ""])
PATTERNS = st.sampled_from(["a", "b", "ab", "a*", "*b", "?", "*", "[ab]*", "x"]).map(Glob)
LABELS = st.dictionaries(st.sampled_from(["app", "tier"]), WORDS, max_size=2)


def several(items: Any) -> Any:
    return st.lists(items, max_size=3).map(tuple)


MATCHES = st.builds(
    Matching,
    kind=several(PATTERNS),
    name=several(PATTERNS),
    namespace=several(PATTERNS),
    labels=st.dictionaries(st.sampled_from(["app", "tier"]), PATTERNS, max_size=2),
    image=several(PATTERNS),
)
TRAITS = st.builds(
    Traits,
    kind=WORDS,
    name=WORDS,
    namespace=st.none() | WORDS,
    labels=LABELS,
    pod_labels=LABELS,
    images=several(WORDS),
    path=st.just("a.yaml"),
    world=st.just(World("", None)),
    makes_pods=st.just(True),
    says=st.just({}),
)


@settings(max_examples=300)
@given(st.lists(MATCHES, max_size=8), st.lists(TRAITS, min_size=1, max_size=4))
def test_an_index_offers_all_that_fits_once_and_in_order(matches: list[Matching], objects: list[Traits]) -> None:
    index = Index((match, at) for at, match in enumerate(matches))
    for traits in objects:
        offered = [at for _, at in index.candidates(traits)]
        assert offered == sorted(set(offered))
        fitting = [at for at, match in enumerate(matches) if is_about(match, traits, (), "a.yaml")]
        assert [at for at in offered if at in fitting] == fitting
