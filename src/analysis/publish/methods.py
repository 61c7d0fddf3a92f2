"""Worked examples for the methods page: one real series for every measure but the projection."""

from typing import Any

import numpy as np

from analysis.measures.growth import PLAN_YEARS, implied_sum_rate
from analysis.measures.progress import DEFAULT_TOLERANCE_PCT, Cutoffs
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.units import Language
from analysis.publish.worked import Step, Worked, Writer, only, show

FOLLOWED = 2023
"""The report the progress examples are from: with two years left, a pace is still required."""


def implied(data: PlanData, language: Language) -> Html:
    """What each kind of target implies."""
    write = Writer(data, language)
    examples = [_level(write), _share(write), _growth(write), _sum(write), _decline(write)]
    return show(examples, language)


def _level(write: Writer) -> Worked:
    row = write.row("outline-14fyp", "airport-passengers")
    base, aim, years = row["baseline_value"], row["target_value"], row["years"]

    def line(start: float, column: str) -> Step:
        rate = 100 * ((aim / start) ** (1 / years) - 1)
        first, last = write.digits(start), write.digits(aim)
        return write.step(f"100 × [({last} ÷ {first})^(1/{years:.0f}) − 1]", column, rate, row)

    half = row["baseline_rounding"]
    span = f"{int(row['target_year'])} − {int(row['baseline_year'])} = {years:.0f}"
    return Worked(
        "level",
        write.say("绝对量：隐含年均增长率（%）", "Level: implied yearly growth (%)"),
        write.name(row),
        [write.printed(row, "baseline"), write.printed(row, "target")],
        [
            Step(write.lead("年数", "Years") + span),
            line(base, "implied_cagr_pct"),
            line(base + half, "implied_cagr_low_pct"),
            line(base - half, "implied_cagr_high_pct"),
        ],
        "growth.csv",
    )


def _share(write: Writer) -> Worked:
    row = write.row("outline-14fyp", "rd-intensity")
    base, aim, years = row["baseline_value"], row["target_value"], row["years"]
    text = f"({write.digits(aim)} − {write.digits(base)}) ÷ {years:.0f}"
    return Worked(
        "share",
        write.say("比重：每年变化（百分点）", "Share: change a year (percentage points)"),
        write.name(row),
        [write.printed(row, "baseline"), write.printed(row, "target")],
        [write.step(text, "pp_per_year", (aim - base) / years, row)],
        "growth.csv",
    )


def _growth(write: Writer) -> Worked:
    row = write.row("commerce-14fyp", "retail-sales")
    base, rate, years = row["baseline_value"], row["target_value"], row["years"]
    text = f"{write.digits(base)} × (1 + {write.digits(rate)} ÷ 100)^{years:.0f}"
    return Worked(
        "growth",
        write.say("增速：期末值", "Growth target: final level"),
        write.name(row),
        [write.printed(row, "baseline"), write.printed(row, "target")],
        [write.step(text, "implied_target_level", base * (1 + rate / 100) ** years, row)],
        "growth.csv",
    )


def _sum(write: Writer) -> Worked:
    row = write.row("commerce-14fyp", "fdi-used-cny")
    base, total = row["baseline_value"], row["target_value"]
    rate = float(implied_sum_rate(base, total))
    terms = [base * (1 + rate / 100) ** t for t in range(1, PLAN_YEARS + 1)]
    first, aim = write.digits(base), write.digits(total)
    added = f"{' + '.join(write.digits(term, 1) for term in terms)} = {aim}"
    equation = f"{first} × [(1+g) + … + (1+g)^5] = {aim}"
    solved = write.say(f"由 {equation} 解得100g", f"From {equation}: 100g")
    return Worked(
        "sum",
        write.say(
            "五年累计数：年均数和隐含年增长率（%）", "Five-year total: average and growth (%)"
        ),
        write.name(row),
        [write.printed(row, "baseline"), write.printed(row, "target")],
        [
            write.step(f"{aim} ÷ {PLAN_YEARS}", "implied_annual_average", total / PLAN_YEARS, row),
            write.step(solved, "implied_annual_rate_pct", rate, row),
            Step(write.lead("验算", "Check") + added),
        ],
        "growth.csv",
    )


def _decline(write: Writer) -> Worked:
    row = write.row("outline-13fyp", "energy-intensity-reduction")
    aim = row["target_value"]
    text = f"100 × [1 − (1 − {write.digits(aim)} ÷ 100)^(1/{PLAN_YEARS})]"
    rate = 100 * (1 - (1 - aim / 100) ** (1 / PLAN_YEARS))
    return Worked(
        "decline",
        write.say("累计下降：年均下降率（%）", "Cumulative decline: yearly decline (%)"),
        write.name(row),
        [write.printed(row, "target")],
        [write.step(text, "implied_annual_rate_pct", rate, row)],
        "growth.csv",
    )


def followed(data: PlanData, language: Language) -> Html:
    """Time share, share done, required pace and status."""
    write = Writer(data, language)
    return show([_distance(write), _chained(write), _added(write)], language)


def _followed_row(write: Writer, series_id: str) -> dict[str, Any]:
    printed = write.row("outline-14fyp", series_id)
    found = only(write.data.progress, table_id="outline-14fyp", series_id=series_id, as_of=FOLLOWED)
    return {**printed, **found}


def _plan_years(row: dict[str, Any]) -> range:
    return range(int(row["target_year"]) - PLAN_YEARS + 1, FOLLOWED + 1)


