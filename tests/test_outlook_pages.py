"""The committed projections and the page that shows them."""

import io
import re

import pandas as pd
import pytest

from analysis.files import to_csv
from analysis.measures.outlook import COLUMNS, projection_table, withhold
from analysis.measures.progress_table import progress_table
from analysis.observed.breaks import load_breaks
from analysis.observed.plan_values import load_known
from analysis.observed.vintage import choose
from analysis.paths import PROCESSED
from analysis.printed.notes import baseline_kind
from analysis.publish import outlook
from analysis.publish.data import PlanData, load_data
from analysis.publish.figures import use_style
from analysis.publish.units import Language
from analysis.registry import Registry
from tests.markup import rows_of


@pytest.fixture(scope="module")
def data() -> PlanData:
    return load_data()


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_csv(PROCESSED / "projections.csv", dtype=str, keep_default_na=False)


def test_the_newest_block_is_fresh(
    published: pd.DataFrame, targets: pd.DataFrame, notes: pd.DataFrame, registry: Registry
) -> None:
    observed, breaks = choose(load_known(registry, targets, notes), 2025), load_breaks(registry)
    running = targets["table_id"].str.endswith("14fyp")
    kinds = baseline_kind(targets, notes)
    progress = progress_table(targets[running], kinds[running], observed, breaks, 2025)
    fresh = withhold(projection_table(targets, observed, breaks, 2025), progress)
    fresh_text = pd.read_csv(io.StringIO(to_csv(fresh)))
    block = pd.read_csv(PROCESSED / "projections.csv").query("as_of == 2025")
    assert list(published.columns) == COLUMNS
    pd.testing.assert_frame_equal(block.reset_index(drop=True), fresh_text, rtol=1e-4)


def test_bands_follow_the_probabilities(published: pd.DataFrame) -> None:
    given = published[published["p_attain"] != ""]
    assert set(given["model"]) == {"median"}
    p = given["p_attain"].astype(float)
    assert p.between(0, 1).all()
    expected = pd.cut(p, [-1, 0.33, 0.66, 1], labels=["unlikely", "even", "likely"], right=True)
    edge = (p - 0.33).abs().lt(1e-9) | (p - 0.66).abs().lt(1e-9)
    assert (given["p_band"] == expected.astype(str))[~edge].all()
    assert (published.loc[published["p_attain"] == "", "p_band"] == "").all()


def test_no_probability_across_a_change_of_definition(published: pd.DataFrame) -> None:
    rates = published[published["series_id"] == "urbanisation-rate"]
    assert (rates.loc[rates["as_of"] == "2025", "p_attain"] == "").all()
    assert not rates.empty


def test_intervals_hold_their_centre_and_each_other(published: pd.DataFrame) -> None:
    rows = published[published["lo80"] != ""]
    numbers = rows[["lo95", "lo80", "mean", "hi80", "hi95"]].astype(float)
    for narrow, wide in zip(numbers.columns, numbers.columns[1:], strict=False):
        assert (numbers[narrow] <= numbers[wide] + 1e-9).all()
    shares = rows["series_id"].isin(["good-air-days-share", "urbanisation-rate", "rd-intensity"])
    inside = numbers[shares].to_numpy()
    assert ((inside >= 0) & (inside <= 100)).all()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page(data: PlanData, language: Language) -> None:
    # Urbanisation and physicians per 1,000: the 2020 census changed the base of both.
    use_style()
    rows = rows_of(outlook.outlook_table(data, 2025, language).markup)[1:]
    assert len(rows) == 13
    assert len({row[0] for row in rows}) == 13
    band = {"zh": "口径已变，不给概率", "en": "not given: the definition changed"}[language]
    assert sum(row[5] == band for row in rows) == 2
    assert not any(re.search(r"0\.\d\d|%$", row[5]) for row in rows)
    assert len(rows_of(outlook.calibration(data, 2025, language).markup)) == 8
    assert len(rows_of(outlook.reliability(data, 2025, language).markup)) == 4
    assert len(rows_of(outlook.not_projected(data, 2025, language).markup)) > 15
    assert "<svg" in outlook.outlook_figure(data, 2025, language).markup


def test_both_languages_show_the_same_digits(data: PlanData, published: pd.DataFrame) -> None:
    """The 2030 median of passengers: 万人次 in Chinese, millions in English."""
    median = published[
        (published["series_id"] == "airport-passengers")
        & (published["table_id"] == "outline-14fyp")
        & (published["as_of"] == "2025")
        & (published["year"] == "2030")
        & (published["model"] == "median")
    ]["mean"].astype(float)
    zh = rows_of(outlook.outlook_table(data, 2025, "zh").markup)
    en = rows_of(outlook.outlook_table(data, 2025, "en").markup)
    chinese = next(row[3] for row in zh if row[0].startswith("机场旅客吞吐量"))
    english = next(row[3] for row in en if row[0].startswith("Airport passenger throughput"))
    whole = round(float(median.iloc[0]))
    assert chinese.partition("|")[0] == str(whole)
    assert float(english.partition("|")[0]) == whole / 100


def test_pooled_intervals_cover_nearer_their_name_than_the_textbook(data: PlanData) -> None:
    rows = rows_of(outlook.calibration(data, 2025, "en").markup)
    share = [int(cell.rstrip("%")) for cell in rows[1][2:6]]
    assert abs(share[0] - 80) < abs(share[1] - 80)
    assert abs(share[2] - 95) < abs(share[3] - 95)
