"""The annual report's finding in words, put together from its numbers."""

from collections.abc import Sequence

import pandas as pd

from analysis.printed.targets import KEY
from analysis.publish import cells
from analysis.publish.data import PlanData
from analysis.publish.display import Html, paragraphs
from analysis.publish.progress import ATTRIBUTES, POOR, STATUSES, at, counts
from analysis.publish.progress_cells import PLAN_END
from analysis.publish.units import Language
from analysis.publish.wording import label

STANDING = {"met": 0, "achieved": 0, "ahead": 1, "on_track": 2, "behind": 3, "missed": 4}
STANDING["moving_away"] = STANDING["missed"]
SIDES = {name: int(rank > STANDING["on_track"]) for name, rank in STANDING.items()}
"""What counts as a change once the plan is over: behind becomes missed without getting worse."""


def summary(data: PlanData, as_of: int, language: Language) -> Html:
    """What can be judged, what is at risk, worst first, and what changed since the year before."""
    rows = at(data, as_of)
    sentences = [_attribute_sentence(data, as_of, name, language) for name in ATTRIBUTES]
    poor = rows[rows["status"].isin(POOR)]
    lag = (poor["progress_share"] - poor["time_share"]).fillna(0)
    poor = poor.loc[lag.sort_values(kind="stable").index].drop_duplicates("series_id")
    leads = {
        "zh": ("滞后、背离或未完成的，差距大的在前：", "推算难以达到目标的："),
        "en": (
            "Behind, moving away or missed, the furthest first: ",
            "Unlikely to be reached, by projection: ",
        ),
    }
    sentences.append(counted_twice(rows, language))
    sentences.append(older_values(rows, as_of, language))
    sentences.append(_list(leads[language][0], _with_status(poor, language), language))
    unlikely = _unlikely(data, rows, as_of)
    names = [cells.name(row, language) for row in cells.records(unlikely)]
    sentences.append(_list(leads[language][1], names, language))
    if as_of > int(data.progress["as_of"].min()):
        sentences.append(changes(data, as_of, language))
    return paragraphs(*[sentence for sentence in sentences if sentence])


def _with_status(rows: pd.DataFrame, language: Language) -> list[str]:
    return [
        f"{cells.name(row, language)}（{label(row['status'], language)}）"
        if language == "zh"
        else f"{cells.name(row, language)} ({label(row['status'], language).lower()})"
        for row in cells.records(rows)
    ]


def _list(lead: str, names: Sequence[str], language: Language) -> str:
    if not names:
        return ""
    return lead + ("、".join(names) + "。" if language == "zh" else "; ".join(names) + ".")


def _unlikely(data: PlanData, rows: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Targets whose own year is still ahead and which the projection puts in the lowest band."""
    ahead = rows[rows["target_year"] > as_of]
    table = data.projections
    lowest = table[
        (table["as_of"] == as_of) & (table["model"] == "median") & (table["p_band"] == "unlikely")
    ]
    keys = ["series_id", "table_id"]
    found = ahead.merge(
        lowest[[*keys, "year"]], left_on=[*keys, "target_year"], right_on=[*keys, "year"]
    )
    return found.drop_duplicates("series_id")


def counted_twice(rows: pd.DataFrame, language: Language) -> str:
    """A sentence on the series that more than one document sets a target for.

    Parameters
    ----------
    rows
        As from ``at``.
    """
    several = rows.groupby("series_id", sort=False)["table_id"].transform("nunique") > 1
    twice = rows[several].drop_duplicates("series_id")
    names = [cells.name(row, language) for row in cells.records(twice)]
    lead = {
        "zh": "不止一份文件定了目标的，每份各计一次：",
        "en": "Counted once for each document that sets a target: ",
    }
    return _list(lead[language], names, language)


def older_values(rows: pd.DataFrame, as_of: int, language: Language) -> str:
    """A sentence on the series judged by a value of an earlier year than the report's own.

    Parameters
    ----------
    rows
        As from ``at``.
    """
    old = rows[(rows["status"] != "no_status") & (rows["value_year"] < as_of)]
    names = [
        f"{cells.name(row, language)}（{int(row['value_year'])}年）"
        if language == "zh"
        else f"{cells.name(row, language)} ({int(row['value_year'])})"
        for row in cells.records(old.drop_duplicates("series_id"))
    ]
    lead = {
        "zh": f"没有可用的{as_of}年值、按较早年份的值判定的：",
        "en": f"Judged by an earlier value, as none of {as_of} can be used: ",
    }
    return _list(lead[language], names, language)


def changes(data: PlanData, as_of: int, language: Language) -> str:
    """A sentence: what moved up and what moved down since the report of the year before."""
    before = data.progress.loc[data.progress["as_of"] == as_of - 1, [*KEY, "status"]]
    rows = at(data, as_of).merge(before, on=KEY, suffixes=("", "_before"))
    judged = rows[(rows["status"] != "no_status") & (rows["status_before"] != "")]
    judged = judged.drop_duplicates("series_id")
    ranks = SIDES if as_of >= PLAN_END else STANDING
    moved = judged["status"].map(ranks) - judged["status_before"].map(ranks)
    better, worse = judged[moved < 0], judged[moved > 0]
    zh, en = ("与上一年报告相比，", "Since the report of the year before, ")
    parts = [
        _moved("转好", "better", better, language),
        _moved("转差", "worse", worse, language),
    ]
    known = [part for part in parts if part]
    if not known:
        return f"{zh}没有状态变化。" if language == "zh" else f"{en}no status has changed."
    return zh + "；".join(known) + "。" if language == "zh" else en + "; ".join(known) + "."


def _moved(zh: str, en: str, rows: pd.DataFrame, language: Language) -> str:
    if rows.empty:
        return ""
    names = _with_status(rows, language)
    return zh + "的有" + "、".join(names) if language == "zh" else f"{en}: " + ", ".join(names)


def _attribute_sentence(data: PlanData, as_of: int, attribute: str, language: Language) -> str:
    found = counts(data, as_of, attribute, "component")
    numbers = counts(data, as_of, attribute, "number")
    parts = [
        f"{label(name, language)}{found[name]}个"
        if language == "zh"
        else f"{found[name]} {label(name, language).lower()}"
        for name in STATUSES[:-1]
        if found[name]
    ]
    kind, left = label(attribute, language), found["no_status"]
    if language == "zh":
        detail = f"按分项计，{'、'.join(parts)}。" if parts else ""
        rest = f"其余{left}个分项" if parts else f"{left}个分项都"
        return (
            f"{kind}指标{numbers['total']}项（{found['total']}个分项）中，"
            f"{numbers['judged']}项（{found['judged']}个分项）可以判定。{detail}"
            f"{rest}不作判定：目标用文字表述，或没有可比的值。"
        )
    detail = f" By component: {', '.join(parts)}." if parts else ""
    rest = f"The other {_components(left)} are" if parts else f"None of the {left} components is"
    return (
        f"Of {numbers['total']} {kind.lower()} indicators ({found['total']} components), "
        f"{numbers['judged']} ({_components(found['judged'])}) can be judged.{detail} "
        f"{rest} {'not ' if parts else ''}judged: the target is in words, "
        "or no comparable value is known."
    )


def _components(count: int) -> str:
    return f"{count} component" if count == 1 else f"{count} components"
