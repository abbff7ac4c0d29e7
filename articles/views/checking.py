"""Check a text: a reader pastes it and sees which of its sentences are on record, and how those were rated.

Nothing of it is stored, and no address holds more of it than a link that brought it here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.importing.sentences import split
from articles.matching.on_record import Looked, OnRecord, on_record
from articles.submitting import count_sentences
from articles.views.page import show, viewer
from articles.views.submission_forms import ReaderForm, Words, in_figures
from articles.views.submissions import form_page

# Code points of a text, and how many of its sentences are compared.
LONGEST, MOST = 20_000, 100
# Code points that a link may bring here, or take to the form by which a claim is sent. The first line of a request
# holds 8,190 bytes, and one of these may take nine of them.
LONGEST_LINKED = 800
# How many claims are looked for, and shown, for each sentence: of those that say the same, and of others.
SOUGHT, SAME, OTHERS = 5, 2, 2

_LETTER = re.compile(r"[^\W\d_]")


class CheckForm(ReaderForm):
    """The text that a reader wants to have compared with the record."""

    text = Words(
        10,
        label=_("Your text"),
        help_text=_("A post, a message, an article: up to 20,000 characters. We keep nothing of it."),
        error_messages={"required": _("Paste a text, or write one.")},
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if len(text) > LONGEST:
            told = _now("This is %(length)s characters long, and may be %(longest)s. Check a part of it.")
            raise forms.ValidationError(told % in_figures(length=len(text), longest=LONGEST))
        return text


@dataclass
class Sentence:
    """A sentence of the text. `said`: claims that say it; `denied`: claims that say the opposite; `near`: claims about
    the same, where there are none of the others. `asking` is where the reader may ask us to check it."""

    words: str
    said: list[OnRecord] = field(default_factory=list)
    denied: list[OnRecord] = field(default_factory=list)
    near: list[OnRecord] = field(default_factory=list)
    is_compared: bool = False
    # Whether what says it has a verdict.
    is_checked: bool = False

    @property
    def is_on_record(self) -> bool:
        return bool(self.said or self.denied)

    @property
    def asking(self) -> str:
        address = reverse("submit")
        return (
            f"{address}?{urlencode({'text': self.words})}" if len(self.words) <= LONGEST_LINKED else address
        )


@dataclass(frozen=True)
class Checked:
    """A text with what is on record of its sentences; `left` of them were too many to be compared."""

    sentences: list[Sentence]
    left: int

    @property
    def summary(self) -> list[str]:
        """Return what was found, in sentences."""
        return list(self._told())

    def _told(self) -> Iterator[str]:
        compared = [one for one in self.sentences if one.is_compared]
        checked = sum(one.is_checked for one in compared)
        yield ngettext(
            "%(number)d sentence was compared with the claims on record.",
            "%(number)d sentences were compared with the claims on record.",
            len(compared),
        ) % {"number": len(compared)}
        if checked:
            yield ngettext(
                "%(number)d of them has been checked.", "%(number)d of them have been checked.", checked
            ) % {"number": checked}
        elif compared:
            yield _now("None of them has been checked, as far as a program can tell.")
        denied = sum(bool(one.denied) for one in compared)
        if denied:
            yield ngettext(
                "Of %(number)d of them the opposite is on record.",
                "Of %(number)d of them the opposite is on record.",
                denied,
            ) % {"number": denied}


@form_page
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a text, or say what is on record of it. `?text=` brings a short one into the form."""
    brought = request.GET.get("text", "").replace("\0", "")
    is_too_long = len(brought) > LONGEST_LINKED
    form = CheckForm(request.POST or None, initial={"text": brought[:LONGEST_LINKED]})
    if request.method == "POST" and not form.is_bound:
        # An empty body: what is missing is said as for an empty field.
        form = CheckForm({})
    checked, wait = None, 0
    if form.is_bound and form.is_valid():
        sentences = list(sentences_of(form.cleaned_data["text"]))
        compared = [one for one in sentences if _LETTER.search(one.words)]
        refusal = count_sentences(request, len(compared[:MOST])) if compared else None
        if refusal is None:
            checked = _compared(sentences, compared, viewer(request))
        else:
            wait = refusal.reset
            form.add_error(None, _too_much(wait))
    status = 429 if wait else 400 if form.errors else 200
    facts = {"form": form, "checked": checked, "cut": LONGEST_LINKED if is_too_long else 0, "most": MOST}
    response = show(request, "articles/search/check.html", facts, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    if request.method == "POST":
        patch_cache_control(response, no_store=True)
    return response


def sentences_of(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text, in order, each on one line."""
    for start, end in split(text, 0, len(text)):
        yield Sentence(" ".join(text[start:end].split()))


def _compared(sentences: list[Sentence], compared: list[Sentence], user: Any) -> Checked:
    """Say of each sentence what is on record of it; those that hold no letter, and those too many, stay without."""
    some = compared[:MOST]
    found = on_record([one.words for one in some], user=user, limit=SOUGHT)
    for one, looked in zip(some, found, strict=True):
        one.is_compared = True
        _note(one, looked)
    return Checked(sentences, len(compared) - len(some))


def _note(one: Sentence, looked: Looked) -> None:
    related: dict[str, list[OnRecord]] = {"same": [], "opposite": [], "related": []}
    for match in looked.matches:
        related[match.relation].append(match)
    one.said, one.denied = related["same"][:SAME], related["opposite"][:OTHERS]
    one.is_checked = looked.already_checked
    if not one.is_on_record:
        one.near = [match for match in related["related"] if match.is_near][:OTHERS]


def _too_much(wait: int) -> str:
    minutes = -(-wait // 60)
    told = ngettext(
        "More was asked from here than we can look up. Nothing is lost: send this again in %(minutes)d minute.",
        "More was asked from here than we can look up. Nothing is lost: send this again in %(minutes)d minutes.",
        minutes,
    )
    return told % {"minutes": minutes}
