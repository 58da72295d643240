"""The numbers of a report: by hand on the make-believe town, the same in every format."""

from __future__ import annotations

import pytest
import town
from report_cases import MADE_AT, Page, compared, page, reply, word, word_rows, workbook

from transit.analysis.brief import brief
from transit.reporting.content import Quantity
from transit.reporting.report import report

# Buses an hour of the lines within 500 m of the park's outline, 07:00-09:00:
#   before: 101 every 600 s, two directions: 12; 环1 every 1200 s: 3; 8字 every 1800 s: 2;
#           007 leaves 07:00:00 and 08:30 (06:59:59 and 09:00 are outside): 2 / 2 h = 1; 9X none.
#           12 + 3 + 2 + 1 = 18
#   after:  101 every 300 s: 24; 环1 gone: 24 + 2 + 1 = 27; that is 9 more
HOURLY = "高峰每小时班次"
# Lines within 500 m: 101, 007, 环1, 8字 and 9X are five; without 环1 four. The park has 12 ha.


def row_of(rows, name):
    return next(row for row in rows if row and str(row[0]).startswith(name))


def test_word_tells_the_measures_before_and_after():
    """If this fails, the reply that is sent has other numbers than the comparison."""
    rows = word_rows(word())
    assert row_of(rows, HOURLY)[2:] == ["18.0", "27.0", "+9.0"]
    assert row_of(rows, "限距内线路数（边界，直线）")[2:] == ["5", "4", "−1"]


def test_the_workbook_holds_numbers_that_can_be_summed():
    """If this fails, Excel shows the figures and cannot reckon with them."""
    rows = [row for sheet in workbook().worksheets[1:] for row in sheet.iter_rows()]
    hourly = next(row for row in rows if row[0].value == HOURLY)
    assert [cell.value for cell in hourly[2:5]] == [18, 27, 9]
    assert [cell.data_type for cell in hourly[2:5]] == ["n", "n", "n"]
    assert [cell.number_format for cell in hourly[2:5]] == [
        "#,##0.0", "#,##0.0", "+#,##0.0;-#,##0.0;#,##0.0",
    ]  # fmt: skip


def test_the_page_tells_the_same():
    """If this fails, the page and the Word file of one report disagree."""
    texts = Page(page()).texts
    place = texts.index(HOURLY)
    told = [text for text in texts[place : place + 12] if text.strip()]
    assert told[2:5] == ["18.0", "27.0", "+9.0"]


def test_every_number_of_the_measures_is_the_comparison_s():
    """If this fails, a measure is told wrong in the table a planner defends."""
    table = next(one for one in reply().tables if one.key.startswith("measures"))
    own = compared().table
    values = own[own["subject"] == "park"].set_index("measure")
    told = sorted(row[2].value for row in table.rows)
    assert told == sorted(values["before"])
    assert len(table.rows) == len(values)


def test_the_answer_says_denominator_and_definition():
    """If this fails, a share stands in the reply without what it is a share of."""
    answer = "".join(text for _, sentences in reply().answer for text in sentences)
    assert "园区范围面积 12.0 公顷（以下比例的分母）" in answer
    assert "07:00–09:00 每小时班次（该时段发车数 ÷ 2 h）" in answer
    assert f"{HOURLY}由 18.0 变为 27.0（+9.0 班/小时）" in answer


def test_who_loses_is_told_with_what_is_left():
    """If this fails, the reply names those who gain and is silent on those who lose."""
    losses = next(one for one in reply().tables if one.key.startswith("loss"))
    lost = {row[3] for row in losses.rows}
    assert "环1 / 0" in lost
    at_s3 = next(row for row in losses.rows if row[1] == "田心" and row[3] == "环1 / 0")
    # 环1 called at S3 three times an hour.
    assert at_s3[7] == Quantity(-3.0, 1, signed=True)


def test_operating_cost_is_by_line():
    """If this fails, nobody can say what the denser line costs."""
    table = next(one for one in reply().tables if one.key.startswith("operation"))
    vehicles = {row[0]: row[3:5] for row in table.rows if row[1] == "配车数"}
    # 环1 needs none afterwards, and twice the buses an hour need at most twice the vehicles.
    assert vehicles["环1"][1].value == 0
    before, after = (cell.value for cell in vehicles["101"])
    assert before < after <= 2 * before


