"""What a reader can check on the page of a claim, and what an old verdict says of itself."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from articles.models import Rating
from articles.views.surroundings import REACH, sentences_after, sentences_before
from articles.views.validity import periods
from tests import factories

CORRECTED = [("verdict", "supported", "2024-01-10"), ("affects_rating", "contradicted", "2024-02-01")]
WORDS = factories.SENTENCE.strip()
BOOK = f"It rained. The council met. {WORDS} Nobody spoke against it. They went home."


def squeezed(element):
    return " ".join(element.text.split())


def section(page, title):
    titled = [one for one in page.main.all("section") if one.all("h2")]
    return next(one for one in titled if squeezed(one.all("h2")[0]) == title)


@pytest.fixture
def claim(newsroom):
    return factories.ClaimFactory(statement="The bridge cost four million dollars.")


def appearing(claim, text=BOOK, words=WORDS, **facts):
    article = factories.ArticleFactory(public=True, text=text, **facts)
    return factories.AppearanceFactory(claim=claim, article_version=article.current_version, words=words)


class TestOfADay:
    def test_what_is_not_of_that_day_is_not_said_to_be(self, read, newsroom):
        claim = factories.ClaimFactory(at="2024-01-05")
        where = f"{claim.get_absolute_url()}?as_of="
        told = "no verdict on this claim was on our pages"
        assert (
            "this claim was not on our pages: it is on record since 5 January 2024"
            in read(f"{where}2024-01-04").words
        )
        assert told in read(f"{where}2024-01-05").words
        assert "what readers saw at" not in read(f"{where}2024-01-05").words

    def test_periods_are_as_they_were_known(self, read, claim):
        factories.make_series(
            claim,
            [("verdict", "supported", "2024-01-10"), ("update", "contradicted", "2024-03-01", "2024-02-01")],
        )
        assert "Since 1 February 2024" in read(claim.get_absolute_url()).words
        assert "Since 1 February 2024" not in read(f"{claim.get_absolute_url()}?as_of=2024-02-02").words


class TestCounted:
    def test_evidence_that_the_verdict_does_not_cite_is_said_not_to_be_counted(self, read, claim):
        factories.VerdictFactory(claim=claim)
        assert "not counted" not in read(claim.get_absolute_url()).words
        factories.EvidenceFactory(claim=claim, public=True, stance="refutes")
        assert (
            "1 source, 1 independent origin. 1 piece of evidence below is not cited by the verdict, and not counted"
            in read(claim.get_absolute_url()).words
        )


class TestContext:
    def test_the_words_are_marked_in_the_sentences_round_them(self, read, claim):
        appearing(claim, rights="full")

        quote = section(read(claim.get_absolute_url()), "Where it appears").all("blockquote")[0]

        assert squeezed(quote.all("mark")[0]) == WORDS
        assert squeezed(quote) == f"The council met. {WORDS} Nobody spoke against it."

    @pytest.mark.parametrize("rights", ["excerpt", "none"])
    def test_where_readers_may_not_read_the_article_only_the_words_are_shown(self, read, claim, rights):
        appearing(claim, rights=rights, url="https://news.example/bridge")

        page = read(claim.get_absolute_url())

        assert squeezed(section(page, "Where it appears").all("blockquote")[0]) == WORDS
        assert "council" not in page.markup and "Nobody" not in page.markup

    def test_a_book_is_cut_by_the_database_in_code_points(self, read, claim):
        far = "\U0001f4d6 é. " * 3000
        appearing(claim, text=f"{far}\U0001f309 Before. {WORDS} After. {far}", rights="full")

        page = read(claim.get_absolute_url())

        quote = squeezed(section(page, "Where it appears").all("blockquote")[0])
        assert f"\U0001f309 Before. {WORDS} After." in quote
        assert len(quote) < 2 * REACH

    def test_the_original_is_linked_to_the_words(self, read, claim):
        appearing(claim, rights="full", url="https://news.example/bridge#top")

        links = [link.attributes["href"] for link in read(claim.get_absolute_url()).main.all("a")]

        (address,) = {link for link in links if ":~:" in link}
        assert address.startswith("https://news.example/bridge#top:~:text=The%20council%20met.-,")

    def test_an_article_without_an_address_has_no_such_link(self, read, claim):
        appearing(claim, rights="full")

        assert ":~:" not in read(claim.get_absolute_url()).markup

    @pytest.mark.parametrize(
        ("before", "shown"),
        [
            ("", ""),
            ("One. Two. He said that ", "Two. He said that "),
            ("One. Two. ", "Two. "),
            ("Above.\nHe said ", "He said "),
            ("Above.\n", ""),
            ("x " * (REACH // 2), "… " + "x " * 149),
        ],
    )
    def test_what_is_shown_before(self, before, shown):
        assert sentences_before(before) == shown

    @pytest.mark.parametrize(
        ("after", "exact", "shown"),
        [
            ("", "It cost four.", ""),
            (" in all. So they say. Then more.", "It cost four", " in all. So they say."),
            (" So they say. Then more.", "It cost four.", " So they say."),
            (" in all\nBelow.", "It cost four", " in all"),
            ("\nBelow.", "It cost four", ""),
        ],
    )
    def test_what_is_shown_after(self, after, exact, shown):
        assert sentences_after(after, exact) == shown


class TestGroundwork:
    def test_what_was_not_found_comes_first_and_what_was_links_to_the_evidence(self, read, claim):
        evidence = factories.EvidenceFactory(claim=claim)
        factories.VerdictFactory(claim=claim, evidence=[evidence])
        factories.ResearchStepFactory(
            claim=claim, public=True, outcome="found", question="A receipt.", evidence=evidence
        )
        factories.ResearchStepFactory(claim=claim, public=True, note="Nobody has kept it.")
        factories.ResearchStepFactory(claim=claim, question="Kept at the desk.")

        page = read(claim.get_absolute_url())

        rows = [squeezed(one) for one in section(page, "What we looked for").all("li")]
        assert rows[0].startswith("The invoice for the bridge. not found The city archive, reading room")
        assert "Nobody has kept it." in rows[0]
        assert rows[1].startswith("A receipt. found") and "Led to [1]" in rows[1]
        assert len(rows) == 2 and "Kept at the desk." not in page.words

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("waiting", "We wait for an answer."),
            ("replied", "Replied"),
            ("declined", "Declined to comment"),
            ("no_reply", "Did not reply in that time."),
        ],
    )
    def test_who_was_asked_when_and_what_they_said(self, read, claim, state, words):
        reply = {"reply": "It cost three."} if state == "replied" else {}
        factories.ContactFactory(claim=claim, public=True, reply_state=state, **reply)

        page = read(claim.get_absolute_url())

        shown = squeezed(section(page, "Right of reply"))
        assert "The press office of the council: asked 10 January 2024" in shown
        assert "with time until 12 January 2024" in shown
        assert words in shown and "What did the bridge cost?" in shown
        assert ("It cost three." in shown) == (state == "replied")
        assert "press@council.example" not in page.markup

    def test_who_was_asked_is_named_where_they_make_the_claim_in_a_text_open_to_readers(self, read, claim):
        council = factories.ClaimantFactory(name="The council")
        factories.ContactFactory(claim=claim, public=True, claimant=council, addressee="")

        assert "The council" not in read(claim.get_absolute_url()).words

        article = factories.ArticleFactory(public=True)
        factories.AppearanceFactory(
            claim=claim, article_version=article.current_version, attributions=[{"claimant": council}]
        )
        asked = section(read(claim.get_absolute_url()), "Right of reply")
        assert council.get_absolute_url() in [link.attributes["href"] for link in asked.all("a")]

    def test_at_the_desk_what_is_not_open_is_marked(self, read, claim, reporter):
        factories.ContactFactory(claim=claim)
        factories.ResearchStepFactory(claim=claim)

        page = read(claim.get_absolute_url(), as_=reporter)

        for title in ("Right of reply", "What we looked for and did not find"):
            assert section(page, title).all("span", class_="not-public")


class TestValidity:
    def told(self, page):
        return [squeezed(one) for one in page.main.all("ul", class_="periods")[0].all("li")]

    def test_what_was_true_and_what_is_stand_in_the_order_of_time(self, read, claim):
        first, _ = factories.make_series(
            claim,
            [
                ("verdict", "supported", "2024-01-10", "2020-01-01"),
                ("update", "contradicted", "2024-06-01", "2024-05-01"),
            ],
        )
        rows = ["From 1 January 2020 until 30 April 2024: Supported", "Since 1 May 2024: Contradicted"]

        assert self.told(read(claim.get_absolute_url())) == [f"{rows[0]} no. 1", rows[1]]
        assert self.told(read(first.get_absolute_url())) == [rows[0], f"{rows[1]} no. 2"]

    def test_a_corrected_verdict_holds_for_no_day(self, read, claim):
        factories.make_series(claim, CORRECTED)

        assert not read(claim.get_absolute_url()).main.all("ul", class_="periods")

    @pytest.mark.parametrize("day", ["2019-12-31", "2020-01-01", "2024-04-30", "2024-05-01", "2030-01-01"])
    def test_it_says_what_held_on_answers(self, claim, day):
        factories.make_series(
            claim,
            [
                ("verdict", "supported", "2024-01-10", "2020-01-01"),
                ("update", "contradicted", "2024-06-01", "2024-05-01"),
                ("update", "partly_supported", "2024-07-01", "2024-05-15"),
            ],
        )
        asked = date.fromisoformat(day)

        holds = [
            period.verdict
            for period in periods(claim.verdict_series().select_related("correction"))
            if (period.first or date.min) <= asked <= (period.last or date.max)
        ]

        assert holds == [one for one in [claim.held_on(asked)] if one]


class TestOldVersion:
    def test_it_says_what_changed_since_word_by_word(self, read, claim):
        old, new = (factories.EvidenceFactory(claim=claim) for _ in range(2))
        first = factories.VerdictFactory(
            claim=claim, at="2024-01-10", evidence=[old], summary="The minutes say three million."
        )
        factories.VerdictFactory(
            claim=claim, at="2024-02-01", evidence=[new], summary="The minutes say four million.",
            rating="contradicted", correction_kind="affects_rating", correction_note="A figure was misread.",
        )  # fmt: skip

        page = read(first.get_absolute_url())

        changed = section(page, "What has changed since")
        assert "A figure was misread." in squeezed(changed)
        removed = [squeezed(one) for one in changed.all("del")]
        added = [squeezed(one) for one in changed.all("ins")]
        assert removed == [
            "removed: Supported",
            "removed: three",
            f"removed: {old.source_version.source.title}",
        ]
        assert added == ["added: Contradicted", "added: four", f"added: {new.source_version.source.title}"]
        assert "To no. 2" in squeezed(changed)

    def test_the_one_that_followed_says_what_it_changed(self, read, claim):
        _, second = factories.make_series(claim, CORRECTED)

        page = read(second.get_absolute_url())

        removed = section(page, "Why it followed no. 1").all("del")
        assert squeezed(removed[0]) == "removed: Supported"
        assert not [one for one in page.main.all("h2") if "since" in one.text]

    def test_days_and_the_passages_of_evidence_are_compared_too(self, read, claim):
        version = factories.SourceVersionFactory(text="They said four. They said five.")
        four = factories.EvidenceFactory(claim=claim, source_version=version, passage="They said four.")
        first = factories.VerdictFactory(claim=claim, evidence=[four], valid_to="2024-03-01")
        five = four.replace(factories.some_reporter(), passage="They said five.")
        factories.VerdictFactory(
            claim=claim, evidence=[five], valid_from="2024-02-29", correction_kind="clarification"
        )

        told = section(read(first.get_absolute_url()), "What has changed since")

        assert "Holds from removed: no limit became added: 29 February 2024" in squeezed(told)
        assert "Holds until removed: 1 March 2024 became added: no limit" in squeezed(told)
        assert "“They said four.”" in squeezed(told) and "“They said five.”" in squeezed(told)

    def test_a_rating_worded_anew_does_not_change_what_was_published(self, read, claim):
        verdict = factories.VerdictFactory(claim=claim)
        verdict.rating.revise(factories.some_administrator(), labels={"en": "Borne out"})

        assert "Borne out" in read(claim.get_absolute_url()).words
        page = read(verdict.get_absolute_url())
        assert "Borne out" not in page.words and "Supported" in page.words

    def test_who_signed_is_called_today_what_they_are_called_today(self, read, claim):
        verdict = factories.VerdictFactory(claim=claim, at="2024-01-10")
        then = verdict.as_published["author"]
        verdict.author.describe(factories.some_administrator(), display_name="Somebody Else")

        assert "Written by Somebody Else," in read(claim.get_absolute_url()).words
        for address in (verdict.get_absolute_url(), f"{claim.get_absolute_url()}?as_of=2024-01-11"):
            assert f"Written by {then}," in read(address).words

    @pytest.mark.parametrize("follows", [("affects_rating", "contradicted", "2024-02-01"), ("withdrawal",)])
    def test_a_verdict_that_was_corrected_or_withdrawn_holds_for_no_day(self, read, claim, follows):
        told = "As published, it was to hold from 1 January 2024. As we know it today, it holds for no day"
        first, *_rest = factories.make_series(
            claim, [("verdict", "supported", "2024-01-10", "2024-01-01"), follows]
        )
        assert told in read(first.get_absolute_url()).words
        assert "holds for no day" not in read(claim.get_absolute_url()).words

    def test_a_verdict_that_was_updated_holds_for_its_own_days(self, read, claim):
        first, *_rest = factories.make_series(
            claim,
            [("verdict", "supported", "2024-01-10"), ("update", "contradicted", "2024-02-01", "2024-02-01")],
        )
        words = read(first.get_absolute_url()).words
        assert "Until 31 January 2024" in words and "holds for no day" not in words

    def test_a_withdrawal_is_told_and_not_compared(self, read, claim):
        first, _ = factories.make_series(
            claim, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-03-01")]
        )

        page = read(first.get_absolute_url())

        assert "It was withdrawn 1 March 2024." in page.words
        assert not page.main.all("del") and not page.main.all("ins")

    def test_two_long_texts_are_not_compared_on_a_page(self, read, claim):
        first = factories.VerdictFactory(claim=claim, reasoning="[1] " + "long " * 8000)
        factories.VerdictFactory(
            claim=claim, reasoning="[1] " + "other " * 8000, correction_kind="keeps_rating"
        )

        assert "These two are too long to be compared here." in read(first.get_absolute_url()).words


class TestTakeAway:
    def test_it_can_be_cited_by_its_permanent_address_and_its_entry(self, read, claim):
        verdict = factories.VerdictFactory(claim=claim, at="2024-01-10")

        for address in (claim.get_absolute_url(), verdict.get_absolute_url()):
            page = read(address)
            line = squeezed(page.main.all("p", class_="citation")[0])
            entry = page.main.all("code")[-1].text if address == verdict.get_absolute_url() else ""
            assert line.startswith(
                "The Example Desk, “The bridge cost four million dollars.”: Supported. "
                f"Verdict no. 1, 10 January 2024. http://testserver{verdict.get_absolute_url()} (ledger entry "
            )
            assert entry[:16] in line

    def test_an_open_claim_has_nothing_to_cite_and_can_be_followed(self, read, claim):
        page = read(claim.get_absolute_url())

        assert not page.main.all("p", class_="citation")
        links = [link.attributes["href"] for link in page.main.all("a")]
        assert f"/claims/{claim.pk}/feed.atom" in links
        assert f"/api/v1/claims/{claim.pk}/" in links
        assert f"/report/?about={claim.get_absolute_url()}" in links
        assert any(link.startswith("mailto:?subject=") for link in links)

    def test_it_says_what_it_is_to_whoever_links_to_it(self, read, claim):
        verdict = factories.VerdictFactory(claim=claim, summary="The minutes say so.")

        for thing in (claim, verdict):
            page = read(thing.get_absolute_url())
            told = {
                one.attributes.get("property") or one.attributes.get("name"): one.attributes.get("content")
                for one in page.all("meta")
            }
            whole = f"http://testserver{thing.get_absolute_url()}"
            (canonical,) = page.all("link", rel="canonical")
            assert canonical.attributes["href"] == told["og:url"] == whole
            assert told["description"] == told["og:description"] == "The minutes say so."
            assert told["og:site_name"] == "The Example Desk"
            assert "application/json" in [
                one.attributes.get("type") for one in page.all("link", rel="alternate")
            ]


class TestStates:
    def test_what_we_do_about_an_open_claim(self, read, claim, reporter):
        open_page = read(claim.get_absolute_url())
        assert "nobody here is checking it yet" in open_page.words
        assert "No search has been opened to readers yet." in open_page.words

        claim.start_checking(reporter)
        factories.ResearchStepFactory(claim=claim, public=True)
        page = read(claim.get_absolute_url())

        today = timezone.now().date()
        assert f"Somebody here has been checking it since {today.day} " in page.words
        assert "One search has been opened to readers; it is below." in page.words

    def test_a_retired_rating_says_so_and_what_took_its_place(self, read, claim, administrator):
        verdict = factories.VerdictFactory(claim=claim)
        instead = Rating.objects.get(slug="mostly_supported")
        verdict.rating.retire(administrator, replaced_by=instead)

        for thing in (claim, verdict):
            assert "“Mostly supported” took its place." in read(thing.get_absolute_url()).words

    def test_words_from_right_to_left_say_so(self, read, newsroom):
        claim = factories.ClaimFactory(statement="\u05d4\u05d2\u05e9\u05e8 \u05e2\u05dc\u05d4", language="he")

        title = read(claim.get_absolute_url()).one("h1")

        assert (title.attributes["lang"], title.attributes["dir"]) == ("he", "auto")
