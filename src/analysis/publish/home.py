"""The 13th plan's headline counts, as the front page shows them."""

from analysis.measures.completion import on_basis
from analysis.publish.completion import counts, reached
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.tables import headlines
from analysis.publish.units import Language

JUDGED = "outline-13fyp"


def cards(data: PlanData, language: Language) -> Html:
    """What the site holds, and the 13th plan's verdicts, as number cards."""
    completion = data.completion[data.completion["table_id"] == JUDGED]
    binding = counts(on_basis(completion, "as_printed"), "binding")["number"]
    expected = counts(on_basis(completion, "as_printed"), "expected")["number"]
    by_year = counts(on_basis(completion, "plan_year"), "expected")["number"]
    open_ones = expected["not_comparable"] + expected["no_number"]
    running = data.of_plan("14fyp")
    tables = data.targets["table_id"].nunique()
    met = [
        f"{reached(binding)}/{binding['total']}",
        f"{reached(expected)}/{expected['total']}",
    ]
    if language == "zh":
        return headlines(
            [
                (met[0], "“十三五”约束性指标完成或超额完成"),
                (
                    met[1],
                    f"“十三五”预期性指标完成或超额完成；{expected['missed']}项未完成，{open_ones}项无法判定"
                    f"（有2020年值的改用2020年值，则完成{reached(by_year)}项，未完成{by_year['missed']}项）",
                ),
                (str(len(running)), f"个“十四五”分项，出自{running['table_id'].nunique()}份规划"),
                (str(len(data.targets)), f"个分项，出自{tables}张指标表"),
            ]
        )
    return headlines(
        [
            (met[0], "binding indicators of the 13th plan met or exceeded"),
            (
                met[1],
                f"indicative ones of the 13th plan met or exceeded; {expected['missed']} missed, "
                f"{open_ones} cannot be judged (with the 2020 value where there is one: "
                f"{reached(by_year)} reached, {by_year['missed']} missed)",
            ),
            (
                str(len(running)),
                f"components of the 14th plan, in {running['table_id'].nunique()} documents",
            ),
            (str(len(data.targets)), f"components in {tables} printed tables"),
        ]
    )
