"""Evidence written on the page of its claim: which source, which passage, and whether the stored text has the words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.admin.forms import LineEnds, VerbForm, is_id
from articles.admin.passages import changed, in_context
from articles.comparing.notices import Notice, called_out
from articles.comparing.quoting import Place, Standing, find
from articles.models import Evidence, Source, SourceVersion
from articles.models.choices import labelled
from articles.search import search
from articles.vocabulary import Posture, Stance

# Of a text, so many paragraphs are offered at once.
MOST_PARAGRAPHS = 40
# Sources found by a word, and versions of each.
MOST_SOURCES, MOST_VERSIONS = 8, 6
# Characters around a passage in its text.
AROUND = 120
_PARAGRAPH = re.compile(r"[^\n]+(?:\n[^\n]+)*")


class EvidenceForm(VerbForm):
    """A passage for or against a claim. `row` is the claim, or the evidence that is changed; the version of the source
    comes with the page."""

    source_version = forms.ModelChoiceField(SourceVersion.objects.none(), widget=forms.HiddenInput)
    stance = forms.ChoiceField(
        label=gettext_lazy("It"), choices=labelled(Stance), widget=forms.RadioSelect, required=True
    )
    passage = LineEnds(
        required=False,
        label=gettext_lazy("Passage"),
        widget=forms.Textarea(attrs={"rows": 4, "data-passage": ""}),
        help_text=gettext_lazy("The source's exact words; empty where it has none."),
    )
    locator = forms.CharField(
        required=False, max_length=300, label=gettext_lazy("Where it stands"),
        help_text=gettext_lazy("Page, paragraph, time."),
    )  # fmt: skip
    posture = forms.ChoiceField(
        required=False, choices=[("", "–"), *labelled(Posture)], label=gettext_lazy("Legal posture"),
        help_text=gettext_lazy("What the court did with it: alleged, found, ordered …"),
    )  # fmt: skip
    note = LineEnds(
        required=False,
        label=gettext_lazy("What it shows"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("In our words."),
    )

    def build(self) -> None:
        field: Any = self.fields["source_version"]
        field.queryset = SourceVersion.objects.visible_to(self.user).select_related("source")
        if isinstance(self.row, Evidence):
            for name in self.fields.keys() - {"seen"}:
                self.initial.setdefault(
                    name, self.row.source_version_id if name == "source_version" else getattr(self.row, name)
                )
        self.version = self._chosen(field.queryset)
        if self.version is None or not self.version.source.is_court:
            del self.fields["posture"]

    def _chosen(self, versions: Any) -> SourceVersion | None:
        value = self.data.get("source_version") if self.is_bound else self.initial.get("source_version")
        return versions.filter(pk=value).first() if is_id(value) else None

    @classmethod
    def as_typed(cls, data: QueryDict, row: Any, user: Any, **changes: str) -> EvidenceForm:
        """Return the form with what was typed so far, and judge nothing: somebody is still writing."""
        typed = data.copy()
        for name, value in changes.items():
            typed[name] = value
        form = cls(typed, row=row, user=user, auto_id="id_evidence_%s")
        for field in form.fields.values():
            field.required = False
        return form


@dataclass(frozen=True)
class Answer:
    """What the stored text says to a passage. `place`, "start-end": whose words to use instead, where it
    has others."""

    standing: str
    sentence: str
    context: SafeString | str = ""
    place: str = ""
    differs: SafeString | str = ""
    notices: tuple[Notice, ...] = ()


def answer(passage: str, version: SourceVersion | None) -> Answer:
    """Return whether the stored text of a version has the passage, in a sentence, and where."""
    passage = passage.strip()
    if not passage:
        return Answer("none", _("Without a passage, say below what the source shows."))
    text = version.text if version is not None else None
    if not text:
        return Answer(
            "no_text", _("No text of this version is stored: the passage will count as transcribed.")
        )
    place = find(passage, text)
    if place.standing is Standing.NOWHERE:
        return Answer(
            place.standing.value,
            _("Not in the stored text: it will count as transcribed. Compare it with the paragraphs below."),
        )
    exact, at = text[place.start : place.end], f"{place.start}-{place.end}"
    if place.standing is Standing.NEARLY:
        return Answer(
            place.standing.value,
            _("Not in the stored text, so it will count as transcribed. These words of it are the nearest:"),
            in_context(text, place.start, place.end, AROUND),
            at,
            changed(passage, exact),
            called_out(passage, exact),
        )
    context = in_context(text, place.start, place.end, AROUND)
    if place.standing is Standing.OTHER_MARKS:
        return Answer(
            place.standing.value,
            _("Found, with other spaces, dashes or quotation marks. Only the exact words count as verified."),
            context,
            at,
        )
    return Answer(place.standing.value, _found(place), context)


def _found(place: Place) -> str:
    where = {"start": place.start, "end": place.end, "places": place.places}
    if place.places > 1:
        return (
            _(
                "Found %(places)d times, first at %(start)d–%(end)d, which is the one that counts. Take in more of the "
                "sentence to mean another."
            )
            % where
        )
    return _("Found at %(start)d–%(end)d: it will count as verified.") % where


@dataclass(frozen=True)
class Paragraph:
    """text[start:end], which may be taken as the passage."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class Paragraphs:
    """The paragraphs of a text that are offered, and of how many; `within`: those with these words."""

    offered: list[Paragraph]
    of: int
    within: str = ""


def paragraphs(text: str, within: str = "") -> Paragraphs:
    """Return the first paragraphs of a text, or the first with some words in them, letter case aside."""
    found = list(_PARAGRAPH.finditer(text))
    sought = " ".join(within.split()).casefold()
    chosen = [one for one in found if sought in " ".join(one[0].split()).casefold()] if sought else found
    offered = [Paragraph(*one.span(), one[0]) for one in chosen[:MOST_PARAGRAPHS]]
    return Paragraphs(offered, len(chosen), within.strip())


def words_at(text: str, place: str) -> str:
    """Return text[start:end] of a place written "start-end"; "" where it is none in this text."""
    start, _dash, end = place.partition("-")
    if not (is_id(start) and is_id(end)):
        return ""
    return text[int(start) : int(end)]


def sources_called(words: str, user: Any) -> list[Source]:
    """Return the sources somebody may mean by an address or by words of a title, with their newest versions first.

    A fixed number of queries.
    """
    visible = Source.objects.visible_to(user).standing()
    words = words.strip()
    found: list[Source] = []
    if words.lower().startswith("www."):
        words = f"https://{words}"
    if words.lower().startswith(("http://", "https://")):
        found = list(visible.at_address(words)[:MOST_SOURCES])
    elif words:
        ids = [hit.id for hit in search(words, user=user, kinds=("source",), limit=MOST_SOURCES).hits]
        rows = visible.in_bulk(ids)
        found = [rows[pk] for pk in ids if pk in rows]
    return with_versions(found, user)


def with_versions(sources: list[Source], user: Any) -> list[Source]:
    """Load with sources, as `newest`, their newest versions without the texts, and whether a text is stored."""
    versions = SourceVersion.objects.visible_to(user).defer("text").order_by("-number")
    versions = versions.annotate(has_text=models.Case(
        models.When(models.Q(text=None) | models.Q(text=""), then=False), default=True,
        output_field=models.BooleanField(),
    ))  # fmt: skip
    models.prefetch_related_objects(
        sources, models.Prefetch("versions", versions[:MOST_VERSIONS], to_attr="newest")
    )
    return sources
