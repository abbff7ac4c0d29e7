"""Every constraint, violated once: a form gets its sentence, and the database refuses it where nobody asked a form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.text import capfirst

from articles.models import Change, ChangeRow, Claim, LedgerHead
from articles.models.source import KIND_FIELDS
from articles.vocabulary import SOURCE_FIELDS, SOURCE_REQUIRED, SourceKind
from tests import factories

EARLY, LATE = date(2024, 1, 1), date(2024, 12, 31)
BACKWARDS = "The latest possible date lies before the earliest."


def constraint_named(name: str) -> tuple[type[models.Model], Any]:
    for model in apps.get_app_config("articles").get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return model, constraint
    raise LookupError(name)


def all_constraints() -> set[str]:
    every = apps.get_app_config("articles").get_models()
    return {constraint.name for model in every for constraint in model._meta.constraints}


# Changes to a valid row (see `valid`) that break exactly one check, by the name of the constraint.
CHECKS: dict[str, dict[str, Any]] = {
    "api_key_expires_later": {"expires_at": lambda row: row.created_at},
    "api_key_has_a_name": {"name": ""},
    "api_key_revoked_with_time": {"revoked_by_id": lambda row: row.owner_id},
    "appearance_end_after_start": {"start": 9, "end": 9},
    "arrival_filed_somewhere": {"state": "filed"},
    "arrival_held_with_its_text": {"text": ""},
    "arrival_state_known": {"state": "some"},
    "article_published_in_order": {"published_earliest": LATE, "published_latest": EARLY},
    "article_rights_known": {"rights": "some"},
    "article_version_has_text": {"text": ""},
    "article_visibility_known": {"visibility": "some"},
    "attribution_names_somebody": {"claimant_id": None, "described_as": ""},
    "attribution_words_with_span": {"words": "", "start": 3, "end": 9},
    "block_end_after_start": {"start": 9, "end": 9},
    "block_role_known": {"role": "some"},
    "change_row_payload_with_salt": {"salt": None},
    "claim_asserted_in_order": {"asserted_earliest": LATE, "asserted_latest": EARLY},
    "claim_has_a_statement": {"statement": ""},
    "claim_kind_known": {"kind": "some"},
    "claim_merged_has_survivor": {"status": "merged"},
    "claim_origin_known": {"origin": "some"},
    "claim_put_aside_with_reason": {"status": "dismissed", "status_reason": ""},
    "claim_relation_in_order": {"low_id": 7, "high_id": 7},
    "claim_relation_kind_known": {"kind": "some"},
    "claim_status_known": {"status": "some"},
    "claimant_groups_stay_apart": {"kind": "group", "merged_into_id": 1},
    "claimant_has_a_name": {"name": ""},
    "claimant_kind_known": {"kind": "some"},
    "claimant_not_merged_into_itself": {"pk": lambda row: row.pk, "merged_into_id": lambda row: row.pk},
    "job_running_has_lease": {"state": "running"},
    "job_state_known": {"state": "some"},
    "job_tried_once": {"most_attempts": 0},
    "contact_asks_somebody": {"addressee": ""},
    "contact_channel_known": {"channel": "some"},
    "contact_deadline_after_question": {"deadline": lambda row: row.asked_at},
    "contact_has_a_question": {"question": ""},
    "contact_reply_after_question": {
        "reply_state": "declined",
        "replied_at": datetime(2024, 1, 1, tzinfo=UTC),
    },
    "contact_reply_has_its_time": {"reply_state": "declined"},
    "contact_reply_has_words": {"reply_state": "replied", "replied_at": lambda row: row.deadline},
    "contact_reply_state_known": {"reply_state": "some"},
    "contact_visibility_known": {"visibility": "some"},
    "contact_words_are_a_reply": {"reply": "Yes."},
    "complaint_about_something": {"claim_id": None},
    "complaint_decided_with_outcome": {"state": "rejected", "decided_at": lambda row: row.received_at},
    "complaint_decided_with_time": {"state": "withdrawn"},
    "complaint_forgotten_is_empty": {"forgotten_at": lambda row: row.received_at},
    "complaint_kind_known": {"kind": "some"},
    "complaint_says_something": {"said": ""},
    "complaint_state_known": {"state": "some", "decided_at": lambda row: row.received_at},
    "conflict_ends_after_it_began": {"ended_at": datetime(2024, 1, 1, tzinfo=UTC)},
    "conflict_says_what": {"interest": ""},
    "copy_kind_known": {"kind": "some"},
    "copy_published_in_order": {"published_earliest": LATE, "published_latest": EARLY},
    "correction_has_a_note": {"note": ""},
    "correction_kind_known": {"kind": "some"},
    "derivation_basis_known": {"basis": "some"},
    "derivation_not_from_itself": {"source_id": 1, "origin_id": 1},
    "assessment_given_or_withdrawn": {
        "given_at": lambda row: row.asked_at,
        "withdrawn_at": lambda row: row.asked_at,
        "rating_id": lambda row: factories.rating_called("supported").pk,
        "reasoning": "So it reads.",
    },
    "assessment_given_whole": {"given_at": lambda row: row.asked_at},
    "assessment_of_a_colleague": {"assessor_id": lambda row: row.asked_by_id},
    "assessment_settled_whole": {"settlement": "It stands."},
    "draft_correction_kind_known": {"correction_kind": "some"},
    "draft_scheduled_after_embargo": {
        "claim_id": lambda row: factories.ClaimFactory().pk,
        "state": "submitted",
        "scheduled_by_id": lambda row: factories.some_editor().pk,
        "scheduled_as": "0" * 64,
        "publish_at": datetime(2024, 1, 1, tzinfo=UTC),
        "embargo_until": datetime(2024, 1, 2, tzinfo=UTC),
    },
    "draft_scheduled_whole": {"publish_at": datetime(2024, 1, 1, tzinfo=UTC)},
    "hand_back_says_what": {"note": ""},
    "draft_published_has_verdict": {"state": "published"},
    "draft_state_known": {"state": "some"},
    "draft_valid_in_order": {"valid_from": LATE, "valid_to": EARLY},
    "evidence_passage_state_known": {"passage_state": "some", "start": None, "end": None},
    "evidence_passage_with_state": {"passage_state": "none", "start": None, "end": None},
    "evidence_posture_known": {"posture": "some"},
    "evidence_says_something": {
        "passage": "",
        "passage_state": "none",
        "start": None,
        "end": None,
        "note": "",
    },
    "evidence_stance_known": {"stance": "some"},
    "evidence_verified_has_place": {"passage_state": "verified", "start": 9, "end": 9},
    "evidence_visibility_known": {"visibility": "some"},
    "delivery_state_known": {"state": "some"},
    "delivery_waits_for_a_time": {"next_attempt_at": None},
    "ledger_has_one_head": {"pk": 2},
    "mail_refusal_kind_known": {"kind": "some"},
    "newsroom_is_one": {"pk": 2},
    "note_says_something": {"text": ""},
    "saved_search_says_what": {"q": ""},
    "original_media_known": {"media": "some"},
    "proposal_kind_known": {"kind": "some"},
    "proposal_state_known": {"state": "some"},
    "rating_machine_class_known": {"machine_class": "some"},
    "research_step_evidence_was_found": {
        "evidence_id": lambda row: factories.EvidenceFactory(claim=row.claim).pk
    },
    "research_step_has_a_place": {"place": ""},
    "research_step_has_a_question": {"question": ""},
    "research_step_outcome_known": {"outcome": "some"},
    "research_step_visibility_known": {"visibility": "some"},
    "review_reason_known": {"reason": "some"},
    "source_anonymous_stays_so": {"kind": "anonymous_source", "described_as": "x", "publisher": "Paper"},
    "source_has_a_title": {"title": ""},
    "source_kind_known": {"kind": "some"},
    "source_not_part_of_itself": {"pk": lambda row: row.pk, "part_of_id": lambda row: row.pk},
    "source_published_in_order": {"published_earliest": LATE, "published_latest": EARLY},
    "source_visibility_known": {"visibility": "some"},
    "source_version_copy_quality_known": {"copy_quality": "some"},
    "source_version_effective_in_order": {"effective_from": LATE, "effective_to": EARLY},
    "source_version_rights_known": {"rights": "some"},
    "source_version_stored_with_hash": {"sha256": ""},
    "submission_accepted_leads_on": {"state": "accepted", "closed_at": lambda row: row.at},
    "submission_closed_with_time": {"state": "withdrawn"},
    "submission_contact_with_consent": {"contact": "reader@mail.example"},
    "submission_declined_with_reply": {"state": "declined", "closed_at": lambda row: row.at},
    "submission_duplicate_of_an_earlier": {"pk": lambda row: row.pk, "duplicate_of_id": lambda row: row.pk},
    "submission_duplicate_of_something": {"state": "duplicate", "closed_at": lambda row: row.at},
    "submission_error_names_a_page": {"kind": "error"},
    "submission_forgotten_is_empty": {"forgotten_at": lambda row: row.at},
    "submission_kind_known": {"kind": "some"},
    "submission_state_known": {"state": "some", "closed_at": lambda row: row.at},
    "suggestion_accepted_is_a_claim": {"state": "accepted"},
    "suggestion_end_after_start": {"start": 9, "end": 9},
    "suggestion_kind_known": {"kind": "some"},
    "suggestion_score_from_0_to_1": {"score": 1.01},
    "suggestion_state_known": {"state": "some"},
    "topic_has_a_name": {"name": ""},
    "audit_verb_known": {"verb": "some"},
    "newsroom_second_factor_known": {"id": 1, "second_factor": "some"},
    "user_role_known": {"role": "some"},
    "verdict_approver_is_another": {"approver_id": lambda row: row.author_id},
    "verdict_follows_another": {"number": 99, "supersedes_id": None},
    "verdict_has_a_rating": {"rating_id": None},
    "verdict_kind_known": {"kind": "some"},
    "verdict_valid_in_order": {"valid_from": LATE, "valid_to": EARLY},
    "verdict_withdrawal_follows": {
        "claim_id": lambda row: factories.ClaimFactory().pk,
        "number": 1,
        "supersedes_id": None,
        "kind": "withdrawal",
        "rating_id": None,
    },
    "webhook_previous_secret_ends": {"previous_salt": "x"},
    "webhook_state_known": {"state": "some"},
    "webhook_stopped_for_a_reason": {"state": "stopped"},
}
for _field in KIND_FIELDS:
    _owners = [kind for kind in SourceKind if _field in SOURCE_FIELDS[kind]]
    _needing = [kind for kind in SourceKind if _field in SOURCE_REQUIRED[kind]]
    CHECKS[f"source_{_field}_of_its_kind"] = {"kind": "book", _field: "x"}
    if _needing:
        CHECKS[f"source_{_field}_needed"] = {"kind": _needing[0], _field: ""}

# Checks that a copy of the row runs into as well if nothing is done; the database names the first it meets.
ALSO = {"verdict_kind_known": {"verdict_has_a_rating"}}
# What the model's `clean` says before it comes to the constraint.
SOONER = {"source_not_part_of_itself": "This would make the source a part of itself."}

# What a copy of a row needs in order not to collide with it.
ELSEWHERE: dict[str, dict[str, Any]] = {
    "anchorproposal": {"appearance_id": lambda row: factories.AppearanceFactory().pk},
    "apikey": {"identifier": "another2"},
    "appearance": {"start": 1, "end": 5},
    "assessment": {"assessor_id": lambda row: factories.UserFactory().pk},
    "articleversion": {"number": 99},
    "attribution": {"position": 99},
    "block": {"role": "byline"},
    "changerow": {"position": 99},
    "correction": {"verdict_id": lambda row: factories.VerdictFactory().pk},
    "conflictofinterest": {"person_id": lambda row: factories.UserFactory().pk},
    "copy": {"position": 99},
    "delivery": {"event_id": "another"},
    "original": {"sha256": "another"},
    "submission": {"hash": "another"},
    "rating": {"slug": "another"},
    "ratingscale": {"number": 99},
    "reviewtask": {"claim_id": lambda row: factories.ClaimFactory().pk},
    "suggestion": {"start": 1, "end": 5},
    "sourceversion": {"number": 99},
    "topic": {"name": "Another"},
    "user": {"username": "another"},
    "verdict": {"number": 99, "supersedes_id": lambda row: row.pk},
    "verdictdraft": {"state": "dropped"},
    "claimrelation": {"kind": "updates"},
}

# Uniqueness: a copy of the row with only what is not under this constraint changed.
UNIQUE: dict[str, dict[str, Any]] = {
    "answered_request_once": {},
    "appearance_once": {},
    "assessment_once_per_assessor": {},
    "article_version_number_once": {"text": "Another text.", "sha256": "x"},
    "attribution_position_once": {},
    "block_once": {},
    "change_row_position_once": {},
    "citation_evidence_once": {"position": 99},
    "citation_position_once": {},
    "claim_relation_once": {},
    "conflict_declared_once": {},
    "copy_position_once": {},
    "delivery_event_once": {},
    "derivation_once": {},
    "draft_evidence_once": {"position": 99},
    "draft_evidence_position_once": {},
    "draft_one_open_per_claim": {"state": "submitted"},
    "kept_form_once": {},
    "saved_search_once": {},
    "mail_refusal_once": {},
    "manifest_item_once": {},
    "proposal_once": {},
    "rating_once_per_scale": {"position": 99},
    "review_of_source_open_once": {"article_version_id": None},
    "review_open_once": {"source_version_id": None},
    "source_version_number_once": {"text": "Another text."},
    "suggestion_once": {},
    "verdict_number_once": {},
}
# Fields that are unique by themselves: model name → field.
UNIQUE_FIELDS = {
    ("apikey", "identifier"), ("appearance", "carried_from"), ("assignment", "claim"),
    ("claimvector", "document"), ("complaint", "submission"),
    ("confidentialsource", "public_source"), ("correction", "verdict"),
    ("evidence", "replaces"), ("original", "sha256"), ("guesscount", "key"), ("ratingscale", "number"),
    ("submission", "hash"),
    ("topic", "name"), ("user", "username"), ("verdict", "supersedes"), ("verdictdraft", "verdict"),
}  # fmt: skip


def waiting_for_both() -> models.Model:
    """Return a review that waits because of an article and because of a source, so that each can be told twice."""
    task = factories.ReviewTaskFactory(article_version=factories.ArticleVersionFactory())
    type(task).objects.filter(pk=task.pk).update(source_version=factories.SourceVersionFactory())
    return task


def valid(name: str) -> models.Model:
    """Return a row of the model, as valid as the factories make it, that a check can be broken on."""
    made = {
        "anchorproposal": factories.AnchorProposalFactory,
        "arrival": factories.ArrivalFactory,
        "original": factories.OriginalFactory,
        "reviewtask": waiting_for_both,
        "suggestion": factories.SuggestionFactory,
        "answeredrequest": factories.AnsweredRequestFactory,
        "assessment": factories.AssessmentFactory,
        "assignment": factories.AssignmentFactory,
        "apikey": factories.ApiKeyFactory,
        "auditentry": factories.AuditEntryFactory,
        "guesscount": factories.GuessCountFactory,
        "appearance": factories.AppearanceFactory,
        "article": factories.ArticleFactory,
        "articleversion": factories.ArticleVersionFactory,
        "attribution": factories.AttributionFactory,
        "block": factories.BlockFactory,
        "citation": factories.CitationFactory,
        "claim": factories.ClaimFactory,
        "claimant": factories.ClaimantFactory,
        "claimrelation": factories.ClaimRelationFactory,
        "claimvector": factories.ClaimVectorFactory,
        "complaint": lambda: factories.ComplaintFactory(submission=factories.SubmissionFactory()),
        "conflictofinterest": factories.ConflictOfInterestFactory,
        "mailrefusal": factories.MailRefusalFactory,
        "confidentialsource": factories.ConfidentialSourceFactory,
        "contact": factories.ContactFactory,
        "copy": factories.CopyFactory,
        "correction": factories.CorrectionFactory,
        "derivation": factories.DerivationFactory,
        "draftevidence": factories.DraftEvidenceFactory,
        "evidence": factories.EvidenceFactory,
        "handback": factories.HandBackFactory,
        "job": factories.JobFactory,
        "keptform": factories.KeptFormFactory,
        "manifestitem": factories.ManifestItemFactory,
        "newsroom": factories.NewsroomFactory,
        "note": factories.NoteFactory,
        "rating": factories.RatingFactory,
        "ratingscale": factories.RatingScaleFactory,
        "researchstep": factories.ResearchStepFactory,
        "savedsearch": factories.SavedSearchFactory,
        "source": factories.SourceFactory,
        "sourceversion": factories.SourceVersionFactory,
        "submission": factories.SubmissionFactory,
        "topic": factories.TopicFactory,
        "user": factories.UserFactory,
        "verdict": factories.VerdictFactory,
        "verdictdraft": factories.VerdictDraftFactory,
        "delivery": factories.DeliveryFactory,
        "webhook": factories.WebhookFactory,
        "changerow": lambda: [factories.ClaimFactory(), ChangeRow.objects.last()][1],
        "ledgerhead": lambda: LedgerHead.objects.get(),
    }[name]()
    made.refresh_from_db()
    return made


def copy_of(row: models.Model, changes: dict[str, Any]) -> models.Model:
    facts = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for field in row._meta.concrete_fields:
        if field.primary_key or (field.one_to_one and field.null):
            facts[field.attname] = None
    for name, value in changes.items():
        facts[row._meta.pk.attname if name == "pk" else name] = value(row) if callable(value) else value
    copy = type(row)(**facts)
    copy._state.adding = copy.pk != row.pk
    return copy


def insert(row: models.Model) -> None:
    """Write the row as SQL would: no `full_clean`, no `save`, and foreign keys at the end of the transaction."""
    with transaction.atomic():
        type(row)._base_manager.bulk_create([row])


def sentences(row: models.Model) -> list[str]:
    try:
        row.full_clean()
    except ValidationError as refusal:
        return refusal.messages
    return []


def test_no_constraint_is_forgotten():
    assert set(CHECKS) | set(UNIQUE) == all_constraints()
    found = {
        (model._meta.model_name, field.name)
        for model in apps.get_app_config("articles").get_models()
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    }
    assert found == UNIQUE_FIELDS


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_check(db, name):
    model, constraint = constraint_named(name)
    row = valid(model._meta.model_name)
    broken = copy_of(row, {**ELSEWHERE.get(model._meta.model_name, {}), **CHECKS[name]})

    said = sentences(broken)
    wanted = [str(constraint.violation_error_message), f"“{name}”", SOONER.get(name, f"“{name}”")]
    # A value outside a field's choices, or an empty needed field, is refused by the field, before any constraint.
    by_the_field = any("is not a valid choice" in one or "cannot be blank" in one for one in said)
    assert by_the_field or any(one in " ".join(said) for one in wanted), said

    with pytest.raises(IntegrityError) as refusal:
        if broken.pk == row.pk:  # what is about the row's own number is an UPDATE
            type(row)._base_manager.filter(pk=row.pk).update(
                **{column: broken.pk for column in CHECKS[name] if column != "pk"}
            )
        else:
            insert(broken)
    named = {name, *ALSO.get(name, ())}
    assert any(one in str(refusal.value) for one in named), refusal.value


@pytest.mark.parametrize("name", sorted(UNIQUE))
def test_uniqueness(db, name):
    model, constraint = constraint_named(name)
    row = valid(model._meta.model_name)
    again = copy_of(row, UNIQUE[name])

    said = " ".join(sentences(again))
    if constraint.violation_error_message != constraint.default_violation_error_message:
        assert str(constraint.violation_error_message) in said
    else:
        assert "already exists" in said or f"“{name}”" in said

    with pytest.raises(IntegrityError) as refusal:
        insert(again)
    if connection.vendor == "postgresql":
        assert name in str(refusal.value)


@pytest.mark.parametrize(("name", "field"), sorted(UNIQUE_FIELDS))
def test_unique_field(db, name, field):
    if name == "appearance":
        article = factories.ArticleFactory()
        factories.AppearanceFactory(article_version=article.current_version)
        version = factories.ArticleVersionFactory(article=article, text=f"Corrected.\n\n{factories.TEXT}")
        row = version.appearances.get()
    elif name == "evidence":
        row = factories.EvidenceFactory().replace(factories.some_reporter(), note="Said better.")
    elif name == "verdictdraft":
        row = factories.VerdictDraftFactory(state="published")
    elif name == "verdict":
        row = factories.CorrectionFactory().verdict
    else:
        row = valid(name)
    moved = {**ELSEWHERE.get(name, {})}
    moved.pop(field, None)
    column = row._meta.get_field(field).attname
    again = copy_of(row, {**moved, column: getattr(row, column)})
    if name == "verdictdraft":
        again.state = "published"
    assert getattr(again, column) is not None
    assert any("already exists" in one for one in sentences(again)), sentences(again)
    with pytest.raises(IntegrityError):
        insert(again)


def test_every_constraint_a_person_can_run_into_has_a_sentence():
    """Django's own says “Constraint “source_has_a_title” is violated.”, which no editor can use."""
    # Reached by no form: the ledger writes them, the verbs number them, or the choices of a field say it first.
    silent = {
        "api_key_revoked_with_time", "article_visibility_known", "attribution_position_once",
        "block_end_after_start", "block_once", "change_row_payload_with_salt", "change_row_position_once",
        "citation_evidence_once", "citation_position_once", "contact_visibility_known",
        "copy_position_once", "correction_kind_known", "draft_correction_kind_known", "draft_evidence_once",
        "draft_evidence_position_once", "draft_published_has_verdict", "draft_state_known",
        "evidence_visibility_known", "ledger_has_one_head", "manifest_item_once",
        "research_step_visibility_known", "source_visibility_known", "verdict_kind_known",
    }  # fmt: skip
    for name in all_constraints() - silent:
        _, constraint = constraint_named(name)
        sentence = str(constraint.violation_error_message)
        assert sentence != constraint.default_violation_error_message, name
        assert sentence == capfirst(sentence) and sentence.endswith("."), name


