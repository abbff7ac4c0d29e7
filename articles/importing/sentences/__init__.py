"""The sentences of a text, and the clauses in them that make a claim of their own."""

from articles.importing.sentences.clauses import clauses
from articles.importing.sentences.splitting import split

__all__ = ["clauses", "split"]
