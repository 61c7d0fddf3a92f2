"""Where the targets are heading, as table and figure, and how far such projections held before."""

from typing import Any

import pandas as pd

from analysis.measures.bases import projection_basis
from analysis.measures.calibration import calibration_table, errors_until, reliability_table
from analysis.measures.windows import Settings
from analysis.printed.targets import KEY
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html, standing
from analysis.publish.multiples import small_multiples
from analysis.publish.paths import panel, projected, unit_of
from analysis.publish.tables import Column, table
from analysis.publish.units import Language, convert_float, number
from analysis.publish.wording import label

HORIZONS = range(1, 7)


def basis(data: PlanData, as_of: int, series_id: str = "") -> pd.DataFrame:
    """What each projection, or those of one series, rests on, joined with what was printed."""
    known = data.observed[data.observed["year"] <= as_of]
    targets = data.targets
    if series_id:
        targets = targets[targets["series_id"] == series_id]
    found = projection_basis(targets, known, data.breaks, as_of)
    printed = data.targets.drop(columns=["measure", "unit"])
    joined = found.merge(printed, on=["series_id", "table_id"], validate="one_to_one")
    return joined.assign(unit=joined["series_id"].map(lambda key: data.registry.series[key].unit))


def outlook_table(data: PlanData, as_of: int, language: Language) -> Html:
    """Every target that can be projected: basis, end value with 80 % interval, band, naive path."""
    found = basis(data, as_of).query("has_path").sort_values(KEY)
    return _outlook(data, _once(found), as_of, language)


def series_outlook(data: PlanData, series_id: str, as_of: int, language: Language) -> Html:
    """The same for one series' targets, or why they are not projected."""
    found = basis(data, as_of, series_id).sort_values(KEY)
    rows = _once(found[found["has_path"]])
    if rows:
        return _outlook(data, rows, as_of, language)
    if found.empty:
        return standing(label("target_in_words", language))
    reason = _reason(found.iloc[0], language)
    return standing(f"不作推算：{reason}。" if language == "zh" else f"Not projected: {reason}.")


