"""The record: each noun in its own module, with its QuerySet above it."""

from articles.models.answered_request import AnsweredRequest
from articles.models.api_key import ApiKey, KeyState
from articles.models.appearance import Appearance, Attribution
from articles.models.arrival import Arrival
from articles.models.article import Article, ArticleVersion, Copy, Visibility
from articles.models.assessment import Assessment
from articles.models.assignment import Assignment
from articles.models.audit import AuditEntry, AuditVerb
from articles.models.block import Block
from articles.models.claim import PUBLIC_STATUSES, Claim
from articles.models.claim_vector import ClaimVector
from articles.models.claimant import Claimant
from articles.models.complaint import Complaint, ComplaintKind, ComplaintState
from articles.models.contact import Channel, Contact, ReplyState
from articles.models.delivery import Delivery, DeliveryState
from articles.models.draft import DraftState, VerdictDraft
from articles.models.draft_evidence import DraftEvidence
from articles.models.evidence import Evidence
from articles.models.guessing import GuessCount, GuessKind
from articles.models.hand_back import HandBack
from articles.models.interest import ConflictOfInterest
from articles.models.job import Job, Schedule
from articles.models.kept_form import KeptForm
from articles.models.ledger import Change, ChangeRow, LedgerHead, Readers
from articles.models.mail_refusal import MailKind, MailRefusal
from articles.models.manifest_item import ManifestItem
from articles.models.newsroom import Newsroom
from articles.models.note import Note
from articles.models.original import Original
from articles.models.passage_mark import PassageMark
from articles.models.proposal import AnchorProposal
from articles.models.rating import Rating, RatingScale
from articles.models.redaction import RedactedText, Redaction
from articles.models.relation import ClaimRelation
from articles.models.research import ResearchOutcome, ResearchStep
from articles.models.review import ReviewTask
from articles.models.saved_search import SavedSearch
from articles.models.search_document import SearchDocument, SearchWord
from articles.models.source import Derivation, Source
from articles.models.source_version import ConfidentialSource, SourceVersion
from articles.models.submission import Submission, SubmissionKind, SubmissionState
from articles.models.suggestion import Suggestion
from articles.models.topic import Topic
from articles.models.upload import Upload
from articles.models.user import Needed, Role, Scope, User
from articles.models.verdict import Citation, Correction, CorrectionKind, Verdict, VerdictKind
from articles.models.webhook import Webhook, WebhookState

__all__ = [
    "PUBLIC_STATUSES",
    "AnchorProposal",
    "AnsweredRequest",
    "ApiKey",
    "Appearance",
    "Arrival",
    "Article",
    "ArticleVersion",
    "Assessment",
    "Assignment",
    "Attribution",
    "AuditEntry",
    "AuditVerb",
    "Block",
    "Change",
    "ChangeRow",
    "Channel",
    "Citation",
    "Claim",
    "ClaimRelation",
    "ClaimVector",
    "Claimant",
    "Complaint",
    "ComplaintKind",
    "ComplaintState",
    "ConfidentialSource",
    "ConflictOfInterest",
    "Contact",
    "Copy",
    "Correction",
    "CorrectionKind",
    "Delivery",
    "DeliveryState",
    "Derivation",
    "DraftEvidence",
    "DraftState",
    "Evidence",
    "GuessCount",
    "GuessKind",
    "HandBack",
    "Job",
    "KeptForm",
    "KeyState",
    "LedgerHead",
    "MailKind",
    "MailRefusal",
    "ManifestItem",
    "Needed",
    "Newsroom",
    "Note",
    "Original",
    "PassageMark",
    "Rating",
    "RatingScale",
    "Readers",
    "RedactedText",
    "Redaction",
    "ReplyState",
    "ResearchOutcome",
    "ResearchStep",
    "ReviewTask",
    "Role",
    "SavedSearch",
    "Schedule",
    "Scope",
    "SearchDocument",
    "SearchWord",
    "Source",
    "SourceVersion",
    "Submission",
    "SubmissionKind",
    "SubmissionState",
    "Suggestion",
    "Topic",
    "Upload",
    "User",
    "Verdict",
    "VerdictDraft",
    "VerdictKind",
    "Visibility",
    "Webhook",
    "WebhookState",
]