def _shares(write: Writer, row: dict[str, Any], formula: str, done: float) -> list[Step]:
    """Time share, share done, and the status of a target not reached and not moved away from."""
    start, end, cuts = int(row["baseline_year"]), int(row["target_year"]), Cutoffs()
    gone = (FOLLOWED - start) / (end - start)
    ratio = done / gone
    status = "ahead" if ratio >= cuts.ahead else "on_track" if ratio >= cuts.on_track else "behind"
    time = write.lead("时间进度", "Time share")
    both = write.lead("完成进度与时间进度之比", "Share done over time share")
    compared = f"{write.digits(done, 6)} ÷ {write.digits(gone, 6)} = {write.digits(ratio, 3)}"
    return [
        write.step(f"{time}({FOLLOWED} − {start}) ÷ ({end} − {start})", "time_share", gone, row),
        write.step(write.lead("完成进度", "Share done") + formula, "progress_share", done, row),
        write.verdict(both + compared, "status", status, row),
    ]


def _pace(write: Writer, unit: str, formula: str) -> str:
    return write.lead(f"今后每年需要（{unit}）", f"Pace still required ({unit})") + formula


def _distance(write: Writer) -> Worked:
    row = _followed_row(write, "port-containers")
    base, aim, left = row["baseline_value"], row["target_value"], int(row["target_year"]) - FOLLOWED
    value, known = write.observed("port-containers", "level", FOLLOWED)
    now, start, end = write.digits(value), write.digits(base), write.digits(aim)
    formula = f"({now} − {start}) ÷ ({end} − {start})"
    pace = _pace(write, "%", f"100 × [({end} ÷ {now})^(1/{left}) − 1]")
    return Worked(
        "progress-level",
        write.say(f"绝对量：{FOLLOWED}年的进度", f"Level: progress as of {FOLLOWED}"),
        write.name(row),
        [write.printed(row, "baseline"), write.printed(row, "target"), known],
        [
            *_shares(write, row, formula, (value - base) / (aim - base)),
            write.step(pace, "required_pace", 100 * ((aim / value) ** (1 / left) - 1), row),
        ],
        "progress.csv",
    )


def _chained(write: Writer) -> Worked:
    row = _followed_row(write, "gdp-growth-real")
    found = [write.observed("gdp-growth-real", "growth_real", year) for year in _plan_years(row)]
    rates = np.array([rate for rate, _ in found])
    wanted, left = 1 + row["target_value"] / 100, PLAN_YEARS - len(rates)
    grown = float(np.prod(1 + rates / 100))
    factors = " × ".join(write.digits(1 + rate / 100, 3) for rate in rates)
    so_far, factor = write.digits(grown, 6), write.digits(wanted, 2)
    done = float(np.log(grown) / (PLAN_YEARS * np.log(wanted)))
    formula = f"ln {so_far} ÷ ({PLAN_YEARS} × ln {factor})"
    pace = _pace(write, "%", f"100 × [({factor}^{PLAN_YEARS} ÷ {so_far})^(1/{left}) − 1]")
    needed = 100 * ((wanted**PLAN_YEARS / grown) ** (1 / left) - 1)
    return Worked(
        "progress-growth",
        write.say(f"年均增速：{FOLLOWED}年的进度", f"Mean growth: progress as of {FOLLOWED}"),
        write.name(row),
        [write.printed(row, "target"), *[known for _, known in found]],
        [
            Step(write.lead("各年连乘", "Chained") + f"{factors} = {so_far}"),
            *_shares(write, row, formula, done),
            write.step(pace, "required_pace", needed, row),
        ],
        "progress.csv",
    )


def _added(write: Writer) -> Worked:
    row = _followed_row(write, "new-urban-jobs")
    found = [write.observed("new-urban-jobs", "level", year) for year in _plan_years(row)]
    values, aim = [value for value, _ in found], row["target_value"]
    total, left = sum(values), int(row["target_year"]) - FOLLOWED
    parts, end = " + ".join(write.digits(value) for value in values), write.digits(aim)
    so_far = write.digits(total)
    unit = write.say(row["unit"], "10,000 people")
    pace = _pace(write, unit, f"({end} − {so_far}) ÷ {left}")
    return Worked(
        "progress-sum",
        write.say(f"五年累计数：{FOLLOWED}年的进度", f"Five-year total: progress as of {FOLLOWED}"),
        write.name(row),
        [write.printed(row, "target"), *[known for _, known in found]],
        [
            write.step(write.lead("已完成", "Sum so far") + parts, "value", total, row),
            *_shares(write, row, f"{so_far} ÷ {end}", total / aim),
            write.step(pace, "required_pace", (aim - total) / left, row),
        ],
        "progress.csv",
    )


def judged(data: PlanData, language: Language) -> Html:
    """A verdict on a finished plan, with an approximate target."""
    write = Writer(data, language)
    series_id = "modern-services-share"
    row = write.row("outline-13fyp", series_id)
    found = only(data.completion, table_id="outline-13fyp", series_id=series_id, basis="as_printed")
    actual, aim = row["actual_value"], row["target_value"]
    gap, band = round(actual - aim, 6), aim * DEFAULT_TOLERANCE_PCT / 100
    verdict = "met" if abs(gap) <= band else "missed" if gap < 0 else "exceeded"
    now, end, slack = write.digits(actual), write.digits(aim), write.digits(band)
    example = Worked(
        "completion",
        write.say("约数目标的判定", "Verdict on an approximate target"),
        write.name(row),
        [write.printed(row, "target"), write.printed(row, "actual")],
        [
            write.step(write.lead("差距", "Gap") + f"{now} − {end}", "gap", gap, found),
            write.step(f"100 × {now} ÷ {end}", "ratio_pct", 100 * actual / aim, found),
            Step(
                write.lead("容差", "Tolerance") + f"{end} × {DEFAULT_TOLERANCE_PCT:.0f}% = {slack}"
            ),
            write.verdict(f"{write.digits(gap)} < −{slack}", "verdict", verdict, found),
        ],
        "completion.csv",
    )
    return show([example], language)
