from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from articles.admin.forms import LineEnds, RecordForm
from articles.admin.passages import places
from articles.admin.record import Panel, ReadOnlyAdmin, RecordAdmin, line
from articles.admin.site import desk
from articles.admin.texts.chain import LINKS, chain_fields, chain_of
from articles.models import Appearance, Attribution


class MarkForm(RecordForm):
    """Names the words instead of counting their offsets, and who says them, outermost first."""

    words = LineEnds(widget=admin.widgets.AdminTextareaWidget(attrs={"rows": 4}), strip=False)
    at = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, label="from",
        help_text="Offset of the first character; only where the words stand in the text more than once.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            return
        self.fields["words"].help_text = "The exact words that make the claim, as they stand in the text."
        if "claimant_1" in self.fields:
            self.fields.update(chain_fields(self.user))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["chain"] = chain_of(self.cleaned_data)
        version, words, at = cleaned.get("article_version"), cleaned.get("words"), cleaned.get("at")
        if not version or not words:
            return cleaned
        found = places(version.text, words)
        if not found:
            self.add_error("words", f"{version} does not say this. Copy the words from the text.")
        elif at is None and len(found) > 1:
            listed = ", ".join(map(str, found[:10]))
            self.add_error(
                "at", f"The words stand in the text more than once: from {listed}. Say which you mean."
            )
        elif at is not None and at not in found:
            listed = ", ".join(map(str, found[:10]))
            self.add_error("at", f"The words do not begin there, but at {listed}.")
        else:
            cleaned["start"] = found[0] if at is None else at
        return cleaned


MarkWithChainForm: type[RecordForm] = type("MarkWithChainForm", (MarkForm,), chain_fields())


@admin.register(Appearance, site=desk)
class AppearanceAdmin(RecordAdmin):
    form = MarkWithChainForm
    list_display = ("__str__", "claim", "article_version")
    list_select_related = ("claim", "article_version__article")
    search_fields = ("exact", "claim__statement", "article_version__article__title")
    add_fields = ("claim", "article_version", "words", "at", *chain_fields())

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("article_version__text", "article_version__offset_map")

    def get_fieldsets(self, request: Any, obj: Any = None) -> list[Any]:
        if obj is not None:
            return super().get_fieldsets(request, obj)
        links = [
            tuple(name for name in chain_fields() if name.endswith(f"_{link}"))
            for link in range(1, LINKS + 1)
        ]
        return [
            (None, {"fields": ["claim", "article_version", "words", "at"]}),
            ("Who says it, outermost first", {"fields": links}),
        ]

    def add_record(self, by: Any, facts: dict[str, Any]) -> Appearance:
        start, words = facts["start"], facts["words"]
        return Appearance.mark(
            by, facts["claim"], facts["article_version"], start, start + len(words), facts["chain"]
        )

    def panels(self, request: Any, row: Appearance) -> list[Panel]:
        chain = Attribution.objects.visible_to(request.user).filter(appearance=row).select_related("claimant")
        return [Panel("Who says it, outermost first", [line(one, note=one.words) for one in chain])]


@admin.register(Attribution, site=desk)
class AttributionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "position", "words", "appearance")
    list_select_related = ("claimant", "appearance")
    search_fields = ("claimant__name", "described_as", "words")
