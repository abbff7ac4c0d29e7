from __future__ import annotations

import io
import os
import re
import threading
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.files import incoming
from articles.importing.files.incoming import Incoming, IncomingError, Refusal, Skipped, clean_name, find
from articles.importing.files.signatures import recognise
from articles.vocabulary import Media

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
PAGE = b"<!DOCTYPE html>\n<html><body><p>Words.</p></body></html>"


def made(folder: Path, **files: bytes) -> Path:
    """Write files; two underscores in a name stand for a folder's end, one for the dot before the ending."""
    for name, data in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return path


def texts(*names: Path | str) -> list[Incoming]:
    found = list(find(names))
    assert all(isinstance(one, Incoming) for one in found), found
    return [one for one in found if isinstance(one, Incoming)]


def only(*names: Path | str) -> incoming.Found:
    (one,) = find(names)
    return one


def refused(*names: Path | str) -> str:
    one = only(*names)
    assert isinstance(one, Refusal), one
    return one.sentence


def test_a_folder_gives_its_texts_sorted_with_all_folders_below(tmp_path: Path) -> None:
    made(tmp_path, c_txt=b"3", a__z_md=b"2", a__b__x_TXT=b"1", d_html=PAGE, e_pdf=PDF)

    found = texts(tmp_path)

    assert [(one.name, one.media) for one in found] == [
        ("a/b/x.TXT", Media.TEXT),
        ("a/z.md", Media.MARKDOWN),
        ("c.txt", Media.TEXT),
        ("d.html", Media.HTML),
        ("e.pdf", Media.PDF),
    ]
    assert [one.read() for one in found] == [b"1", b"2", b"3", PAGE, PDF]
    assert found[0].path == tmp_path / "a/b/x.TXT"
    assert all(one.notes == () for one in found)


def test_a_file_has_its_own_name_and_comes_once_however_often_it_is_named(tmp_path: Path) -> None:
    made(tmp_path, a__one_txt=b"1", a__two_txt=b"2")
    (tmp_path / "a/link.txt").symlink_to(tmp_path / "a/one.txt")

    found = texts(tmp_path / "a/two.txt", tmp_path / "a", tmp_path / "a/../a/one.txt", str(tmp_path / "a"))

    assert [one.name for one in found] == ["two.txt", "link.txt"]


def test_the_manifest_beside_a_text_comes_with_it(tmp_path: Path) -> None:
    made(tmp_path, a_txt=b"1", a_yml=b"m", b_pdf=PDF, b_YAML=b"n", c_txt=b"2")

    one, two, three = texts(tmp_path)

    assert one.manifest is not None and two.manifest is not None and three.manifest is None
    assert (one.manifest.name, one.manifest.path) == ("a.yml", tmp_path / "a.yml")
    assert (one.manifest.read(), two.manifest.read()) == (b"m", b"n")


def test_of_several_texts_beside_a_manifest_the_plain_text_is_its_own(tmp_path: Path) -> None:
    made(tmp_path, a_html=PAGE, a_pdf=PDF, a_txt=b"1", a_yaml=b"m")

    assert {one.name: one.manifest is not None for one in texts(tmp_path)} == {
        "a.html": False,
        "a.pdf": False,
        "a.txt": True,
    }


def test_a_manifest_that_is_named_leads_to_its_text(tmp_path: Path) -> None:
    made(tmp_path, a_txt=b"1", a_yaml=b"m")

    (one,) = texts(tmp_path / "a.yaml", tmp_path / "a.txt")

    assert one.name == "a.txt"
    assert one.manifest is not None
    assert one.manifest.read() == b"m"


def test_a_manifest_without_its_text_is_refused(tmp_path: Path) -> None:
    made(tmp_path, a_yaml=b"m", b_txt=b"1")

    assert refused(tmp_path / "a.yaml") == "It is a manifest, but a.txt is not beside it."
    assert next(find([tmp_path])) == Refusal("a.yaml", "It is a manifest, but a.txt is not beside it.")


def test_other_files_of_a_folder_are_passed_over_and_counted(tmp_path: Path) -> None:
    made(tmp_path, a_txt=b"1", x_jpg=b"", b__y_jpg=b"", b__z_docx=b"", README=b"")

    _, skipped = find([tmp_path])

    assert skipped == Skipped(
        tmp_path.name,
        4,
        "4 files in it of other kinds were passed over: 1 .docx, 2 .jpg, 1 without an ending.",
    )


