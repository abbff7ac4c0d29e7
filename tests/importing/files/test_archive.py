from __future__ import annotations

import io
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.importing.files import archive
from articles.importing.files.archive import ArchiveError, Member, Unfit, members
from tests.pace import within

LIMIT = 5_000_000


def packed(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def only(path: Path) -> Member | Unfit:
    (one,) = members(path)
    return one


def fit(path: Path) -> Member:
    one = only(path)
    assert isinstance(one, Member)
    return one


def test_members_come_in_order_and_are_read_whole(tmp_path: Path) -> None:
    files = {"b/two.txt": b"Second " * 1_000, "a.txt": b"First", "b/": b"", "no bytes.txt": b""}

    listed = list(members(packed(tmp_path / "x.zip", files)))

    assert [one.name for one in listed] == ["b/two.txt", "a.txt", "no bytes.txt"]
    assert [one.read(LIMIT) for one in listed if isinstance(one, Member)] == [
        b"Second " * 1_000,
        b"First",
        b"",
    ]


def test_stored_members_and_heads_are_read(tmp_path: Path) -> None:
    member = fit(packed(tmp_path / "x.zip", {"a.txt": b"0123456789" * 50_000}, zipfile.ZIP_STORED))

    assert member.head(12) == b"012345678901"
    assert member.read(LIMIT) == b"0123456789" * 50_000


def test_names_beyond_ascii_are_read(tmp_path: Path) -> None:
    assert fit(packed(tmp_path / "x.zip", {"Bäckerei/brød 🍞.txt": b"x"})).name == "Bäckerei/brød 🍞.txt"


@pytest.mark.parametrize(
    "name",
    [
        "../out.txt",
        "a/../../out.txt",
        "/etc/out.txt",
        "C:/out.txt",
        "c:out.txt",
        "a\\..\\out.txt",
        "a\\b.txt",
        "..",
    ],
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    one = only(packed(tmp_path / "x.zip", {name: b"x"}))

    assert isinstance(one, Unfit)
    assert one.name == name
    assert "leads out of the archive" in one.sentence


def test_a_name_with_nul_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"a_txt.exe": b"x"})
    path.write_bytes(path.read_bytes().replace(b"a_txt.exe", b"a\0txt.exe"))

    one = only(path)

    assert isinstance(one, Unfit)
    assert one.sentence == "Its name holds a NUL character."


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        (stat.S_IFLNK, "It is a symbolic link; only files themselves are read."),
        (stat.S_IFCHR, "It is not a regular file."),
        (stat.S_IFIFO, "It is not a regular file."),
    ],
)
def test_links_and_devices_are_refused(tmp_path: Path, mode: int, sentence: str) -> None:
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = (mode | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr(info, b"/etc/passwd")

    assert only(tmp_path / "x.zip") == Unfit("a.txt", sentence)


def test_encrypted_members_are_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"a.txt": b"x"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)

    one = only(path)

    assert isinstance(one, Unfit)
    assert one.sentence.startswith("It is encrypted")


def test_methods_that_unpack_without_a_bound_are_refused(tmp_path: Path) -> None:
    one = only(packed(tmp_path / "x.zip", {"a.txt": b"x" * 1_000}, zipfile.ZIP_BZIP2))

    assert isinstance(one, Unfit)
    assert "packed with a method that is not read" in one.sentence


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_second_member_of_a_name_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr("a.txt", b"one")
        made.writestr("a.txt", b"two")

    first, second = members(tmp_path / "x.zip")

    assert isinstance(first, Member)
    assert first.read(LIMIT) == b"one"
    assert second == Unfit("a.txt", "The archive holds two files of this name; the first was read.")


def test_a_member_over_the_limit_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    member = fit(packed(tmp_path / "x.zip", {"a.txt": b"x" * 11}))

    with pytest.raises(ArchiveError, match="It has 11 bytes; at most 10 are read"):
        member.read(10)


def test_a_member_that_packs_too_well_is_refused(tmp_path: Path) -> None:
    member = fit(packed(tmp_path / "x.zip", {"a.txt": bytes(4_000_000)}))

    with pytest.raises(ArchiveError, match=r"times as large unpacked as packed"):
        member.read(LIMIT)


def test_a_member_larger_than_its_header_says_is_not_unpacked_to_its_end(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"a.txt": bytes(100_000_000)})
    data = bytearray(path.read_bytes())
    struct.pack_into("<L", data, data.index(b"PK\x01\x02") + 24, 1_000)
    path.write_bytes(data)
    member = fit(path)

    with within(0.2), pytest.raises(ArchiveError, match="its bytes are not those its header describes"):
        member.read(LIMIT)


@pytest.mark.parametrize("place", [24, 16])
def test_a_member_that_is_not_what_its_header_says_is_refused(tmp_path: Path, place: int) -> None:
    path = packed(tmp_path / "x.zip", {"a.txt": b"words"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + place] += 1
    path.write_bytes(data)

    with pytest.raises(ArchiveError, match="It is damaged"):
        fit(path).read(LIMIT)


def test_a_member_with_two_names_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "x.zip", {"a.txt": b"words"})
    path.write_bytes(path.read_bytes().replace(b"a.txt", b"b.txt", 1))

    with pytest.raises(ArchiveError, match="gives it another name"):
        fit(path).read(LIMIT)


def test_too_many_members_are_refused_by_the_announcement_and_by_the_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    path = packed(tmp_path / "x.zip", {f"{number}.txt": b"" for number in range(4)})

    with monkeypatch.context() as patch, pytest.raises(ArchiveError, match="lists more than 3 files"):
        patch.setattr(zipfile, "ZipFile", None)
        list(members(path))

    data = bytearray(path.read_bytes())
    struct.pack_into("<2H", data, data.index(b"PK\x05\x06") + 8, 1, 1)
    path.write_bytes(data)
    with pytest.raises(ArchiveError, match="lists more than 3 files"):
        list(members(path))


def test_an_archive_over_its_limits_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "x.zip", {"a.txt": b"x" * 1_000, "b.jpg": b"y" * 1_000})

    monkeypatch.setattr(archive, "MAX_UNPACKED", 1_999)
    with pytest.raises(ArchiveError, match="has 2,000 bytes unpacked; at most 1,999"):
        list(members(path))
    monkeypatch.setattr(archive, "MAX_BYTES", 100)
    with pytest.raises(ArchiveError, match="at most 100 are read"):
        list(members(path))
    monkeypatch.setattr(archive, "MAX_BYTES", 10_000)
    monkeypatch.setattr(archive, "_MAX_LIST", 50)
    with pytest.raises(ArchiveError, match="lists more than"):
        list(members(path))


@pytest.mark.parametrize("cut", [0, 1, 30, 100])
def test_what_is_no_whole_archive_is_refused(tmp_path: Path, cut: int) -> None:
    path = packed(tmp_path / "x.zip", {"a.txt": b"words"})
    path.write_bytes(path.read_bytes()[:cut])

    with pytest.raises(ArchiveError, match="not a whole ZIP file"):
        list(members(path))


def test_an_archive_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(members(tmp_path / "x.zip"))


@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_archive_never_crashes(tmp_path: Path, place: int, noise: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", b"some words " * 20)
        made.writestr("b/ø.txt", b"more words")
    data = bytearray(buffer.getvalue())
    data[place : place + len(noise)] = noise
    path = tmp_path / "x.zip"
    path.write_bytes(data)

    try:
        for one in members(path):
            if isinstance(one, Member):
                assert len(one.read(LIMIT)) == one.size
    except ArchiveError as error:
        assert str(error).endswith((".", "?"))
