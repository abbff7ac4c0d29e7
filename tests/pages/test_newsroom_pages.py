"""What a newsroom says of itself: methodology, privacy, and its logo."""

from __future__ import annotations

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles import pictures
from articles.models import Change, LedgerHead, Newsroom
from articles.refusals import NotAllowed, Stale
from tests import factories as f
from tests.pages.reading import Page
from tests.pictures import jpeg, png, webp
from tests.query_counts import queries_of

UNSAID = [
    "has not yet said how it chooses",
    "has not yet said how it corrects",
    "has not yet said what becomes of a complaint",
    "has not yet said who funds it",
    "has not yet said how to reach it",
    "has not yet said under what terms",
]
TEXTS = ("methodology", "corrections_policy", "complaints_policy", "funding", "contact", "privacy")


@pytest.mark.django_db
class TestMethodology:
    def test_what_is_not_said_is_said_to_be_unsaid(self, newsroom, read):
        page = read("/methodology/")
        assert [words for words in UNSAID if words not in page.words] == []
        assert "Say it at the desk" not in page.words

    def test_who_may_write_it_is_led_there(self, newsroom, read):
        assert "Say it at the desk" not in read("/methodology/", as_=f.some_editor()).words
        page = read("/methodology/", as_=f.some_administrator())
        links = {a.attributes["href"] for a in page.main.all("a") if a.text == "Say it at the desk"}
        assert links == {reverse("admin:articles_newsroom_changelist")}

    def test_what_is_said_is_shown(self, newsroom, read):
        newsroom.revise(
            None, licence="CC BY 4.0", licence_url="https://licence.example/by", language="es",
            **{name: f"Our **{name}**.\n\n<script>alert(1)</script>" for name in TEXTS},
        )  # fmt: skip
        page = read("/methodology/")
        assert [words for words in UNSAID if words in page.words] == []
        shown = {one.text for one in page.main.all("strong")}
        assert shown == {*TEXTS} - {"privacy"}
        assert not page.main.all("script")
        assert page.main.all("a", rel="license")[0].attributes["href"] == "https://licence.example/by"
        assert {one.attributes["lang"] for one in page.main.all("div", lang="es")} == {"es"}

    @pytest.mark.parametrize("alone", [True, False])
    def test_who_decides(self, newsroom, read, alone):
        newsroom.revise(None, allows_self_approval=alone)
        words = read("/methodology/").words
        assert ("self-approved" in words, "a second editor does" in words) == (alone, not alone)

    def test_others_may_link_to_its_headings(self, newsroom, read):
        page = read("/methodology/")
        ids = [one.attributes["id"] for one in page.main.all() if "id" in one.attributes]
        assert len(ids) == len(set(ids))
        wanted = {"ratings", "scale-1", "ledger", "corrections", "complaints", "funding", "contact"}
        assert wanted <= set(ids)
        linked = {a.attributes["href"][1:] for a in page.one("nav", class_="contents").all("a")}
        assert linked <= set(ids)

    def test_number_of_queries(self, client, newsroom):
        assert len(queries_of(lambda: client.get("/methodology/"))) <= 7
        assert len(queries_of(lambda: client.get("/privacy/"))) <= 4


@pytest.mark.django_db
def test_privacy_says_what_is_kept(newsroom, read, settings):
    settings.SUBMISSIONS_KEPT_DAYS = 40
    page = read("/privacy/")
    assert "40 days after we have decided" in page.words
    assert "has not yet said how long it keeps its logs" in page.words
    newsroom.revise(None, privacy="Logs go after **a week**.")
    page = read("/privacy/")
    assert "Logs go after a week." in page.words and "has not yet said" not in page.words


@pytest.mark.django_db
def test_reading_sets_no_cookie(newsroom, client):
    """As the page about privacy says."""
    for address in (
        "/",
        "/methodology/",
        "/privacy/",
        "/corrections/",
        "/record/",
        "/claims/",
        "/search/?q=x",
    ):
        assert not client.get(address).cookies, address


