"""Who may say which verb: one line each, asked of every role, of strangers and of accounts that were deactivated.

A new verb of the record is a new line; the last test finds those that have none.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from articles.importing.text import read_text
from articles.models import (
    ApiKey,
    Appearance,
    Arrival,
    Article,
    Assessment,
    Assignment,
    Claim,
    Claimant,
    ClaimRelation,
    Complaint,
    ConfidentialSource,
    ConflictOfInterest,
    Contact,
    Evidence,
    KeptForm,
    Newsroom,
    Note,
    RatingScale,
    Redaction,
    ResearchStep,
    ReviewTask,
    SavedSearch,
    Source,
    SourceVersion,
    Topic,
    Upload,
    User,
    VerdictDraft,
    Webhook,
)
from articles.models.claim_batch import NewClaim
from articles.refusals import NotAllowed
from tests import factories as f
from tests.pictures import png
from tests.record.refusing import everything

ROLES = ("reporter", "editor", "administrator")
DESK, EDITORS, ADMINISTRATORS = ROLES, ROLES[1:], ROLES[2:]


class Verb(NamedTuple):
    """`prepare` makes what the verb is said of; `say` says it as somebody."""

    name: str
    allowed: tuple[str, ...]
    prepare: Callable[[], Any]
    say: Callable[[Any, Any], Any]


def _text(words: bytes = b"Another text.\n") -> Any:
    return read_text(words)


def _nothing() -> None:
    return None


def _two(factory: Any) -> Callable[[], Any]:
    return lambda: (factory(), factory())


def _merged(factory: Any) -> Callable[[], Any]:
    return lambda: factory(merged_into=factory())


def _came() -> tuple[Any, Any]:
    return f.OriginalFactory(), f.ArticleVersionFactory()


def _accepted() -> Any:
    return f.SuggestionFactory(state="accepted")


def _suggested_again() -> tuple[Any, Any]:
    return f.SuggestionFactory(), f.ClaimFactory()


def _neighbours() -> tuple[Any, Any]:
    one = f.SuggestionFactory()
    return one, one.split(f.some_editor(), [one.start + 10])[1]


def _moved() -> tuple[Any, Any]:
    appearance = f.AppearanceFactory()
    article = appearance.article_version.article
    return appearance, f.ArticleVersionFactory(article=article, text="Nothing of the kind any more.\n")


def _with_logo() -> Any:
    newsroom = f.newsroom()
    newsroom.set_logo(None, png(60, 30))
    return newsroom


def _begun(by: Any) -> KeptForm:
    return KeptForm.keep(by, "/desk/x/", "/desk/x/", [["text", "Words", "Words"]], None, timezone.now())


def _searched() -> SavedSearch:
    return f.SavedSearchFactory(by=f.UserFactory(role="reporter"))


def _with_app() -> Any:
    person = f.UserFactory()
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "of no use"})
    return person


def _submitted() -> Any:
    return f.VerdictDraftFactory(state="submitted")


def _scheduled() -> Any:
    draft = _submitted()
    draft.schedule(f.some_editor(), timezone.now() + timedelta(days=1))
    return draft


RATING = {"slug": "so", "machine_class": "true", "labels": {"en": "So"}, "definitions": {"en": "It is so."}}
VERBS = [
    Verb("Article.add", DESK, _nothing, lambda _, by: Article.add(by, _text())),
    Verb("Article.add_version", DESK, f.ArticleFactory, lambda one, by: one.add_version(by, _text())),
    Verb("Article.add_copy", DESK, f.ArticleFactory, lambda one, by: one.add_copy(by, kind="copy")),
    Verb("Article.revise", DESK, f.ArticleFactory, lambda one, by: one.revise(by, title="New")),
    Verb("Article.open_to_readers", EDITORS, f.ArticleFactory, lambda one, by: one.open_to_readers(by)),
    Verb(
        "Article.close_to_readers",
        EDITORS,
        lambda: f.ArticleFactory(public=True),
        lambda one, by: one.close_to_readers(by),
    ),
    Verb("Copy.revise", DESK, f.CopyFactory, lambda one, by: one.revise(by, note="New")),
    Verb(
        "Appearance.mark",
        DESK,
        lambda: (f.ClaimFactory(), f.ArticleVersionFactory()),
        lambda one, by: Appearance.mark(by, *one, 0, 5),
    ),
    Verb(
        "Appearance.re_anchor",
        DESK,
        _moved,
        lambda one, by: one[0].re_anchor(by, one[1], 0, 5),
    ),
    Verb(
        "Assignment.give",
        DESK,
        lambda: (f.ClaimFactory(), f.some_editor()),
        lambda one, by: Assignment.give(by, *one),
    ),
    Verb("Assignment.lift", DESK, f.AssignmentFactory, lambda one, by: Assignment.lift(by, one.claim)),
    Verb("Assignment.take_back", DESK, f.AssignmentFactory, lambda one, by: one.take_back(by)),
    Verb("KeptForm.keep", DESK, _nothing, lambda _, by: _begun(by)),
    Verb("KeptForm.forget", DESK, _nothing, lambda _, by: _begun(by).forget(by)),
    Verb("SavedSearch.add", DESK, _nothing, lambda _, by: SavedSearch.add(by, "Bridges", "bridge")),
    # Its owner alone, whatever their role; see tests/desk/test_saved_searches.py.
    Verb("SavedSearch.revise", (), f.SavedSearchFactory, lambda one, by: one.revise(by, name="New")),
    Verb("SavedSearch.look", (), _searched, lambda one, by: one.look(by)),
    Verb("SavedSearch.forget", (), _searched, lambda one, by: one.forget(by)),
    Verb("Upload.hand_in", DESK, _nothing, lambda _, by: Upload.hand_in(by, "x.txt", b"Words.")),
    Verb(
        "Arrival.filed",
        DESK,
        _came,
        lambda one, by: Arrival.filed(by, "new.txt", one[0], "", one[1], timezone.now()),
    ),
    Verb("Arrival.note_copy", DESK, f.ArrivalFactory, lambda one, by: one.note_copy(by, publisher="Another")),
    Verb("Arrival.set_aside", DESK, f.ArrivalFactory, lambda one, by: one.set_aside(by)),
    Verb("Suggestion.accept", DESK, f.SuggestionFactory, lambda one, by: one.accept(by)),
    Verb("Suggestion.dismiss", DESK, f.SuggestionFactory, lambda one, by: one.dismiss(by)),
    Verb(
        "Suggestion.reopen",
        DESK,
        lambda: f.SuggestionFactory(state="dismissed"),
        lambda one, by: one.reopen(by),
    ),
    Verb("Suggestion.take_back", EDITORS, _accepted, lambda one, by: one.take_back(by)),
    Verb("Suggestion.accept_as", DESK, _suggested_again, lambda one, by: one[0].accept_as(by, one[1])),
    Verb("Suggestion.split", DESK, f.SuggestionFactory, lambda one, by: one.split(by, [one.start + 10])),
    Verb("Suggestion.join", DESK, _neighbours, lambda one, by: one[0].join(by, one[1])),
    Verb(
        "Appearance.of_new_claim",
        DESK,
        f.ArticleVersionFactory,
        lambda version, by: Appearance.of_new_claim(by, version, 0, 21),
    ),
    Verb("AnchorProposal.accept", DESK, f.AnchorProposalFactory, lambda one, by: one.accept(by)),
    Verb("AnchorProposal.dismiss", DESK, f.AnchorProposalFactory, lambda one, by: one.dismiss(by)),
    Verb(
        "AnchorProposal.reopen",
        DESK,
        lambda: f.AnchorProposalFactory(state="dismissed"),
        lambda one, by: one.reopen(by),
    ),
    Verb("ReviewTask.revise", DESK, f.ReviewTaskFactory, lambda one, by: one.revise(by, note="New")),
    Verb("ReviewTask.ask_again", DESK, f.ClaimFactory, lambda one, by: ReviewTask.ask_again(by, one, "x")),
    Verb("ReviewTask.close", DESK, f.ReviewTaskFactory, lambda one, by: one.close(by, "Still so.")),
    Verb("Claim.bring_in", DESK, _nothing, lambda _, by: Claim.bring_in(by, [NewClaim("Brought.")])),
    Verb("Claim.add", DESK, _nothing, lambda _, by: Claim.add(by, "New.")),
    Verb("Claim.revise", DESK, f.ClaimFactory, lambda one, by: one.revise(by, statement="New.")),
    Verb("Claim.set_topics", DESK, f.ClaimFactory, lambda one, by: one.set_topics(by, [])),
    Verb("Claim.start_checking", DESK, f.ClaimFactory, lambda one, by: one.start_checking(by)),
    Verb("Claim.reopen", DESK, f.ClaimFactory, lambda one, by: one.reopen(by)),
    Verb(
        "Claim.declare_not_checkable",
        DESK,
        f.ClaimFactory,
        lambda one, by: one.declare_not_checkable(by, "x"),
    ),
    Verb("Claim.dismiss", EDITORS, f.ClaimFactory, lambda one, by: one.dismiss(by, "x")),
    Verb("Claim.merge_into", EDITORS, _two(f.ClaimFactory), lambda one, by: one[0].merge_into(one[1], by)),
    Verb("Claim.unmerge", EDITORS, _merged(f.ClaimFactory), lambda one, by: one.unmerge(by)),
    Verb(
        "ClaimRelation.relate",
        DESK,
        _two(f.ClaimFactory),
        lambda one, by: ClaimRelation.relate(by, one[0], "updates", one[1]),
    ),
    Verb(
        "ClaimRelation.find_or_relate",
        DESK,
        _two(f.ClaimFactory),
        lambda one, by: ClaimRelation.find_or_relate(by, one[0], "updates", one[1]),
    ),
    Verb("ClaimRelation.take_back", DESK, f.ClaimRelationFactory, lambda one, by: one.take_back(by)),
    Verb("Claimant.add", DESK, _nothing, lambda _, by: Claimant.add(by, name="New", kind="person")),
    Verb("Claimant.revise", DESK, f.ClaimantFactory, lambda one, by: one.revise(by, name="New")),
    Verb(
        "Claimant.merge_into", EDITORS, _two(f.ClaimantFactory), lambda one, by: one[0].merge_into(one[1], by)
    ),
    Verb("Claimant.unmerge", EDITORS, _merged(f.ClaimantFactory), lambda one, by: one.unmerge(by)),
    Verb("Topic.named", DESK, _nothing, lambda _, by: Topic.named("New", by)),
    Verb("Topic.find_or_add", DESK, _nothing, lambda _, by: Topic.find_or_add(by, "New")),
    Verb("Topic.revise", DESK, f.TopicFactory, lambda one, by: one.revise(by, name="New")),
    Verb("Source.add", DESK, _nothing, lambda _, by: Source.add(by, kind="book", title="New")),
    Verb("Source.revise", DESK, f.SourceFactory, lambda one, by: one.revise(by, title="New")),
    Verb(
        "Source.add_version",
        DESK,
        f.SourceFactory,
        lambda one, by: one.add_version(by, copy_quality="primary"),
    ),
    Verb(
        "SourceVersion.add",
        DESK,
        f.SourceFactory,
        lambda one, by: SourceVersion.add(by, one, copy_quality="primary"),
    ),
    Verb(
        "Source.derive_from",
        DESK,
        _two(f.SourceFactory),
        lambda one, by: one[0].derive_from(by, one[1], "stated"),
    ),
    Verb("Source.open_to_readers", EDITORS, f.SourceFactory, lambda one, by: one.open_to_readers(by)),
    Verb("Source.merge_into", EDITORS, _two(f.SourceFactory), lambda one, by: one[0].merge_into(one[1], by)),
    Verb("Source.unmerge", EDITORS, _merged(f.SourceFactory), lambda one, by: one.unmerge(by)),
    Verb("Derivation.take_back", DESK, f.DerivationFactory, lambda one, by: one.take_back(by)),
    Verb(
        "ConfidentialSource.protect",
        DESK,
        lambda: f.SourceFactory(kind="anonymous_source"),
        lambda one, by: ConfidentialSource.protect(by, one, "x"),
    ),
    Verb(
        "Evidence.add",
        DESK,
        lambda: (f.ClaimFactory(), f.SourceVersionFactory()),
        lambda one, by: Evidence.add(by, *one, "supports", note="x"),
    ),
    Verb("Evidence.revise", DESK, f.EvidenceFactory, lambda one, by: one.revise(by, note="New")),
    Verb("Evidence.replace", DESK, f.EvidenceFactory, lambda one, by: one.replace(by, note="New")),
    Verb("Evidence.open_to_readers", EDITORS, f.EvidenceFactory, lambda one, by: one.open_to_readers(by)),
    Verb("Evidence.take_back", DESK, f.EvidenceFactory, lambda one, by: one.take_back(by)),
    Verb(
        "ResearchStep.add",
        DESK,
        f.ClaimFactory,
        lambda one, by: ResearchStep.add(by, one, question="x", place="x", outcome="found"),
    ),
    Verb("ResearchStep.revise", DESK, f.ResearchStepFactory, lambda one, by: one.revise(by, note="New")),
    Verb(
        "ResearchStep.open_to_readers",
        EDITORS,
        f.ResearchStepFactory,
        lambda one, by: one.open_to_readers(by),
    ),
    Verb(
        "ResearchStep.close_to_readers",
        EDITORS,
        lambda: f.ResearchStepFactory(public=True),
        lambda one, by: one.close_to_readers(by),
    ),
    Verb(
        "Contact.add",
        DESK,
        f.ClaimFactory,
        lambda one, by: Contact.add(by, one, addressee="x", question="x", channel="letter"),
    ),
    Verb("Contact.revise", DESK, f.ContactFactory, lambda one, by: one.revise(by, question="New")),
    Verb("Contact.record_reply", DESK, f.ContactFactory, lambda one, by: one.record_reply(by, "Yes.")),
    Verb("Contact.record_decline", DESK, f.ContactFactory, lambda one, by: one.record_decline(by)),
    Verb("Contact.record_no_reply", DESK, f.ContactFactory, lambda one, by: one.record_no_reply(by)),
    Verb("Contact.open_to_readers", EDITORS, f.ContactFactory, lambda one, by: one.open_to_readers(by)),
    Verb(
        "Contact.close_to_readers",
        EDITORS,
        lambda: f.ContactFactory(public=True),
        lambda one, by: one.close_to_readers(by),
    ),
    Verb("Note.add", DESK, f.ClaimFactory, lambda one, by: Note.add(by, one, "New")),
    # Its author alone, whatever their role; see tests/desk/test_notes.py.
    Verb("Note.revise", (), f.NoteFactory, lambda one, by: one.revise(by, text="New")),
    Verb("Note.take_back", ADMINISTRATORS, f.NoteFactory, lambda one, by: one.take_back(by)),
    Verb("VerdictDraft.start", DESK, f.ClaimFactory, lambda one, by: VerdictDraft.start(by, one)),
    Verb(
        "VerdictDraft.revise", EDITORS, f.VerdictDraftFactory, lambda one, by: one.revise(by, summary="New")
    ),
    Verb(
        "VerdictDraft.use_evidence", EDITORS, f.VerdictDraftFactory, lambda one, by: one.use_evidence(by, [])
    ),
    Verb("VerdictDraft.submit", EDITORS, f.VerdictDraftFactory, lambda one, by: one.submit(by)),
    Verb("VerdictDraft.hand_back", EDITORS, _submitted, lambda one, by: one.hand_back(by, "x")),
    Verb("VerdictDraft.drop", EDITORS, f.VerdictDraftFactory, lambda one, by: one.drop(by)),
    Verb("VerdictDraft.publish", EDITORS, _submitted, lambda one, by: one.publish(by)),
    Verb("VerdictDraft.start_on", DESK, f.ClaimFactory, lambda one, by: VerdictDraft.start_on(by, one)),
    Verb("VerdictDraft.start_from", DESK, f.VerdictFactory, lambda one, by: VerdictDraft.start_from(by, one)),
    Verb(
        "VerdictDraft.ask_to_review",
        EDITORS,
        lambda: (_submitted(), f.UserFactory(role="editor")),
        lambda one, by: one[0].ask_to_review(by, one[1]),
    ),
    Verb(
        "VerdictDraft.schedule",
        EDITORS,
        _submitted,
        lambda one, by: one.schedule(by, timezone.now() + timedelta(days=1)),
    ),
    Verb("VerdictDraft.unschedule", EDITORS, _scheduled, lambda one, by: one.unschedule(by)),
    Verb(
        "Assessment.ask",
        EDITORS,
        lambda: (_submitted(), f.UserFactory()),
        lambda one, by: Assessment.ask(by, *one),
    ),
    # Whoever was asked, which none of these is.
    Verb(
        "Assessment.give",
        (),
        f.AssessmentFactory,
        lambda one, by: one.give(by, f.rating_called("supported"), "x"),
    ),
    Verb("Assessment.withdraw", EDITORS, f.AssessmentFactory, lambda one, by: one.withdraw(by)),
    Verb(
        "Assessment.settle",
        EDITORS,
        lambda: f.AssessmentFactory(given="contradicted"),
        lambda one, by: one.settle(by, "x"),
    ),
    Verb("Submission.take", DESK, f.SubmissionFactory, lambda one, by: one.take(by)),
    Verb("Submission.revise", DESK, f.SubmissionFactory, lambda one, by: one.revise(by, note="New")),
    Verb("Submission.accept", EDITORS, f.SubmissionFactory, lambda one, by: one.accept(by, statement="New.")),
    Verb("Submission.decline", EDITORS, f.SubmissionFactory, lambda one, by: one.decline(by, "x")),
    Verb(
        "Submission.mark_duplicate",
        EDITORS,
        lambda: (f.SubmissionFactory(), f.ClaimFactory()),
        lambda one, by: one[0].mark_duplicate(by, one[1]),
    ),
    Verb(
        "Submission.forget",
        EDITORS,
        lambda: f.SubmissionFactory(state="declined"),
        lambda one, by: one.forget(by),
    ),
    Verb(
        "Submission.reopen",
        EDITORS,
        lambda: f.SubmissionFactory(state="declined"),
        lambda one, by: one.reopen(by),
    ),
    Verb(
        "Submission.settle",
        DESK,
        lambda: f.SubmissionFactory(kind="error"),
        lambda one, by: one.settle(by, "x", timezone.now(), upheld=True),
    ),
    Verb(
        "Submission.unsettle",
        DESK,
        lambda: f.SubmissionFactory(kind="error", state="accepted"),
        lambda one, by: one.unsettle(by),
    ),
    Verb(
        "Complaint.receive", DESK, f.ClaimFactory, lambda one, by: Complaint.receive(by, claim=one, said="x")
    ),
    Verb("Complaint.revise", DESK, f.ComplaintFactory, lambda one, by: one.revise(by, note="New")),
    Verb("Complaint.assign", DESK, f.ComplaintFactory, lambda one, by: one.assign(by, f.some_editor())),
    Verb(
        "Complaint.tie",
        DESK,
        lambda: (f.ComplaintFactory(), f.CorrectionFactory()),
        lambda one, by: one[0].tie(by, one[1]),
    ),
    Verb(
        "Complaint.untie",
        DESK,
        lambda: (f.ComplaintFactory(), f.CorrectionFactory()),
        lambda one, by: one[0].untie(by, one[1]),
    ),
    Verb("Complaint.decide", EDITORS, f.ComplaintFactory, lambda one, by: one.decide(by, "rejected", "x")),
    Verb("Complaint.note_withdrawal", DESK, f.ComplaintFactory, lambda one, by: one.note_withdrawal(by)),
    Verb(
        "Complaint.reopen",
        EDITORS,
        lambda: f.ComplaintFactory(state="rejected"),
        lambda one, by: one.reopen(by),
    ),
    Verb(
        "Complaint.forget",
        EDITORS,
        lambda: f.ComplaintFactory(state="rejected"),
        lambda one, by: one.forget(by),
    ),
    Verb(
        "ConflictOfInterest.declare",
        DESK,
        f.ClaimFactory,
        lambda one, by: ConflictOfInterest.declare(by, one, "x"),
    ),
    Verb("ConflictOfInterest.end", ADMINISTRATORS, f.ConflictOfInterestFactory, lambda one, by: one.end(by)),
    Verb("Job.cancel", EDITORS, f.JobFactory, lambda one, by: one.cancel(by)),
    Verb("Job.retry", EDITORS, lambda: f.JobFactory(state="dead"), lambda one, by: one.retry(by)),
    Verb("Verdict.withdraw", EDITORS, f.VerdictFactory, lambda one, by: one.withdraw(by, "x")),
    Verb("Newsroom.open", ADMINISTRATORS, _nothing, lambda _, by: Newsroom.open("New", by)),
    Verb("Newsroom.set_logo", ADMINISTRATORS, f.newsroom, lambda one, by: one.set_logo(by, png())),
    Verb("Newsroom.remove_logo", ADMINISTRATORS, _with_logo, lambda one, by: one.remove_logo(by)),
    Verb("Newsroom.revise", ADMINISTRATORS, f.newsroom, lambda one, by: one.revise(by, name="New")),
    Verb(
        "RatingScale.adopt", ADMINISTRATORS, f.newsroom, lambda _, by: RatingScale.adopt(by, "New", [RATING])
    ),
    Verb(
        "RatingScale.adopt_standard", ADMINISTRATORS, f.newsroom, lambda _, by: RatingScale.adopt_standard(by)
    ),
    Verb(
        "RatingScale.revise", ADMINISTRATORS, f.RatingScaleFactory, lambda one, by: one.revise(by, name="New")
    ),
    Verb(
        "Rating.revise", ADMINISTRATORS, f.RatingFactory, lambda one, by: one.revise(by, labels={"en": "New"})
    ),
    Verb("Rating.retire", ADMINISTRATORS, f.RatingFactory, lambda one, by: one.retire(by)),
    Verb(
        "Redaction.everywhere",
        ADMINISTRATORS,
        f.ArticleFactory,
        lambda _, by: Redaction.everywhere(by, "four million", "x"),
    ),
    Verb(
        "User.open_account",
        ADMINISTRATORS,
        _nothing,
        lambda _, by: User.open_account(by, "new", f.PASSWORD, display_name="New"),
    ),
    Verb(
        "User.describe", ADMINISTRATORS, f.UserFactory, lambda one, by: one.describe(by, display_name="New")
    ),
    Verb("User.set_role", ADMINISTRATORS, f.UserFactory, lambda one, by: one.set_role(by, "editor")),
    Verb(
        "User.reset_password",
        ADMINISTRATORS,
        f.UserFactory,
        lambda one, by: one.reset_password(by, f.PASSWORD),
    ),
    Verb("User.deactivate", ADMINISTRATORS, f.UserFactory, lambda one, by: one.deactivate(by)),
    Verb(
        "User.take_off_second_factor",
        ADMINISTRATORS,
        _with_app,
        lambda one, by: one.take_off_second_factor(by),
    ),
    Verb("User.end_sessions", ADMINISTRATORS, f.UserFactory, lambda one, by: one.end_sessions(by)),
    Verb("User.lift_lock", ADMINISTRATORS, f.UserFactory, lambda one, by: one.lift_lock(by)),
    Verb(
        "Newsroom.demand_second_factor",
        ADMINISTRATORS,
        f.newsroom,
        lambda one, by: one.demand_second_factor(by, "editors"),
    ),
    Verb("ApiKey.issue", DESK, _nothing, lambda _, by: ApiKey.issue(by, by, "x", ["write"])),
    Verb("ApiKey.revoke", ADMINISTRATORS, f.ApiKeyFactory, lambda one, by: one.revoke(by)),
    Verb("User.reactivate", ADMINISTRATORS, f.UserFactory, lambda one, by: one.reactivate(by)),
    Verb(
        "Webhook.add",
        ADMINISTRATORS,
        _nothing,
        lambda _, by: Webhook.add(by, name="New", url="https://hooks.example/", events=["*"]),
    ),
    Verb("Webhook.revise", ADMINISTRATORS, f.WebhookFactory, lambda one, by: one.revise(by, name="New")),
    Verb("Webhook.rotate", ADMINISTRATORS, f.WebhookFactory, lambda one, by: one.rotate(by)),
    Verb("Webhook.pause", ADMINISTRATORS, f.WebhookFactory, lambda one, by: one.pause(by)),
    Verb(
        "Webhook.resume",
        ADMINISTRATORS,
        lambda: f.WebhookFactory(state="paused"),
        lambda one, by: one.resume(by),
    ),
    Verb("Webhook.send_test", ADMINISTRATORS, f.WebhookFactory, lambda one, by: one.send_test(by)),
    Verb("Delivery.replay", ADMINISTRATORS, f.DeliveryFactory, lambda one, by: one.replay(by)),
]


@pytest.fixture
def people(db):
    known = {role: f.UserFactory(role=role, username=f"the_{role}") for role in ROLES}
    gone = {f"deactivated {role}": f.UserFactory(role=role, is_active=False) for role in ROLES}
    return {**known, **gone, "stranger": AnonymousUser()}


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_verb(people, verb):
    for refused in [name for name in people if name not in verb.allowed]:
        subject = verb.prepare()
        f.some_administrator()
        before = everything()
        with pytest.raises(NotAllowed) as refusal:
            verb.say(subject, people[refused])
        assert refusal.value.sentence.endswith("."), refused
        assert everything() == before, refused


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
@pytest.mark.parametrize("role", ROLES)
def test_verb_of_who_may(people, verb, role):
    if role in verb.allowed:
        verb.say(verb.prepare(), people[role])


def test_draft_of_ones_own(people):
    """A reporter does with a draft of theirs what editors do with any, but for publishing it."""
    for verb in VERBS:
        noun, _, name = verb.name.partition(".")
        if noun == "VerdictDraft" and name in ("revise", "use_evidence", "submit", "drop"):
            verb.say(f.VerdictDraftFactory(author=people["reporter"]), people["reporter"])


def test_every_verb_is_in_the_table():
    """A verb is a public method of a model that takes who says it."""
    found = set()
    for model in apps.get_app_config("articles").get_models():
        for name, method in inspect.getmembers(model, callable):
            try:
                words = inspect.signature(method).parameters
            except (TypeError, ValueError):
                continue
            if not name.startswith("_") and "by" in words:
                found.add(f"{model.__name__}.{name}")
    # Questions, and nouns that are revised by no form of their own.
    asked = {f"{model.__name__}.require_editable" for model in apps.get_models()}
    asked |= {f"{name}.refuse_merge" for name in ("Claim", "Claimant", "Source")}
    assert found - asked == {verb.name for verb in VERBS}
