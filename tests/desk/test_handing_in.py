"""Handing in articles at the desk: files or a pasted text, what became of each, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from articles.models import AnchorProposal, Arrival, Article, Suggestion
from tests.desk.conftest import list_of, page_of

TEXT = "The bridge of Example cost 3.5 million crowns, said two people briefed on it.\n\nIt opened in March 2024.\n"


def file(name: str = "bridge.txt", data: bytes = TEXT.encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


@pytest.fixture
def hand_in(sign_in) -> Any:
    """Return a function that hands something in as a reporter."""
    client = sign_in("reporter")
    return lambda **given: client.post(reverse("admin:articles_article_hand_in"), given)


def test_the_list_of_articles_leads_to_it(sign_in) -> None:
    address = reverse("admin:articles_article_hand_in")
    assert f'href="{address}"' in sign_in("reporter").get(list_of(Article)).content.decode()
    assert sign_in("reporter").get(address).status_code == 200
    assert Client().get(address)["Location"].startswith(reverse("admin:login"))


def test_several_files_come_in_at_once(hand_in) -> None:
    answer = hand_in(several=[file(), file("library.txt", b"The library of Example has 40,000 books.\n")])
    assert answer.status_code == 200 and Article.objects.count() == 2
    said = answer.content.decode()
    for article in Article.objects.all():
        assert f'href="{page_of(article)}"' in said
    assert Suggestion.objects.count() == 3


def test_a_pasted_text_comes_in_under_its_name(hand_in) -> None:
    hand_in(text=TEXT.replace("\n", "\r\n"), name="The bridge")
    assert Article.objects.get().current_version.text == TEXT
    assert Arrival.objects.get().name == "The bridge"


def test_what_to_do_next_is_one_click_away(hand_in, editor) -> None:
    said = hand_in(text=TEXT, name="The bridge").content.decode()
    workbench = reverse("admin:articles_article_workbench", args=[Article.objects.get().pk])
    assert (
        f'href="{workbench}"' in said
        and list_of(AnchorProposal) not in said.partition("What became of it")[2]
    )
    Suggestion.objects.get(start=0).accept(editor)
    said = hand_in(text=TEXT.replace("3.5", "8.5"), name="The bridge").content.decode()
    assert "0 of 1 quotation carried over" in said
    assert f'href="{list_of(AnchorProposal)}"' in said.partition("What became of it")[2]


def test_the_desk_opens_with_a_way_to_it(sign_in) -> None:
    address = reverse("admin:articles_article_hand_in")
    assert f'href="{address}"' in sign_in("reporter").get(reverse("admin:index")).content.decode()


def test_what_is_held_is_one_click_away(hand_in) -> None:
    hand_in(text=TEXT, name="one")
    said = hand_in(text=TEXT.upper(), name="two").content.decode()
    assert f'href="{page_of(Arrival.objects.held().get())}"' in said


def test_a_manifest_is_found_beside_its_text(hand_in) -> None:
    manifest = b"manifest: 1\nid: bridge\narticle: {title: The bridge, publisher: Example Post}\n"
    hand_in(several=[file(), file("bridge.yaml", manifest)])
    assert Article.objects.get().publisher == "Example Post"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "one of the two"),
        ({"text": TEXT, "several": file()}, "one of the two"),
        ({"several": file("empty.txt", b"")}, "empty.txt: It is empty."),
        ({"several": file("picture.png", b"\x89PNG\r\n\x1a\n")}, "ends in none of"),
        ({"several": [file(), file()]}, "Two files are called bridge.txt"),
        ({"text": "a\x00b"}, "Null characters"),
    ],
)
def test_what_is_refused_says_so_and_keeps_what_was_typed(
    hand_in, given: dict[str, Any], sentence: str
) -> None:
    answer = hand_in(**given, name="typed by hand")
    assert answer.status_code == 400
    said = answer.content.decode()
    assert sentence in said and "typed by hand" in said
    assert not Article.objects.exists()


def test_too_many_files_are_refused_by_the_form(hand_in) -> None:
    answer = hand_in(several=[file(f"{number}.txt") for number in range(101)])
    assert answer.status_code == 400 and "101 files; at most 100" in answer.content.decode()


def test_mojibake_is_mended_on_request(hand_in) -> None:
    hand_in(text="It wasnâ€™t the bridge of Example.", repair="on")
    assert Article.objects.get().current_version.text == "It wasn’t the bridge of Example."
