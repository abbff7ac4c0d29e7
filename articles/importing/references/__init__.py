"""What a text says its claims rest on: reports, cases, statutes, rules, posts, works, figures. No Django in here."""

from articles.importing.references.finding import references
from articles.importing.references.matching import keys, source_keys
from articles.importing.references.reference import Reference

__all__ = ["Reference", "keys", "references", "source_keys"]
