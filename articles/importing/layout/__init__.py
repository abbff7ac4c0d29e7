"""What each part of a text is: header lines, headings, paragraphs, quotations, captions, boilerplate."""

from articles.importing.layout.header import Header, read_header
from articles.importing.layout.laid import Laid
from articles.importing.layout.laying_out import lay_out

__all__ = ["Header", "Laid", "lay_out", "read_header"]
