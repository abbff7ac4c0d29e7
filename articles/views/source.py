"""The page of one source: what it is, its versions, where it stands among others, and what rests on it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.graph import Graph
from articles.graph.nodes import Node, Statement
from articles.keeping import with_state
from articles.models import ChangeRow, Claim, Derivation, Evidence, LedgerHead, Source, SourceVersion
from articles.models.recorded import deeper
from articles.views import history, stages
from articles.views.family import family_of, parts_of, ties_of
from articles.views.page import elsewhere, find_in, kept, page, show, viewer
from articles.views.paging import ROWS, page_of
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
        """Name those of some rows that were found, which are one more than are named where there are so many."""
        return cls(rows[:NAMED], len(rows) > NAMED)


@dataclass(frozen=True)
class Bearing:
    """For how many claims a source is evidence, by stance; None in the place of all numbers where they are too many."""

    supports: int
    refutes: int
    context: int
    is_many: bool

    @classmethod
    def of(cls, pairs: list[Any]) -> Bearing:
        """Count the claims of some evidence, of which these are the stances and claims."""
        counted = Counter(stance for stance, _claim in pairs)
        return cls(
            counted[Stance.SUPPORTS], counted[Stance.REFUTES], counted[Stance.CONTEXT], len(pairs) > TOLD
        )


def _rows(user: Any) -> Any:
    return with_state(Source.objects.visible_to(user), None)


def _sets(user: Any, source: Any) -> dict[str, Any]:
    acts, chains = ChangeRow.objects.telling(user), Derivation.objects.visible_to(user)
    one = Source.objects.one_with(source).values("pk")
    visible = Source.objects.visible_to(user).standing()
    evidence = Evidence.objects.visible_to(user).resting_on(deeper(source)).standing()
    own = Source.objects.filter(pk=getattr(deeper(source), "pk", deeper(source))).order_by()
    parts = parts_of(Source.objects.one_with(deeper(source)).values("pk"))
    on = Coalesce("claim__merged_into", "claim")
    return {
        **ties_of(source, user),
        "whole": visible.filter(pk__in=own.values(_=Coalesce("part_of__merged_into", "part_of")))[:1],
        "parts": visible.filter(pk__in=parts).order_by("pk")[: NAMED + 1],
        "origins": chains.filter(source__in=one).select_related("origin").order_by("pk")[: NAMED + 1],
        "derivatives": chains.filter(origin__in=one).select_related("source").order_by("pk")[: NAMED + 1],
        "versions": stages.listed_of(source, user),
        "verdicts": stages.verdicts_on(deeper(source), user),
        "resting": _resting(evidence, user).order_by("-pk")[: ROWS + 1],
        "head": LedgerHead.objects.filter(pk=1)[:1],
        "pairs": evidence.order_by().annotate(on=on).values_list("stance", "on").distinct()[: TOLD + 1],
        # What acts did to the source and its versions, each of both as far as the newest acts go.
        "acts_on_source": _newest(acts.about(Source, [getattr(source, "pk", source)])),
        "acts_on_versions": _newest(acts.about(SourceVersion, stages.ids_of(deeper(source), user))),
    }


def _newest(acts: Any) -> Any:
    return acts.order_by("-change", "position")[:ACTS]


def _resting(evidence: Any, user: Any) -> Any:
    """Load with evidence what is shown of it, and as `listed` the claim it is on, where the viewer may see that."""
    listed = Prefetch("claim", Claim.objects.visible_to(user).for_listing(), to_attr="listed")
    return evidence.select_related("source_version__source").prefetch_related(listed)


# What the page of a source shows of it, but for the text of a version, and its family further away.
PAGE = Graph(_rows, _sets)


@page
def source(request: HttpRequest, pk: int, slug: str = "") -> HttpResponse:
    """What a source is, in which versions we hold it, what it comes from, and what rests on it."""
    found = find_in(PAGE, request, Source, pk)
    return elsewhere(request, found) or _shown(request, found)


def _shown(request: HttpRequest, found: Any) -> HttpResponse:
    user, shown = viewer(request), found.shown
    parameters = Parameters(request, {"after", "on", "version", "changes", "of"}, strict=False)
    told = stages.stages(found, shown.versions[: stages.LISTED], shown.verdicts)
    asked = Asked.read(found, told, parameters)
    wanted = asked.wanted(stages.versions_of(found, user))
    after = parameters.number("after")
    if after is not None:
        evidence = Evidence.objects.visible_to(user).resting_on(found).standing().filter(pk__lt=after)
        wanted["resting"] = _resting(evidence, user).order_by("-pk")[: ROWS + 1]
    loaded = _loaded(wanted)
    resting = page_of(loaded.get("resting", shown.resting), parameters)
    return show(
        request,
        "articles/sources/source.html",
        {
            "source": found,
            "state_house": found.state_house,
            "newest_entry": found.shown.head,
            "whole": shown.whole,
            "parts": Neighbours.of(shown.parts),
            "origins": Neighbours.of(shown.origins),
            "derivatives": Neighbours.of(shown.derivatives),
            "family": family_of(found, user),
            "stages": told,
            "more_versions": len(shown.versions) > stages.LISTED,
            "is_dated": any(row.effective_from or row.effective_to for row in shown.versions),
            **asked.answer(loaded),
            "resting": resting,
            "rests": [(row, row.listed) for row in resting if row.listed is not None],
            "bearing": Bearing.of(shown.pairs),
            "history": history.told(chain(shown.acts_on_source, shown.acts_on_versions)),
        },
    )


def _loaded(wanted: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the rows of some queries, all by one statement; none where nothing is wanted."""
    if "resting" not in wanted:
        return {name: list(rows) for name, rows in wanted.items()}
    # All rows but one set are a list; it is asked once and no more, so that no connection keeps a plan of it.
    node = Node(LedgerHead.objects.order_by(), wanted)
    found = vars(Statement(node, "default", before=1).ask(0)[0].shown)
    return {
        name: rows if isinstance(rows, list) else [rows] for name, rows in found.items() if rows is not None
    }


