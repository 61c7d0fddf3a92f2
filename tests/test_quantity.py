from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.printed.quantity import (
    Comparator,
    Quantity,
    QuantityError,
    drop_mark_after_bracket,
    drop_mark_in_name,
    parse_cell,
    restore_decimal_point,
)

UNITS = ["亿元", "%", "亿美元", "万平方米", "万元/人"]


def one(cell: str) -> Quantity:
    (quantity,) = parse_cell(cell, UNITS)
    return quantity


@pytest.mark.parametrize(
    ("cell", "value", "comparator"),
    [
        ("18", "18", "="),
        ("68.0", "68.0", "="),
        ("约14", "14", "~"),
        ("70左右", "70", "~"),
        ("98以上", "98", ">="),
        ("30以下", "30", "<="),
        (">97", "97", ">"),
        ("0", "0", "="),
    ],
)
def test_plain_forms(cell: str, value: str, comparator: Comparator) -> None:
    assert parse_cell(cell) == (Quantity(Decimal(value), comparator),)
    assert str(one(cell).value) == value


def test_bundle_with_an_average_rate_and_a_level() -> None:
    assert parse_cell("年均7.5以上/28000") == (
        Quantity(Decimal("7.5"), ">=", annual=True),
        Quantity(Decimal(28000)),
    )


def test_the_year_of_a_bundle_belongs_to_each_part() -> None:
    assert [(q.value, q.year) for q in parse_cell("7339/192 (2019年)")] == [
        (Decimal(7339), 2019),
        (Decimal(192), 2019),
    ]


@pytest.mark.parametrize(
    ("cell", "comparator", "value"),
    [("[20]", "=", 20), ("[>27.6]", ">", 27.6), ("[≥23]", ">=", 23)],
)
def test_brackets_are_totals(cell: str, comparator: Comparator, value: float) -> None:
    quantity = one(cell)
    assert quantity.total
    assert (quantity.comparator, float(quantity.value or 0)) == (comparator, value)


def test_a_total_with_its_unit() -> None:
    assert one("【2500】 亿元") == Quantity(Decimal(2500), unit="亿元", total=True)


@pytest.mark.parametrize("cell", ["与经济增长保持同步", "完成省下达目标"])
def test_words(cell: str) -> None:
    assert one(cell) == Quantity(None, "text", text=cell)


@pytest.mark.parametrize("cell", ["—", "-"])
def test_a_dash_is_nothing(cell: str) -> None:
    assert parse_cell(cell) == ()


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "约",
        "1.2.3",
        "[20",
        "20]",
        "[20】",
        "约70左右",
        "12亿",
        "１２",
        "7/",
        "/7",
        "增长",
        "1,000",
        "12 34亿元",
        "1 2",
    ],
)
def test_anything_else_is_refused(cell: str) -> None:
    with pytest.raises(QuantityError):
        parse_cell(cell, UNITS)


def test_a_unit_the_registry_does_not_know_is_named() -> None:
    with pytest.raises(QuantityError, match="万吨"):
        parse_cell("12万吨", UNITS)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("9218 7 亿元", "9218.7 亿元"),
        ("6 1%", "6.1%"),
        ("-10 3%", "-10.3%"),
        ("8 41 亿美元", "8.41 亿美元"),
        ("年均增速5 3%", "年均增速5.3%"),
        ("522 万平方米", "522 万平方米"),
        ("9218 7", "9218 7"),
        ("1 234 亿元", "1 234 亿元"),
        ("1.2 3 亿元", "1.2 3 亿元"),
        ("12 34 56 亿元", "12 34 56 亿元"),
    ],
)
def test_a_space_is_a_decimal_point_only_where_nothing_else_fits(printed: str, meant: str) -> None:
    assert restore_decimal_point(printed) == meant


def test_footnote_marks() -> None:
    assert drop_mark_after_bracket("【2500】 2亿元", ["1", "2"]) == "【2500】亿元"
    assert drop_mark_after_bracket("【2500】 3亿元", ["1", "2"]) == "【2500】 3亿元"
    assert drop_mark_in_name("新兴服务贸易1占比", ["1", "2"]) == "新兴服务贸易占比"
    assert drop_mark_in_name("森林覆盖率*", ["*"]) == "森林覆盖率"
    assert drop_mark_in_name("PM2.5浓度", ["2"]) == "PM2.5浓度"


# -- every quantity printed in every style parses back to itself --------------------------------

PREFIX = {"=": "", "~": "约", ">=": "≥", "<=": "≤", ">": ">", "<": "<"}
SUFFIX = {"=": "", "~": "左右", ">=": "以上", "<=": "以下"}


def render(quantity: Quantity, suffixed: bool, bracket: str) -> str:
    if quantity.value is None:
        return quantity.text
    if suffixed and quantity.comparator in SUFFIX:
        body = f"{quantity.value}{SUFFIX[quantity.comparator]}"
    else:
        body = f"{PREFIX[quantity.comparator]}{quantity.value}"
    if quantity.total:
        body = f"{bracket[0]}{body}{bracket[1]}"
    year = f" ({quantity.year}年)" if quantity.year else ""
    return f"{'年均' if quantity.annual else ''}{body}{quantity.unit}{year}"


numbers = st.builds(
    lambda whole, places, sign: (sign * Decimal(whole)).scaleb(-places),
    st.integers(0, 10**7),
    st.integers(0, 3),
    st.sampled_from([1, -1]),
).filter(lambda value: not (value == 0 and value.is_signed()))
quantities = st.builds(
    Quantity,
    value=numbers,
    comparator=st.sampled_from(list(PREFIX)),
    unit=st.sampled_from(["", *UNITS]),
    year=st.none() | st.integers(2000, 2099),
    annual=st.booleans(),
    total=st.booleans(),
)


@given(quantities, st.booleans(), st.sampled_from(["[]", "【】"]))
def test_every_printed_style_parses_back(quantity: Quantity, suffixed: bool, bracket: str) -> None:
    (parsed,) = parse_cell(render(quantity, suffixed, bracket), UNITS)
    assert parsed == quantity
    assert str(parsed.value) == str(quantity.value)


@given(st.lists(quantities, min_size=2, max_size=3), st.none() | st.integers(2000, 2099))
def test_every_bundle_parses_back(parts: list[Quantity], year: int | None) -> None:
    bundle = [replace(part, unit="", year=year) for part in parts]
    text = "/".join(render(replace(part, year=None), False, "[]") for part in bundle)
    cell = f"{text}({year}年)" if year else text
    assert parse_cell(cell, UNITS) == tuple(bundle)


@given(
    st.text(
        alphabet="0123456789./[]【】约左右以上下年均增速≥><-%亿元 (2019年)与同步完成目标",
        max_size=12,
    )
)
def test_what_is_accepted_parses_back_to_the_same(cell: str) -> None:
    try:
        accepted = parse_cell(cell, UNITS)
    except QuantityError:
        return
    years = {quantity.year for quantity in accepted} or {None}
    assert len(years) == 1
    for quantity in accepted:
        assert parse_cell(render(quantity, False, "[]"), UNITS) == (quantity,)
