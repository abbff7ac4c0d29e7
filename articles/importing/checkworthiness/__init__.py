"""Check-worthiness: how worth checking a sentence is, what kind of statement it makes, and why."""

from articles.importing.checkworthiness.judging import MODEL, Judgement, judge
from articles.importing.checkworthiness.reasons import Reason, ReasonCode
from articles.importing.checkworthiness.sentence import Sentence

__all__ = ["MODEL", "Judgement", "Reason", "ReasonCode", "Sentence", "judge"]
