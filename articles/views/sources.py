"""The list of sources, narrowed down by what they are, who put them out, and how the record uses them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, OuterRef, Q, Value
from django.db.models.functions import NullIf
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Citation, Derivation, Evidence, Source, Verdict
from articles.models.choices import LABELS
from articles.models.counting import TOLD, likely, some
from articles.views.facets import Facet, browse
from articles.views.family import parts_of
from articles.views.page import page, show, viewer
from articles.views.paging import by_title, newest_first
from articles.views.parameters import Parameters
from articles.vocabulary import SourceKind, Stance

ORDERS = {"title": gettext_lazy("By title"), "newest": gettext_lazy("Newest on record")}
USES = {
    "verdict": gettext_lazy("A current verdict rests on it"),
    "supports": gettext_lazy("Supports a claim"),
    "refutes": gettext_lazy("Refutes a claim"),
    "context": gettext_lazy("Gives context to a claim"),
    "repeated": gettext_lazy("Others derive from it"),
}


def _in_use(use: str, user: Any) -> Any:
    """Return the condition that a source is used in this way, as far as the viewer may see that.

    Asked of each source by itself: one piece of evidence is enough, and some sources have thousands.
    """
    if use == "repeated":
        derived = Derivation.objects.visible_to(user).order_by()
        return Q(pk__in=derived.values("origin"))
    if use == "verdict":
        current = Verdict.objects.visible_to(user).each_seen_today()
        cited = Citation.objects.filter(evidence__source_version__source=OuterRef("pk"))
        return likely(some(cited.filter(some(current.filter(pk=OuterRef("verdict"))))))
    evidence = Evidence.objects.visible_to(user).standing().filter(stance=Stance(use))
    return likely(some(evidence.filter(source_version__source=OuterRef("pk"))))


def _used(rows: Any, use: str, user: Any) -> Any:
    return rows.filter(_in_use(use, user))


def _uses(among: Any, user: Any) -> Sequence[Any]:
    """Return of these sources those that are used in each way."""
    return [
        Source.objects.filter(_in_use(use, user), pk__in=among)
        .order_by()
        .annotate(value=Value(use))
        .values_list("value", Value(1))
        for use in USES
    ]


def _of_the_record(name: str, title: Any, phrase: Any) -> Facet:
    """Return the facet of a field whose values are words of the record."""
    return Facet(
        name, title, phrase, lambda rows, value, user: rows.filter(**{name: value}),
        column=NullIf(F(name), Value("")), is_ours=False,
    )  # fmt: skip


FACETS = (
    Facet(
        "kind", gettext_lazy("Kind"), gettext_lazy("of the kind: %(value)s"),
        lambda rows, kind, user: rows.filter(kind=kind),
        column=F("kind"), labels={kind.value: LABELS[kind.value] for kind in SourceKind},
    ),
    Facet(
        "used", gettext_lazy("How it is used"), gettext_lazy("of which holds: %(value)s"), _used,
        hanging=_uses, labels=USES, keeps_order=True,
    ),
    _of_the_record("publisher", gettext_lazy("Published by"), gettext_lazy("published by %(value)s")),
    _of_the_record("court", gettext_lazy("Court"), gettext_lazy("of the court: %(value)s")),
    _of_the_record("platform", gettext_lazy("Platform"), gettext_lazy("on %(value)s")),
)  # fmt: skip
KNOWN = {*(facet.name for facet in FACETS), "origin", "whole", "sort", "after"}


@page
def listing(request: HttpRequest) -> HttpResponse:
    """The sources, narrowed down and ordered by what the address says."""
    user = viewer(request)
    parameters = Parameters(request, KNOWN)
    sort = parameters.choice("sort", ORDERS, default="title")
    visible = Source.objects.visible_to(user)
    rows = visible.standing()
    besides = []
    origin = parameters.row("origin", visible)
    if origin:
        chains = Derivation.objects.visible_to(user).filter(origin__in=Source.objects.one_with(origin))
        rows = rows.filter(pk__in=chains.order_by().values("source"))
        besides.append(
            (_("deriving from “%(title)s”") % {"title": origin}, parameters.link(origin=None, after=None))
        )
    whole = parameters.row("whole", visible)
    if whole:
        rows = rows.filter(pk__in=parts_of(Source.objects.one_with(whole).values("pk")))
        besides.append(
            (_("being a part of “%(title)s”") % {"title": whole}, parameters.link(whole=None, after=None))
        )
    browsed = browse(rows, FACETS, parameters, user, besides)
    order = newest_first if sort == "newest" else by_title
    return show(
        request,
        "articles/sources/sources.html",
        {
            "page": order(browsed.rows.for_listing(most=TOLD + 1), parameters),
            "browsed": browsed,
            "canonical_query": parameters.canonical(),
            "orders": [
                (label, parameters.link(sort=None if value == "title" else value, after=None), value == sort)
                for value, label in ORDERS.items()
            ],
            "sort": sort,
        },
    )
