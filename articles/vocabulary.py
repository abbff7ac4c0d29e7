"""The closed lists of words the record uses: kinds, roles, stances, states.

This is their single statement. The models take their choices from here, the manifest reader its allowed
values. Members carry only the stored value; labels for readers are made where they are shown. No Django in
here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class SourceKind(StrEnum):
    """What a source is."""

    NEWS_REPORT = "news_report"
    BLOG_POST = "blog_post"
    BOOK = "book"
    FILM = "film"
    DATASET = "dataset"
    IMAGE = "image"
    FACT_CHECK = "fact_check"
    COURT_CASE = "court_case"
    COURT_FILING = "court_filing"
    STATUTE = "statute"
    PLATFORM_RULE = "platform_rule"
    SOCIAL_POST = "social_post"
    READER_COMMENT = "reader_comment"
    GOVERNMENT_STATEMENT = "government_statement"
    ORGANISATION_STATEMENT = "organisation_statement"
    SPEECH = "speech"
    COMPLAINT = "complaint"
    ANONYMOUS_SOURCE = "anonymous_source"


#: Kinds whose evidence may name a legal posture.
COURT_KINDS: frozenset[SourceKind] = frozenset({SourceKind.COURT_CASE, SourceKind.COURT_FILING})

_COURT_FIELDS = frozenset({"court", "docket_number", "judge", "citation"})

#: The fields that only sources of a kind have. Every kind is a key; a kind without own fields has the empty
#: set.
SOURCE_FIELDS: Mapping[SourceKind, frozenset[str]] = MappingProxyType(
    {kind: frozenset() for kind in SourceKind}
    | {
        SourceKind.COURT_CASE: _COURT_FIELDS,
        SourceKind.COURT_FILING: _COURT_FIELDS,
        SourceKind.STATUTE: frozenset({"citation", "jurisdiction"}),
        SourceKind.PLATFORM_RULE: frozenset({"platform"}),
        SourceKind.SOCIAL_POST: frozenset({"platform", "account"}),
        SourceKind.READER_COMMENT: frozenset({"platform", "account"}),
        SourceKind.SPEECH: frozenset({"venue"}),
        SourceKind.COMPLAINT: frozenset({"filed_with"}),
        SourceKind.ANONYMOUS_SOURCE: frozenset({"described_as"}),
    }
)

#: The own fields that a source of a kind must have. Every kind is a key.
SOURCE_REQUIRED: Mapping[SourceKind, frozenset[str]] = MappingProxyType(
    {kind: frozenset() for kind in SourceKind}
    | {
        SourceKind.COURT_CASE: frozenset({"court"}),
        SourceKind.COURT_FILING: frozenset({"court"}),
        SourceKind.STATUTE: frozenset({"citation"}),
        SourceKind.PLATFORM_RULE: frozenset({"platform"}),
        SourceKind.SOCIAL_POST: frozenset({"platform"}),
        SourceKind.ANONYMOUS_SOURCE: frozenset({"described_as"}),
    }
)

#: What an anonymous source must not have, since each of them would name it.
ANONYMOUS_FORBIDDEN: tuple[str, ...] = ("publisher", "people", "url")


class BlockRole(StrEnum):
    """What a block of an article is: the text of its author, of somebody it quotes, or a structural line."""

    PARAGRAPH = "paragraph"
    QUOTATION = "quotation"
    LIST_ITEM = "list_item"
    METADATA = "metadata"
    TITLE = "title"
    BYLINE = "byline"
    ATTRIBUTION_LABEL = "attribution_label"
    IMAGE_SLUG = "image_slug"
    CAPTION = "caption"
    CREDIT = "credit"
    EMBED = "embed"
    LINK_TEXT = "link_text"
    FOOTNOTE = "footnote"
    PROVENANCE = "provenance"
    BOILERPLATE = "boilerplate"
    HEADING = "heading"
    TABLE = "table"


#: The roles of blocks whose sentences may be claims; all others are structural.
TELLING_ROLES: frozenset[BlockRole] = frozenset(
    {BlockRole.PARAGRAPH, BlockRole.QUOTATION, BlockRole.LIST_ITEM, BlockRole.CAPTION}
)


class Stance(StrEnum):
    """How a piece of evidence bears on its claim."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    CONTEXT = "context"