def test_what_the_machine_keeps_for_itself_is_passed_over_in_silence(tmp_path: Path) -> None:
    made(tmp_path, a_txt=b"1", _DS_Store=b"", _git__b_txt=b"3")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX/c.txt").write_bytes(b"4")

    assert [one.name for one in texts(tmp_path)] == ["a.txt"]


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    made(tmp_path, x_jpg=b"")

    skipped, refusal = find([tmp_path])

    assert isinstance(skipped, Skipped)
    assert skipped.sentence.startswith("1 file in it of other kinds was passed over")
    assert isinstance(refusal, Refusal)
    assert refusal.sentence.startswith("The folder holds no text: no file in it ends in .txt, .md,")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nowhere.txt", "It is not there."),
        ("nowhere", "It is not there."),
        ("a\0b.txt", "embedded null byte"),
        ("x" * 5000, "It cannot be read: File name too long."),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(tmp_path: Path, name: str, sentence: str) -> None:
    assert sentence in refused(tmp_path / name)


def test_a_file_of_another_ending_is_refused_when_it_is_named(tmp_path: Path) -> None:
    made(tmp_path, a_docx=b"x")

    assert refused(tmp_path / "a.docx").startswith("It is not read: its name ends in none of .txt, ")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.txt", b"", "It is empty."),
        ("a.txt", b"PK\x03\x04....", "Its name ends in .txt, but it is a ZIP file or an office document."),
        ("a.txt", b"\x7fELF\x02\x01", "Its name ends in .txt, but it is a program."),
        ("a.md", b"\x89PNG\r\n\x1a\n", "Its name ends in .md, but it is a PNG image."),
        ("a.html", b"\x1f\x8b\x08", "Its name ends in .html, but it is a gzip archive."),
        ("a.txt", bytes(range(256)) * 4, "but it is not a text: its bytes are no letters of any charset."),
        ("a.pdf", PAGE, "but it is a web page (HTML): perhaps an error page that was saved instead."),
        ("a.pdf", b"words", "Its name ends in .pdf, but it does not begin as a PDF does."),
    ],
)
def test_content_decides_and_is_refused_by_what_it_is(
    tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(data)

    assert sentence in refused(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "data", "media", "note"),
    [
        ("a.txt", PDF, Media.PDF, "it is a PDF and was read as one"),
        ("a.html", b"\n" + PDF, Media.PDF, "it is a PDF and was read as one"),
        ("a.txt", b"<!-- x --> <HTML lang=en>", Media.TEXT, "Rename it to .html to have its words only."),
        ("a.md", PAGE, Media.MARKDOWN, "It holds the source of a web page and was read as text"),
    ],
)
def test_content_decides_and_is_told_where_the_name_says_otherwise(
    tmp_path: Path, name: str, data: bytes, media: Media, note: str
) -> None:
    (tmp_path / name).write_bytes(data)

    (one,) = texts(tmp_path / name)

    assert one.media is media
    assert note in one.notes[0]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", "Wörter".encode("utf-16")),
        ("a.txt", "一 and 一, in UTF-16".encode("utf-16")),
        ("a.txt", "Plain words in UTF-16".encode("utf-16-le")),
        ("a.txt", b"MZ is how the name of a file format begins"),
        ("a.txt", b"The letters %PDF-1.4 begin a PDF"),
        ("a.txt", b"<p>A tag at the beginning</p>"),
        ("a.txt", b"ID3 tags, II* and BZh"),
        ("a.html", b"<p>A piece of a page"),
        ("a.html", "<html>".encode("utf-16")),
    ],
)
def test_texts_that_look_like_something_else_are_texts(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)

    (one,) = texts(tmp_path / name)

    assert (one.media, one.notes) == (incoming.ENDINGS[Path(name).suffix], ())


@pytest.mark.parametrize(
    ("name", "data", "limit"),
    [
        ("a.txt", b"a", 5_000_000),
        ("a.html", PAGE, 10_000_000),
        ("a.pdf", PDF, 50_000_000),
    ],
)
def test_files_over_their_limit_are_refused(tmp_path: Path, name: str, data: bytes, limit: int) -> None:
    with (tmp_path / name).open("wb") as file:
        file.write(data.ljust(5_000, b"a"))
        file.truncate(limit + 1)

    assert refused(tmp_path / name) == f"It has {limit + 1:,} bytes; at most {limit:,} are read."


def test_a_file_that_grew_in_the_meantime_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(incoming.LIMITS, Media.TEXT, 10)
    (one,) = texts(made(tmp_path, a_txt=b"words") / "a.txt")
    made(tmp_path, a_txt=b"more words than before")

    with pytest.raises(IncomingError, match="It has 22 bytes; at most 10 are read"):
        one.read()


