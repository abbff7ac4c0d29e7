from __future__ import annotations

from typing import Any

import pytest
from django.forms import MultiWidget
from django.test import Client
from django.urls import reverse

from tests import factories


@pytest.fixture
def sign_in(newsroom):
    """Return a function that signs somebody in: by account, or by role."""

    def sign_in(who: Any) -> Client:
        client = Client()
        client.force_login(factories.somebody(who) if isinstance(who, str) else who)
        return client

    return sign_in


def list_of(model: Any) -> str:
    return reverse(f"admin:articles_{model._meta.model_name}_changelist")


def add_to(model: Any) -> str:
    return reverse(f"admin:articles_{model._meta.model_name}_add")


def page_of(row: Any) -> str:
    return reverse(f"admin:articles_{row._meta.model_name}_change", args=[row.pk])


def history_of(row: Any) -> str:
    return reverse(f"admin:articles_{row._meta.model_name}_history", args=[row.pk])


def button_of(row: Any, name: str) -> str:
    return reverse(f"admin:articles_{row._meta.model_name}_do", args=[row.pk, name])


def as_loaded(response: Any) -> dict[str, str]:
    """Return what a browser would send back from the form on this page if nobody typed anything."""
    form = response.context["adminform"].form
    sent = {"seen_revision": "" if form.seen_revision is None else str(form.seen_revision)}
    for name, field in form.fields.items():
        bound = form[name]
        value = bound.value()
        value = field.prepare_value(value) if not form.is_bound else value
        if isinstance(field.widget, MultiWidget):
            parts = field.widget.decompress(value) if not isinstance(value, list) else value
            for number, part in enumerate(parts):
                sent[f"{name}_{number}"] = "" if part is None else str(part)
                if field.show_hidden_initial:
                    sent[form.add_initial_prefix(f"{name}_{number}")] = sent[f"{name}_{number}"]
            continue
        sent[name] = "" if value is None else str(value)
        if field.show_hidden_initial:
            loaded = form.data.get(form.add_initial_prefix(name)) if form.is_bound else sent[name]
            sent[form.add_initial_prefix(name)] = loaded or ""
        if sent[name] == "False":
            del sent[name]  # an empty checkbox is not sent
    return sent
