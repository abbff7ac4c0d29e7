"""What the importer found worth checking: ranked, with its reasons, to be made a claim or put aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles.admin.assigning import PersonField
from articles.admin.buttons import Button, return_to
from articles.admin.forms import LineEnds, VerbForm
from articles.admin.passages import Marked, in_context, shown
from articles.admin.record import ReadOnlyAdmin, line
from articles.admin.site import desk, meter
from articles.admin.texts.already import resembling
from articles.admin.texts.shaping import SHAPING
from articles.admin.texts.suggestion_bulk import SUGGESTION_ACTIONS
from articles.admin.waiting import WaitingFilter
from articles.importing.checkworthiness.reasons import Reason
from articles.importing.references import source_keys
from articles.models import Assignment, Block, Claim, Source, Suggestion
from articles.models.choices import labelled
from articles.models.ledger import act
from articles.vocabulary import ClaimantKind, ClaimKind, Decision, SourceKind

# How many reasons a line of the list names, and how many sources on record a reference is compared with.
_REASONS, _MATCHES = 2, 5
# Characters around words that are shown in their place; and the longest paragraph shown as a whole.
_AROUND, _LONGEST_PARAGRAPH = 80, 3000
_CLAIMANTS = dict(labelled(ClaimantKind))
_SOURCES = dict(labelled(SourceKind))
WHOLE = "whole"


class AcceptForm(VerbForm):
    """What the claim says, of what kind it is, and which of the words make it."""

    def build(self) -> None:
        self.whole = _on_one_line(self.row.exact)
        text = self.row.article_version.text
        self.parts = {
            str(number): (start, end)
            for number, (start, end) in enumerate(self.parts_left(), start=1)
            if (start, end) != (self.row.start, self.row.end)
        }
        # Sent by somebody who saw it open, the whole is for the verb to refuse: it says who was faster.
        whole = [(WHOLE, "The whole sentence")] if _is_open(self.row) or self.is_bound else []
        if self.parts:
            offered = [(number, _on_one_line(text[start:end])) for number, (start, end) in self.parts.items()]
            self.fields["part"] = forms.ChoiceField(
                choices=[*whole, *offered], initial=(whole or offered)[0][0], widget=forms.RadioSelect,
                label="Which words make the claim",
            )  # fmt: skip
        self.fields["statement"] = LineEnds(
            initial=self.whole if whole else "", required=False, widget=forms.Textarea(attrs={"rows": 3}),
            label="The claim, worded to stand alone",
            help_text="Left as it is, it says what the words chosen say." if self.parts else "",
        )  # fmt: skip
        self.fields["statement"].widget.attrs |= {"data-key": "e", "data-key-means": say("edit the wording")}
        self.fields["kind"] = forms.ChoiceField(choices=labelled(ClaimKind), initial=self.row.kind)
        self.fields["checker"] = PersonField(
            user=self.user, required=False, label=_("Who checks it"),
            help_text=_("A name, or “me”. Empty: nobody yet."),
        )  # fmt: skip

    def parts_left(self) -> list[tuple[int, int]]:
        """Return the clauses that may still become claims: all of them where it is known that no claim lies on any."""
        if getattr(self.row, "is_free", False):
            return [(start, end) for start, end in self.row.clauses]
        return self.row.parts_left()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = self.parts.get(cleaned.pop("part", WHOLE), (self.row.start, self.row.end))
        if _on_one_line(cleaned.get("statement", "")) == self.whole:
            cleaned["statement"] = ""
        return {**cleaned, "start": start, "end": end}


def _on_one_line(words: str) -> str:
    return " ".join(words.split())


def _is_open(row: Suggestion) -> bool:
    return row.state == Decision.OPEN


def _has_words_left(row: Suggestion) -> bool:
    """May something of it still become a claim? Of an accepted sentence its other clauses may."""
    return _is_open(row) or (row.state == Decision.ACCEPTED and bool(row.parts_left()))


def reason_sentence(reason: dict[str, Any]) -> str:
    """Return a reason in words; of a code that the program no longer gives, the code."""
    try:
        return str(Reason(reason["code"], reason["words"]))
    except ValueError:
        return reason["code"].replace("_", " ")


def _notes(link: dict[str, Any]) -> Iterator[str]:
    """Yield what is known of one link of the chain besides its words."""
    if link["kind"]:
        yield str(_CLAIMANTS.get(link["kind"], link["kind"]))
    if link["unnamed"]:
        yield "not named"
    if link["verbatim"]:
        yield "word for word"


def matching_sources(user: Any, references: Iterable[dict[str, Any]]) -> list[list[Source]]:
    """Return for each reference the sources on record that it may mean, by one query for all."""
    wanted = [set(one["keys"]) for one in references]
    found: list[list[Source]] = [[] for _ in wanted]
    if not any(wanted):
        return found
    for source in Source.objects.visible_to(user).standing().sharing_words_with(references):
        keys = set(
            source_keys(
                kind=SourceKind(source.kind), title=source.title, publisher=source.publisher, url=source.url,
                docket_number=source.docket_number, citation=source.citation, court=source.court,
                platform=source.platform, account=source.account,
            )
        )  # fmt: skip
        for sought, matches in zip(wanted, found, strict=True):
            if keys & sought and len(matches) < _MATCHES:
                matches.append(source)
    return found


def accept(row: Suggestion, by: Any, seen: int | None, checker: Any = None, **said: Any) -> Claim:
    """Make it a claim and, where a person is named, theirs to check; both or neither."""
    with act(by, "accept_suggestion", None):
        claim = row.accept(by, **said)
        if checker is not None:
            Assignment.give(by, claim, checker)
    return claim


def found_in(row: Suggestion) -> dict[str, Any]:
    """Return what a queue shows of a suggestion beside its words; no query where its text is loaded."""
    marks = [
        Marked(row.start, row.end, "sentence"),
        *(Marked(one["start"], one["end"], "who") for one in row.chain),
        *(Marked(one["start"], one["end"], "rests") for one in row.rests_on),
    ]
    text, article = row.article_version.text, row.article_version.article
    return {
        "passage": in_context(text, row.start, row.end, 2 * _AROUND, marks),
        "reasons": _reasons(row),
        "speakers": [article.publisher or article.byline or _("The text itself"), *row.speakers],
        "rests_on": [_on_one_line(text[one["start"] : one["end"]]) for one in row.rests_on],
        "article": article,
    }


def _reasons(row: Suggestion) -> list[dict[str, str]]:
    return [
        {"sentence": reason_sentence(one), "speaks": "for" if one["weight"] >= 0 else "against"}
        for one in row.reasons
    ]


@admin.register(Suggestion, site=desk)
class SuggestionAdmin(ReadOnlyAdmin):
    change_form_template = "admin/suggestion.html"
    actions = SUGGESTION_ACTIONS
    list_display = ("worth", "words", "kind", "said_by", "why", "article")
    list_display_links = ("words",)
    list_filter = (WaitingFilter, "kind")
    linked = ("article_version__article__id__exact",)
    search_fields = ("article_version__article__title",)
    list_select_related = ("article_version__article", "claim", "decided_by")
    ordering = ("-score", "-article_version_id", "start")
    # Each is looked at: do words of a claim lie on it by now?
    counted = 250
    # What waits, the best first; what was decided, the latest first.
    filtered_orders: ClassVar = {("decision", "made"): ("-decided_at",), ("decision", "all"): ()}
    facts = ("state", "decided_by", "decided_at", "claim", "reader")
    buttons = (
        Button(
            "accept", "Accept", accept, "The suggestion is a claim now.", form=AcceptForm, when=_has_words_left,
            weight="main", opened=True, key="a", undo="take-back",
        ),
        Button(
            "dismiss", "Dismiss", lambda row, by, seen: row.dismiss(by), "The suggestion is put aside.",
            when=_is_open, key="d", undo="reopen",
        ),
        Button(
            "reopen", "Take back", lambda row, by, seen: row.reopen(by), "The suggestion is open again.",
            when=lambda row: row.state == Decision.DISMISSED, undo="dismiss",
        ),
        Button(
            "take-back", "Take the acceptance back", lambda row, by, seen: row.take_back(by) and None,
            "The claim is put aside, and the suggestion is open again.",
            when=lambda row: row.state == Decision.ACCEPTED,
        ),
        *SHAPING,
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.in_text_view)
        mine = path("<path:object_id>/in-text/", view, name="articles_suggestion_in_text")
        return [mine, *super().get_urls()]

    def in_text_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to where it stands in its article, whichever version that is in."""
        row: Suggestion = self.get_object(request, unquote(object_id))
        version = row.article_version
        workbench = reverse("admin:articles_article_workbench", args=[version.article_id])
        return HttpResponseRedirect(f"{workbench}?version={version.number}#s{row.pk}")

    # The list.

    @admin.display(description="worth", ordering="score")
    def worth(self, row: Suggestion) -> SafeString:
        return meter(row.score)

    @admin.display(description="words")
    def words(self, row: Suggestion) -> str:
        return _on_one_line(row.exact)

    @admin.display(description="who says it")
    def said_by(self, row: Suggestion) -> str:
        return " → ".join(map(_on_one_line, row.speakers)) or "–"

    @admin.display(description="why")
    def why(self, row: Suggestion) -> str:
        return "; ".join(reason_sentence(one) for one in row.reasons[:_REASONS]) or "–"

    @admin.display(description="article")
    def article(self, row: Suggestion) -> SafeString:
        article = row.article_version.article
        return format_html('<a href="?article_version__article__id__exact={}">{}</a>', article.pk, article)

    # The page.

    def notices(self, request: HttpRequest, row: Suggestion) -> dict[str, Any]:
        version = row.article_version
        text = version.text
        marks = [
            Marked(row.start, row.end, "sentence"),
            *(Marked(one["start"], one["end"], "who") for one in row.chain),
            *(Marked(one["start"], one["end"], "rests") for one in row.rests_on),
        ]
        return {
            "article": line(version.article),
            "version": line(version, f"version {version.number}"),
            "worth": meter(row.score),
            "passage": self.passage(row, marks),
            "reasons": _reasons(row),
            "resembles": resembling([row], request.user)[0] if _is_open(row) else [],
            "itself": version.article.publisher or version.article.byline,
            "chain": [
                {
                    "notes": ", ".join(_notes(one)),
                    "place": in_context(
                        text, one["start"], one["end"], _AROUND, [Marked(one["start"], one["end"], "who")]
                    ),
                }
                for one in row.chain
            ],
            "rests_on": [
                {
                    "kind": _SOURCES.get(one["kind"], one["kind"]),
                    "words": text[one["start"] : one["end"]],
                    "name": one["name"],
                    "confirm": one["confirm"],
                    "matches": [line(source) for source in sources],
                }
                for one, sources in zip(row.rests_on, matching_sources(request.user, row.rests_on), strict=True)
            ],
        }  # fmt: skip

    def passage(self, row: Suggestion, marks: list[Marked]) -> SafeString:
        """Return the paragraph in which the words stand, or what stands around them where it is too long."""
        text = row.article_version.text
        block = (
            Block.objects.filter(article_version=row.article_version_id, start__lte=row.start, end__gte=row.end)
            .order_by("-start")
            .first()
        )  # fmt: skip
        if block is None or block.end - block.start > _LONGEST_PARAGRAPH:
            return in_context(text, row.start, row.end, 5 * _AROUND, marks)
        return shown(text, block.start, block.end, marks)

    def done(self, request: HttpRequest, row: Any, button: Button, found: Any) -> HttpResponse:
        """After a decision go on where the person came from, or with what else waits in the same text."""
        sentence: Any = button.done
        if found is not None:
            address = self.page_of(found)
            sentence = format_html('{} <a href="{}">{}</a>', button.done, address, found.statement[:200])
        self.say_done(request, row, button, sentence)
        if return_to(request):
            return HttpResponseRedirect(return_to(request))
        row.refresh_from_db(fields=["state"])
        if button.name in ("reopen", "take-back") or (found is not None and _has_words_left(row)):
            return HttpResponseRedirect(self.page_of(row))
        waiting = Suggestion.objects.visible_to(request.user).open()
        following = waiting.filter(article_version=row.article_version_id).ranked().first()
        if following is None:
            return HttpResponseRedirect(reverse("admin:articles_suggestion_changelist"))
        return HttpResponseRedirect(self.page_of(following))
