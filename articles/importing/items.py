"""What became of a manifest's items when they were imported before, and what is to be done with them now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction

from articles.canonical import canonical, sha256
from articles.importing.manifest import Manifest, ManifestError
from articles.importing.report import Report
from articles.models import ManifestItem
from articles.refusals import Refused


class RecordRefuses(ManifestError):
    """A rule of the record stands against what the manifest says; for an item that is on record, it just stays."""


class KnownItems:
    """The items of one manifest and what they are on record: new, the same, changed here, or changed at the desk."""

    def __init__(self, manifest: Manifest, report: Report) -> None:
        self.manifest = manifest
        self.report = report
        self.items = {item.path: item for item in ManifestItem.objects.filter(manifest=manifest.id)}
        self.rows: dict[str, Any] = rows_of(self.items.values())
        # Somebody else wrote these since the last import; from here on they are the desk's.
        self.changed_at_desk = {
            path
            for path, item in self.items.items()
            if item.revision is not None and getattr(self.rows.get(path), "revision", None) != item.revision
        }

    def item(
        self,
        noun: str,
        path: str,
        at: tuple[str | int, ...],
        said: Any,
        create: Callable[..., Any],
        update: Callable[..., Any] | None = None,
    ) -> Any:
        """Return the row of an item, after making it, bringing it up to date or leaving it as it is.

        `said` is what the manifest says of the item itself, `at` where it says so.
        """
        digest = sha256(canonical(said))
        known = self.items.get(path)
        if known is None:
            with self.blaming(at):
                row = create()
            self.rows[path] = row
            self.items[path] = ManifestItem(
                manifest=self.manifest.id, path=path, object_type=row._meta.model_name, object_id=row.pk,
                digest=digest,
            )  # fmt: skip
            self.report.created[noun] += 1
            return row
        row = self.rows.get(path)
        if row is None:
            self.differs(at, "it was removed at the desk, and stays so")
        elif known.digest == digest:
            self.report.unchanged += 1
        elif update is None:
            self.differs(at, "what is on record is written once; add the new state under a new key")
        elif path in self.changed_at_desk:
            self.differs(at, "it was changed at the desk since the last import, and stays as it is there")
        else:
            try:
                with self.blaming(at), transaction.atomic():
                    update(row)
            except RecordRefuses as refused:
                cause: Any = refused.__cause__
                self.differs(at, cause.sentence)
                return row
            known.digest = digest
            self.report.updated[noun] += 1
        return row

    def differs(self, at: tuple[str | int, ...], why: str) -> None:
        mistake = self.manifest.mistake(
            at, f"The manifest says something else than the record: {why.rstrip('.')}."
        )
        self.report.differences.append(str(mistake))

    @contextmanager
    def blaming(self, at: tuple[str | int, ...]) -> Iterator[None]:
        """Turn what a verb refuses into a mistake with file, line and field."""
        try:
            yield
        except ValidationError as error:
            fields = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            raise ManifestError(
                self.manifest.mistake((*at, field) if field else at, " ".join(sentences))
                for field, sentences in fields.items()
            ) from error
        except Refused as error:
            raise RecordRefuses([self.manifest.mistake(at, error.sentence)]) from error

    def referred(self, kind: str, reference: str, at: tuple[str | int, ...]) -> Any:
        """Return the row that a reference names, in this manifest or in one imported before."""
        manifest, key = self.manifest.resolve(reference)
        path = f"{kind}/{key}"
        if manifest == self.manifest.id:
            return self.rows[path]
        item = ManifestItem.objects.filter(manifest=manifest, path=path).first()
        row = rows_of([item]).get(path) if item else None
        if row is None:
            raise ManifestError(
                [
                    self.manifest.mistake(
                        at, f"“{reference}” is not on record; import the manifest “{manifest}” first."
                    )
                ]
            )
        return row

    def remember(self) -> None:
        """Write down what became of each item, with the revision our own verbs left it in."""
        ids: dict[str, list[int]] = {}
        for path in self.items:
            row = self.rows.get(path)
            if row is not None and hasattr(row, "revision"):
                ids.setdefault(row._meta.model_name, []).append(row.pk)
        revisions = {
            (name, pk): revision
            for name, pks in ids.items()
            for pk, revision in apps.get_model("articles", name)
            ._base_manager.filter(pk__in=pks)
            .values_list("pk", "revision")
        }
        for path, item in self.items.items():
            revision = revisions.get((item.object_type, item.object_id))
            if item.pk is None or (path not in self.changed_at_desk and item.revision != revision):
                item.revision = revision
                item.save()
            elif item.pk is not None:
                ManifestItem.objects.filter(pk=item.pk).exclude(digest=item.digest).update(digest=item.digest)


def rows_of(items: Iterable[ManifestItem]) -> dict[str, Any]:
    """Return path → row for items, with one query for each noun; what is gone is left out."""
    by_noun: dict[str, dict[int, list[str]]] = {}
    for item in items:
        by_noun.setdefault(item.object_type, {}).setdefault(item.object_id, []).append(item.path)
    found: dict[str, Any] = {}
    for noun, paths in by_noun.items():
        for row in apps.get_model("articles", noun)._base_manager.filter(pk__in=list(paths)):
            for path in paths[row.pk]:
                found[path] = row
    return found
