"""One series on one page: its values, targets, progress, projection and cross-checks."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.measures.windows import Settings as Rulings
from analysis.measures.windows import segment_starts
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html, standing
from analysis.publish.figures import figure_html
from analysis.publish.multiples import Line, split_at
from analysis.publish.paths import plan_path, projected
from analysis.publish.series_figure import Aim, SeriesChart, series_figure
from analysis.publish.tables import headlines, link
from analysis.publish.units import Language, amount, convert_float, unit_label
from analysis.publish.wording import label

KINDS = {"final": "final", "revised": "final", "preliminary": "preliminary", "derived": "derived"}
PLAN_START = 2020


def name(data: PlanData, series_id: str, language: Language) -> str:
    """The series' name."""
    return str(getattr(data.registry.series[series_id], f"name_{language}"))


def targets_of(data: PlanData, series_id: str) -> pd.DataFrame:
    """Every printed target of a series, older plan first, with what it implies."""
    rows = data.implied[data.implied["series_id"] == series_id]
    rows = rows[rows["target_year"].notna()]
    plans = rows["table_id"].map(lambda table_id: data.specs[table_id].plan)
    return rows.loc[plans.sort_values(kind="stable").index].reset_index(drop=True)


def charted_measure(data: PlanData, series_id: str) -> str:
    """The measure its chart shows: the yearly flow of a sum, the yearly rate of a growth series."""
    measure = data.registry.series[series_id].measure
    if measure == "cumulative":
        return "level"
    if measure == "growth":
        own = data.observed[data.observed["series_id"] == series_id]
        return "growth_real" if (own["measure"] == "growth_real").any() else "growth_nominal"
    return str(measure)


def charted(data: PlanData, series_id: str, as_of: int) -> pd.DataFrame:
    """The observed values its chart shows, by year."""
    rows = data.observed[data.observed["year"] <= as_of]
    own = (rows["series_id"] == series_id) & (rows["measure"] == charted_measure(data, series_id))
    found: pd.DataFrame = rows[own].sort_values("year", ignore_index=True)
    return found


def summary(data: PlanData, series_id: str, as_of: int, language: Language) -> Html:
    """Latest value, newest target and its verdict, as number cards."""
    cards = []
    values = charted(data, series_id, as_of)
    if len(values):
        row = cells.records(values)[-1]
        words = [str(row["year"]), label(row["vintage"], language), label(row["quality"], language)]
        targets = targets_of(data, series_id)
        if (targets["measure"] == "cumulative").any():
            words.insert(1, label("that_year_alone", language))
        joint = "，" if language == "zh" else ", "
        cards.append((cells.observed(row, language), joint.join(words)))
    for row in cells.records(targets_of(data, series_id).tail(1)):
        year = int(row["target_year"])
        kind = "sum_target_of" if row["measure"] == "cumulative" else "target_of"
        what = label(kind, language).format(year=year, document=label(row["table_id"], language))
        cards.append((target_text(row, language), what))
        verdict = verdict_of(data, row, as_of)
        by = label("verdict_by", language).format(year=year)
        cards.append((label(verdict, language), f"{by}{_reached(row, language)}"))
    return headlines(cards) if cards else standing(label("nothing_known", language))


def _reached(row: dict[str, Any], language: Language) -> str:
    """The value a finished plan's table prints as reached, with its year."""
    if pd.isna(row["actual_value"]):
        return ""
    text, year = cells.printed_value(row, "actual", language), int(row["actual_year"])
    return f"（{year}年完成{text}）" if language == "zh" else f" ({year}: {text})"


def target_text(row: dict[str, Any], language: Language) -> str:
    """A printed target with its unit, as a reader says it."""
    text = cells.printed_value(row, "target", language)
    if row["target_comparator"] == "text":
        return text
    if row["measure"] == "growth":
        return f"年均{text}%" if language == "zh" else f"{text}% a year"
    return f"{text}%" if row["unit"] == "%" else amount(text, row["unit"], language)


def verdict_of(data: PlanData, row: dict[str, Any], as_of: int) -> str:
    """A target's newest status: final for the 13th plan, as of a report for the 14th."""
    keys = ["table_id", "number", "component"]
    running = row["table_id"].endswith("14fyp")
    table_of = data.progress if running else data.completion
    mine = table_of[(table_of[keys] == pd.Series({key: row[key] for key in keys})).all(axis=1)]
    if running:
        return str(mine.loc[mine["as_of"] == as_of, "status"].iloc[0]) or "no_status"
    return str(mine["verdict"].iloc[-1])


def figure(data: PlanData, series_id: str, as_of: int, language: Language) -> Html:
    """The chart with its alternative in words; a sentence where there is nothing to draw."""
    chart = chart_of(data, series_id, as_of, language)
    if not chart.observed and not chart.aims:
        return standing(label("no_chart", language))
    heading = name(data, series_id, language)
    alt = (
        f"{heading}{'：' if language == 'zh' else ': '}{finding(data, series_id, as_of, language)}"
    )
    captions = {
        "zh": f"{heading}。灰色竖带为2020至2022年。数据：各规划指标专栏与下表所列来源。",
        "en": f"{heading}. The grey band marks 2020–2022. Data: the plans' tables and the sources "
        "listed below.",
    }
    if len(chart.low.years):
        captions["zh"] += "推算和80%区间（色带）为本站所作，95%区间见数据文件。"
        captions["en"] += (
            " The projection and its 80% interval (shaded) are this site's; the 95% interval is in "
            "the data."
        )
    elif len(chart.median.years):
        captions["zh"] += "推算为本站所作；年份太少，不给区间。"
        captions["en"] += " The projection is this site's; too few years for an interval."
    return figure_html(series_figure(chart, language), "figure-series", alt, captions[language])


