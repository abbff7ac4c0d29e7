"""Who says so: finds reported speech in an article, and through whom a sentence is asserted. No Django in here."""

from articles.importing.attribution.attribution import Attribution
from articles.importing.attribution.chain import Link, chain
from articles.importing.attribution.finding import find
from articles.importing.attribution.model import MODEL

__all__ = ["MODEL", "Attribution", "Link", "chain", "find"]
