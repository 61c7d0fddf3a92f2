import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.printed.text import (
    join_years,
    plain,
    repair_glyphs,
    repair_widths,
    to_mainland,
)
from analysis.registry import Registry


def test_full_width_and_minus() -> None:
    assert repair_widths("－１０ ３％ −5") == "-10 3% -5"


def test_private_use_decimal_point_takes_its_space() -> None:
    assert repair_glyphs("６５\U001001b0 ５") == "６５.５"
    assert repair_glyphs("6\U001001b05") == "6.5"


def test_yi_syllables_are_punctuation() -> None:
    assert repair_glyphs("增长ꎬ 提高ꎻ 完成ꎮ") == "增长, 提高; 完成。"


def test_year_gap_is_closed_but_not_other_gaps() -> None:
    assert join_years("192 (2019 年) 350") == "192 (2019年) 350"


@pytest.mark.parametrize(
    ("taiwan", "mainland"),
    [
        ("港口貨物/貨櫃吞吐量", "港口货物/集装箱吞吐量"),
        ("可吸入顆粒物(PM2.5)年均濃度", "细颗粒物(PM2.5)年均浓度"),
        ("空氣品質優良天數比率", "空气质量优良天数比率"),
        ("鐵路旅客傳送量/貨運量", "铁路旅客发送量/货运量"),
        ("寬頻接入能力", "宽带接入能力"),
        ("最佳化", "优化"),
        ("與經濟成長保持同步", "与经济增长保持同步"),
        ("主要指標", "主要指标"),
        ("累計新增城鎮就業人數", "累计新增城镇就业人数"),
        ("數字經濟核心產業", "数字经济核心产业"),
    ],
)
def test_taiwan_terms_become_mainland_terms(taiwan: str, mainland: str, registry: Registry) -> None:
    assert to_mainland(taiwan, registry.vocabulary) == mainland


@given(st.text(alphabet="0123456789.%亿元约[]≥-/ 年", max_size=20))
def test_plain_text_stays_as_it_is(text: str) -> None:
    once = plain(text, "mainland", {})
    assert plain(once, "mainland", {}) == once
