"""Search: one interface over two engines. What is found is part of the database, written in the same transaction."""

from articles.search.finding import Hit, Results, best, search
from articles.search.query import parse
from articles.search.spelling import corrected

__all__ = ["Hit", "Results", "best", "corrected", "parse", "search"]
