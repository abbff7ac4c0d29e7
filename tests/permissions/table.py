"""Who may do what with every noun in every state. Data: a new noun, state or role is a new line or column here.

Each line: the noun in its state, how it is made, and for stranger, reporter, editor and administrator what they may
do: s(ee), e(dit), p(ublish), w(ithdraw), "-" nothing. The reporter is the one who wrote what is "mine".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from articles.models import Change, ChangeRow, LedgerHead, Newsroom, RatingScale
from tests import factories as f

ROLES = ("stranger", "reporter", "editor", "administrator")


class Line(NamedTuple):
    state: str
    make: Callable[[dict[str, Any]], Any]
    stranger: str
    reporter: str
    editor: str
    administrator: str

    def rights(self, role: str) -> set[str]:
        return set(getattr(self, role)) - {"-"}


def _open_claim(**more: Any) -> Any:
    return f.ClaimFactory(**more)


def _attributed(status: str = "open", public: bool = True) -> Any:
    """A claim with its words in an article and somebody who says them."""
    return f.AttributionFactory(
        appearance={
            "claim": f.ClaimFactory(status=status),
            "article_version": f.ArticleFactory(public=public).current_version,
        }
    )


def _draft(people: dict[str, Any], author: str, state: str = "writing") -> Any:
    return f.VerdictDraftFactory(author=people[author] if author else None, state=state)


def _reworded(people: dict[str, Any]) -> Any:
    draft = _draft(people, "reporter", "submitted")
    return draft.revise(people["editor"], summary="The editor's own summary.")


def _series(*steps: Any, at: int = -1) -> Any:
    return f.make_series(f.ClaimFactory(), steps)[at]


VERDICT = ("verdict", "supported", "2024-01-10")
UPDATE = ("update", "contradicted", "2024-02-10")

TABLE = [
    # --- articles -----------------------------------------------------------------------------------------------
    Line("article at the desk", lambda p: f.ArticleFactory(), "-", "se", "se", "se"),
    Line("article open to readers", lambda p: f.ArticleFactory(public=True), "s", "se", "se", "se"),
    Line("version of an article at the desk", lambda p: f.ArticleFactory().current_version, "-", "s", "s", "s"),
    Line("version of an open article", lambda p: f.ArticleFactory(public=True).current_version, "s", "s", "s", "s"),
    Line("copy of an article at the desk", lambda p: f.CopyFactory(article=f.ArticleFactory()), "-", "se", "se", "se"),
    Line("copy of an open article", lambda p: f.CopyFactory(article=f.ArticleFactory(public=True)), "s", "se", "se", "se"),
    Line("block of an open article", lambda p: f.BlockFactory(article_version=f.ArticleFactory(public=True).current_version), "s", "s", "s", "s"),
    Line("block of an article at the desk", lambda p: f.BlockFactory(article_version=f.ArticleFactory().current_version), "-", "s", "s", "s"),
    # --- what came in, and what was found in it ---------------------------------------------------------------
    Line("file that waits for a decision", lambda p: f.ArrivalFactory(), "-", "se", "se", "se"),
    Line("file set aside", lambda p: _set_aside(), "-", "s", "s", "s"),
    Line("bytes of a file", lambda p: f.OriginalFactory(), "-", "s", "s", "s"),
    Line("file on its way in", lambda p: f.UploadFactory(), "-", "s", "s", "s"),
    Line("answer to a request", lambda p: f.AnsweredRequestFactory(), "-", "s", "s", "s"),
    Line("fingerprint of a passage", lambda p: f.PassageMarkFactory(), "-", "s", "s", "s"),
    Line("suggestion", lambda p: f.SuggestionFactory(), "-", "se", "se", "se"),
    Line("suggestion in an open article", lambda p: f.SuggestionFactory(article_version=f.ArticleFactory(public=True).current_version), "-", "se", "se", "se"),
    Line("dismissed suggestion", lambda p: f.SuggestionFactory(state="dismissed"), "-", "se", "se", "se"),
    Line("accepted suggestion", lambda p: f.SuggestionFactory(state="accepted"), "-", "s", "s", "s"),
    Line("quotation to decide on", lambda p: f.AnchorProposalFactory(), "-", "se", "se", "se"),
    Line("quotation decided on", lambda p: f.AnchorProposalFactory(state="accepted"), "-", "s", "s", "s"),
    Line("verdict to be read again", lambda p: f.ReviewTaskFactory(), "-", "se", "se", "se"),
    Line("verdict that was read again", lambda p: f.ReviewTaskFactory(closed=True), "-", "s", "s", "s"),
    # --- claims -------------------------------------------------------------------------------------------------
    Line("open claim", lambda p: _open_claim(), "s", "se", "se", "se"),
    Line("claim being checked", lambda p: _open_claim(status="checking"), "s", "se", "se", "se"),
    Line("not checkable claim", lambda p: _open_claim(status="not_checkable"), "s", "se", "se", "se"),
    Line("dismissed claim", lambda p: _open_claim(status="dismissed"), "-", "se", "se", "se"),
    Line("merged claim", lambda p: _open_claim(status="merged"), "s", "s", "s", "s"),
    Line("claim with a verdict", lambda p: _open_claim(rating="supported"), "s", "se", "se", "se"),
    Line("words of an open claim in an open article", lambda p: _attributed().appearance, "s", "s", "s", "s"),
    Line("words of an open claim in an article at the desk", lambda p: _attributed(public=False).appearance, "-", "s", "s", "s"),
    Line("words of a dismissed claim", lambda p: _attributed("dismissed").appearance, "-", "s", "s", "s"),
    Line("attribution of an open claim", lambda p: _attributed(), "s", "s", "s", "s"),
    Line("attribution of a dismissed claim", lambda p: _attributed("dismissed"), "-", "s", "s", "s"),
    Line("claimant of an open claim", lambda p: _attributed().claimant, "s", "se", "se", "se"),
    Line("claimant of a dismissed claim", lambda p: _attributed("dismissed").claimant, "-", "se", "se", "se"),
    Line("claimant whom nothing is attributed to", lambda p: f.ClaimantFactory(), "-", "se", "se", "se"),
    Line("merged claimant", lambda p: f.ClaimantFactory(merged_into=f.ClaimantFactory()), "-", "s", "s", "s"),
    Line("relation of open claims", lambda p: f.ClaimRelationFactory(), "s", "se", "se", "se"),
    Line("relation with a dismissed claim", lambda p: _dismissed_relation(), "-", "se", "se", "se"),
    Line("who checks a claim", lambda p: f.AssignmentFactory(), "-", "se", "se", "se"),
    Line("topic of an open claim", lambda p: _topic("open"), "s", "se", "se", "se"),
    Line("topic of a dismissed claim", lambda p: _topic("dismissed"), "-", "se", "se", "se"),
    # --- sources ------------------------------------------------------------------------------------------------
    Line("source at the desk", lambda p: f.SourceFactory(), "-", "se", "se", "se"),
    Line("source open to readers", lambda p: f.SourceFactory(public=True), "s", "se", "se", "se"),
    Line("merged source", lambda p: f.SourceFactory(public=True, merged_into=f.SourceFactory(public=True)), "s", "s", "s", "s"),
    Line("version of a source at the desk", lambda p: f.SourceVersionFactory(), "-", "s", "s", "s"),
    Line("version of an open source", lambda p: f.SourceVersionFactory(source=f.SourceFactory(public=True)), "s", "s", "s", "s"),
    Line("derivation between sources at the desk", lambda p: f.DerivationFactory(), "-", "se", "se", "se"),
    Line("derivation of an open source", lambda p: f.DerivationFactory(source=f.SourceFactory(public=True)), "s", "se", "se", "se"),
    Line("confidential source, mine", lambda p: f.ConfidentialSourceFactory(by=p["reporter"]), "-", "se", "se", "se"),
    Line("confidential source of a colleague", lambda p: f.ConfidentialSourceFactory(by=p["editor"]), "-", "-", "se", "se"),
    # --- evidence -----------------------------------------------------------------------------------------------
    Line("evidence at the desk", lambda p: f.EvidenceFactory(), "-", "se", "se", "se"),
    Line("evidence open to readers", lambda p: f.EvidenceFactory(public=True), "s", "se", "se", "se"),
    Line("evidence a verdict cites", lambda p: f.EvidenceFactory(cited=True), "s", "s", "s", "s"),
    Line("evidence on a dismissed claim", lambda p: _evidence_on_dismissed(), "-", "se", "se", "se"),
    # --- what was done before the verdict ---------------------------------------------------------------------
    Line("research step at the desk", lambda p: f.ResearchStepFactory(), "-", "se", "se", "se"),
    Line("research step open to readers", lambda p: f.ResearchStepFactory(public=True), "s", "se", "se", "se"),
    Line("open research step on a dismissed claim", lambda p: _on_dismissed(f.ResearchStepFactory), "-", "se", "se", "se"),
    Line("contact at the desk", lambda p: f.ContactFactory(), "-", "se", "se", "se"),
    Line("contact open to readers", lambda p: f.ContactFactory(public=True, reply_state="replied"), "s", "se", "se", "se"),
    Line("open contact on a dismissed claim", lambda p: _on_dismissed(f.ContactFactory), "-", "se", "se", "se"),
    # --- verdicts -----------------------------------------------------------------------------------------------
    Line("draft being written, mine", lambda p: _draft(p, "reporter"), "-", "se", "se", "se"),
    Line("draft being written by a colleague", lambda p: _draft(p, "other"), "-", "s", "se", "se"),
    Line("draft that nobody has written", lambda p: _draft(p, ""), "-", "se", "se", "se"),
    Line("draft submitted by the reporter", lambda p: _draft(p, "reporter", "submitted"), "-", "s", "sep", "sep"),
    Line("draft submitted by the editor", lambda p: _draft(p, "editor", "submitted"), "-", "s", "se", "sep"),
    Line("draft submitted by the administrator", lambda p: _draft(p, "administrator", "submitted"), "-", "s", "sep", "se"),
    Line("draft submitted by the reporter, reworded by the editor", lambda p: _reworded(p), "-", "s", "se", "sep"),
    Line("published draft", lambda p: _draft(p, "reporter", "published"), "-", "s", "s", "s"),
    Line("dropped draft", lambda p: _draft(p, "reporter", "dropped"), "-", "s", "s", "s"),
    Line("current verdict", lambda p: _series(VERDICT), "s", "s", "sw", "sw"),
    Line("superseded verdict", lambda p: _series(VERDICT, UPDATE, at=0), "s", "s", "s", "s"),
    Line("withdrawn verdict", lambda p: _series(VERDICT, ("withdrawal", "2024-03-01"), at=0), "s", "s", "s", "s"),
    Line("withdrawal", lambda p: _series(VERDICT, ("withdrawal", "2024-03-01")), "s", "s", "s", "s"),
    Line("citation", lambda p: f.CitationFactory(), "s", "s", "s", "s"),
    Line("correction", lambda p: f.CorrectionFactory(), "s", "s", "s", "s"),
    Line("use of evidence in a draft", lambda p: f.DraftEvidenceFactory(), "-", "s", "s", "s"),
    # --- the house ----------------------------------------------------------------------------------------------
    Line("rating scale", lambda p: RatingScale.current(), "s", "s", "s", "se"),
    Line("rating", lambda p: RatingScale.current().ratings.first(), "s", "s", "s", "se"),
    Line("newsroom", lambda p: Newsroom.current(), "s", "s", "s", "se"),
    Line("account", lambda p: f.UserFactory(), "-", "s", "s", "se"),
    Line("key of a program, mine", lambda p: f.ApiKeyFactory(owner=p["reporter"]), "-", "se", "-", "se"),
    Line("key of a colleague", lambda p: f.ApiKeyFactory(owner=p["other"]), "-", "-", "-", "se"),
    Line("revoked key", lambda p: f.ApiKeyFactory(owner=p["reporter"], revoked=True), "-", "s", "-", "s"),
    Line("redaction", lambda p: _redaction(), "s", "s", "s", "s"),
    Line("redacted text", lambda p: _redaction().texts.first(), "s", "s", "s", "s"),
    Line("ledger entry that readers may see", lambda p: Change.objects.filter(public=True).last(), "s", "s", "s", "s"),
    Line("row of a ledger entry", lambda p: ChangeRow.objects.last(), "-", "s", "s", "s"),
    Line("ledger head", lambda p: LedgerHead.objects.get(), "-", "s", "s", "s"),
    Line("job", lambda p: f.JobFactory(), "-", "s", "se", "se"),
    Line("schedule", lambda p: f.ScheduleFactory(), "-", "s", "s", "s"),
    Line("webhook", lambda p: f.WebhookFactory(), "-", "s", "s", "se"),
    Line("paused webhook", lambda p: f.WebhookFactory(state="paused"), "-", "s", "s", "se"),
    Line("delivery to a webhook", lambda p: f.DeliveryFactory(), "-", "s", "s", "se"),
    Line("search document", lambda p: f.SearchDocumentFactory(), "-", "s", "s", "s"),
    Line("search word", lambda p: f.SearchWordFactory(), "-", "s", "s", "s"),
    Line("item of a manifest", lambda p: f.ManifestItemFactory(), "-", "s", "s", "s"),
    Line("ledger entry of the desk", lambda p: _hidden_entry(), "-", "s", "s", "s"),
]  # fmt: skip


def _set_aside() -> Any:
    arrival = f.ArrivalFactory()
    arrival.set_aside(f.some_editor())
    return arrival


def _dismissed_relation() -> Any:
    relation = f.ClaimRelationFactory()
    relation.low.dismiss(f.some_editor(), "A duplicate.")
    return relation


def _topic(status: str) -> Any:
    topic = f.TopicFactory()
    claim = f.ClaimFactory(topics=[topic])
    if status == "dismissed":
        claim.dismiss(f.some_editor(), "A duplicate.")
    return topic


def _evidence_on_dismissed() -> Any:
    return _on_dismissed(f.EvidenceFactory)


def _on_dismissed(factory: Any) -> Any:
    row = factory(public=True)
    row.claim.dismiss(f.some_editor(), "A duplicate.")
    return row


def _redaction() -> Any:
    f.EvidenceFactory()
    return f.RedactionFactory()


def _hidden_entry() -> Any:
    f.ArticleFactory()
    return Change.objects.filter(public=False).order_by("seq").last()
