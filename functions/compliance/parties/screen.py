"""Who is on a list, who looks like it, and who is where no business is done."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher

from contracts.compliance import Assessment, ContractSigned, Finding, Party

from .policy import Policy

_FORMS = "ag and bv co company corp gmbh inc kg limited llc llp ltd nv oy plc sa sarl spa srl the"
_LEGAL_FORMS = frozenset(_FORMS.split())


def screen(contract: ContractSigned, policy: Policy) -> Assessment:
    """What the lists say about every party."""
    return Assessment.of([finding for party in contract.parties for finding in _about(party, policy)])


def _about(party: Party, policy: Policy) -> Iterator[Finding]:
    at, words = f"party {party.name}", _words(party.name)
    for listed in policy.listed:
        other = _words(listed)
        if words == other:
            yield Finding(
                rule="listed", severity="breach", at=at, says=f"Is on the list as {listed}.", quote=party.name
            )
        elif other <= words or _likeness(words, other) >= policy.alike:
            says = f"Looks like {listed}, who is on the list."
            yield Finding(rule="looks-listed", severity="concern", at=at, says=says, quote=party.name)
    if any(len(_alphabets(word)) > 1 for word in party.name.split()):
        says = "A word of the name mixes alphabets, as names do that are not to be found on a list."
        yield Finding(rule="mixed-alphabets", severity="concern", at=at, says=says, quote=party.name)
    if party.country in policy.embargoed:
        says = f"Is in {party.country}, with which no business is done."
        yield Finding(rule="embargoed", severity="breach", at=at, says=says, quote=party.country)
    elif party.country in policy.watched:
        says = f"Is in {party.country}, which is watched."
        yield Finding(rule="watched", severity="concern", at=at, says=says, quote=party.country)


def _words(name: str) -> frozenset[str]:
    """The words of a name without accents, marks, capitals and legal forms; order does not count."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
    words = frozenset(re.findall(r"\w+", plain))
    return words - _LEGAL_FORMS or words


def _likeness(some: frozenset[str], others: frozenset[str]) -> float:
    return SequenceMatcher(None, " ".join(sorted(some)), " ".join(sorted(others)), autojunk=False).ratio()


def _alphabets(word: str) -> set[str]:
    return {unicodedata.name(c, "UNKNOWN").split()[0] for c in word if c.isalpha()}
