from __future__ import annotations

import csv
import io
import time

import pytest

from client.interchange.files import read, reading
from client.interchange.sources import Source, UnreadableFile


def table(text: str) -> Source:
    return read(text.encode(), "table.csv")


def cells(source: Source) -> list[dict[str, str]]:
    return [{source.columns[c.column].key: c.value for c in row.cells} for row in source.rows()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = f"name{delimiter}town\nA, B; C | D{delimiter}Ulm\nE{delimiter}Hof\n"
    if delimiter in "A, B; C | D":
        text = text.replace("A, B; C | D", '"A, B; C | D"')
    found = table(text)
    assert cells(found)[0] == {"name": "A, B; C | D", "town": "Ulm"}


def test_decimal_commas_do_not_mislead() -> None:
    assert cells(table("name;lat;lon\nA;48,1;11,5\nB;48,2;11,6\n"))[1]["lat"] == "48,2"


def test_excels_own_separator_line_is_believed() -> None:
    found = table("sep=|\nname|town\nA|Ulm\n")
    assert cells(found) == [{"name": "A", "town": "Ulm"}]
    assert next(found.rows()).line == 3


def test_one_column_is_a_table_too() -> None:
    assert cells(table("name\nA\nB\n")) == [{"name": "A"}, {"name": "B"}]


def test_lines_are_numbered_as_an_editor_shows_them() -> None:
    found = table('name,note\n\nA,"two\nlines"\n,,\nB,x\n')
    assert [row.line for row in found.rows()] == [3, 6]
    assert found.row_count == 2


def test_rows_can_be_gone_through_again_and_again() -> None:
    found = table("name\nA\nB\n")
    assert list(found.rows()) == list(found.rows())


def test_columns_show_what_they_hold() -> None:
    found = table("name,,name\nA,1,x\nB,,y\nC,2,\nD,3,\n")
    assert [(c.key, c.heading, c.samples) for c in found.columns] == [
        ("name", "name", ("A", "B", "C")),
        ("Column 2", "Column 2", ("1", "2", "3")),
        ("name (2)", "name", ("x", "y")),
    ]


def test_columns_without_heading_and_values_at_the_end_are_none() -> None:
    assert [c.key for c in table("name,town,,\nA,Ulm,,\n").columns] == ["name", "town"]


def test_a_line_with_more_cells_than_headings_keeps_them_and_says_so() -> None:
    found = table("name\nA,left over\n")
    assert cells(found) == [{"name": "A", "Column 2": "left over"}]
    assert next(found.rows()).remarks == ("This line has more cells than there are headings.",)


def test_a_last_line_cut_short_says_so() -> None:
    *_, last = table("name,town,phone\nA,Ulm,1\nB,Ho").rows()
    assert last.remarks == ("This last line is shorter than the others: the file may be cut off.",)
    *_, last = table("name,town,phone\nA,Ulm,1\nB\n").rows()
    assert last.remarks == ()


def test_a_quote_within_a_cell_is_taken_as_it_stands() -> None:
    assert cells(table('name,town\n"The "Crown"",Ulm\n'))[0]["town"] == "Ulm"


@pytest.mark.parametrize("typed", ["'+49 731 1", "+49 731 1"])
def test_the_apostrophe_before_a_formula_sign_is_taken_off(typed: str) -> None:
    assert cells(table(f"phone\n{typed}\n")) == [{"phone": "+49 731 1"}]


def test_other_apostrophes_stay() -> None:
    assert cells(table("name\n's\n''=1\n")) == [{"name": "'s"}, {"name": "'=1"}]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This file is empty"),
        ("\n\n \n", "This file is empty"),
        ('name,note\nA,"never closed\nB,2\n', "ends within a quoted cell"),
        ('name,note\n"A"x,1\nB,"never closed\nC,2\n', "has no end"),
        ("name\n" + "x" * (1 << 20) + "y\n", "line 2 holds more than 1 MB"),
        (",".join("abcde" * 10_001), "50005 columns; 50000 are the most"),
        ("a\n" + "," * 50_001, "Line 2 has 50002 columns"),
    ],
)
def test_a_table_that_cannot_be_read_says_why_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence) as told:
        table(text)
    assert str(told.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("<!doctype html><p>Sign in</p>", "This is a web page"),
        ('{"a": 1}', "This is a JSON file"),
        ("BEGIN:VCALENDAR\n", "This is a calendar"),
        ('<?xml version="1.0"?>', "This is an XML file"),
    ],
)
def test_another_format_is_called_by_its_name(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        table(text)


def test_a_million_empty_lines_are_passed_over_quickly() -> None:
    begun = time.process_time()
    found = read(b"\n" * 1_000_000 + b"name,town\nA,Ulm\n", "x.csv")
    assert [row.line for row in found.rows()] == [1_000_002]
    assert time.process_time() - begun < 5


def test_a_long_table_is_read_in_steps() -> None:
    shares = list(reading(b"name,town\n" + b"A,Ulm\n" * 2_000, "x.csv"))
    assert len(shares) == 10
    assert shares == sorted(shares)
    assert shares[-1] <= 1


def test_pythons_own_csv_reads_the_same() -> None:
    text = 'name,note\n"A ""B"" C","x, y"\n"D\nE",z\n'
    theirs = list(csv.DictReader(io.StringIO(text)))
    assert cells(table(text)) == theirs