@dataclass(frozen=True)
class Asked:
    """What an address asks of the versions: the text of one, what changed in one, or what was in force on a day.
    Without a question, the newest text that readers may see."""

    found: Source
    told: list[stages.Stage]
    day: date | None
    number: int | None
    changed: int | None
    # The source whose numbers these are: it may have been merged into this one.
    of: int

    @classmethod
    def read(cls, found: Source, told: list[stages.Stage], parameters: Parameters) -> Asked:
        day, number = parameters.day("on"), parameters.number("version")
        changed = parameters.number("changes")
        if sum(1 for one in (day, number, changed) if one) > 1:
            raise BadParameter(
                _(
                    "on, version and changes are three questions about the versions of a source. Ask one of them."
                )
            )
        if day and day > timezone.now().date():
            raise BadParameter(_("on is %(day)s; that day is still to come.") % {"day": day.isoformat()})
        return cls(found, told, day, number, changed, parameters.number("of") or found.pk)

    def wanted(self, versions: Any) -> dict[str, Any]:
        """Return the query of the versions that are shown, by what they are for."""
        whole = versions.defer(None)
        if self.day:
            return {"on": stages.rows_on(versions, self.day)}
        if self.number:
            return {"text": whole.filter(source=self.of, number=self.number)[:1]}
        if self.changed:
            return {"texts": whole.filter(pk__in=[one.pk for one in self._compared()])}
        shown = next((stage.version.pk for stage in self.told if stage.version.is_readable), None)
        return {"text": whole.filter(Q(is_readable=True), pk=shown)[:1]} if shown else {}

    def answer(self, loaded: dict[str, list[Any]]) -> dict[str, Any]:
        """Return what the page says of the versions, of which `wanted` were loaded; 404 where there is no such one."""
        answer: dict[str, Any] = {"day": self.day}
        version = next(iter(loaded.get("text", ())), None)
        if self.day:
            answer["in_force"] = held = stages.in_force(loaded["on"], self.day)
            ids = {one.pk for one in held.versions}
            for stage in self.told:
                stage.is_in_force = stage.version.pk in ids
            version = held.versions[0] if len(held.versions) == 1 else None
        elif self.number and version is None:
            raise Http404
        elif self.changed:
            texts = {one.pk: one for one in loaded["texts"]}
            old, new = self._compared()
            answer["comparison"] = stages.comparison(texts[old.pk], texts[new.pk])
        answer["text"] = stages.text_of(version) if version and version.is_readable else None
        answer["is_asked_for"] = bool(self.day or self.number)
        is_asked = bool(self.day or self.number or self.changed)
        answer["versions_first"] = is_asked or self.found.kind in DATED_KINDS
        return answer

    def _compared(self) -> tuple[Any, Any]:
        """Return the version before the one that was asked for, and that one; 404 where it is not listed, or one of the
        two texts is not ours to show."""
        for stage in self.told:
            if (stage.version.source_id, stage.version.number) == (self.of, self.changed) and stage.before:
                return stage.before, stage.version
        raise Http404


KEPT = kept(Source, "/sources/", PAGE.find, _shown)
