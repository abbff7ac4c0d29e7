"""Signatures that others can check, and secrets that no database gives away."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from articles.webhooks import signing


def test_a_signature_is_that_of_the_scheme():
    """Made a second time by the letter of standardwebhooks.com."""
    key = signing.secret_of("salt")
    text = signing.in_text(key)
    raw = base64.b64decode(text.removeprefix("whsec_"))
    expected = hmac.new(raw, b'msg_1.1700000000.{"a":"\xc3\xa4"}', hashlib.sha256).digest()
    assert signing.signatures([key], "msg_1", 1_700_000_000, '{"a":"ä"}') == (
        f"v1,{base64.b64encode(expected).decode()}"
    )
    assert 24 <= len(raw) <= 64


def test_salts_make_secrets_of_their_own():
    assert signing.new_salt() != signing.new_salt()
    assert signing.secret_of("a") == signing.secret_of("a") != signing.secret_of("b")


def test_a_changed_key_is_noticed_and_the_one_before_still_known(settings):
    key = signing.secret_of("a")
    mark = signing.fingerprint_of(key)
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another key of this installation, long enough"
    with pytest.raises(signing.SecretLost):
        signing.secret_of("a", mark)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert signing.secret_of("a", mark) == key


@pytest.mark.slow
@pytest.mark.django_db
def test_the_package_of_the_scheme_believes_it(receiver):
    from standardwebhooks.webhooks import Webhook as Verifier
    from standardwebhooks.webhooks import WebhookVerificationError

    from articles.webhooks.sending import send
    from tests import factories as f

    webhook = f.WebhookFactory(url=receiver.url)
    old = webhook.secret_text
    webhook.rotate(f.some_administrator())
    send(f.DeliveryFactory(webhook=webhook).pk)
    headers, body = receiver.requests[0]
    for secret in (old, webhook.secret_text):
        assert Verifier(secret).verify(body, headers)["type"] == "claim.changed"
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(body.replace("claim", "clam"), headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(f.WebhookFactory().secret_text).verify(body, headers)