def _once(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows without those of a second document that sets the same target."""
    same = ["series_id", "target_value", "target_comparator", "target_year"]
    return cells.records(found.drop_duplicates(same))


def _outlook(data: PlanData, rows: list[dict[str, Any]], as_of: int, language: Language) -> Html:
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("basis", label("basis_points", language), numeric=True),
        Column("target", label("target", language), numeric=True),
        Column("end", label("median_path", language), numeric=True),
        Column("naive", label("recent_mean", language), numeric=True),
        Column("band", label("attainment", language)),
        Column("pandemic", label("without_pandemic", language), numeric=True),
    ]
    body = [_row(data, row, as_of, language) for row in rows]
    caption = {
        "zh": f"由截至{as_of}年的数据推算（小字为所用年份→推算到的年份，和80%区间）",
        "en": f"Projected from data up to {as_of} (small: years used → year shown, 80% interval)",
    }
    return table(caption[language], columns, body)


def _row(data: PlanData, row: dict[str, Any], as_of: int, language: Language) -> dict[str, Any]:
    median = projected(data, row, as_of, "median").iloc[-1]
    naive = projected(data, row, as_of, "recent_mean").iloc[-1]
    other = projected(data, row, as_of, "median_pandemic_excluded")

    def shown(value: float) -> str:
        rounded = round(value, _decimals(row))
        text = number(convert_float(rounded, unit_of(row), language), language)
        return f"{text}%" if unit_of(row) != row["unit"] else text

    end: Any = shown(median["mean"])
    if pd.notna(median["lo80"]):
        joint = "至" if language == "zh" else " to "
        end = cells.aside(end, f"{shown(median['lo80'])}{joint}{shown(median['hi80'])}")
    years = f"{row['first_year']}–{row['last_year']} → {row['end_year']}"
    band = str(median["p_band"])
    return {
        "indicator": cells.named(row, language),
        "basis": cells.aside(f"n={row['n']}", years),
        "target": cells.target(row, language),
        "end": end,
        "naive": shown(naive["mean"]),
        "band": label(band or _why_no_band(data, row, as_of), language),
        "pandemic": shown(other.iloc[-1]["mean"]) if len(other) else cells.NOTHING,
    }


def _why_no_band(data: PlanData, row: dict[str, Any], as_of: int) -> str:
    """Too few points, or a target on another definition than the values."""
    progress = data.progress[data.progress["as_of"] == as_of].set_index(["series_id", "table_id"])
    changed = progress.loc[(row["series_id"], row["table_id"]), "comparable"] == "false"
    return "other_definition" if changed else "too_few_points"


def _decimals(row: dict[str, Any]) -> int:
    """Digits for a projected value in the printed unit: as many as matter at its size."""
    if row["measure"] == "growth":
        return 1
    size = abs(float(row["target_value"]))
    return 0 if size >= 1000 else 1 if size >= 10 else 2


def _reason(row: Any, language: Language) -> str:
    return label(f"projection_{row['reason']}", language).format(n=row["n"])


def not_projected(data: PlanData, as_of: int, language: Language) -> Html:
    """Targets with a number but without a projection, and why."""
    rows = basis(data, as_of)
    rows = rows[~rows["has_path"]].drop_duplicates("series_id").sort_values(["reason", "series_id"])
    body = [
        {
            "indicator": cells.linked(row, language),
            "reason": _reason(row, language),
        }
        for row in cells.records(rows)
    ]
    columns = [
        Column("indicator", label("indicator", language), header=True),
        Column("reason", label("reason", language)),
    ]
    caption = {"zh": "不作推算的序列及原因", "en": "Series without a projection, and why"}
    return table(caption[language], columns, body)


def outlook_figure(data: PlanData, as_of: int, language: Language) -> Html:
    """Observed values, the median path with its 80 % interval, the naive path and the target."""
    rows = cells.records(basis(data, as_of).query("has_interval").drop_duplicates("series_id"))
    bands = [str(projected(data, row, as_of, "median").iloc[-1]["p_band"]) for row in rows]
    panels = [
        panel(data, row, as_of, language, label(band, language) if band else "", band == "unlikely")
        for row, band in zip(rows, bands, strict=True)
    ]
    likely = bands.count("likely")
    alt = {
        "zh": f"{len(panels)}个序列的推算：到推算的末年，{likely}个较有可能达到目标值。",
        "en": f"Projections of {len(panels)} series: by the last year projected {likely} are "
        "likely to be at the target value or beyond.",
    }
    caption = {
        "zh": "观测值（实线；三角为下限，断开处口径或基数改变）、"
        "规划路径（虚线）、三种模型的中位路径与80%区间（色带）、"
        "近年平均变化的延伸（点线）和2025年目标（菱形）。年均增速目标画的是2020年以来的年均增速。政策变化没有纳入模型。"
        "数据：观测值与本站推算。",
        "en": "Observed values (line, broken where definition or base changes; triangles are "
        "floors), the plan's path (dashed), the median of three models with "
        "its 80% interval (band), the recent mean change continued (dotted) and the 2025 target "
        "(diamond). Growth targets show mean annual growth since 2020. Changes of policy are not "
        "modelled. Data: observed values and this site's projections.",
    }
    return small_multiples(panels, language, "figure-outlook", alt[language], caption[language])


def calibration(data: PlanData, as_of: int, language: Language) -> Html:
    """How often past values fell into the intervals, by years ahead, leaving each series out."""
    known = data.observed[data.observed["year"] <= as_of]
    found = calibration_table(known, data.breaks, as_of)
    found = found[(found["model"] == "median") & found["horizon"].isin([0, *HORIZONS])]
    wide = found.pivot_table(
        index="horizon", columns="interval", values=["coverage80", "coverage95"]
    )
    cases = found[found["interval"] == "pooled"].set_index("horizon")
    body = [
        {
            "horizon": label("all_horizons", language) if horizon == 0 else str(horizon),
            "n": int(cases.loc[horizon, "n"]),
            **{
                f"{level}_{kind}": f"{100 * wide.loc[horizon, (level, kind)]:.0f}%"
                for level in ("coverage80", "coverage95")
                for kind in ("pooled", "textbook")
            },
            "brier": number(float(cases.loc[horizon, "brier"]), language, 3),
        }
        for horizon in [0, *HORIZONS]
    ]
    columns = [
        Column("horizon", label("horizon", language), header=True),
        Column("n", label("cases", language), numeric=True),
        *[
            Column(f"{level}_{kind}", f"{level[-2:]}% · {label(kind, language)}", numeric=True)
            for level in ("coverage80", "coverage95")
            for kind in ("pooled", "textbook")
        ],
        Column("brier", label("brier", language), numeric=True),
    ]
    caption = {
        "zh": "区间覆盖率：过去的值有多少落在区间内（逐序列留一检验）",
        "en": "Coverage: how many past values fell inside (each series left out in turn)",
    }
    return table(caption[language], columns, body)


def reliability(data: PlanData, as_of: int, language: Language) -> Html:
    """How often what was put in a band came true."""
    known = data.observed[data.observed["year"] <= as_of]
    settings = Settings()
    errors = errors_until(known, data.breaks, as_of, settings)
    found = reliability_table(errors, as_of, settings)
    pooled = cells.records(found[found["interval"] == "pooled"])
    by_band = {row["p_band"]: row for row in pooled}
    body = [
        {
            "band": label(band, language),
            "n": by_band[band]["n"],
            "forecast": f"{100 * by_band[band]['mean_forecast']:.0f}%",
            "hit": f"{100 * by_band[band]['share_attained']:.0f}%",
        }
        for band in ("unlikely", "even", "likely")
    ]
    columns = [
        Column("band", label("attainment", language), header=True),
        Column("n", label("cases", language), numeric=True),
        Column("forecast", label("mean_forecast", language), numeric=True),
        Column("hit", label("came_true", language), numeric=True),
    ]
    caption = {
        "zh": "三档判断的检验：过去设想的目标有多少真的达到",
        "en": "The three bands tested: how many pretended past targets came true",
    }
    return table(caption[language], columns, body)
