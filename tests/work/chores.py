"""Tasks that only tests ask for."""

from __future__ import annotations

import time
from datetime import timedelta

from django_tasks import task

from articles.models import Claim

done: list = []


@task(most_attempts=1000)
def put(number: int) -> int:
    """Put a claim on record, slowly enough to be killed in the middle of it."""
    Claim.add(None, f"Job {number} was here.")
    time.sleep(0.01)
    return number


@task
def remember(what: str) -> str:
    done.append(what)
    return what.upper()


@task(most_attempts=2)
def fail(sentence: str) -> None:
    Claim.add(None, "Half of a failure.")
    raise ValueError(sentence)


@task(limit=timedelta(seconds=0.2))
def linger() -> None:
    time.sleep(20)


@task(in_transaction=False, limit=timedelta(minutes=5))
def nap(seconds: float) -> None:
    time.sleep(seconds)


@task(takes_context=True)
def which_try(context) -> int:
    return context.attempt


def no_task() -> None:
    """A function that nobody declared to be background work."""
