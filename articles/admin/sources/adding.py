"""Adding a source: what somebody pasted is recognised, looked for on record, and fills in what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import return_to
from articles.admin.forms import RecordForm
from articles.admin.record import RecordAdmin, add_url, line
from articles.admin.texts.suggestion import matching_sources
from articles.importing.references.pasted import LONGEST, Pasted, filled, recognise
from articles.models import Source, SourceVersion
from articles.models.choices import LABELS, labelled
from articles.models.source import KIND_FIELDS
from articles.vocabulary import ANONYMOUS_FORBIDDEN, SOURCE_FIELDS, SOURCE_REQUIRED, SourceKind

# How many sources on record are named that may be the one that was pasted.
_NAMED = 5
# Of one account there are many posts, and of one publisher many reports; these name one thing.
_TELLING = ("url:", "docket:", "citation:", "case:")


@dataclass(frozen=True)
class LookedUp:
    """What was recognised in some pasted words, and the sources on record it may be; `is_sure` where they stand at the
    very address."""

    pasted: Pasted
    sources: list[Source]
    is_sure: bool

    @property
    def kind(self) -> str:
        return self.pasted.kind.value if self.pasted.kind else ""

    @property
    def told(self) -> tuple[str, ...]:
        return self.pasted.told

    @property
    def on_record(self) -> list[dict[str, Any]]:
        """Return the sources, each with where the desk meets it, what it is, and where a version of it is added."""
        return [
            line(one, note=str(LABELS[one.kind]), add_version=add_url(SourceVersion, source=one.pk))
            for one in self.sources
        ]


def look_up(words: str, user: Any) -> LookedUp:
    """Say what pasted words are, and which standing sources this user sees that they may mean.

    At most two queries. Addresses are found by their key, whatever their spelling; numbers by their normal forms.
    """
    pasted = recognise(words)
    visible = Source.objects.visible_to(user)
    address = pasted.fields.get("url", "")
    found = list(visible.at_address(address).order_by("pk")[:_NAMED]) if address else []
    if found:
        return LookedUp(pasted, found, True)
    keys = [key for key in pasted.keys if key.startswith(_TELLING) and not key.startswith("url:")]
    matches = matching_sources(user, [{"keys": keys, "fields": pasted.fields}])[0] if keys else []
    return LookedUp(pasted, matches[:_NAMED], False)


class SourceForm(RecordForm):
    """Tells the page which fields belong to which kind, so that a script may hide the others; with a kind that was
    chosen before, it has only those."""

    class Media:
        js = (
            forms.widgets.Script("desk/kind-fields.js", type="module"),
            forms.widgets.Script("desk/source.js", type="module"),
        )

    only_kind = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (*KIND_FIELDS, *ANONYMOUS_FORBIDDEN):
            if name in self.fields:
                attrs = self.fields[name].widget.attrs
                attrs["data-of-kinds"] = " ".join(
                    sorted(kind for kind in SourceKind if has_field(kind, name))
                )
                attrs["data-needed-by"] = " ".join(
                    sorted(kind for kind, own in SOURCE_REQUIRED.items() if name in own)
                )
        if self.only_kind:
            kind = SourceKind(self.only_kind)
            self.fields["kind"].choices = labelled([kind])  # type: ignore[attr-defined]
            self.fields["kind"].initial = kind.value
            for name in SOURCE_REQUIRED[kind] & self.fields.keys():
                self.fields[name].required = True


def has_field(kind: SourceKind, name: str) -> bool:
    """May a source of this kind have this field?"""
    if name in KIND_FIELDS:
        return name in SOURCE_FIELDS[kind]
    return kind != SourceKind.ANONYMOUS_SOURCE or name not in ANONYMOUS_FORBIDDEN


class WithPasting(RecordAdmin):
    """The sources' admin, whose add form begins with what somebody pastes. Without a script that is a step of its own:
    what they have and, where that does not tell, of which kind it is; then comes the form of that kind."""

    add_form_template = "admin/source_add.html"
    form = SourceForm

    def get_urls(self) -> list[URLPattern]:
        return [
            path(
                "recognise/",
                self.admin_site.admin_view(self.recognise_view),
                name="articles_source_recognise",
            ),
            *super().get_urls(),
        ]

    def recognise_view(self, request: HttpRequest) -> JsonResponse:
        """Answer `?pasted=…`, for the script: what was recognised, in words and by field, and what is on record."""
        found = look_up(request.GET.get("pasted", "")[:LONGEST], request.user)
        return JsonResponse(
            {
                "kind": found.kind,
                "fields": dict(found.pasted.fields),
                "told": list(found.told),
                "is_sure": found.is_sure,
                "on_record": found.on_record,
            }
        )

    def kind_asked(self, request: HttpRequest) -> SourceKind | None:
        """Return the kind the address asks a form for, or that of what was pasted; None where both leave it open."""
        wanted = request.GET.get("kind", "")
        if wanted in set(SourceKind):
            return SourceKind(wanted)
        found = self._looked_up(request)
        return found.pasted.kind if found else None

    def _looked_up(self, request: Any) -> LookedUp | None:
        words = request.GET.get("pasted", "").strip()[:LONGEST]
        if not words:
            return None
        # Asked for by the form, its first values and the page; the request lives as long as all of them.
        if not hasattr(request, "_looked_up"):
            request._looked_up = look_up(words, request.user)
        return request._looked_up

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        kind = self.kind_asked(request) if obj is None else None
        if kind is None:
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": [name for name in self.add_fields if has_field(kind, name)]})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        kind = self.kind_asked(request) if obj is None else None
        return type(form.__name__, (form,), {"only_kind": kind.value}) if kind else form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        given = super().get_changeform_initial_data(request)
        found = self._looked_up(request)
        own = frozenset(self.add_fields)
        return {**(dict(filled(found.pasted, {}, own)) if found else {}), **given}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        kept = [(name, value) for name, value in request.GET.items() if name not in ("pasted", "kind")]
        kind = self.kind_asked(request)
        asked = "pasted" in request.GET or "kind" in request.GET
        found = self._looked_up(request)
        context = {
            "looked_up": found,
            "pasted": request.GET.get("pasted", "")[:LONGEST],
            "kinds": labelled(SourceKind),
            "kind_asked": kind,
            "kind_label": LABELS[kind.value] if kind else "",
            "is_first_step": kind is None and request.method == "GET",
            "kind_is_missing": asked and kind is None,
            "kept_parameters": kept,
            "recognise_url": reverse("admin:articles_source_recognise"),
            "title": _("Add a source"),
            **(extra_context or {}),
        }
        return super().add_view(request, form_url, context)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on where the person came from; else to the source, which wants a version next."""
        answer = super().response_add(request, obj, post_url_continue)
        if (
            "_popup" in request.POST
            or "_addanother" in request.POST
            or not isinstance(answer, HttpResponseRedirect)
        ):
            return answer
        return HttpResponseRedirect(return_to(request) or self.page_of(obj))
