"""Telling a CDN to forget: what an act changed, after it is on record, however often that has to be tried.

An act asks for it in its own transaction, so what is rolled back purges nothing, and what is committed has a job that
stays until the CDN has said yes. Nothing is kept of what was purged: the job knows the act that it began with, and
reads from the record what was stamped since then. So one job that waits does for all acts that follow, and a worker
that is killed after the CDN heard it says the same once more.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from articles import reaching
from articles.cdn.answers import ALL, RECORD
from articles.cdn.shapes import SHAPES
from articles.models.job import Job, State

# Where more than so many rows were changed, all is forgotten: it is one word.
MOST = 1_000
# An answer that was being made while the act was committed, or that came from a replica which was behind, may reach
# the CDN after it was told to forget. By then it is told again.
AGAIN_AFTER = timedelta(seconds=30 + settings.REPLICA_LAG_MOST)
# A job that has failed waits longer each time; a new act does not have to wait with it for longer than this.
PATIENCE = timedelta(minutes=1)


class NotPurged(Exception):
    """A CDN did not say that it has forgotten; says why in a sentence, without what lets us in."""


def is_on() -> bool:
    """Is there a CDN, and an address at which it can be told?"""
    return bool(settings.CDN and settings.CDN_PURGE_URLS)


def ask(seq: int) -> None:
    """Have the CDN forget what the act of this number changed, and whatever is changed until then."""
    from articles import tasks

    if is_on() and not _waits(tasks.purge_changed):
        tasks.purge_changed.enqueue(seq)


def ask_for_all() -> None:
    """Have the CDN forget everything, as where it stands on every page."""
    from articles import tasks

    if is_on() and not _waits(tasks.purge_all):
        tasks.purge_all.enqueue()


def _waits(task: Any) -> bool:
    """Is there a job that will do for this act too? It is held until the act is committed: no worker takes it before
    and reads the record without what the act wrote."""
    rows = Job.objects.filter(task=task.module_path, state=State.WAITING)
    job = rows.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
    if job is None:
        return False
    soon = timezone.now() + PATIENCE
    if job.run_after > soon:
        Job.objects.filter(pk=job.pk).update(run_after=soon)
    return True


def keys_since(seq: int) -> list[str]:
    """Return the keys of what was changed by this act and those after it."""
    models = {}
    for name in settings.KEPT_KINDS:
        kind = import_string(name)
        if noun := getattr(kind, "stamped", None):
            models[noun] = kind.rows().model
    keys = [RECORD]
    for noun, model in sorted(models.items()):
        changed = model._base_manager.filter(public_seq__gte=seq).order_by("pk")
        keys += [f"{noun}-{pk}" for pk in changed.values_list("pk", flat=True)[: MOST + 1]]
    return [ALL] if len(keys) > MOST else keys


def purge(keys: list[str]) -> None:
    """Tell every address of the CDN to forget these keys. Raises NotPurged where one of them did not say yes; the
    others are told all the same."""
    shape, refusals = SHAPES[settings.CDN], []
    for number, url in enumerate(settings.CDN_PURGE_URLS, 1):
        try:
            for start in range(0, len(keys), shape.most):
                _tell(url, keys[start : start + shape.most])
        except (NotPurged, reaching.Unreachable) as trouble:
            refusals.append(f"Address {number} of CDN_PURGE_URLS: {trouble}")
    if refusals:
        raise NotPurged(" ".join(refusals))


def _tell(url: str, keys: list[str]) -> None:
    shape = SHAPES[settings.CDN]
    headers, body = shape.asked(keys)
    if settings.CDN_TOKEN:
        headers[shape.token_in] = f"{shape.token_after}{settings.CDN_TOKEN}"
    address = reaching.read_address(url, inside=settings.CDN_PURGE_INSIDE)
    answer = reaching.send(shape.method, address, body, {"User-Agent": "factcheck-purge/1", **headers})
    if not 200 <= answer.status < 300:
        raise NotPurged(f"it answered {answer.status}.")
    if shape.done is not None and not _says(answer.body, *shape.done):
        raise NotPurged(f"it answered {answer.status}, but not that it is done.")


def _says(body: bytes, name: str, wanted: object) -> bool:
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get(name) is wanted