class TestForeignKeys:
    """What the record points at does not go away under it."""

    def test_claim_with_evidence_cannot_be_deleted(self, db):
        claim = factories.EvidenceFactory().claim
        with pytest.raises(models.ProtectedError):
            claim.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM articles_claim WHERE id = %s", [claim.pk])
            connection.check_constraints()

    def test_only_rebuildable_rows_go_with_their_parent(self):
        """A cascade deletes without a verb and without an entry in the ledger."""
        cascading = {
            field.model._meta.model_name
            for model in apps.get_app_config("articles").get_models()
            for field in model._meta.concrete_fields
            if field.is_relation and field.remote_field.on_delete is models.CASCADE
        }
        from articles.models.recorded import Recorded

        recorded = {model._meta.model_name for model in apps.get_models() if issubclass(model, Recorded)}
        assert cascading & recorded == set()

    def test_change_of_nobody(self, db):
        with pytest.raises(IntegrityError), transaction.atomic():
            Change.objects.create(
                seq=99, envelope="{}", hash="0" * 64, at=datetime.now(UTC), actor_id=4711, verb="add",
                object_type="claim", object_id=1, public=True, rows=0,
            )  # fmt: skip
            connection.check_constraints()


def test_claim_cannot_be_its_own_survivor(db, editor):
    """Claimants have a constraint for it; claims are held by the verb alone, so the verb is tried."""
    claim = factories.ClaimFactory()
    from articles.refusals import Refused

    with pytest.raises(Refused, match="cannot be merged into itself"):
        claim.merge_into(claim, editor)
    assert Claim.objects.get().merged_into is None
