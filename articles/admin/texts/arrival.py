"""Files that were handed in: those that resemble a text on record wait here; the bytes of all of them are kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern

from articles.admin.buttons import Button
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.passages import compared
from articles.admin.record import Panel, ReadOnlyAdmin, line
from articles.admin.site import desk
from articles.admin.waiting import WaitingFilter
from articles.models import Arrival, Original, PassageMark
from articles.vocabulary import Media

_ENDINGS = {Media.TEXT: "txt", Media.MARKDOWN: "md", Media.HTML: "html", Media.PDF: "pdf"}


class CopyForm(VerbForm):
    """Where the copy stands; what is not known stays empty."""

    publisher = forms.CharField(required=False, max_length=300)
    url = forms.URLField(required=False, max_length=2000, label="Address", assume_scheme="https")
    note = LineEnds(required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class HeldFilter(WaitingFilter):
    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.held() if self.value() not in ("made", "all") else super().queryset(request, queryset)


def as_version(row: Arrival, by: Any, seen: int | None) -> Any:
    from articles.importing.filing import file_held_as_version

    return file_held_as_version(by, row).article


def as_article(row: Arrival, by: Any, seen: int | None) -> Any:
    from articles.importing.filing import file_held_as_article

    return file_held_as_article(by, row).article


def _is_held(row: Arrival) -> bool:
    return row.is_held


@admin.register(Arrival, site=desk)
class ArrivalAdmin(ReadOnlyAdmin):
    change_form_template = "admin/arrival.html"
    list_display = ("name", "state", "resembles", "resemblance", "at", "by")
    list_filter = (HeldFilter, "state", "at")
    search_fields = ("name", "resembles__title", "resemblance")
    list_select_related = ("original", "resembles", "article_version__article", "by")
    ordering = ("-id",)
    facts = ("state", "name", "at", "by", "method", "original", "article_version", "resembles", "resemblance")
    buttons = (
        Button(
            "version", "It is a newer version", as_version,
            "The text is a version of the article now; what it no longer says waits for a decision.",
            when=_is_held, weight="main",
        ),
        Button(
            "copy", "It is a copy", lambda row, by, seen, **said: row.note_copy(by, **said),
            "The copy is noted with the article.", form=CopyForm, when=_is_held,
        ),
        Button("article", "It is an article of its own", as_article, "The article is on record.", when=_is_held),
        Button(
            "set-aside", "Set aside", lambda row, by, seen: row.set_aside(by), "The file is set aside.", when=_is_held,
            weight="grave",
        ),
    )  # fmt: skip

    def listed(self, queryset: Any) -> Any:
        return queryset.for_listing()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("original__packed", "article_version__text")

    def notices(self, request: HttpRequest, row: Arrival) -> dict[str, Any]:
        if not row.is_held or row.resembles is None:
            return {}
        version = row.resembles.current_version
        return {
            "resembled": line(row.resembles),
            "version": line(version, f"version {version.number}") if version else None,
            "stretches": compared(version.text if version else "", row.text),
        }

    def panels(self, request: HttpRequest, row: Arrival) -> list[Panel]:
        said = row.facts.get("article", {})
        return [
            Panel(
                "What the file says of itself",
                [
                    {"text": str(value), "tag": name.replace("_", " ").capitalize()}
                    for name, value in said.items()
                    if value
                ],
                empty="Nothing.",
            )
        ]


@admin.register(Original, site=desk)
class OriginalAdmin(ReadOnlyAdmin):
    change_form_template = "admin/original.html"
    list_display = ("sha256", "media", "size", "kept_at")
    list_filter = ("media", "kept_at")
    search_fields = ("sha256", "arrivals__name")
    facts = ("sha256", "size", "media", "kept_at")

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("packed")

    def get_urls(self) -> list[URLPattern]:
        bytes_view = self.admin_site.admin_view(self.bytes_view)
        return [
            path("<path:object_id>/bytes/", bytes_view, name="articles_original_bytes"),
            *super().get_urls(),
        ]

    def bytes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Hand out the bytes as they came, to be stored and never to be shown: they are somebody else's."""
        row = self.get_object(request, object_id)
        if row.is_erased:
            raise Http404("A redaction took words out of this file; its bytes are gone.")
        name = f"{row.sha256[:12]}.{_ENDINGS[Media(row.media)]}"
        return HttpResponse(
            row.data,
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "X-Content-Type-Options": "nosniff",
            },
        )

    def notices(self, request: HttpRequest, row: Original) -> dict[str, Any]:
        erased = row.is_erased
        return {"download": "" if erased else reverse("admin:articles_original_bytes", args=[row.pk])}

    def panels(self, request: HttpRequest, row: Original) -> list[Panel]:
        arrivals = Arrival.objects.visible_to(request.user).filter(original=row).defer("text", "facts")
        return [
            Panel(
                "Handed in as",
                [line(one, tag=one.get_state_display(), note=one.at) for one in arrivals[:200]],
            )
        ]


@admin.register(PassageMark, site=desk)
class PassageMarkAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "article_version", "mark")
    list_select_related = ("article_version__article",)
    search_fields = ("article_version__article__title",)

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("article_version__text", "article_version__offset_map")
