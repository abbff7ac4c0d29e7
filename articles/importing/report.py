"""What an import did, or would do, with one text."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """The fate of one file: counts per noun, and sentences for whoever imports."""

    file: str
    article_id: int | None = None
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    #: Where manifest and record differ and the record was left as it is.
    differences: list[str] = field(default_factory=list)
    #: What else an editor should know: how the bytes were decoded, whose copy this is.
    notes: list[str] = field(default_factory=list)

    @property
    def changes_nothing(self) -> bool:
        return not self.created and not self.updated

    def lines(self) -> list[str]:
        """Return the report as lines of text, the summary first."""
        parts = [f"{count} new {noun}" for noun, count in sorted(self.created.items())]
        parts += [f"{count} changed {noun}" for noun, count in sorted(self.updated.items())]
        if self.unchanged:
            parts.append(f"{self.unchanged} unchanged")
        summary = ", ".join(parts) or "nothing to do"
        return [
            f"{self.file}: {summary}",
            *(f"  differs: {one}" for one in self.differences),
            *(f"  note: {one}" for one in self.notes),
        ]
