from __future__ import annotations

import time
from pathlib import Path

import pytest
import vobject

from client.interchange import vcards
from client.interchange.files import read
from client.interchange.sources import Row, Source, UnreadableFile

FIXTURES = Path(__file__).parents[3] / "fixtures" / "interchange"


def opened(name: str) -> Source:
    return read((FIXTURES / name).read_bytes(), name)


def values(source: Source, row: Row) -> list[tuple[str, str, str]]:
    found = [(source.known[source.columns[c.column].key], c.value) for c in row.cells]
    return [(target.field, target.kind, value) for target, value in found]


def cards(text: str) -> list[Row]:
    return list(read(text.encode(), "x.vcf").rows())


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def facts(*lines: str, version: str = "3.0") -> list[tuple[str, str, str]]:
    source = read(card(*lines, version=version).encode(), "x.vcf")
    return values(source, next(source.rows()))


def test_an_android_phones_card_is_read() -> None:
    source = opened("android.vcf")
    first, second = source.rows()
    assert (source.row_count, first.line, second.line) == (2, 1, 17)
    assert values(source, first) == [
        ("family_name", "", "Häberle"),
        ("given_name", "", "Jan"),
        ("name", "", "Jan Häberle"),
        ("phone", "mobile", "0176 04068888"),
        ("phone", "work fax", "0711 99998030"),
        ("email", "work", "jan@haeberle.example"),
        ("about", "", "First line\nsecond line with ü"),
        ("label", "", "Regulars"),
        ("label", "", "Wholesale"),
        ("street", "work", r"C:\new\street 1"),
        ("town", "work", "Stuttgart"),
        ("postal_code", "work", "70173"),
        ("country", "work", "Germany"),
    ]
    assert first.photo is not None
    assert (first.photo.media_type, len(first.photo.data)) == ("image/jpeg", 12)
    assert values(source, second) == [("email", "", "nameless@post.example")]


def test_an_iphones_card_is_read() -> None:
    source = opened("iphone.vcf")
    person, company = source.rows()
    found = values(source, person)
    assert ("phone", "AssistantPhone", "0731 99998040") in found
    assert ("street", "home", "Am Anger 4\nRear building") in found
    assert ("website", "", "http://www.parkhotel.example") in found
    assert ("birthday", "", "--02-29") in found
    assert ("about", "", "Commas, semicolons; and\na new line") in found
    assert ("imported", "", "Events") in found
    assert ("company_card", "", "yes") in values(source, company)


def test_a_card_of_rfc_6350_is_read() -> None:
    source = opened("rfc6350.vcf")
    (row,) = source.rows()
    found = values(source, row)
    assert ("phone", "work", "+1-418-555-0154 ext. 102") in found
    assert ("town", "work", "Québec") in found
    assert ("lat", "work", "46.772673") in found
    assert ("lon", "work", "-71.282945") in found
    assert ("birthday", "", "--0203") in found
    assert ("imported", "", "https://www.viagene.example/simone.asc") in found
    assert row.photo is not None
    assert row.photo.media_type == "image/png"
    assert len({c.group for c in row.cells if c.group}) == 1


def test_line_ends_may_be_damaged() -> None:
    text = card("FN:A", "NOTE:one", " two").replace("\r\n", "\r\r\n")
    assert [c.value for c in cards(text)[0].cells] == ["A", "onetwo"]


def test_separators_within_a_value_do_not_end_a_line() -> None:
    assert facts("NOTE:a\u2028b\x85c\x0bd") == [("about", "", "a\u2028b\x85c\x0bd")]


def test_a_backslash_is_but_a_backslash_in_version_2_1() -> None:
    assert facts(r"NOTE:C:\new\; x", version="2.1") == [("about", "", r"C:\new; x")]
    assert facts(r"NOTE:a\nb\; x") == [("about", "", "a\nb; x")]


def test_an_escaped_backslash_does_not_escape_what_follows() -> None:
    assert facts(r"N:a\\;b\;c;;;") == [("family_name", "", "a\\"), ("given_name", "", "b;c")]


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("TEL;TYPE=WORK,VOICE:1", "work"),
        ("TEL;TYPE=work;TYPE=cell:1", "mobile"),
        ("TEL;HOME;FAX:1", "home fax"),
        ("TEL;TYPE=pager:1", "pager"),
        ("TEL:1", ""),
        ("X-MS-TEL;WORK:1", "work"),
    ],
)
def test_types_of_all_versions_become_kinds(typed: str, kind: str) -> None:
    assert facts(typed) == [("phone", kind, "1")]


def test_a_quoted_parameter_may_hold_a_colon() -> None:
    assert facts('ADR;LABEL="Door: 3";TYPE=home:;;Main St 1;;;;') == [
        ("street", "home", "Main St 1")
    ]


def test_several_addresses_stay_apart() -> None:
    (row,) = cards(card("ADR;TYPE=work:;;A 1;T;;;", "ADR;TYPE=home:;;B 2;U;;;", "GEO:48.1;11.5"))
    assert [c.group for c in row.cells] == ["1", "1", "1", "1", "2", "2"]


