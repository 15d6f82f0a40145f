"""Business files become rows: many kinds, languages and code pages, hostile ones, and all the real ones beside us."""

import gzip
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from core.importing.reading import Unreadable, glance, read
from core.importing.texts import decode
from core.testing.shared_data import shared


def rows(path: Path, encoding: str = "") -> list[list[str]]:
    return list(read(path, encoding))


def written(folder: Path, data: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_russian_tables_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Имя;Город\r\nСидоров Иван Петрович;Москва\r\nКузнецова Мария;Санкт-Петербург\r\n" * 4
    assert rows(written(tmp_path, text.encode(encoding)))[1] == ["Сидоров Иван Петрович", "Москва"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1"])
def test_spanish_tables_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Nombre,Ciudad\nFerretería Ñandú,Córdoba\n"
    assert rows(written(tmp_path, text.encode(encoding)))[1] == ["Ferretería Ñandú", "Córdoba"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_separators_are_found(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["a", "b", "c"], ["1,5", "x", "y"], ["2", "", "z"])).replace(
        "1,5", '"1,5"'
    )
    assert rows(written(tmp_path, text.encode()))[1] == ["1,5", "x", "y"]


def test_excel_says_its_separator_and_quotes_line_breaks(tmp_path: Path) -> None:
    data = b'sep=;\r\nname;note\r\nAna;"two\r\nlines"\r\n'
    assert rows(written(tmp_path, data)) == [["name", "note"], ["Ana", "two\r\nlines"]]


def test_spreadsheets_give_whole_numbers_and_iso_dates(tmp_path: Path) -> None:
    from datetime import datetime

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "price", "since"])
        sheet.write_row(1, 0, [7, 2.5])
        sheet.write_datetime(1, 2, datetime(2026, 3, 13), book.add_format({"num_format": "yyyy-mm-dd"}))
    assert rows(path)[1][:2] == ["7", 2.5]
    assert rows(path)[1][2].startswith("2026-03-13")


def test_cards_of_all_versions(tmp_path: Path) -> None:
    name = "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Su=C3=A1rez;Ana"
    two = f"BEGIN:VCARD\r\nVERSION:2.1\r\n{name}\r\nTEL;WORK:+54 221\r\nEND:VCARD\r\n"
    four = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Иван Сидоров\r\nEMAIL:ivan@sidorov.example\r\nEND:VCARD\r\n"
    found = rows(written(tmp_path, (two + four).encode(), "cards.vcf"))
    names = found[0]
    assert [r[names.index("name")] for r in found[1:]] == ["Ana Suárez", "Иван Сидоров"]
    assert found[2][names.index("email")] == "ivan@sidorov.example"


@pytest.mark.parametrize("encoding", ["koi8-r", "cp866"])
def test_old_russian_code_pages_are_recognised(encoding: str) -> None:
    assert decode("Сидоров Иван;ООО ЁЛКА;москва".encode(encoding)) == "Сидоров Иван;ООО ЁЛКА;москва"


@pytest.mark.parametrize("encoding", ["cp1250", "iso-8859-2"])
def test_polish_is_told_from_western_languages(encoding: str) -> None:
    assert decode("Piotr Iksiński, Łódź, Żółw".encode(encoding)) == "Piotr Iksiński, Łódź, Żółw"
    assert decode("3 m³, piso 2º, n° 5, señor".encode("cp1252")) == "3 m³, piso 2º, n° 5, señor"


def test_packed_tables_are_unpacked_as_far_as_they_may_grow(tmp_path: Path) -> None:
    assert rows(written(tmp_path, gzip.compress(b"a,b\n1,2\n"), "t.csv.gz")) == [["a", "b"], ["1", "2"]]
    bomb = written(tmp_path, gzip.compress(b"0" * (600 << 20), 1), "bomb.csv.gz")
    with pytest.raises(Unreadable, match="unpacks to more"):
        rows(bomb)
    with pytest.raises(Unreadable, match="too soon"):
        rows(written(tmp_path, gzip.compress(b"a,b\n" * 90)[:-12], "half.csv.gz"))


