"""Rows for tests. Every one enters by the verb a door would call, so that the ledger agrees with the record.

    ClaimFactory(rating="supported")               a claim with a published verdict
    ClaimFactory(status="dismissed")               … as the verbs leave it
    ArticleFactory(text="…", public=True)          … opened to readers
    EvidenceFactory(claim=claim, cited=True)       … cited by a published verdict
    VerdictDraftFactory(state="submitted")         … waiting for a second editor
    make_series(claim, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-02-01")])

Where nobody is named, a reporter writes and an editor decides; both are made when they are first needed.
"""

from tests.factories.accounts import AuditEntryFactory, GuessCountFactory
from tests.factories.arrivals import (
    AnchorProposalFactory,
    ArrivalFactory,
    OriginalFactory,
    PassageMarkFactory,
    ReviewTaskFactory,
    SuggestionFactory,
)
from tests.factories.articles import ArticleFactory, ArticleVersionFactory, BlockFactory, CopyFactory
from tests.factories.assessments import AssessmentFactory, HandBackFactory
from tests.factories.beside import (
    AnsweredRequestFactory,
    AssignmentFactory,
    ClaimVectorFactory,
    JobFactory,
    ManifestItemFactory,
    RedactedTextFactory,
    RedactionFactory,
    ScheduleFactory,
    SearchDocumentFactory,
    SearchWordFactory,
    UploadFactory,
)
from tests.factories.claims import (
    AppearanceFactory,
    AttributionFactory,
    CitationFactory,
    ClaimantFactory,
    ClaimFactory,
    ClaimRelationFactory,
    ConfidentialSourceFactory,
    CorrectionFactory,
    DerivationFactory,
    DraftEvidenceFactory,
    EvidenceFactory,
    SourceFactory,
    SourceVersionFactory,
    VerdictDraftFactory,
    VerdictFactory,
    make_series,
)
from tests.factories.complaints import ComplaintFactory, ConflictOfInterestFactory, MailRefusalFactory
from tests.factories.kept_forms import KeptFormFactory
from tests.factories.keys import ApiKeyFactory
from tests.factories.notes import NoteFactory
from tests.factories.people import (
    PASSWORD,
    SENTENCE,
    TEXT,
    NewsroomFactory,
    RatingFactory,
    RatingScaleFactory,
    TopicFactory,
    UserFactory,
    VerbFactory,
    day_of,
    moment_of,
    newsroom,
    rating_called,
    some_administrator,
    some_editor,
    some_reporter,
    somebody,
)
from tests.factories.research import ContactFactory, ResearchStepFactory
from tests.factories.saved_searches import SavedSearchFactory
from tests.factories.submissions import SubmissionFactory
from tests.factories.webhooks import DeliveryFactory, WebhookFactory

__all__ = [
    "PASSWORD",
    "SENTENCE",
    "TEXT",
    "AnchorProposalFactory",
    "AnsweredRequestFactory",
    "ApiKeyFactory",
    "AppearanceFactory",
    "ArrivalFactory",
    "ArticleFactory",
    "ArticleVersionFactory",
    "AssessmentFactory",
    "AssignmentFactory",
    "AttributionFactory",
    "AuditEntryFactory",
    "BlockFactory",
    "CitationFactory",
    "ClaimFactory",
    "ClaimRelationFactory",
    "ClaimVectorFactory",
    "ClaimantFactory",
    "ComplaintFactory",
    "ConfidentialSourceFactory",
    "ConflictOfInterestFactory",
    "ContactFactory",
    "CopyFactory",
    "CorrectionFactory",
    "DeliveryFactory",
    "DerivationFactory",
    "DraftEvidenceFactory",
    "EvidenceFactory",
    "GuessCountFactory",
    "HandBackFactory",
    "JobFactory",
    "KeptFormFactory",
    "MailRefusalFactory",
    "ManifestItemFactory",
    "NewsroomFactory",
    "NoteFactory",
    "OriginalFactory",
    "PassageMarkFactory",
    "RatingFactory",
    "RatingScaleFactory",
    "RedactedTextFactory",
    "RedactionFactory",
    "ResearchStepFactory",
    "ReviewTaskFactory",
    "SavedSearchFactory",
    "ScheduleFactory",
    "SearchDocumentFactory",
    "SearchWordFactory",
    "SourceFactory",
    "SourceVersionFactory",
    "SubmissionFactory",
    "SuggestionFactory",
    "TopicFactory",
    "UploadFactory",
    "UserFactory",
    "VerbFactory",
    "VerdictDraftFactory",
    "VerdictFactory",
    "WebhookFactory",
    "day_of",
    "make_series",
    "moment_of",
    "newsroom",
    "rating_called",
    "some_administrator",
    "some_editor",
    "some_reporter",
    "somebody",
]
