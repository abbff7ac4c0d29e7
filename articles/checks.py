"""System checks of the record, each with an id, a hint, and a test named after the id."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

WITHOUT_MEANING = (
    "Until then claims are found by their words alone; without MEANING_MODEL that is all that is wanted."
)


@register(Tags.database)
def guards_in_place(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """articles.E001: a guard of an insert-only table is missing, switched off or another one."""
    from articles import guards

    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if _is_behind(connection):
            # Its guards are those of the tables as they were. `migrate`, which asks this before it begins, would refuse
            # to put the newer ones there.
            continue
        found += [
            Error(
                f"The record is not guarded: {sentence}.",
                hint="Run `manage.py migrate`, which puts the guards back, and then `manage.py verify`.",
                obj=alias,
                id="articles.E001",
            )
            for sentence in guards.missing(connection)
        ]
    return found


def _is_behind(connection: Any) -> bool:
    """Does a migration wait for this database?"""
    executor = MigrationExecutor(connection)
    wanted = [one for one in executor.loader.graph.leaf_nodes() if one[0] == "articles"]
    return bool(executor.migration_plan(wanted))


@register(Tags.database)
def search_in_place(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """articles.E002: the search index or one of the triggers that keep it is missing, switched off or another one."""
    from articles.search import index

    return [
        Error(
            f"Search does not follow the record: {sentence}.",
            hint="Run `manage.py migrate`, which puts the triggers back, and then `manage.py rebuild_search`.",
            obj=alias,
            id="articles.E002",
        )
        for alias in databases or ()
        if index.is_possible(alias) and not _is_behind(connections[alias])
        for sentence in index.engine(alias).missing()
    ]


@register()
def model_fits(**_: Any) -> list[CheckMessage]:
    """articles.E004: MEANING_MODEL names no model that can be used."""
    if not settings.MEANING_MODEL:
        return []
    from articles.meaning.model import Unfit, load

    try:
        load(settings.MEANING_MODEL)
    except Unfit as trouble:
        return [Error(str(trouble), hint=WITHOUT_MEANING, id="articles.E004")]
    return []


@register(Tags.database)
def vectors_can_be_kept(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """articles.W001: MEANING_MODEL names a model, and a database has no place for what it makes."""
    if not settings.MEANING_MODEL or model_fits():
        return []
    from articles.meaning.keeping import engine
    from articles.meaning.model import load

    # Not an error: `migrate` must run before there can be a place for them.
    dimensions = load(settings.MEANING_MODEL).dimensions
    return [
        Warning(trouble, hint=WITHOUT_MEANING, obj=alias, id="articles.W001")
        for alias in databases or ()
        if (trouble := engine(alias).trouble(dimensions))
    ]


@register(Tags.security)
def only_the_public_internet(**_: Any) -> list[CheckMessage]:
    """articles.E003: REACH_THIS_MACHINE is on where other people's addresses are asked."""
    if not settings.REACH_THIS_MACHINE or settings.DEBUG:
        return []
    return [
        Error(
            "REACH_THIS_MACHINE is True: a webhook could be led to what listens on this machine alone.",
            hint="Unset it. It is for trying webhooks on your own machine, with DEBUG=True.",
            id="articles.E003",
        )
    ]


@register()
def files_can_be_kept(**_: Any) -> list[CheckMessage]:
    """articles.E006: FILES_URL names a bucket, and what speaks to it is not installed."""
    if not settings.FILES_URL or (find_spec("storages") and find_spec("boto3")):
        return []
    return [
        Error(
            "FILES_URL is set, but django-storages and boto3 are not installed: no file could be stored or shown.",
            hint="pip install --require-hashes -r requirements-files.txt",
            id="articles.E006",
        )
    ]


@register()
def cdn_is_told(**_: Any) -> list[CheckMessage]:
    """articles.E005: what is set for a CDN does not belong together: it would hold pages and never be told so."""
    from articles import reaching
    from articles.cdn.shapes import SHAPES

    hint = "docs/scaling.md says what belongs together; without CDN nothing of it is needed."
    sentences = []
    if settings.CDN and not settings.CDN_PURGE_URLS and settings.CDN_SECONDS:
        sentences.append(
            "CDN is set, but not CDN_PURGE_URLS: what it holds would stay old for CDN_SECONDS. "
            "Name where it is told to forget, or set CDN_SECONDS to 0."
        )
    if settings.CDN_PURGE_URLS and not settings.CDN:
        sentences.append("CDN_PURGE_URLS is set, but not CDN: say which kind it is, or unset both.")
    if (
        settings.CDN
        and settings.CDN_PURGE_URLS
        and SHAPES[settings.CDN].needs_token
        and not settings.CDN_TOKEN
    ):
        sentences.append(f"CDN is {settings.CDN}, which forgets nothing without a token: set CDN_TOKEN.")
    for number, url in enumerate(settings.CDN_PURGE_URLS, 1):
        try:
            reaching.read_address(url, inside=settings.CDN_PURGE_INSIDE)
        except reaching.Forbidden as trouble:
            # The address is not repeated: it may hold a secret.
            more = (
                "" if settings.CDN_PURGE_INSIDE else " One of your own network needs CDN_PURGE_INSIDE=True."
            )
            sentences.append(f"Address {number} of CDN_PURGE_URLS is not one to ask. {trouble}{more}")
    return [Error(sentence, hint=hint, id="articles.E005") for sentence in sentences]


@register(Tags.database)
def cdn_has_forgotten(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """articles.W002: the CDN was told to forget, more than once, and did not say yes: it may show what is old."""
    from articles.models.job import Job, State

    if not settings.CDN or "default" not in (databases or ()):
        return []
    if Job._meta.db_table not in connections["default"].introspection.table_names():
        return []
    stuck = Job.objects.purging().filter(attempts__gt=1).exclude(state=State.DONE).order_by("pk").first()
    if stuck is None:
        return []
    return [
        Warning(
            f"The CDN does not forget what changed since {stuck.enqueued_at:%Y-%m-%d %H:%M} UTC: {stuck.last_error}",
            hint="It is tried again by itself, by a worker; Background work at the desk has each try.",
            obj=stuck,
            id="articles.W002",
        )
    ]


@register(Tags.security)
def heads_can_be_signed(**_: Any) -> list[CheckMessage]:
    """articles.E007: HEAD_KEY is no key that signs."""
    from articles.signed_heads import BadKey, signer

    try:
        signer()
    except BadKey as trouble:
        hint = "Set it to what `manage.py head_key` wrote, or unset it: then heads are shown and not signed."
        return [Error(f"HEAD_KEY: {trouble}", hint=hint, id="articles.E007")]
    return []
