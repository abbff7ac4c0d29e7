"""Search: one interface over two engines. What is found is part of the database, written in the same transaction."""

from articles.search.finding import Ask, Found, Hit, Results, best, find_each, marked, search
from articles.search.newest import NothingToLookFor, Sought
from articles.search.query import parse
from articles.search.spelling import corrected

__all__ = [
    "Ask", "Found", "Hit", "NothingToLookFor", "Results", "Sought", "best", "corrected", "find_each", "marked", "parse",
    "search",
]  # fmt: skip
