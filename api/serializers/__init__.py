"""What a row looks like to a program: written lists of fields, a light shape for lists and a full one for details."""

from api.serializers.article import ARTICLES, ArticleDetail, ArticleRow
from api.serializers.claim import CLAIM_ROWS, CLAIMS, ClaimDetail, ClaimRow, ask_of
from api.serializers.source import SOURCES, SourceDetail, SourceRow
from api.serializers.verdict import VERDICTS, RatingRow, VerdictDetail, VerdictRow

__all__ = [
    "ARTICLES",
    "CLAIMS",
    "CLAIM_ROWS",
    "SOURCES",
    "VERDICTS",
    "ArticleDetail",
    "ArticleRow",
    "ClaimDetail",
    "ClaimRow",
    "RatingRow",
    "SourceDetail",
    "SourceRow",
    "VerdictDetail",
    "VerdictRow",
    "ask_of",
]
