"""What a row looks like to a program: written lists of fields, a light shape for lists and a full one for details."""

from api.serializers.article import ArticleDetail, ArticleRow
from api.serializers.claim import CLAIM, ClaimDetail, ClaimRow
from api.serializers.source import SourceDetail, SourceRow
from api.serializers.verdict import RatingRow, VerdictDetail, VerdictRow

__all__ = [
    "CLAIM",
    "ArticleDetail",
    "ArticleRow",
    "ClaimDetail",
    "ClaimRow",
    "RatingRow",
    "SourceDetail",
    "SourceRow",
    "VerdictDetail",
    "VerdictRow",
]