def test_a_file_that_vanished_in_the_meantime_is_told(tmp_path: Path) -> None:
    (one,) = texts(made(tmp_path, a_txt=b"words") / "a.txt")
    (tmp_path / "a.txt").unlink()

    with pytest.raises(IncomingError, match="It is no longer there"):
        one.read()


def test_a_file_that_vanishes_between_listing_and_looking_is_refused(tmp_path: Path) -> None:
    found = find([made(tmp_path, a_txt=b"1", b_txt=b"2", c_txt=b"3")])
    next(found)
    (tmp_path / "b.txt").unlink()

    assert next(found) == Refusal("b.txt", "It is no longer there: it was moved or deleted in the meantime.")
    assert isinstance(next(found), Incoming)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_refused(tmp_path: Path) -> None:
    made(tmp_path, a_txt=b"1", b__c_txt=b"2")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "b").chmod(0)

    found = [one for one in find([tmp_path]) if isinstance(one, Refusal)]
    (tmp_path / "b").chmod(0o700)

    assert [one.sentence for one in found][:2] == ["You may not read it: change its permissions."] * 2


def test_refused_permissions_become_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, a_txt=b"1")

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)

    assert refused(tmp_path / "a.txt") == "You may not read it: change its permissions."


def test_links_out_of_the_folder_are_refused_and_links_within_come_once(tmp_path: Path) -> None:
    made(
        tmp_path, out__secret_txt=b"s", out__m_yaml=b"s", in__a_txt=b"1", in__m_txt=b"2", in__deep__b_txt=b"3"
    )
    inside = tmp_path / "in"
    (inside / "x.txt").symlink_to(tmp_path / "out/secret.txt")
    (inside / "y").symlink_to(tmp_path / "out")
    (inside / "z").symlink_to(inside)
    (inside / "m.yaml").symlink_to(tmp_path / "out/m.yaml")

    found = list(find([inside]))

    assert [one.name for one in found] == ["a.txt", "deep/b.txt", "m.txt", "m.yaml", "x.txt", "y"]
    by_name = {one.name: one for one in found}
    for name in ("x.txt", "y", "m.yaml"):
        one = by_name[name]
        assert isinstance(one, Refusal)
        assert one.sentence == "It is a symbolic link to something outside the folder. Name that itself."
    with_manifest = by_name["m.txt"]
    assert isinstance(with_manifest, Incoming)
    assert with_manifest.manifest is None


def test_a_folder_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    made(tmp_path, real__a_txt=b"1")
    (tmp_path / "link").symlink_to(tmp_path / "real")

    (one,) = texts(tmp_path / "link")

    assert one.read() == b"1"


def test_a_pipe_is_refused_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    made(tmp_path, text_txt=b"1", text_yaml=b"")
    (tmp_path / "text.yaml").unlink()
    os.mkfifo(tmp_path / "text.yaml")
    found: list[incoming.Found] = []

    thread = threading.Thread(
        target=lambda: found.extend(find([tmp_path, tmp_path / "pipe.txt"])), daemon=True
    )
    thread.start()
    thread.join(timeout=5)

    assert not thread.is_alive()
    assert found[0] == Refusal("pipe.txt", "It is not a regular file but a folder, a pipe or a device.")
    text = found[1]
    assert isinstance(text, Incoming)
    assert text.manifest is None


def test_a_device_is_refused() -> None:
    assert refused("/dev/null").startswith("It is not read: its name ends in none of")


def test_a_very_deep_folder_is_walked(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(400):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "a.txt").write_bytes(b"1")

    (one,) = texts(tmp_path)

    assert one.name.startswith("…") and one.name.endswith("/d/a.txt")
    assert len(one.name) == 400


