"""What goes in: one sentence as it stands in its article. No Django in here."""

from __future__ import annotations

from dataclasses import dataclass

from articles.vocabulary import BlockRole


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article and what earlier steps found out about it.

    quoted: it stands in a block quotation, or mostly inside quotation marks. attributed: somebody else is
    said to say it. legal: it cites a court, a docket number or a statute.
    """

    text: str
    role: BlockRole = BlockRole.PARAGRAPH
    quoted: bool = False
    attributed: bool = False
    legal: bool = False