# The logo.


class TestMeasuring:
    @pytest.mark.parametrize(
        ("content", "ending"),
        [
            (png(300, 70), "png"),
            (jpeg(300, 70), "jpg"),
            (webp(b"VP8X", 300, 70), "webp"),
            (webp(b"VP8L", 300, 70), "webp"),
            (webp(b"VP8 ", 300, 70), "webp"),
        ],
        ids=["png", "jpeg", "webp extended", "webp lossless", "webp lossy"],
    )
    def test_kinds(self, content, ending):
        assert pictures.measured(content) == (ending, 300, 70)

    @pytest.mark.parametrize("content", [png(), jpeg(), webp(b"VP8X"), webp(b"VP8L"), webp(b"VP8 ")])
    def test_cut_anywhere_it_is_refused_or_measured_alike(self, content):
        whole = pictures.measured(content)
        for end in range(len(content)):
            try:
                assert pictures.measured(content[:end]) == whole
            except pictures.NotAPicture:
                pass

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "no PNG, JPEG or WebP"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no PNG, JPEG or WebP"),
            (b"GIF89a\x10\x00\x10\x00", "no PNG, JPEG or WebP"),
            (b"RIFF\x00\x00\x00\x00WEBPXXXX", "ends before it says"),
            (b"\xff\xd8\xff\xe0\x00\x00" * 20, "ends before it says"),
            (b"\xff\xd8\xff\xff\xff", "ends before it says"),
            (png(4001, 10), "4001 × 10 pixels"),
            (png(0, 10), "0 × 10 pixels"),
            (png() + b"\x00" * pictures.HEAVIEST, "a logo may have 300,000"),
        ],
    )
    def test_what_is_none(self, content, said):
        with pytest.raises(pictures.NotAPicture, match=said):
            pictures.measured(content)

    @pytest.mark.parametrize(
        ("size", "shown"),
        [((30, 20), (30, 20)), ((960, 480), (96, 48)), ((4000, 40), (240, 2)), ((1, 4000), (1, 48))],
    )
    def test_as_large_as_there_is_room(self, size, shown):
        picture = pictures.named(f"newsroom/{'a' * 64}-{size[0]}x{size[1]}.png")
        assert (picture.shown_width, picture.shown_height) == shown

    @pytest.mark.parametrize("name", ["", "newsroom/x.png", f"newsroom/{'a' * 64}-1x1.svg", "../etc/passwd"])
    def test_names_that_are_not_ours(self, name):
        assert pictures.named(name) is None


