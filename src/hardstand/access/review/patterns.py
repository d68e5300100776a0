"""Lists of patterns as OpenSSH matches them: `*`, `?`, a comma between two, and `!` before what must not match.

Source: ssh_config(5), PATTERNS, and the behaviour of `match_pattern_list` of OpenSSH's match.c: names are bytes, there
are no sets in brackets, what is negated wins wherever it stands, and nothing is positive by being left over.
"""

_LONGEST = 1023
"""Bytes of one pattern; a longer one makes OpenSSH give the list up."""


def listed(name: str, patterns: str) -> bool:
    """Tell whether a list of patterns takes a name in."""
    found, word = False, name.encode()
    for one in patterns.encode().split(b","):
        negated, pattern = one.startswith(b"!"), one.removeprefix(b"!")
        if len(pattern) >= _LONGEST:
            return False
        if _matches(word, pattern):
            if negated:
                return False
            found = True
    return found and bool(patterns)


def _matches(word: bytes, pattern: bytes) -> bool:
    """Whether all of a word fits; in time of the product of both, however many stars there are."""
    at = place = 0
    star, again = -1, 0
    while at < len(word):
        if place < len(pattern) and pattern[place] == ord("*"):
            star, again = place, at
            place += 1
        elif place < len(pattern) and pattern[place] in (ord("?"), word[at]):
            at, place = at + 1, place + 1
        elif star >= 0:
            again += 1
            at, place = again, star + 1
        else:
            return False
    return not pattern[place:].strip(b"*")