def finding(data: PlanData, series_id: str, as_of: int, language: Language) -> str:
    """What the chart shows, in one sentence for those who cannot see it."""
    values = cells.records(charted(data, series_id, as_of))
    targets = cells.records(targets_of(data, series_id))
    parts = []
    if values:
        first, last = values[0], values[-1]
        sayings = [
            f"{row['year']}{'年' if language == 'zh' else ': '}{cells.observed(row, language)}"
            for row in ([first, last] if len(values) > 1 else [last])
        ]
        parts.append(("，" if language == "zh" else "; ").join(sayings))
    for row in targets:
        text = target_text(row, language)
        verdict = label(verdict_of(data, row, as_of), language)
        total = row["measure"] == "cumulative"
        parts.append(
            f"{row['target_year']}年{'五年累计' * total}目标{text}，{verdict}"
            if language == "zh"
            else f"{'five-year ' * total}target for {row['target_year']}: {text}, {verdict.lower()}"
        )
    return ("；".join(parts) + "。") if language == "zh" else "; ".join(parts) + "."


def chart_of(data: PlanData, series_id: str, as_of: int, language: Language) -> SeriesChart:
    """Gather what the chart shows."""
    measure, series = charted_measure(data, series_id), data.registry.series[series_id]
    values = charted(data, series_id, as_of)
    unit = "%" if measure.startswith("growth") else series.unit
    if len(values) and not measure.startswith("growth"):
        unit = str(values["unit"].iloc[-1])

    def line(years: Any, numbers: Any) -> Line:
        moved = convert_float(np.asarray(numbers, dtype=float), unit, language)
        return Line(np.asarray(years, dtype=np.int64), moved)

    kinds = values["vintage"].map(KINDS).mask(values["comparator"] == ">", "floor")
    points = values[values["comparator"] != ">"]
    starts = segment_starts(data.breaks, series_id, as_of, Rulings())
    years = sorted(int(year) for year in values["year"])
    inside = [year for year in starts if years and years[0] < year <= years[-1]]
    rows = cells.records(targets_of(data, series_id))
    aims = [aim for row in rows if (aim := _aim(row, measure, line, language))]
    chart = SeriesChart(
        unit=unit_label(unit, language),
        segments=split_at(line(points["year"], points["value"]), inside),
        observed={
            kind: line(part["year"], part["value"])
            for kind, part in values.groupby(kinds, sort=False)
        },
        aims=list({(aim.year, aim.text): aim for aim in aims}.values()),
        breaks=inside,
    )
    running = [row for row in rows if row["target_year"] > PLAN_START and row["measure"] == measure]
    return _with_outlook(data, running[0], as_of, chart, line) if running else chart


def _aim(row: dict[str, Any], measure: str, line: Any, language: Language) -> Aim | None:
    """A target where the chart can show it: in the chart's own measure."""
    if row["target_comparator"] == "text" or pd.isna(row["target_value"]):
        return None
    text = f"{cells.printed_value(row, 'target', language)}"
    year, value = int(row["target_year"]), float(row["target_value"])
    span = np.arange(year - 4, year + 1)
    if row["measure"] == "growth":
        text = f"{text}%/年" if language == "zh" else f"{text}% a year"
        if measure.startswith("growth"):
            path = line(span, np.full(5, value))
            return Aim(path, year, float(path.values[-1]), text)
        if pd.isna(row["implied_target_level"]):
            return None
        base = float(row["baseline_value"])
        steps = np.arange(int(row["baseline_year"]), year + 1)
        grown = base * (1 + value / 100) ** (steps - steps[0])
        path = line(steps, grown)
        return Aim(path, year, float(path.values[-1]), text)
    if row["measure"] == "cumulative":
        if row["unit"] == "%":
            return None
        path = line(span, np.full(5, value / 5))
        return Aim(path, year, float(path.values[-1]), label("mean_of_sum", language).format(text))
    if row["measure"] != measure:
        return None
    known = pd.notna(row["baseline_value"])
    steady = plan_path(row) if known else None
    path = line(steady["year"], steady["value"]) if steady is not None else Line()
    return Aim(path, year, float(line([year], [value]).values[0]), text)


def _with_outlook(
    data: PlanData, row: dict[str, Any], as_of: int, chart: SeriesChart, line: Any
) -> SeriesChart:
    """Add the projection of a running target and, before its year, the path still required."""
    median = projected(data, row, as_of, "median")
    naive = projected(data, row, as_of, "recent_mean")
    known = median.dropna(subset=["lo80"])
    chart = replace(
        chart,
        median=line(median["year"], median["mean"]),
        low=line(known["year"], known["lo80"]),
        high=line(known["year"], known["hi80"]),
        naive=line(naive["year"], naive["mean"]),
    )
    last = charted(data, row["series_id"], as_of).query("comparator != '>'").tail(1)
    if last.empty or as_of >= row["target_year"] or pd.isna(row["target_value"]):
        return chart
    start = {"baseline_year": last["year"].iloc[0], "baseline_value": last["value"].iloc[0]}
    required = plan_path({**row, **start})
    return replace(chart, required=line(required["year"], required["value"]))


def downloads(series_id: str, language: Language) -> Html:
    """Links to the values and the chart as files; their addresses stay."""
    up = "" if language == "zh" else "../../reports/"
    files = [
        (f"{up}series-{series_id}.csv", label("download_values", language)),
        (f"{up}series-{series_id}-{language}.svg", label("download_chart", language)),
    ]
    links = [link(address, text) for address, text in files]
    return Html(Markup('<p class="downloads">{} · {}</p>').format(*links))
