"""Searches that somebody comes back to: on their home page, with how much is new in each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button
from articles.admin.record import RecordAdmin
from articles.admin.site import desk
from articles.models import SavedSearch
from articles.models.counting import numbers
from articles.search import NothingToLookFor, Sought
from articles.search.newest import all_since, fresh
from articles.views.facets import Tally

OPEN = "open"


def saved_searches(user: Any) -> list[dict[str, Any]]:
    """Return what the home page says of each saved search of this person: the row, how much is new, what opens it.

    One query for the rows; where there are any, one for all numbers, one for how far they reach, and on PostgreSQL one
    for words that were not asked about lately. Conditions that name people, sources or ratings are looked up besides.
    """
    rows = list(SavedSearch.objects.visible_to(user))
    if not rows:
        return []
    sought: dict[int, Sought] = {}
    for row in rows:
        try:
            sought[row.pk] = Sought.read(row.text, user)
        except NothingToLookFor:
            # Saved while a text was read otherwise.
            continue
    Sought.learn(sought.values())
    found = {row.pk: sought[row.pk].among(fresh(row.looked_at)) for row in rows if row.pk in sought}
    since, counted = all_since(), numbers(found)
    return [
        {
            "row": row,
            "count": Tally(0, {}).words(counted.get(row.pk, 0), since is None or since <= row.looked_at),
            "is_new": counted.get(row.pk, 0) > 0,
            "open": reverse("admin:articles_savedsearch_do", args=[row.pk, OPEN]),
            "change": reverse("admin:articles_savedsearch_change", args=[row.pk]),
        }
        for row in rows
    ]


def require_words(q: str) -> None:
    """Raise ValidationError where nothing in these words can be looked for."""
    try:
        Sought.read(q)
    except NothingToLookFor as nothing:
        raise ValidationError({"q": str(nothing)}) from nothing


def open_it(row: SavedSearch, by: Any, seen: int | None) -> None:
    row.look(by)


def forget(row: SavedSearch, by: Any, seen: int | None) -> None:
    row.forget(by)


@admin.register(SavedSearch, site=desk)
class SavedSearchAdmin(RecordAdmin):
    """One's own, and nobody else's."""

    list_display = ("name", "q", "filters", "looked_at")
    add_fields = ("name", "q", "filters")
    facts = ("search", "created_at", "looked_at", "revision")
    buttons = (
        Button(OPEN, _("Open"), open_it, "", weight="main"),
        Button("forget", _("Delete"), forget, _("It is deleted."), weight="grave"),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill the form from the search page that it was opened from."""
        given = {name: request.GET.get(name, "")[:1_000] for name in ("q", "rating")}
        filters = f"rating={given['rating']}" if given["rating"] else ""
        return {"name": given["q"][:100], "q": given["q"], "filters": filters}

    def add_record(self, by: Any, facts: dict[str, Any]) -> SavedSearch:
        require_words(facts["q"])
        return super().add_record(by, facts)

    def change_record(self, by: Any, row: Any, expected: int | None, changes: dict[str, Any]) -> SavedSearch:
        if "q" in changes:
            require_words(changes["q"])
        return super().change_record(by, row, expected, changes)

    def done(self, request: HttpRequest, row: Any, button: Button, found: Any) -> HttpResponse:
        """To open a search is to be on its page."""
        if button.name == OPEN:
            return HttpResponseRedirect(reverse("search") + row.query)
        return super().done(request, row, button, found)

    @admin.display(description=_("search page"))
    def search(self, row: SavedSearch) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("search") + row.query, row.text)


desk.beside_queues = saved_searches
