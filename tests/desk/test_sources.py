"""Sources at the desk: what is pasted is recognised, versions are previewed, a page shows what rests on them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles import models
from articles.admin.sources.adding import look_up
from tests import factories
from tests.desk.conftest import add_to, page_of
from tests.pictures import png
from tests.query_counts import assert_same_queries

RULE = "Accounts must use a name.\n\nThey may post once a day.\n"


def recognised(client, words):
    return client.get(reverse("admin:articles_source_recognise"), {"pasted": words}).json()


class TestPasting:
    @pytest.mark.parametrize(
        ("on_record", "pasted"),
        [
            ("https://news.example/bridge", "http://www.news.example/bridge/?utm_source=mail#top"),
            ("https://news.example/bridge", "https://web.archive.org/web/20240101000000/https://news.example/bridge"),
            ("https://news.example/bridge", "https://amp.news.example/bridge"),
            ("https://news.example/bridge/amp/", "https://news.example/bridge"),
            ("https://news.example/bridge?id=3", "https://news.example/bridge?amp=1&id=3"),
            ("https://x.com/lamp/status/77", "https://twitter.com/lamp/status/77?s=20"),
            ("https://news.example/a%20b?q=x%26y", "https://news.example/a%20b/?q=x%26y"),
        ],
    )  # fmt: skip
    def test_an_address_that_is_on_record_already(self, sign_in, on_record, pasted):
        source = factories.SourceFactory(title="The bridge", url=on_record)
        factories.SourceFactory(url="https://news.example/tunnel")
        answer = recognised(sign_in("reporter"), pasted)
        assert answer["is_sure"] and [one["text"] for one in answer["on_record"]] == ["The bridge"]
        assert answer["on_record"][0]["url"] == page_of(source)
        assert f"source={source.pk}" in answer["on_record"][0]["add_version"]

    def test_merged_sources_are_told_by_their_survivor_only(self, editor):
        gone = factories.SourceFactory(url="https://news.example/bridge")
        gone.merge_into(factories.SourceFactory(), editor)
        assert not look_up("https://news.example/bridge", editor).sources

    @pytest.mark.parametrize(
        ("pasted", "kind", "fields"),
        [
            ("1:24-cv-00123 (S.D.N.Y.)", "court_case",
             {"docket_number": "1:24-cv-00123", "court": "District Court, S.D. New York"}),
            ("Field v. Harbour, 539 U.S. 244 (2003)", "court_case",
             {"title": "Field v. Harbour", "citation": "539 U.S. 244",
              "court": "Supreme Court of the United States"}),
            ("Fla. Stat. § 120.68", "statute", {"citation": "Fla. Stat. § 120.68", "jurisdiction": "Florida"}),
            ("https://x.com/lamp/status/77", "social_post",
             {"url": "https://x.com/lamp/status/77", "platform": "X", "account": "@lamp"}),
            ("https://news.example/bridge", "", {"url": "https://news.example/bridge"}),
            ("news.example/bridge", "", {"url": "https://news.example/bridge"}),
            ("The bridge, a report", "", {"title": "The bridge, a report"}),
            ("https://nowhere", "", {}),
            ("", "", {}),
        ],
    )  # fmt: skip
    def test_what_is_recognised_and_nothing_else(self, sign_in, pasted, kind, fields):
        answer = recognised(sign_in("reporter"), pasted)
        assert (answer["kind"], answer["fields"]) == (kind, fields)
        assert all(f"“{value}”" in " ".join(answer["told"]) for value in fields.values() if kind)

    def test_a_docket_that_is_perhaps_on_record(self, sign_in):
        factories.SourceFactory(kind="court_case", title="Field v. Harbour", docket_number="24-cv-123")
        answer = recognised(sign_in("reporter"), "No. 1:24-cv-00123")
        assert [one["text"] for one in answer["on_record"]] == ["Field v. Harbour"] and not answer["is_sure"]

    def test_an_account_is_not_the_same_post(self, sign_in):
        factories.SourceFactory(
            kind="social_post", platform="X", account="@lamp", url="https://x.com/lamp/status/1"
        )
        assert not recognised(sign_in("reporter"), "https://x.com/lamp/status/2")["on_record"]

    def test_only_the_desk_asks(self, client, db):
        answer = client.get(reverse("admin:articles_source_recognise"), {"pasted": "x"})
        assert answer.status_code == 302

    @pytest.mark.parametrize(
        "hostile", ["https://[", "http://" + "a" * 5000, "%" * 100, "\ud7ff" * 40, "(" * 1999]
    )
    def test_hostile_words(self, sign_in, hostile):
        assert recognised(sign_in("reporter"), hostile)["on_record"] == []


class TestWithoutScript:
    def test_first_what_it_is_then_the_fields_of_its_kind(self, sign_in):
        client = sign_in("reporter")
        first = client.get(add_to(models.Source)).content.decode()
        assert 'name="pasted"' in first and "data-with-script" in first
        second = client.get(add_to(models.Source), {"pasted": "", "kind": "statute"}).content.decode()
        assert "data-with-script" not in second
        assert 'name="citation"' in second and 'name="docket_number"' not in second

    def test_the_kind_and_the_fields_come_from_what_was_pasted(self, sign_in):
        client = sign_in("reporter")
        answer = client.get(add_to(models.Source), {"pasted": "Field v. Harbour, 539 U.S. 244", "kind": ""})
        form = answer.context["adminform"].form
        assert form["citation"].value() == "539 U.S. 244" and form["title"].value() == "Field v. Harbour"
        assert form["kind"].value() == "court_case"

    def test_the_kind_is_asked_for_where_nothing_tells_it(self, sign_in):
        answer = sign_in("reporter").get(add_to(models.Source), {"pasted": "The bridge", "kind": ""})
        assert "Choose the kind of source" in answer.content.decode()

    def test_the_one_on_record_is_named_before_anything_is_made(self, sign_in):
        factories.SourceFactory(title="The bridge report", url="https://news.example/bridge")
        answer = sign_in("reporter").get(
            add_to(models.Source), {"pasted": "https://www.news.example/bridge/", "kind": "news_report"}
        )
        assert "On record already:" in answer.content.decode()
        assert "The bridge report" in answer.content.decode()

    def test_kept_is_what_belongs_to_the_kind(self, sign_in):
        client = sign_in("reporter")
        sent = {"kind": "anonymous_source", "title": "An official", "described_as": "an official"}
        answer = client.post(
            f"{add_to(models.Source)}?kind=anonymous_source", {**sent, "url": "https://news.example/"}
        )
        source = models.Source.objects.get()
        assert answer.url == page_of(source) and source.url == ""

    def test_back_to_where_one_came_from(self, sign_in):
        claim = factories.ClaimFactory()
        answer = sign_in("reporter").post(
            f"{add_to(models.Source)}?next={page_of(claim)}", {"kind": "news_report", "title": "A report"}
        )
        assert answer.url == page_of(claim)


def version(client, source, **sent):
    facts = {"source": source.pk, "copy_quality": "primary", "rights": "none", "text": "", **sent}
    return client.post(add_to(models.SourceVersion), facts)


def kept(answer, **sent):
    """Return what the form of a preview sends when it is kept."""
    form = answer.context["adminform"].form
    found = {name: form[name].value() for name in form.fields if name != "upload"}
    return {name: value for name, value in found.items() if value not in (None, False)} | sent


class TestVersions:
    def test_a_preview_keeps_nothing(self, sign_in):
        source = factories.SourceFactory()
        before = factories.SourceVersionFactory(source=source, text=RULE)
        client = sign_in("reporter")
        answer = version(client, source, text=RULE.replace("once", "twice"), _preview="x")
        page = answer.content.decode()
        assert answer.status_code == 200 and models.SourceVersion.objects.get() == before
        assert "<del>once</del>" in page and "<ins>twice</ins>" in page
        assert "The hash differs from that of version 1." in page
        answer = client.post(add_to(models.SourceVersion), kept(answer))
        assert answer.url == page_of(source)
        assert models.SourceVersion.objects.get(number=2).text == RULE.replace("once", "twice")

    def test_what_changed_since_the_preview_is_shown_again(self, sign_in):
        source, client = factories.SourceFactory(), sign_in("reporter")
        preview = version(client, source, text=RULE, _preview="x")
        factories.SourceVersionFactory(source=source, text="Somebody was faster.")
        answer = client.post(add_to(models.SourceVersion), kept(preview))
        assert "has changed since the preview" in answer.content.decode()
        assert source.versions.count() == 1
        assert client.post(add_to(models.SourceVersion), kept(answer)).status_code == 302

    def test_how_many_verdicts_are_to_be_read_again(self, sign_in):
        source = factories.SourceFactory()
        cite(factories.SourceVersionFactory(source=source, text=RULE))
        page = version(sign_in("reporter"), source, text="Nobody may post.", _preview="x").content.decode()
        assert "asks for the verdict on 1 claim to be read again" in page
        page = version(sign_in("reporter"), source, text=RULE + "\n", _preview="x").content.decode()
        assert "No verdict has to be read again" in page

    def test_a_file_waits_from_the_preview_on(self, sign_in, reporter):
        source, client = factories.SourceFactory(), sign_in(reporter)
        data = "Zwölf Brücken.\r\nMehr nicht.\n".encode("cp1252")
        preview = version(client, source, upload=SimpleUploadedFile("notes.txt", data), _preview="x")
        page = preview.content.decode()
        assert "notes.txt" in page and "it was read as Windows-1252" in page
        assert client.post(add_to(models.SourceVersion), kept(preview)).status_code == 302
        found = models.SourceVersion.objects.get()
        assert found.text == "Zwölf Brücken.\nMehr nicht.\n" and found.file_ending == "txt"
        assert found.file.read() == data and not models.Upload.objects.exists()

    def test_a_waiting_file_is_its_owners(self, sign_in):
        source = factories.SourceFactory()
        preview = version(
            sign_in("reporter"), source, upload=SimpleUploadedFile("a.txt", b"Mine."), _preview="x"
        )
        answer = sign_in("editor").post(add_to(models.SourceVersion), kept(preview))
        assert "no longer waits here" in answer.content.decode() and not source.versions.exists()

    def test_a_declared_charset(self, sign_in):
        source = factories.SourceFactory()
        sent = {"upload": SimpleUploadedFile("a.txt", "Ελλάς".encode("iso8859-7")), "charset": "iso-8859-7"}
        assert version(sign_in("reporter"), source, **sent).status_code == 302
        assert source.versions.get().text == "Ελλάς"

    def test_a_web_page(self, sign_in):
        source = factories.SourceFactory()
        page = b"<!doctype html><html><body><article><h1>Bridges</h1><p>" + b"The council paid for it. " * 20
        answer = version(
            sign_in("reporter"),
            source,
            upload=SimpleUploadedFile("a.html", page + b"</p></article></body></html>"),
        )
        assert answer.status_code == 302
        found = source.versions.get()
        assert "The council paid for it." in found.text and found.file_ending == "html"

    def test_a_picture_is_described(self, sign_in):
        source, client = factories.SourceFactory(), sign_in("reporter")
        sent = {"upload": SimpleUploadedFile("shot.gif", png()), "text": ""}
        answer = version(client, source, **sent)
        assert "Say what the picture shows" in answer.content.decode()
        again = {**sent, "upload": SimpleUploadedFile("shot.gif", png())}
        answer = version(client, source, **again, seen_as="A sign.", _preview="x")
        assert 'src="data:image/png;base64,' in answer.content.decode()
        sent["upload"] = SimpleUploadedFile("shot.gif", png())
        assert version(client, source, **sent, seen_as="A sign at a bridge.").status_code == 302
        found = source.versions.get()
        assert found.picture.kind == "image/png" and (found.picture.width, found.text) == (120, None)
        assert found.sha256 == found.file_sha256
        page = client.get(page_of(source)).content.decode()
        assert 'alt="A sign at a bridge."' in page and found.file_address in page

    def test_what_a_picture_tells_beside(self, sign_in):
        source = factories.SourceFactory()
        picture = png().replace(b"IDAT", b"eXIf", 1)
        sent = {"upload": SimpleUploadedFile("shot.png", picture), "seen_as": "A sign.", "_preview": "x"}
        assert (
            "holds data about how it was made"
            in version(sign_in("reporter"), source, **sent).content.decode()
        )

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "The file is empty"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a drawing in SVG"),
            (b"\x89PNG\r\n\x1a\n", "ends before it says how large"),
            (png(40_000, 10), "40000 × 10 pixels"),
            (png(20_000, 20_000), "at most 100 million"),
            (b"PK\x03\x04 and more", "a ZIP file or an office document"),
            (b"\x7fELF\x02", "a program"),
            (b"a\x00b" * 90, "its bytes are no letters"),
        ],
    )  # fmt: skip
    def test_files_that_are_not_kept(self, sign_in, data, said):
        source = factories.SourceFactory()
        sent = {"upload": SimpleUploadedFile("evidence.png", data), "seen_as": "Still here."}
        answer = version(sign_in("reporter"), source, **sent)
        assert said in answer.content.decode() and "Still here." in answer.content.decode()
        assert not models.SourceVersion.objects.exists() and not models.Upload.objects.exists()

    def test_a_scan_without_text_is_kept_with_what_was_pasted(self, sign_in):
        source = factories.SourceFactory()
        scan = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
        sent = {"upload": SimpleUploadedFile("scan.pdf", scan), "text": "The words of the scan."}
        assert version(sign_in("reporter"), source, **sent).status_code == 302
        found = source.versions.get()
        assert (found.text, found.file_ending) == ("The words of the scan.", "pdf")

    def test_dates_in_order_are_asked_for_before(self, sign_in):
        sent = {"effective_from": "2024-02-01", "effective_to": "2024-01-01", "_preview": "x"}
        answer = version(sign_in("reporter"), factories.SourceFactory(), text="x", **sent)
        assert "cannot end before it takes effect" in answer.content.decode()

    def test_the_page_of_a_version_shows_what_changed(self, sign_in):
        source = factories.SourceFactory()
        factories.SourceVersionFactory(source=source, text=RULE)
        newer = factories.SourceVersionFactory(source=source, text=RULE.replace("once", "twice"))
        assert "<ins>twice</ins>" in sign_in("reporter").get(page_of(newer)).content.decode()


def cite(found, claim=None, **evidence):
    claim = claim or factories.ClaimFactory()
    row = factories.EvidenceFactory(claim=claim, source_version=found, **evidence)
    factories.VerdictFactory(claim=claim, evidence=[row])
    return claim


class TestWorkbench:
    def test_whether_passages_still_stand(self, sign_in):
        source = factories.SourceFactory()
        old = factories.SourceVersionFactory(
            source=source, text="It's “once” a day. Names are needed. No ads."
        )
        for passage in ("“once” a day", "Names are needed.", "No ads."):
            factories.EvidenceFactory(source_version=old, passage=passage)
        factories.SourceVersionFactory(source=source, text='It\'s "once"  a day. Names are needed.')
        page = sign_in("reporter").get(page_of(source)).content.decode()
        assert page.count("stands in the newest text") == 1
        assert page.count("stands there but for") == 1
        assert page.count("does not stand in the newest text") == 1

    def test_independent_origins_of_what_it_supports(self, sign_in):
        wire, claim = factories.SourceFactory(), factories.ClaimFactory()
        reports = [factories.SourceFactory(derived_from=[wire]) for _ in range(2)]
        for one in (*reports, factories.SourceFactory()):
            factories.EvidenceFactory(claim=claim, source_version=factories.SourceVersionFactory(source=one))
        page = sign_in("reporter").get(page_of(reports[0])).content.decode()
        assert "supported from 2 independent origins" in page

    def test_that_a_verdict_waits(self, sign_in):
        source = factories.SourceFactory()
        cite(factories.SourceVersionFactory(source=source, text=RULE))
        factories.SourceVersionFactory(source=source, text="Nobody may post.")
        assert "is to be read again" in sign_in("reporter").get(page_of(source)).content.decode()

    def test_in_the_order_in_which_they_took_effect(self, sign_in):
        source = factories.SourceFactory(kind="platform_rule")
        factories.SourceVersionFactory(source=source, text="New.", effective_from=date(2024, 2, 1))
        factories.SourceVersionFactory(source=source, text="Old.", effective_from=date(2023, 2, 1))
        page = sign_in("reporter").get(page_of(source)).content.decode()
        assert page.index(">Version 1<") < page.index(">Version 2<")

    def test_nothing_confidential_leaks(self, sign_in, reporter):
        secret = factories.ConfidentialSourceFactory(by=reporter, identity="Secret Name")
        source = secret.public_source
        for who in (factories.UserFactory(role="reporter"), "reporter"):
            page = sign_in(who).get(page_of(source)).content.decode()
            assert "Secret Name" not in page and f"confidential source {secret.pk}" not in page
        assert f"confidential source {secret.pk}" in sign_in("editor").get(page_of(source)).content.decode()

    def test_the_number_of_queries_does_not_grow(self, sign_in):
        client, source = sign_in("editor"), factories.SourceFactory()

        def grow(number):
            for _ in range(number):
                cite(factories.SourceVersionFactory(source=source))
                factories.DerivationFactory(source=source)
                factories.DerivationFactory(origin=source)
                factories.SourceFactory(part_of=source)

        assert_same_queries(grow, lambda: client.get(page_of(source)), at_most=24)