def test_a_table_that_is_long_is_whole_in_the_workbook():
    """If this fails, rows of the reply are nowhere."""
    report_, book = reply(), workbook()
    sheets = book.worksheets[1:]
    every = (*report_.tables, *report_.data)
    assert len(sheets) == len(every)
    for sheet, table in zip(sheets, every, strict=True):
        assert sheet.max_row == 4 + len(table.rows), sheet.title


def test_the_first_sheet_says_what_each_sheet_is():
    """If this fails, a reader of the workbook does not know what a column means."""
    book = workbook()
    about = book.worksheets[0]
    listed = {row[0].value: row for row in about.iter_rows()}
    for sheet in book.worksheets[1:]:
        assert listed[sheet.title][0].hyperlink.location == f"'{sheet.title}'!A1"
        assert listed[sheet.title][3].value


def test_sheets_have_filters_and_a_header_that_stays():
    """If this fails, a long table cannot be read or searched."""
    for sheet in workbook().worksheets[1:]:
        assert sheet.freeze_panes == "B5"
        assert sheet.auto_filter.ref.startswith("A4:")


def test_word_has_real_styles_numbers_and_headers_that_repeat():
    """If this fails, the reply cannot be edited as a bureau edits its letters."""
    document = word()
    styles = [one.style.name for one in document.paragraphs]
    assert styles[0] == "Title"
    assert {"Heading 1", "Heading 2", "Caption", "Body Text"} <= set(styles)
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    tables = [text for text in captions if text.startswith("表")]
    figures = [text for text in captions if text.startswith("图")]
    assert [text.split("　")[0] for text in tables] == [f"表 {n + 1}" for n in range(len(tables))]
    assert [text.split("　")[0] for text in figures] == [f"图 {n + 1}" for n in range(len(figures))]
    assert len(figures) == len(reply().pictures) == len(document.inline_shapes)
    headed = [table for table in document.tables if table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")]
    assert len(headed) == len(reply().tables)
    fonts = document.styles["Body Text"].element.xpath(".//w:rFonts")[0]
    assert "仿宋" in fonts.attrib.values()
    assert document.sections[0].page_width.cm == pytest.approx(21.0, abs=0.01)


def test_date_and_fingerprints_are_told():
    """If this fails, nobody can make the same report again."""
    facts = dict(reply().facts)
    assert facts["生成时间（北京时间）"] == "2026-11-25 09:30"
    assert facts["现状数据指纹"] == compared().base.fingerprint()
    assert facts["方案后数据指纹：denser"] == compared().networks[0].fingerprint()
    assert "2026-11-25 09:30" in page()


def test_english_is_english():
    """If this fails, a reader without Chinese meets Chinese that is no name."""
    made = reply("en")
    names = set("银星桥头田心远山北站无路停运环字加密园区长湖龙华光明宝安福田")
    told = [made.title, made.question, *(one.title for one in made.chapters)]
    told += [text for lead, sentences in made.answer for text in (lead, *sentences)]
    told += [
        text for table in (*made.tables, *made.data) for text in (table.caption, *table.header)
    ]
    told += [text for pair in made.definitions for text in pair]
    told += [picture.caption for picture in made.pictures]
    foreign = {
        letter for text in told for letter in text if "\u4e00" <= letter <= "\u9fff"
    } - names  # fmt: skip
    assert foreign == set()
    assert 'lang="en"' in page("en")


def test_a_brief_alone_is_a_report_too():
    """If this fails, a question without a scenario gets no reply."""
    one = brief(compared().base, compared().before[0].park)
    made = report([one], question="有几路车？", made_at=MADE_AT)
    assert made.question == "有几路车？"
    assert not any(table.key.startswith(("gain", "loss")) for table in made.tables)
    assert set(made.pages) == {"study", "rings"}
    keys = [picture.key.removesuffix(f"-{town.park().park_id}") for picture in made.pictures]
    assert keys == ["state", "rings-map", "rings", "hourly"]


@pytest.mark.parametrize(
    ("quantity", "text", "form"),
    [
        (Quantity(1234.5, 1), "1,234.5", "#,##0.0"),
        (Quantity(-0.04, 1, signed=True), "0.0", "+#,##0.0;-#,##0.0;#,##0.0"),
        (Quantity(-2.0, signed=True), "−2", "+#,##0;-#,##0;#,##0"),
        (Quantity(0.4343, 2, percent=True), "43.43%", "#,##0.00%"),
        (Quantity(float("nan")), "—", "#,##0"),
    ],
)
def test_a_number_is_read_as_it_is_reckoned(quantity, text, form):
    """If this fails, what is printed and what Excel holds differ."""
    assert (quantity.text, quantity.number_format) == (text, form)