def test_addresses_keep_their_order_also_where_one_is_but_a_position() -> None:
    text = card("a.ADR:;;;;;;", "b.ADR:;;B 2;;;;", "a.GEO:1;2")
    assert [c.value for c in cards(text)[0].cells] == ["1", "2", "B 2"]


def test_quoted_printable_names_its_character_set() -> None:
    line = "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FCnchen"
    assert facts(line, version="2.1") == [("about", "", "München")]
    for charset in ("NO-SUCH-SET", "UTF-8"):
        line = f"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:M=FCnchen"
        assert facts(line, version="2.1") == [("about", "", "München")]


def test_one_broken_byte_does_not_spoil_the_rest() -> None:
    line = "NOTE;ENCODING=QUOTED-PRINTABLE:=C3=A4=C3=B6=C3=BC=80"
    assert facts(line, version="2.1") == [("about", "", "äöü\N{REPLACEMENT CHARACTER}")]


def test_base64_need_not_be_indented() -> None:
    (row,) = cards(
        card("PHOTO;ENCODING=BASE64;TYPE=PNG:iVBORw0K", "GgoAAAA=", "", "FN:A", version="2.1")
    )
    assert row.photo is not None
    assert len(row.photo.data) == 11
    assert [c.value for c in row.cells] == ["A"]


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("PHOTO;ENCODING=b:iVBORw0", "The photo is damaged and was left out."),
        ("PHOTO;ENCODING=b:AAAA", "The photo is no picture, or over 5 MB, and was left out."),
        ("KEY;ENCODING=b:AAAA", "Key holds no text and was left out."),
        ("X-ADDRESSBOOKSERVER-KIND:group", "This card is a list of other cards."),
    ],
)
def test_what_is_left_out_is_said(line: str, remark: str) -> None:
    (row,) = cards(card("FN:A", line))
    assert row.remarks == (remark,)


def test_a_photo_elsewhere_is_kept_as_its_address() -> None:
    assert facts("PHOTO;VALUE=uri:https://a.example/p.jpg") == [
        ("imported", "", "https://a.example/p.jpg")
    ]


def test_cards_within_cards_belong_to_them() -> None:
    text = card("FN:A", "AGENT:", "BEGIN:VCARD", "FN:Agent", "END:VCARD", "TEL:1", version="2.1")
    assert [[c.value for c in row.cells] for row in cards(text)] == [["A", "1"]]


def test_a_card_that_another_interrupts_is_still_read() -> None:
    text = "BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\n"
    assert [[c.value for c in row.cells] for row in cards(text)] == [["A"], ["B"]]


def test_damaged_lines_and_lines_between_cards_are_passed_over() -> None:
    text = "BEGIN:VCARD\nno colon\n:no name\nFN:A\nEND:VCARD\nrubbish\n" + card("FN:B")
    assert [[c.value for c in row.cells] for row in cards(text)] == [["A"], ["B"]]


def test_a_card_without_an_end_means_half_a_file() -> None:
    with pytest.raises(UnreadableFile, match="begins in line 4 has no end"):
        cards("BEGIN:VCARD\nFN:A\nEND:VCARD\nBEGIN:VCARD\nFN:B\n")


def test_a_file_of_cards_without_a_card_says_so() -> None:
    with pytest.raises(UnreadableFile, match="no vCard in this file"):
        read(b"hello", "x.vcf")


def test_a_text_over_a_megabyte_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="NOTE of the card in line 1 holds more than 1 MB"):
        cards(card("FN:A", "NOTE:" + "x" * ((1 << 20) + 1)))


def test_headings_never_become_too_many() -> None:
    source = read(card("FN:A", *(f"X-THING-{n}:{n}" for n in range(600))).encode(), "x.vcf")
    assert len(source.columns) <= 500
    assert len(next(source.rows()).cells) == 601


@pytest.mark.parametrize(
    "line",
    [
        "TEL" + ";A=b" * 20_000,
        "TEL;" + '"' * 50_000,
        'TEL;X="' + "a" * 200_000,
        "A" * 500_000,
        "N:" + "\\" * 100_001 + ";" * 50_000,
    ],
)
def test_damaged_lines_cost_no_more_than_their_length(line: str) -> None:
    begun = time.process_time()
    cards(card("FN:A", line))
    assert time.process_time() - begun < 3


def test_a_long_file_is_read_in_steps() -> None:
    steps = vcards.reading(card("FN:A") * 120, "x.vcf")
    assert next(steps) < next(steps) <= 1


@pytest.mark.parametrize("name", ["iphone.vcf", "rfc6350.vcf"])
def test_vobject_reads_the_same_names_and_numbers(name: str) -> None:
    text = (FIXTURES / name).read_text(encoding="utf-8")
    theirs = [
        (each.fn.value, [tel.value for tel in each.contents.get("tel", [])])
        for each in vobject.readComponents(text)
    ]
    source = opened(name)
    ours = []
    for row in source.rows():
        found = values(source, row)
        names = [value for field, _, value in found if field == "name"]
        numbers = [value for field, _, value in found if field == "phone"]
        ours.append((names[0], numbers))
    assert [each for each, _ in ours] == [each for each, _ in theirs]
    assert [len(numbers) for _, numbers in ours] == [len(numbers) for _, numbers in theirs]