def test_a_glance_tells_what_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Notes", "People"):
            book.add_worksheet(name).write_row(0, 0, [name, "x"])
    seen = glance(path, sheet="People")
    assert (seen.source.kind, seen.source.sheets, seen.source.sheet, seen.rows) == (
        "sheet",
        ["Notes", "People"],
        "People",
        [["People", "x"]],
    )
    assert glance(written(tmp_path, "Año;Ñ\n1;2".encode("cp1252"))).source.encoding == "cp1252"


CARD_WITHIN = """BEGIN:VCARD
VERSION:2.1
FN:Boss
AGENT:
BEGIN:VCARD
FN:Secretary
END:VCARD
TEL;WORK;FAX:11
TEL;CELL:22 22
item1.TEL;TYPE="work,voice":33 33
NOTE;ENCODING=QUOTED-PRINTABLE:soft=
 break=0Aline
ADR;TYPE=HOME:;;Elsewhere 1;Town;;;
ADR;TYPE=WORK:;Floor 2;Main\\; 5;City;State;123;Peru
END:VCARD
"""


def test_a_card_is_read_as_programs_write_it(tmp_path: Path) -> None:
    names, boss = rows(written(tmp_path, CARD_WITHIN.encode(), "cards.vcf"))
    told = {name: cell for name, cell in zip(names, boss, strict=True) if cell}
    assert told == {
        "name": "Boss",
        "phone": "33 33",
        "mobile": "22 22",
        "notes": "soft break\nline",
        "street": "Main; 5, Floor 2",
        "city": "City",
        "state": "State",
        "postcode": "123",
        "country": "Peru",
    }


def bomb(folder: Path) -> Path:
    path = folder / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (600 << 20))
    return path


def far_cell(folder: Path) -> Path:
    path = folder / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_048_575, 16_383, "z")
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (bomb, "unpacks to more"),
        (far_cell, "memory"),
        (lambda f: written(f, b'a,b\n"open' + b"x" * 40_000), "quotation mark"),
        (lambda f: written(f, b"<html><body><table>"), "web page"),
        (lambda f: written(f, b"PK\x03\x04 damaged", "x.xlsx"), "damaged"),
        (lambda f: written(f, b"BEGIN:VCALENDAR\r\n"), "calendar"),
        (lambda f: written(f, b"\xd0\xcf\x11\xe0 not a workbook", "x.xls"), "open"),
    ],
)
def test_hostile_files_are_refused_with_a_remedy(tmp_path: Path, make: object, says: str) -> None:
    assert callable(make)
    with pytest.raises(Unreadable, match=says):
        rows(make(tmp_path))


def test_high_bytes_that_stand_together_are_cyrillic() -> None:
    assert decode("Привет, мир".encode("cp1251")) == "Привет, мир"
    assert decode("señor, año".encode("cp1252")) == "señor, año"


def test_every_real_contact_file_is_read_or_refused_with_a_sentence() -> None:
    files = [p for p in shared("contacts").rglob("*") if p.suffix in (".csv", ".vcf")]
    refused = {}
    for path in files:
        try:
            assert rows(path), path
        except Unreadable as error:
            refused[path.name] = str(error)
    assert set(refused) <= {"user-cal.vcf"}, refused


def test_real_spreadsheets_are_read_or_refused_with_a_sentence() -> None:
    files = [p for p in shared("spreadsheets").rglob("*") if p.suffix.lower() in (".xls", ".xlsx", ".ods", ".csv")][:60]
    read_well, refused = 0, []
    for path in files:
        try:
            read_well += bool(rows(path))
        except Unreadable as error:
            refused.append(f"{path.name}: {error}")
    assert read_well >= 0.9 * len(files), refused
