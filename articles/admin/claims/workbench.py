"""The page on which a claim is worked on: all that bears on it, and what can be done about each, in one place."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Substr
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.safestring import mark_safe

from articles.admin.assigning import offered_colleagues
from articles.admin.buttons import WithButtons, editors, return_to
from articles.admin.claims.adding import ADDING
from articles.admin.claims.interest import conflicts_on
from articles.admin.claims.passage_check import (
    EvidenceForm,
    answer,
    paragraphs,
    sources_called,
    with_versions,
    words_at,
)
from articles.admin.claims.precedents import precedents, ratings_of
from articles.admin.claims.told import tell
from articles.admin.forms import is_id
from articles.admin.landing import page_of
from articles.admin.readers.complaint import complaints_about
from articles.admin.record import Panel, RecordList, add_url
from articles.markdown import to_html
from articles.models import (
    Appearance,
    ChangeRow,
    Citation,
    Claim,
    ClaimRelation,
    Contact,
    Evidence,
    Note,
    ResearchStep,
    Source,
    VerdictDraft,
)
from articles.models.choices import labelled
from articles.models.interest import conflict_sentence
from articles.vocabulary import ClaimStatus, RelationKind

# Of each noun so many rows are shown; more has no claim that people can work on.
MOST = 100
# Characters of an article on either side of the words that make the claim.
AROUND = 200
# Rows of the ledger that are told.
TOLD = 40
# Verbs that have their own place on the page, beside what they are about, or on the form.
ELSEWHERE = ("topics", "relate", "merge")


class ClaimList(RecordList):
    """A list whose rows lead to where they are worked on."""

    def url_for_result(self, result: Any) -> str:
        return page_of(result)


class ClaimWorkbench(WithButtons):
    """The workbench of a claim, for its admin."""

    # What a link to a claim opens.
    landing = "workbench"

    def get_urls(self) -> list[URLPattern]:
        def named(view: Any, name: str) -> URLPattern:
            address = f"<path:object_id>/{name}/"
            return path(address, self.admin_site.admin_view(view), name=f"articles_claim_{name}")

        return [
            named(self.workbench_view, "workbench"),
            named(self.passage_view, "passage"),
            *super().get_urls(),
        ]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordList]:
        return ClaimList

    # Pages.

    def workbench_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show all that bears on a claim."""
        claim: Any = self.get_object(request, unquote(object_id))
        here = page_of(claim)
        context = {
            **self.admin_site.each_context(request),
            "title": claim.statement,
            "opts": self.opts,
            "claim": claim,
            "here": here,
            "media": self.media,
            "is_merged": claim.status == ClaimStatus.MERGED,
            "can_merge": editors(request.user),
            "people": offered_colleagues(request.user),
            **self._claim(request, claim),
            **self._evidence(request, claim),
            **self._groundwork(request, claim),
            **self._verdicts(request, claim),
            **self._beside(request, claim),
        }
        context["history"] = tell(_told_rows(request.user, claim, context), TOLD)
        return TemplateResponse(request, "admin/claim_workbench.html", context)

    def passage_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer whether the stored text has the passage that is being written, and put other words of it in.

        Nothing is written. POST: the fields of the evidence form; `use` and `take` are places "start-end" in the
        stored text whose words become the passage; `part=answer` asks for the answer alone, as a piece of HTML.
        """
        claim: Any = self.get_object(request, unquote(object_id))
        if request.method != "POST":
            return HttpResponseRedirect(page_of(claim))
        row = self._evidence_of(request, claim, request.POST.get("evidence", "")) or claim
        form = EvidenceForm.as_typed(request.POST, row, request.user)
        text = form.version.text or "" if form.version is not None else ""
        exact = words_at(text, request.POST.get("use") or request.POST.get("take") or "")
        if exact:
            form = EvidenceForm.as_typed(request.POST, row, request.user, passage=exact)
        context = self._evidence_form(request, claim, row, form)
        if request.POST.get("part") == "answer":
            return TemplateResponse(request, "admin/claim_passage_answer.html", context)
        return TemplateResponse(
            request, "admin/claim_evidence_page.html", {**self._frame(request, claim), **context}
        )

    def ask(self, request: HttpRequest, row: Any, button: Any, form: Any, status: int = 200) -> HttpResponse:
        """Show the evidence form with the stored text beside it, also where it is refused."""
        if button.name != "evidence":
            return super().ask(request, row, button, form, status)
        return self.ask_for_evidence(request, row, row, form, status)

    def ask_for_evidence(
        self, request: HttpRequest, claim: Claim, row: Any, form: EvidenceForm, status: int = 200
    ) -> HttpResponse:
        """Ask for evidence on a claim, which is added (`row` is the claim) or changed."""
        context = {**self._frame(request, claim), **self._evidence_form(request, claim, row, form)}
        if form.version is None:
            found = sources_called(request.GET.get("find", ""), request.user)
            context |= {"found_sources": found, "sought": request.GET.get("find", "")}
        return TemplateResponse(request, "admin/claim_evidence_page.html", context, status=status)

    def _frame(self, request: HttpRequest, claim: Claim) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": next(one for one in ADDING if one.name == "evidence").label,
            "subtitle": claim.statement,
            "opts": self.opts,
            "original": claim,
            "original_url": return_to(request) or page_of(claim),
            "claim": claim,
            "here": page_of(claim),
            "media": self.media,
        }

    # What the page shows; each by a fixed number of queries.

    def _claim(self, request: HttpRequest, claim: Claim) -> dict[str, Any]:
        marks = Appearance.objects.visible_to(request.user).making(claim).not_carried_on()
        text = F("article_version__text")
        marks = (
            marks.with_articles()
            .select_related("claim")
            .annotate(
                text_before=Substr(text, Greatest(F("start") + 1 - AROUND, 1), Least(F("start"), AROUND)),
                text_after=Substr(text, F("end") + 1, AROUND),
            )[:MOST]
        )
        offered = [one for one in self.offered(request, claim) if one["button"].name not in ELSEWHERE]
        return {
            "offered": offered,
            "assignment": getattr(claim, "assignment", None),
            "appearances": [
                {
                    "mark": mark,
                    "claim": mark.claim if mark.claim_id != claim.pk else None,
                    "article": _article_page(mark.article_version.article),
                    "before": _whole_words(mark.text_before, at_end=True),
                    "after": _whole_words(mark.text_after, at_end=False),
                    "who": list(mark.attributions.all()),
                }
                for mark in marks
            ],
            "mark_url": add_url(Appearance, claim=claim.pk),
        }

    def _evidence(self, request: HttpRequest, claim: Claim) -> dict[str, Any]:
        user = request.user
        rows = list(Evidence.objects.visible_to(user).on(claim).standing().for_listing()[:MOST])
        ids = [one.pk for one in rows]
        cited = set(Citation.objects.filter(evidence__in=ids).values_list("evidence_id", flat=True))
        editable = set(Evidence.objects.editable_by(user).filter(pk__in=ids).values_list("pk", flat=True))
        admin: Any = self.admin_site.get_model_admin(Evidence)
        shown = [
            {
                "row": one,
                "url": page_of(one),
                "source_url": page_of(one.source_version.source),
                "is_cited": one.pk in cited,
                "may_change": one.pk in editable or one.pk in cited,
                "offered": admin.offered_for(user, one, is_cited=one.pk in cited)
                if one.pk in editable | cited
                else [],
            }
            for one in rows
        ]
        context: dict[str, Any] = {"evidence": shown, "stances": _by_stance(rows)}
        if claim.status == ClaimStatus.MERGED:
            return context
        edited = self._evidence_of(request, claim, request.GET.get("edit", ""))
        version = request.GET.get("version", "")
        if edited is not None or is_id(version):
            initial = {"source_version": int(version)} if is_id(version) else {}
            row = edited or claim
            form = EvidenceForm(row=row, user=user, initial=initial, auto_id="id_evidence_%s")
            if form.version is not None:
                return context | self._evidence_form(request, claim, row, form)
        sought = request.GET.get("find", "").strip()
        context |= {"sought": sought, "edited": edited}
        if sought:
            return context | {"found_sources": sources_called(sought, user)}
        known = {one.source_version.source_id: one.source_version.source for one in rows}
        latest = Source.objects.visible_to(user).standing().order_by("-pk")[:5]
        recent = [one for one in latest if one.pk not in known]
        both = with_versions([*known.values(), *recent], user)
        return context | {"known_sources": both}

    def _evidence_form(
        self, request: HttpRequest, claim: Claim, row: Any, form: EvidenceForm
    ) -> dict[str, Any]:
        """Return what the form of a piece of evidence shows: its fields, the answer, the stored text."""
        version: Any = form.version
        adds = isinstance(row, Claim)
        verb = "evidence" if adds else "replace" if row.is_cited else "revise"
        owner: Any = self if adds else self.admin_site.get_model_admin(Evidence)
        within = request.POST.get("within", "") or request.GET.get("within", "")
        asked = str(form["passage"].value() or "")
        return {
            "evidence_form": form,
            "edited": None if adds else row,
            "version": version,
            "version_url": page_of(version) if version is not None else "",
            "form_url": owner.do_url(row, owner.button(verb)),
            "passage_url": reverse("admin:articles_claim_passage", args=[claim.pk]),
            "answer": answer(asked, version) if version is not None else None,
            "paragraphs": paragraphs(version.text, within) if version is not None and version.text else None,
        }

    def _evidence_of(self, request: HttpRequest, claim: Claim, key: str) -> Evidence | None:
        if not is_id(key):
            return None
        rows = Evidence.objects.visible_to(request.user).on(claim).standing()
        return rows.select_related("source_version__source", "claim").filter(pk=key).first()

    def _groundwork(self, request: HttpRequest, claim: Claim) -> dict[str, Any]:
        user, now = request.user, timezone.now()
        steps = ResearchStep.objects.visible_to(user).on(claim).for_listing().order_by("-pk")[:MOST]
        contacts = (
            Contact.objects.visible_to(user).on(claim).select_related("claim", "claimant", "created_by")
        )
        notes = Note.objects.visible_to(user).on(claim).for_listing()[:MOST]
        mine = set(Note.objects.editable_by(user).on(claim).values_list("pk", flat=True)[:MOST])
        of_notes: Any = self.admin_site.get_model_admin(Note)
        return {
            "steps": [self._with_verbs(request, one) for one in steps],
            "contacts": [
                {**self._with_verbs(request, one), "is_overdue": one.is_overdue(now)}
                for one in contacts.order_by("-pk")[:MOST]
            ],
            "notes": [
                {
                    "row": one,
                    # Sanitised where it is made.
                    "html": mark_safe(to_html(one.text)),
                    "offered": of_notes.offered_for(user, one) if one.pk in mine else [],
                }
                for one in notes
            ],
            **{
                f"{name}_form": self._adding(request, claim, name)
                for name in ("step", "question", "note", "draft")
            },
        }

    def _verdicts(self, request: HttpRequest, claim: Claim) -> dict[str, Any]:
        user = request.user
        series = (
            claim.verdict_series()
            .visible_to(user)
            .select_related("rating__scale", "claim", "author", "approver")
        )
        drafts = list(VerdictDraft.objects.visible_to(user).filter(claim=claim).for_listing()[:MOST])
        drafting: Any = self.admin_site.get_model_admin(VerdictDraft)
        current = next((one for one in drafts if one.is_open), None)
        return {
            "series": [{"row": one, "url": page_of(one)} for one in list(series)[::-1]],
            "drafts": [{"row": one, "url": page_of(one)} for one in drafts],
            "draft": current,
            "draft_url": page_of(current) if current is not None else "",
            "gate": drafting.gate(request, current) if current is not None else None,
            "tied": conflict_sentence(user, claim) if current is None else "",
        }

    def _beside(self, request: HttpRequest, claim: Claim) -> dict[str, Any]:
        user = request.user
        related = ClaimRelation.objects.visible_to(user).of(claim).select_related("low", "high")[:MOST]
        seen = [(one, one.seen_from(claim)) for one in related]
        take_back: Any = self.admin_site.get_model_admin(ClaimRelation)
        words = request.GET.get("similar", "").strip()
        alike = precedents(claim, user, {one.claim.pk: one.words for _row, one in seen}, words)
        return {
            "relations": [
                {
                    "row": row, "words": one.words, "url": page_of(one.claim), "claim": one.claim,
                    "offered": take_back.offered(request, row, f"relation{row.pk}-"),
                }
                for row, one in seen
            ],
            "similar": [{"one": one, "url": page_of(one.claim)} for one in alike],
            "similar_sought": words,
            "ratings": ratings_of(alike),
            "kinds": labelled(RelationKind),
            "panels": [*conflicts_on(user, claim), *_where_any(complaints_about(user, claim))],
            "followers": [{"row": one, "url": page_of(one)} for one in claim.merged.visible_to(user)[:MOST]],
        }  # fmt: skip

    def _with_verbs(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        admin: Any = self.admin_site.get_model_admin(type(row))
        place = f"{row._meta.model_name}{row.pk}-"
        return {"row": row, "url": page_of(row), "offered": admin.offered(request, row, place)}

    def _adding(self, request: HttpRequest, claim: Claim, name: str) -> dict[str, Any] | None:
        """Return one of the buttons that add something, with its form; None where the claim does not take it."""
        button = next(one for one in ADDING if one.name == name)
        if not button.is_for(request.user, claim):
            return None
        form = button.form(row=claim, user=request.user, auto_id=f"id_{name}_%s")
        return {"button": button, "url": self.do_url(claim, button), "form": form}


def _where_any(panel: Panel) -> list[Panel]:
    return [panel] if panel.lines else []


def _whole_words(text: str, *, at_end: bool) -> str:
    """Return what stands before or after some words without the piece of a word at its far end, if it was cut there."""
    if len(text) < AROUND:
        return text
    cut = text.partition(" ")[2] if at_end else text.rpartition(" ")[0]
    return f"… {cut}" if at_end else f"{cut} …"


def _article_page(article: Any) -> str:
    try:
        return reverse("admin:articles_article_workbench", args=[article.pk])
    except NoReverseMatch:
        return page_of(article)


def _by_stance(rows: list[Evidence]) -> list[tuple[str, int]]:
    counted: dict[str, int] = defaultdict(int)
    for one in rows:
        counted[one.get_stance_display()] += 1
    return list(counted.items())


def _told_rows(user: Any, claim: Claim, context: dict[str, Any]) -> Any:
    """Return what the ledger holds of the rows on this page; what was removed is told by the claim's own entries."""
    told: dict[str, list[int]] = defaultdict(list)
    told["claim"] = [claim.pk]
    for name in ("evidence", "steps", "contacts", "relations", "series"):
        for one in context[name]:
            told[one["row"]._meta.model_name].append(one["row"].pk)
    told["appearance"] = [one["mark"].pk for one in context["appearances"]]
    among = Q(pk__in=())
    for name, ids in told.items():
        among |= Q(object_type=name, object_id__in=ids)
    return ChangeRow.objects.visible_to(user).filter(among)