@pytest.mark.django_db
class TestLogo:
    def test_set_shown_replaced_and_taken_away(self, newsroom, client):
        first = png(200, 100)
        newsroom.set_logo(None, first)
        act = Change.objects.latest("seq")
        assert (act.verb, act.public) == ("set_logo", True)
        assert hashlib.sha256(first).hexdigest() in act.change_rows.get().payload
        house = Newsroom.current()
        answer = client.get(house.logo_address)
        assert answer.content == first
        assert answer["Content-Type"] == "image/png" and answer["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer["Cache-Control"]
        assert (house.picture.shown_width, house.picture.shown_height) == (96, 48)

        old = house.logo_address
        house.set_logo(None, jpeg())
        assert house.logo_address != old
        # Who still has a page of before gets the new one, and asks again next time.
        answer = client.get(old)
        assert (answer.content, answer["Content-Type"]) == (jpeg(), "image/jpeg")
        assert answer["Cache-Control"] == "public, no-cache"

        house.remove_logo(None)
        assert Change.objects.latest("seq").verb == "remove_logo"
        assert client.get("/logo").status_code == 404 and Newsroom.current().logo_address == ""

    def test_changes_every_page_that_was_kept(self, newsroom):
        before = LedgerHead.objects.get().house
        newsroom.set_logo(None, png())
        assert LedgerHead.objects.get().house != before

    def test_the_same_again_writes_nothing(self, newsroom):
        newsroom.set_logo(None, png())
        head = LedgerHead.objects.get().seq
        newsroom.set_logo(None, png())
        assert LedgerHead.objects.get().seq == head

    def test_who_may_and_who_wrote_first(self, newsroom):
        with pytest.raises(NotAllowed):
            newsroom.set_logo(f.some_editor(), png())
        with pytest.raises(ValidationError, match="no PNG, JPEG or WebP"):
            newsroom.set_logo(f.some_administrator(), b"<svg/>")
        with pytest.raises(Stale):
            newsroom.set_logo(f.some_administrator(), png(), expected=newsroom.revision + 1)
        assert Newsroom.current().picture is None

    def test_a_file_that_is_lost_is_not_there(self, newsroom, client):
        newsroom.set_logo(None, png(33, 44))
        newsroom.logo.storage.delete(newsroom.logo.name)
        assert client.get("/logo").status_code == 404


@pytest.mark.django_db
class TestDesk:
    @pytest.fixture
    def address(self, newsroom):
        return reverse("admin:articles_newsroom_logo", args=[newsroom.pk])

    def send(self, client, address, content=None, **more):
        picture = {"picture": SimpleUploadedFile("logo.png", content)} if content is not None else {}
        return client.post(address, {"seen": Newsroom.current().revision, **picture, **more})

    def test_an_administrator_uploads_it_and_takes_it_away(self, client, address):
        client.force_login(f.some_administrator())
        page = client.get(reverse("admin:articles_newsroom_change", args=[1])).content.decode()
        assert address in page
        assert self.send(client, address, png(60, 60)).status_code == 302
        assert Newsroom.current().picture.kind == "image/png"
        assert Newsroom.current().logo_address in client.get(address).content.decode()
        assert self.send(client, address, remove="on").status_code == 302
        assert Newsroom.current().picture is None

    @pytest.mark.parametrize(
        ("content", "more", "said"),
        [
            (None, {}, "one of the two"),
            (png(), {"remove": "on"}, "one of the two"),
            (b"<svg/>", {}, "no PNG, JPEG or WebP"),
            (b"\x00" * (pictures.HEAVIEST + 1), {}, "Save it smaller"),
        ],
    )
    def test_what_cannot_be(self, client, address, content, more, said):
        client.force_login(f.some_administrator())
        answer = self.send(client, address, content, **more)
        assert answer.status_code == 400 and said in answer.content.decode()
        assert Newsroom.current().picture is None

    def test_somebody_else_wrote_first(self, client, address):
        client.force_login(f.some_administrator())
        answer = self.send(client, address, png(), seen=99)
        assert answer.status_code == 409 and "Somebody else changed" in answer.content.decode()

    def test_an_editor_looks_and_does_not_write(self, client, address):
        client.force_login(f.some_editor())
        page = client.get(address)
        assert page.status_code == 403 and "Only administrators" in page.content.decode()
        assert self.send(client, address, png()).status_code == 403
        assert Newsroom.current().picture is None


@pytest.mark.django_db
@pytest.mark.parametrize("kept", [0, 100], ids=["made anew", "kept"])
def test_the_logo_is_at_the_head_of_every_page_the_kept_ones_too(client, newsroom, settings, kept):
    settings.ANSWERS_KEPT = kept
    claim = f.ClaimFactory(rating="supported")
    for content in (png(), jpeg(), None):
        if content is None:
            newsroom.remove_logo(None)
        else:
            newsroom.set_logo(None, content)
        house = Newsroom.current()
        for address in ("/claims/", claim.get_absolute_url(), claim.get_absolute_url()):
            page = Page(client.get(address).content.decode())
            shown = [one.attributes for one in page.all("img", class_="logo")]
            assert [one["src"] for one in shown] == ([house.logo_address] if content else [])
            assert all(int(one["width"]) and int(one["height"]) for one in shown)