class Posture(StrEnum):
    """How far a court had come when it, or a party, said what the evidence quotes."""

    ALLEGED = "alleged"
    CHARGED = "charged"
    STIPULATED = "stipulated"
    FOUND = "found"
    VERDICT = "verdict"
    JUDGMENT = "judgment"
    ORDERED = "ordered"
    SETTLED = "settled"
    DISMISSED = "dismissed"
    REVERSED = "reversed"


class ClaimStatus(StrEnum):
    """Editorial status of a claim. "Checked" is none of them: it means that a current verdict exists."""

    OPEN = "open"
    CHECKING = "checking"
    NOT_CHECKABLE = "not_checkable"
    DISMISSED = "dismissed"
    MERGED = "merged"


#: The statuses a manifest may give; the others are decisions made at the desk.
MANIFEST_STATUSES: tuple[ClaimStatus, ...] = (
    ClaimStatus.OPEN,
    ClaimStatus.CHECKING,
    ClaimStatus.NOT_CHECKABLE,
)


class ClaimKind(StrEnum):
    """What kind of statement a claim is."""

    FACT = "fact"
    QUANTITY = "quantity"
    QUOTATION = "quotation"
    ATTRIBUTED_REPORT = "attributed_report"
    LEGAL = "legal"
    PREDICTION = "prediction"
    OPINION = "opinion"
    OTHER = "other"


class RelationKind(StrEnum):
    """How one claim relates to another, read from the first to the second: "this claim *reports* that
    one"."""

    REPORTS = "reports"
    PART_OF = "part_of"
    SAME = "same"
    NARROWER = "narrower"
    OPPOSITE = "opposite"
    UPDATES = "updates"


class CopyQuality(StrEnum):
    """How near a version of a source is to what its issuer put out."""

    PRIMARY = "primary"
    ORIGINAL_PUBLISHER = "original_publisher"
    MIRROR = "mirror"
    REWORDED = "reworded"


class Rights(StrEnum):
    """How much of a text pages, API and dumps may show."""

    FULL = "full"
    EXCERPT = "excerpt"
    NONE = "none"


class ClaimantKind(StrEnum):
    """Who asserts something; a group is unnamed people in the words that describe them."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ACCOUNT = "account"
    GROUP = "group"


class ProvenanceKind(StrEnum):
    """What a known publication of an article is to this text."""

    ORIGINAL = "original"
    CROSS_POST = "cross_post"
    COPY = "copy"
    THIS_TEXT = "this_text"


class DerivationBasis(StrEnum):
    """How we know that one source derives from another."""

    STATED = "stated"
    INFERRED = "inferred"
    TEXTUAL = "textual"


class Origin(StrEnum):
    """Which door a claim came in by."""

    EDITOR = "editor"
    SUGGESTION = "suggestion"
    MANIFEST = "manifest"
    API = "api"
    READER = "reader"


class PassageState(StrEnum):
    """Whether a quoted passage stands in the stored text of its source version."""

    VERIFIED = "verified"
    TRANSCRIBED = "transcribed"
    NONE = "none"


class ScaleClass(StrEnum):
    """What a rating of any scale means to machines."""

    TRUE = "true"
    MOSTLY_TRUE = "mostly_true"
    MIXED = "mixed"
    MOSTLY_FALSE = "mostly_false"
    FALSE = "false"
    UNVERIFIABLE = "unverifiable"


class ProposalKind(StrEnum):
    """Why a quotation did not carry over to a new version of its text by itself."""

    CHANGED = "changed"
    AMBIGUOUS = "ambiguous"
    LOST = "lost"


class Decision(StrEnum):
    """What an editor made of something the program proposed."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"
    #: A newer version of the text put another proposal, or the words themselves, in its place.
    OVERTAKEN = "overtaken"


class ArrivalState(StrEnum):
    """What became of a file that was handed in."""

    FILED = "filed"
    COPIED = "copied"
    HELD = "held"
    SET_ASIDE = "set_aside"


class Media(StrEnum):
    """What a file is, by its content."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"


class ReviewReason(StrEnum):
    """Why a published verdict has to be read again."""

    TEXT_CHANGED = "text_changed"
    SOURCE_CHANGED = "source_changed"
    READER_REPORT = "reader_report"
    REVIEW_DATE = "review_date"
    DESK = "desk"
