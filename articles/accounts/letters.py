"""Letters about accounts, sent beside the answer."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor

from django.core.mail import EmailMessage

log = logging.getLogger(__name__)

# One at a time, and not by the request: how long the answer takes must not tell whether there was somebody to write to.
# Not by a job either, since whoever sees jobs would see the link.
_post = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")


def send(letter: EmailMessage) -> Future[None]:
    """Send a letter soon. If the server refuses it, the log says so."""
    return _post.submit(_send, letter)


def _send(letter: EmailMessage) -> None:
    try:
        letter.send()
    except OSError as trouble:  # smtplib's errors are OSErrors
        log.error("A letter could not be sent: %s", trouble)
