"""The page of one source: what it is, its versions, where it stands among others, and what rests on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import ChangeRow, Derivation, Evidence, Source, SourceVersion
from articles.views import history, stages
from articles.views.family import family_of, parts_of
from articles.views.page import elsewhere, find, kept, page, show, viewer
from articles.views.paging import CLAIMS, newest_first
from articles.views.parameters import BadParameter, Parameters
from articles.vocabulary import SourceKind, Stance

# How many neighbours each list of words names, and how many acts of the ledger; above how many claims are not told
# apart.
NAMED, ACTS, TOLD = 30, 100, 1_000
# Of these one asks first how they stood on a day.
DATED_KINDS = (SourceKind.PLATFORM_RULE, SourceKind.STATUTE)


@dataclass(frozen=True)
class Neighbours:
    """Sources tied to this one, or the derivations that tie them; `more` where not all of them are named."""

    rows: list[Any]
    more: bool

    @classmethod
    def of(cls, rows: Any) -> Neighbours:
        found = list(rows[: NAMED + 1])
        return cls(found[:NAMED], len(found) > NAMED)


@dataclass(frozen=True)
class Bearing:
    """For how many claims a source is evidence, by stance; None in the place of all numbers where they are too many."""

    supports: int
    refutes: int
    context: int
    is_many: bool

    @classmethod
    def of(cls, evidence: Any) -> Bearing:
        """Count the claims of some evidence. One query of limited length."""
        claims = evidence.order_by().annotate(on=Coalesce("claim__merged_into", "claim"))
        pairs = list(claims.values_list("stance", "on").distinct()[: TOLD + 1])
        counted = Counter(stance for stance, _claim in pairs)
        return cls(
            counted[Stance.SUPPORTS], counted[Stance.REFUTES], counted[Stance.CONTEXT], len(pairs) > TOLD
        )


@page
def source(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """What a source is, in which versions we hold it, what it comes from, and what rests on it."""
    user = viewer(request)
    found = find(request, Source, pk, "part_of")
    redirect = elsewhere(request, found)
    if redirect is not None:
        return redirect
    parameters = Parameters(request, {"after", "on", "version", "changes", "of"}, strict=False)
    versions = stages.versions_of(found, user)
    # Texts can be long: only the one that is shown is loaded.
    listed = list(versions.order_by("-number", "-pk")[: stages.LISTED + 1])
    evidence = Evidence.objects.visible_to(user).resting_on(found).standing()
    resting = newest_first(evidence.select_related("source_version__source"), parameters)
    claims = {one.pk: one for one in CLAIMS.find_many(list({row.claim_id for row in resting}), user)}
    visible = Source.objects.visible_to(user).standing()
    chains = Derivation.objects.visible_to(user)
    one = list(Source.objects.one_with(found).values_list("pk", flat=True))
    told = stages.stages(found, listed[: stages.LISTED], user)
    return show(
        request,
        "articles/sources/source.html",
        {
            "source": found,
            "whole": visible.filter(pk=_survivor(found.part_of)).first() if found.part_of_id else None,
            "parts": Neighbours.of(visible.filter(pk__in=parts_of(one)).order_by("pk")),
            "origins": Neighbours.of(chains.filter(source__in=one).select_related("origin").order_by("pk")),
            "derivatives": Neighbours.of(
                chains.filter(origin__in=one).select_related("source").order_by("pk")
            ),
            "family": family_of(found, user),
            "stages": told,
            "more_versions": len(listed) > stages.LISTED,
            "is_dated": any(row.effective_from or row.effective_to for row in listed),
            **_asked(found, versions, told, parameters),
            "resting": resting,
            "rests": [(row, claims[row.claim_id]) for row in resting if row.claim_id in claims],
            "bearing": Bearing.of(evidence),
            "history": history.told(_acts(found, [stage.version.pk for stage in told], user)),
        },
    )


def _survivor(whole: Source) -> int:
    return whole.merged_into_id or whole.pk


def _acts(found: Source, versions: list[int], user: Any) -> Any:
    """Return what acts did to the source and its versions, each of both as far as the newest acts go."""
    acts = ChangeRow.objects.telling(user)
    both = (acts.about(Source, [found.pk]), acts.about(SourceVersion, versions))
    return chain.from_iterable(one.order_by("-change", "position")[:ACTS] for one in both)


def _asked(found: Source, versions: Any, told: list[stages.Stage], parameters: Parameters) -> dict[str, Any]:
    """Return what the address asks of the versions: the text of one, what changed in one, or what was in force on a
    day. Without a question, the newest text that readers may see."""
    day, number, changed = parameters.day("on"), parameters.number("version"), parameters.number("changes")
    if sum(1 for one in (day, number, changed) if one) > 1:
        raise BadParameter(
            _("on, version and changes are three questions about the versions of a source. Ask one of them.")
        )
    own = versions.filter(source=parameters.number("of") or found.pk)
    whole = versions.defer(None)
    answer: dict[str, Any] = {"day": day}
    shown: Any = None
    if day:
        if day > timezone.now().date():
            raise BadParameter(_("on is %(day)s; that day is still to come.") % {"day": day.isoformat()})
        answer["in_force"] = held = stages.in_force(versions, day)
        ids = {one.pk for one in held.versions}
        for stage in told:
            stage.is_in_force = stage.version.pk in ids
        shown = held.versions[0].pk if len(held.versions) == 1 else None
    elif number:
        shown = _numbered(own, number).pk
    elif changed:
        answer["comparison"] = _comparison(whole, _numbered(own, changed), told)
    else:
        shown = next((stage.version.pk for stage in told if stage.version.is_readable), None)
    version = whole.filter(Q(is_readable=True), pk=shown).first() if shown else None
    answer["text"] = stages.text_of(version) if version else None
    answer["is_asked_for"] = bool(day or number)
    answer["versions_first"] = bool(day or number or changed) or found.kind in DATED_KINDS
    return answer


def _numbered(versions: Any, number: int) -> SourceVersion:
    version = versions.filter(number=number).first()
    if version is None:
        raise Http404
    return version


def _comparison(whole: Any, version: SourceVersion, told: list[stages.Stage]) -> stages.Comparison:
    """Compare a version with the one before it; 404 where one of the two texts is not ours to show."""
    before = next((stage.before for stage in told if stage.version.pk == version.pk), None)
    if before is None:
        raise Http404
    texts = whole.in_bulk([version.pk, before.pk])
    return stages.comparison(texts[before.pk], texts[version.pk])


KEPT = kept(Source, "/sources/", source)