def test_thousands_of_files_take_no_memory(tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f"{number}.txt").write_bytes(b"x" * 20_000)

    tracemalloc.start()
    count = sum(isinstance(one, Incoming) and len(one.read()) == 20_000 for one in find([tmp_path]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 1_000
    assert peak < 2_000_000


def test_an_archive_gives_its_texts_in_order_with_their_manifests(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", b__z_txt=b"1", b__z_yaml=b"m", a_html=PAGE, c_yaml=b"n", d_jpg=b"")

    one, page, orphan, skipped = find([path])

    assert isinstance(one, Incoming) and isinstance(page, Incoming) and one.manifest is not None
    assert (one.name, one.path, one.read()) == ("x.zip/b/z.txt", None, b"1")
    assert (one.manifest.name, one.manifest.read()) == ("x.zip/b/z.yaml", b"m")
    assert (page.media, page.manifest) == (Media.HTML, None)
    assert orphan == Refusal("x.zip/c.yaml", "It is a manifest, but c.txt is not beside it.")
    assert isinstance(skipped, Skipped)
    assert skipped.sentence == "1 file in it of other kinds was passed over: 1 .jpg."


def test_an_archive_in_a_folder_is_read_and_one_in_an_archive_is_not(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", a_txt=b"1").read_bytes()
    zipped(tmp_path / "news.zip", b_txt=b"2", c_zip=inner)
    with zipfile.ZipFile(tmp_path / "news.zip", "a") as archive:
        archive.writestr("__MACOSX/._b.txt", b"3")
        archive.writestr(".hidden/b.txt", b"4")
        archive.writestr(".DS_Store", b"5")

    found = list(find([tmp_path, tmp_path / "inner.zip"]))

    assert [one.name for one in found if isinstance(one, Incoming)] == [
        "inner.zip/a.txt",
        "news.zip/b.txt",
    ]
    assert [one for one in found if isinstance(one, Refusal)] == [
        Refusal("news.zip/c.zip", "It is a ZIP file in a ZIP file: unpack the outer one and name this one.")
    ]


def test_hostile_members_are_refused_and_the_others_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../up.txt", b"1")
        archive.writestr("a.txt", b"2")
        archive.writestr("big.txt", b"x" * 5_000_001)
        archive.writestr("bomb.html", b" " * 9_000_000)
        archive.writestr("empty.txt", b"")
        archive.writestr("image.txt", b"\x89PNG\r\n\x1a\n")

    up, text, big, bomb, empty, image = find([tmp_path / "x.zip"])

    assert isinstance(up, Refusal) and "leads out of the archive" in up.sentence
    assert isinstance(text, Incoming) and text.read() == b"2"
    assert big == Refusal("x.zip/big.txt", "It has 5,000,001 bytes; at most 5,000,000 are read.")
    assert isinstance(bomb, Incoming)
    with pytest.raises(IncomingError, match="is taken for an attack"):
        bomb.read()
    assert empty == Refusal("x.zip/empty.txt", "It is empty.")
    assert image == Refusal("x.zip/image.txt", "Its name ends in .txt, but it is a PNG image.")


@pytest.mark.parametrize("data", [b"", b"words", b"PK\x03\x04 and then nothing"])
def test_what_only_calls_itself_an_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)

    assert "not a whole ZIP file" in refused(tmp_path / "x.zip")


def test_an_archive_without_texts_is_refused(tmp_path: Path) -> None:
    assert refused(zipped(tmp_path / "x.zip")).startswith("The ZIP file holds no text")


@pytest.mark.parametrize(
    ("data", "media"),
    [(b"Words.", Media.TEXT), (PAGE, Media.HTML), (PDF, Media.PDF), (b"\xef\xbb\xbfa", Media.TEXT)],
)
def test_standard_input_is_what_it_holds(data: bytes, media: Media) -> None:
    (one,) = find(["-", "-"], io.BytesIO(data))

    assert isinstance(one, Incoming)
    assert re.fullmatch("standard input [0-9a-f]{12}", one.name)
    assert (one.path, one.media, one.read()) == (None, media, data)


@pytest.mark.parametrize(
    ("stdin", "sentence"),
    [
        (None, "There is no standard input here. Name a file."),
        (io.BytesIO(b""), "It is empty."),
        (io.BytesIO(b"PK\x03\x04"), "It is a ZIP file: save it to a file and name that."),
        (io.BytesIO(b"GIF89a"), "It is a GIF image."),
        (io.BytesIO(b"a" * 5_000_001), "It has 5,000,001 bytes; at most 5,000,000 are read."),
    ],
)
def test_standard_input_that_cannot_be_read_is_refused(stdin: io.BytesIO | None, sentence: str) -> None:
    assert list(find(["-"], stdin)) == [Refusal("standard input", sentence)]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("plain name.txt", "plain name.txt"),
        ("a\u202etxt.exe", "atxt.exe"),
        ("line\nbreak\x1b[31m\u2028.txt", "linebreak[31m.txt"),
        ("cafe\u0301.txt", "café.txt"),
        ("bad\udcff.txt", "bad\ufffd.txt"),
    ],
)
def test_names_are_shown_without_what_cannot_be_seen(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_name_can_be_shown_and_stored(name: str) -> None:
    shown = clean_name(name)

    assert 0 < len(shown.encode().decode()) <= 400
    assert not any(ord(char) < 32 for char in shown)


@given(
    st.binary(max_size=200) | st.sampled_from([PDF, PAGE, b"<!--" * 1_000, b"<?xml" * 800, b" \n" * 2_000])
)
def test_any_beginning_is_recognised_or_may_be_a_text(head: bytes) -> None:
    recognised = recognise(head)

    assert recognised is None or recognised.called
