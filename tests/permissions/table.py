"""Who may do what with every noun in every state. Data: a new noun, state or role is a new line or column here.

Each line: the noun in its state, how it is made, and for stranger, reporter, editor and administrator what they may
do: s(ee), e(dit), p(ublish), w(ithdraw), "-" nothing. The reporter is the one who wrote what is "mine".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

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


def _draft(people: dict[str, Any], author: str, state: str = "writing", **facts: Any) -> Any:
    return f.VerdictDraftFactory(author=people[author] if author else None, state=state, **facts)


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
    Line("file that became an article", lambda p: _filed("filed"), "-", "s", "s", "s"),
    Line("file that is a copy", lambda p: _filed("copied"), "-", "s", "s", "s"),
    Line("bytes of a file", lambda p: f.OriginalFactory(), "-", "s", "s", "s"),
    Line("file on its way in", lambda p: f.UploadFactory(), "-", "s", "s", "s"),
    Line("form that was begun, mine", lambda p: f.KeptFormFactory(user=p["reporter"]), "-", "se", "-", "-"),
    Line("form that the editor began", lambda p: f.KeptFormFactory(user=p["editor"]), "-", "-", "se", "-"),
    Line("saved search, mine", lambda p: f.SavedSearchFactory(by=p["reporter"]), "-", "se", "-", "-"),
    Line("saved search of the editor", lambda p: f.SavedSearchFactory(by=p["editor"]), "-", "-", "se", "-"),
    Line("answer to a request", lambda p: f.AnsweredRequestFactory(), "-", "s", "s", "s"),
    Line("fingerprint of a passage", lambda p: f.PassageMarkFactory(), "-", "s", "s", "s"),
    Line("suggestion", lambda p: f.SuggestionFactory(), "-", "se", "se", "se"),
    Line("suggestion in an open article", lambda p: f.SuggestionFactory(article_version=f.ArticleFactory(public=True).current_version), "-", "se", "se", "se"),
    Line("dismissed suggestion", lambda p: f.SuggestionFactory(state="dismissed"), "-", "se", "se", "se"),
    Line("accepted suggestion", lambda p: f.SuggestionFactory(state="accepted"), "-", "s", "s", "s"),
    Line("quotation to decide on", lambda p: f.AnchorProposalFactory(), "-", "se", "se", "se"),
    Line("quotation decided on", lambda p: f.AnchorProposalFactory(state="accepted"), "-", "s", "s", "s"),
    Line("quotation that does not apply", lambda p: f.AnchorProposalFactory(state="dismissed"), "-", "s", "s", "s"),
    Line("quotation that a still newer text overtook", lambda p: _overtaken(), "-", "s", "s", "s"),
    Line("verdict to be read again", lambda p: f.ReviewTaskFactory(), "-", "se", "se", "se"),
    Line("verdict that was read again", lambda p: f.ReviewTaskFactory(closed=True), "-", "s", "s", "s"),
    Line("verdict to be read again on a day to come", lambda p: _due_later(), "-", "se", "se", "se"),
    Line("what a reader sent", lambda p: f.SubmissionFactory(), "-", "se", "se", "se"),
    Line("what a reader sent and somebody looks at", lambda p: f.SubmissionFactory(state="taken"), "-", "se", "se", "se"),
    Line("what a reader sent that became a claim", lambda p: f.SubmissionFactory(state="accepted"), "-", "se", "se", "se"),
    Line("what a reader sent that was known already", lambda p: f.SubmissionFactory(state="duplicate"), "-", "se", "se", "se"),
    Line("what a reader sent and the desk erased", lambda p: _forgotten(f.SubmissionFactory(state="declined")), "-", "s", "s", "s"),
    Line("what a reader sent and the desk declined", lambda p: f.SubmissionFactory(state="declined"), "-", "se", "se", "se"),
    Line("what a reader sent and took back", lambda p: f.SubmissionFactory(state="withdrawn"), "-", "s", "s", "s"),
    Line("complaint", lambda p: f.ComplaintFactory(), "-", "se", "se", "se"),
    Line("complaint that is looked at", lambda p: f.ComplaintFactory(state="taken"), "-", "se", "se", "se"),
    Line("complaint that was upheld", lambda p: f.ComplaintFactory(state="upheld"), "-", "s", "s", "s"),
    Line("complaint that was upheld in part", lambda p: f.ComplaintFactory(state="partly"), "-", "s", "s", "s"),
    Line("complaint that was rejected", lambda p: f.ComplaintFactory(state="rejected"), "-", "s", "s", "s"),
    Line("complaint that was taken back", lambda p: f.ComplaintFactory(state="withdrawn"), "-", "s", "s", "s"),
    Line("complaint that was erased", lambda p: _forgotten(f.ComplaintFactory(state="rejected")), "-", "s", "s", "s"),
    Line("complaint about a claim of the reporter's conflict", lambda p: _with_conflict(p, f.ComplaintFactory), "-", "s", "se", "se"),
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
    Line("conflict of interest", lambda p: f.ConflictOfInterestFactory(person=p["reporter"]), "-", "s", "s", "s"),
    Line("conflict of interest that is over", lambda p: _ended(p), "-", "s", "s", "s"),
    Line("claim of the reporter's conflict", lambda p: f.ConflictOfInterestFactory(person=p["reporter"]).claim, "s", "s", "se", "se"),
    Line("claim of the editor's conflict", lambda p: f.ConflictOfInterestFactory(person=p["editor"]).claim, "s", "se", "s", "se"),
    Line("claim of a conflict that is over", lambda p: _over(p), "s", "se", "se", "se"),
    Line("claim that one of the reporter's conflict was merged into", lambda p: _survivor_of_conflict(p), "s", "s", "se", "se"),
    Line("relation with a claim of the reporter's conflict", lambda p: _relation_with_conflict(p), "s", "s", "se", "se"),
    Line("evidence on a claim of the reporter's conflict", lambda p: _with_conflict(p, f.EvidenceFactory), "-", "s", "se", "se"),
    Line("research step on a claim of the reporter's conflict", lambda p: _with_conflict(p, f.ResearchStepFactory), "-", "s", "se", "se"),
    Line("contact on a claim of the reporter's conflict", lambda p: _with_conflict(p, f.ContactFactory), "-", "s", "se", "se"),
    Line("note of mine on a claim of my conflict", lambda p: _conflict_on(p, "reporter", f.NoteFactory(by=p["reporter"])), "-", "se", "s", "s"),
    Line("who checks a claim of the reporter's conflict", lambda p: _with_conflict(p, f.AssignmentFactory), "-", "s", "se", "se"),
    Line("quotation to decide on for a claim of the reporter's conflict", lambda p: _proposal_of_conflict(p), "-", "s", "se", "se"),
    Line("verdict to be read again on a claim of the reporter's conflict", lambda p: _with_conflict(p, f.ReviewTaskFactory), "-", "s", "se", "se"),
    Line("draft on a claim of the editor's conflict", lambda p: _conflict_on(p, "editor", _draft(p, "reporter", "submitted")), "-", "s", "s", "sep"),
    Line("draft being written, mine, on a claim of my conflict", lambda p: _conflict_on(p, "reporter", _draft(p, "reporter")), "-", "s", "se", "se"),
    Line("verdict on a claim of the editor's conflict", lambda p: _conflict_on(p, "editor", _series(VERDICT)), "s", "s", "s", "sw"),
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
    Line("evidence that another row replaced", lambda p: _replaced(), "s", "s", "s", "s"),
    Line("evidence on a dismissed claim", lambda p: _evidence_on_dismissed(), "-", "se", "se", "se"),
    # --- what was done before the verdict ---------------------------------------------------------------------
    Line("research step at the desk", lambda p: f.ResearchStepFactory(), "-", "se", "se", "se"),
    Line("research step open to readers", lambda p: f.ResearchStepFactory(public=True), "s", "se", "se", "se"),
    Line("open research step on a dismissed claim", lambda p: _on_dismissed(f.ResearchStepFactory), "-", "se", "se", "se"),
    Line("note on a claim, mine", lambda p: f.NoteFactory(by=p["reporter"]), "-", "se", "s", "s"),
    Line("note of a colleague", lambda p: f.NoteFactory(by=p["editor"]), "-", "s", "se", "s"),
    Line("contact at the desk", lambda p: f.ContactFactory(), "-", "se", "se", "se"),
    Line("contact open to readers", lambda p: f.ContactFactory(public=True, reply_state="replied"), "s", "se", "se", "se"),
    Line("contact that declined to answer", lambda p: f.ContactFactory(reply_state="declined"), "-", "se", "se", "se"),
    Line("contact without a reply, open to readers", lambda p: f.ContactFactory(public=True, reply_state="no_reply"), "s", "se", "se", "se"),
    Line("open contact on a dismissed claim", lambda p: _on_dismissed(f.ContactFactory), "-", "se", "se", "se"),
    # --- verdicts -----------------------------------------------------------------------------------------------
    Line("draft being written, mine", lambda p: _draft(p, "reporter"), "-", "se", "se", "se"),
    Line("draft being written by a colleague", lambda p: _draft(p, "other"), "-", "s", "se", "se"),
    Line("draft that nobody has written", lambda p: _draft(p, ""), "-", "se", "se", "se"),
    Line("draft submitted by the reporter", lambda p: _draft(p, "reporter", "submitted"), "-", "s", "sep", "sep"),
    Line("draft submitted by the editor", lambda p: _draft(p, "editor", "submitted"), "-", "s", "se", "sep"),
    Line("draft submitted by the administrator", lambda p: _draft(p, "administrator", "submitted"), "-", "s", "sep", "se"),
    Line("draft submitted by the reporter, reworded by the editor", lambda p: _reworded(p), "-", "s", "se", "sep"),
    Line("draft that was handed back to me", lambda p: _handed_back(p), "-", "se", "se", "se"),
    Line("draft under embargo", lambda p: _draft(p, "reporter", "submitted", embargo_until=_later()), "-", "s", "sep", "sep"),
    Line("draft that is scheduled", lambda p: _scheduled(p), "-", "s", "sep", "sep"),
    Line("draft with a reviewer", lambda p: _with_reviewer(p), "-", "s", "sep", "sep"),
    Line("draft of which I owe an assessment", lambda p: _owed(p, "reporter", _draft(p, "other")), "-", "-", "se", "se"),
    Line("draft of which the editor owes an assessment", lambda p: _owed(p, "editor", _draft(p, "reporter")), "-", "se", "-", "se"),
    Line("second assessment that I owe", lambda p: f.AssessmentFactory(assessor=p["reporter"]), "-", "se", "s", "s"),
    Line("second assessment that a colleague owes", lambda p: f.AssessmentFactory(), "-", "s", "s", "s"),
    Line("second assessment that was given", lambda p: f.AssessmentFactory(given="supported"), "-", "s", "s", "s"),
    Line("second assessment that I gave", lambda p: f.AssessmentFactory(assessor=p["reporter"], given="supported"), "-", "s", "s", "s"),
    Line("second assessment that was taken back", lambda p: _taken_back(p), "-", "s", "s", "s"),
    Line("second assessment that differs and was settled", lambda p: f.AssessmentFactory(given="contradicted", settled="The minutes say more."), "-", "s", "s", "s"),
    Line("draft of which my assessment was taken back", lambda p: _taken_back(p).draft, "-", "s", "sep", "sep"),
    Line("second assessment of a draft of which I owe another", lambda p: _another_owed(p), "-", "-", "s", "s"),
    Line("hand-back", lambda p: f.HandBackFactory(), "-", "s", "s", "s"),
    Line("hand-back of a draft of which I owe an assessment", lambda p: _handed_back_owed(p), "-", "-", "s", "s"),
    Line("use of evidence in a draft of which I owe an assessment", lambda p: _use_owed(p), "-", "-", "s", "s"),
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
    Line("retired rating", lambda p: _retired(), "s", "s", "s", "se"),
    Line("newsroom", lambda p: Newsroom.current(), "s", "s", "s", "se"),
    Line("account", lambda p: f.UserFactory(), "-", "s", "s", "se"),
    Line("account that was closed", lambda p: _closed_account(p), "-", "s", "s", "se"),
    Line("letters I do not want", lambda p: f.MailRefusalFactory(person=p["reporter"]), "-", "se", "s", "s"),
    Line("letters a colleague does not want", lambda p: f.MailRefusalFactory(person=p["other"]), "-", "s", "s", "s"),
    Line("entry of the audit list about me", lambda p: f.AuditEntryFactory(whom=p["reporter"]), "-", "s", "-", "s"),
    Line("entry of the audit list about a colleague", lambda p: f.AuditEntryFactory(whom=p["other"]), "-", "-", "-", "s"),
    Line("entry of the audit list about nobody", lambda p: f.AuditEntryFactory(whom=None), "-", "-", "-", "s"),
    Line("count of guesses", lambda p: f.GuessCountFactory(), "-", "-", "-", "s"),
    Line("key of a program, mine", lambda p: f.ApiKeyFactory(owner=p["reporter"]), "-", "se", "-", "se"),
    Line("key of a colleague", lambda p: f.ApiKeyFactory(owner=p["other"]), "-", "-", "-", "se"),
    Line("revoked key", lambda p: f.ApiKeyFactory(owner=p["reporter"], revoked=True), "-", "s", "-", "s"),
    Line("expired key", lambda p: _expired_key(p), "-", "se", "-", "se"),
    Line("redaction", lambda p: _redaction(), "s", "s", "s", "s"),
    Line("redacted text", lambda p: _redaction().texts.first(), "s", "s", "s", "s"),
    Line("ledger entry that readers may see", lambda p: Change.objects.filter(public=True).last(), "s", "s", "s", "s"),
    Line("row of a ledger entry", lambda p: ChangeRow.objects.last(), "-", "s", "s", "s"),
    Line("ledger head", lambda p: LedgerHead.objects.get(), "-", "s", "s", "s"),
    Line("job", lambda p: f.JobFactory(), "-", "s", "se", "se"),
    Line("running job", lambda p: f.JobFactory(state="running", lease_until=_later()), "-", "s", "se", "se"),
    Line("job that is done", lambda p: f.JobFactory(state="done"), "-", "s", "se", "se"),
    Line("job that was given up", lambda p: f.JobFactory(state="dead"), "-", "s", "se", "se"),
    Line("cancelled job", lambda p: f.JobFactory(state="cancelled"), "-", "s", "se", "se"),
    Line("schedule", lambda p: f.ScheduleFactory(), "-", "s", "s", "s"),
    Line("webhook", lambda p: f.WebhookFactory(), "-", "s", "s", "se"),
    Line("paused webhook", lambda p: f.WebhookFactory(state="paused"), "-", "s", "s", "se"),
    Line("webhook that was stopped", lambda p: f.WebhookFactory(state="stopped"), "-", "s", "s", "se"),
    Line("delivery to a webhook", lambda p: f.DeliveryFactory(), "-", "s", "s", "se"),
    Line("delivery that got through", lambda p: f.DeliveryFactory(state="delivered"), "-", "s", "s", "se"),
    Line("delivery that was given up", lambda p: f.DeliveryFactory(state="given_up"), "-", "s", "s", "se"),
    Line("delivery that was skipped", lambda p: f.DeliveryFactory(state="skipped"), "-", "s", "s", "se"),
    Line("search document", lambda p: f.SearchDocumentFactory(), "-", "s", "s", "s"),
    Line("claim vector", lambda p: f.ClaimVectorFactory(), "-", "s", "s", "s"),
    Line("search word", lambda p: f.SearchWordFactory(), "-", "s", "s", "s"),
    Line("item of a manifest", lambda p: f.ManifestItemFactory(), "-", "s", "s", "s"),
    Line("ledger entry of the desk", lambda p: _hidden_entry(), "-", "s", "s", "s"),
]  # fmt: skip


def clear_the_way(draft: Any) -> Any:
    """Take away what keeps a draft from being published besides the rights of whoever publishes it."""
    draft.assessments.open().update(withdrawn_at=timezone.now())
    type(draft).objects.filter(pk=draft.pk).update(embargo_until=None)
    draft.refresh_from_db()
    return draft


def _conflict_on(people: dict[str, Any], role: str, row: Any) -> Any:
    f.ConflictOfInterestFactory(person=people[role], claim=row.claim)
    return row


def _with_conflict(people: dict[str, Any], factory: Any) -> Any:
    return _conflict_on(people, "reporter", factory())


def _over(people: dict[str, Any]) -> Any:
    return _ended(people).claim


def _survivor_of_conflict(people: dict[str, Any]) -> Any:
    survivor = f.ClaimFactory()
    f.ConflictOfInterestFactory(person=people["reporter"]).claim.merge_into(survivor, None)
    return survivor


def _proposal_of_conflict(people: dict[str, Any]) -> Any:
    proposal = f.AnchorProposalFactory()
    f.ConflictOfInterestFactory(person=people["reporter"], claim=proposal.appearance.claim)
    return proposal


def _relation_with_conflict(people: dict[str, Any]) -> Any:
    relation = f.ClaimRelationFactory()
    f.ConflictOfInterestFactory(person=people["reporter"], claim=relation.high)
    return relation


def _owed(people: dict[str, Any], role: str, draft: Any) -> Any:
    f.AssessmentFactory(draft=draft, assessor=people[role])
    return draft


def _another_owed(people: dict[str, Any]) -> Any:
    given = f.AssessmentFactory(given="supported")
    _owed(people, "reporter", given.draft)
    return given


def _handed_back_owed(people: dict[str, Any]) -> Any:
    back = f.HandBackFactory()
    _owed(people, "reporter", back.draft)
    return back


def _use_owed(people: dict[str, Any]) -> Any:
    use = f.DraftEvidenceFactory()
    _owed(people, "reporter", use.draft)
    return use


def _handed_back(people: dict[str, Any]) -> Any:
    draft = _draft(people, "reporter", "submitted")
    draft.hand_back(f.some_editor(), "Name the page of the minutes.")
    return draft


def _later() -> datetime:
    return timezone.now() + timedelta(days=30)


def _scheduled(people: dict[str, Any]) -> Any:
    draft = _draft(people, "reporter", "submitted")
    draft.schedule(f.some_editor(), _later())
    return draft


def _with_reviewer(people: dict[str, Any]) -> Any:
    draft = _draft(people, "reporter", "submitted")
    draft.ask_to_review(people["reporter"], people["editor"])
    return draft


def _taken_back(people: dict[str, Any]) -> Any:
    draft = _draft(people, "other", "submitted")
    asked = f.AssessmentFactory(draft=draft, assessor=people["reporter"])
    asked.withdraw(f.some_editor())
    return asked


def _ended(people: dict[str, Any]) -> Any:
    conflict = f.ConflictOfInterestFactory(person=people["reporter"])
    conflict.end(people["administrator"])
    return conflict


def _forgotten(row: Any) -> Any:
    row.forget(f.some_editor())
    return row


def _overtaken() -> Any:
    proposal = f.AnchorProposalFactory()
    article = proposal.article_version.article
    f.ArticleVersionFactory(article=article, text="Nothing of the kind is said here any more.\n")
    proposal.refresh_from_db()
    return proposal


def _filed(state: str) -> Any:
    return f.ArrivalFactory(state=state, article_version=f.ArticleFactory().current_version)


def _due_later() -> Any:
    task = f.ReviewTaskFactory()
    type(task).objects.filter(pk=task.pk).update(due_on=_later().date())
    return task


def _replaced() -> Any:
    old = f.EvidenceFactory(cited=True)
    old.replace(f.some_editor(), note="It shows less than we said.")
    return old


def _retired() -> Any:
    rating = RatingScale.current().ratings.last()
    rating.retire(f.some_administrator())
    return rating


def _closed_account(people: dict[str, Any]) -> Any:
    person = f.UserFactory()
    person.deactivate(people["administrator"])
    return person


def _expired_key(people: dict[str, Any]) -> Any:
    return f.ApiKeyFactory(owner=people["reporter"], at="2024-01-01", expires_at="2024-01-02")


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
