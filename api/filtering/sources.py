"""What the list of sources can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from api import filters, parameters
from articles.models import Claim, Derivation, Evidence, SourceVersion
from articles.vocabulary import SourceKind, Stance
from articles.web_addresses import address_key


def _at_address(rows: Any, url: str, user: Any) -> Any:
    # By the key first, which an index serves.
    return rows.filter(url_key=address_key(url), url=url)


def _bearing_on(rows: Any, claim: Any, user: Any) -> Any:
    evidence = Evidence.objects.visible_to(user).on(claim)
    return rows.filter(pk__in=evidence.order_by().values("source_version__source"))


def _with_stance(rows: Any, stances: list[str], user: Any) -> Any:
    for stance in stances:
        evidence = Evidence.objects.visible_to(user).standing().filter(stance=stance)
        rows = rows.filter(Exists(evidence.filter(source_version__source=OuterRef("pk"))))
    return rows


def _derived_from(rows: Any, origin: int, user: Any) -> Any:
    """One step, and through the origin's merged rows: derivations still name those."""
    derivations = Derivation.objects.visible_to(user).filter(source=OuterRef("pk"))
    return rows.filter(Exists(derivations.filter(Q(origin=origin) | Q(origin__merged_into=origin))))


def _with(rows: Any, wanted: list[str], user: Any) -> Any:
    evidence = Evidence.objects.visible_to(user)
    conditions = {
        "evidence": evidence.filter(source_version__source=OuterRef("pk")),
        "versions": SourceVersion.objects.visible_to(user).filter(source=OuterRef("pk")),
    }
    return rows.filter(*(Exists(conditions[word]) for word in wanted))


def _exactly(name: str, told: str, longest: int) -> parameters.Parameter:
    return parameters.text(name, f"{told}, exactly as on record.", longest, filters.equals(name))


FILTERS = (
    parameters.words("kind", "What it is.", SourceKind, filters.among("kind")),
    _exactly("publisher", "Who put it out", 300),
    _exactly("court", "The court", 300),
    _exactly("docket_number", "The docket number", 100),
    _exactly("citation", "The citation", 300),
    _exactly("jurisdiction", "The jurisdiction", 200),
    _exactly("platform", "The platform", 200),
    _exactly("account", "The account", 200),
    parameters.text("url", "Its address, exactly as on record.", 2000, _at_address),
    parameters.number(
        "claim", "The id of a claim that evidence from it bears on.", filters.where_seen(Claim, _bearing_on)
    ),
    parameters.words(
        "stance", "Evidence from it has this stance; each, where several are named.", Stance, _with_stance
    ),
    parameters.words(
        "has", "What it has; all of it, where several are named.", ("evidence", "versions"), _with
    ),
    parameters.number("part_of", "The id of the source it is a part of.", filters.names_its_own("part_of")),
    parameters.number("derived_from", "The id of a source it repeats or rests on directly.", _derived_from),
    *filters.PUBLISHED,
    filters.MERGED_INTO,
    filters.VISIBILITY,
)
