"""Search: one interface over two engines. What is found is part of the database, written in the same transaction."""

from articles.search.finding import Hit, Results, search

__all__ = ["Hit", "Results", "search"]
