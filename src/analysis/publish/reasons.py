"""Why a target has no status, or what to know about one, in words: the codes of progress.csv."""

from analysis.publish.units import Language
from analysis.publish.wording import Words

REASONS: dict[str, Words] = {
    "no_value": Words("没有找到可比的观测值", "no comparable observed value was found"),
    "no_plan_year_value": Words("没有规划末年的值", "no value of the plan's last year"),
    "no_target": Words("原表未列目标", "no target is printed"),
    "target_in_words": Words("目标用文字表述", "the target is in words"),
    "compared_with": Words("与{}比较", "compared with {}"),
    "no_reference_value": Words("没有可比的参照值", "no reference value to compare with"),
    "nominal_not_real": Words(
        "只有名义增速，不能与实际增速比较",
        "only nominal growth is known, not comparable with real growth",
    ),
    "neutral_direction": Words("没有优劣方向", "neither direction is better"),
    "reached_by": Words("{}年已达到目标值", "the target value was reached by {}"),
    "missing_years": Words("缺{}年的值", "no value for {}"),
    "definition_changed": Words("{}年起口径改变", "the definition changed in {}"),
    "definition_doubtful": Words("{}年起口径可能有变", "the definition may have changed in {}"),
    "survey_changed": Words("{}年起调查方法改变", "the survey changed in {}"),
    "census": Words("{}年人口普查改变了基数", "the {} census changed the base"),
    "currency_changed": Words("{}年起计价币种改变", "the currency changed in {}"),
    "base_revised": Words("{}年基数有修订", "the base was revised in {}"),
    "source_mismatch": Words("{}年的来源或统计范围有别", "sources or coverage differ for {}"),
    "rounding": Words(
        "{}年的数是下限、推算值或转引值", "the {} figure is a floor, computed or second-hand"
    ),
    "first_published": Words("{}年为首次公布的数", "the {} figure is as first published"),
    "five_year_sum": Words(
        "五年累计，不折算年率", "a five-year total, not turned into a yearly rate"
    ),
    "floor_only": Words("只知道下限", "only a floor is known"),
    "ceiling_only": Words("只知道上限", "only a ceiling is known"),
    "approximate_value": Words("观测值为约数", "the observed value is approximate"),
    "approximate_target": Words("目标为约数", "the target is approximate"),
    "approximate_baseline": Words("基期值为约数", "the baseline is approximate"),
    "revised_baseline": Words("基期值为修订值", "measured from the revised baseline"),
    "no_baseline": Words("原表未列可用的基期值", "no usable baseline is printed"),
    "baseline_at_target": Words("基期值已等于目标", "the baseline is at the target"),
    "baseline_beyond_target": Words(
        "基期值已优于目标，目标起底线作用",
        "the baseline was already better; the target acts as a floor",
    ),
    "zero_target": Words("目标为零", "the target is zero"),
    "target_against_direction": Words(
        "目标与优劣方向相反", "the target runs against the direction"
    ),
    "milestone": Words("按分年度目标衡量", "measured against its own milestone"),
    "rate_from_levels": Words(
        "没有找到{}年公布的增速，由两年的水平算出",
        "no published rate for {} was found, it is computed from two levels",
    ),
}
AT_BASELINE = "_at_baseline"
IN_BASELINE_YEAR = Words("（基期当年）", " (the baseline's own year)")

KINDS: dict[str, Words] = {
    "target_in_words": REASONS["target_in_words"],
    "no_target": REASONS["no_target"],
    "no_value": REASONS["no_value"],
    "broken": Words(
        "口径、币种或基数改变或可能改变",
        "the definition, currency or base changed or may have",
    ),
    "no_plan_year_value": REASONS["no_plan_year_value"],
    "missing_years": Words("缺部分年份的值", "values of some years are missing"),
    "other": Words("其他原因", "other reasons"),
}
"""Why a target is not judged, in few words; where several hold, the first counts."""
BROKEN = {
    *{"definition_changed", "definition_doubtful", "survey_changed"},
    *{"census", "currency_changed"},
}


def kind_of(codes: str) -> str:
    """The one of ``KINDS`` that a row's codes come down to."""
    names = {code.partition(":")[0] for code in codes.split(";")}
    names |= {"broken"} if names & BROKEN else set()
    return next((kind for kind in KINDS if kind in names), "other")


def reason_text(codes: str, language: Language) -> str:
    """Codes separated by ``;``, each with an optional detail after ``:``, as one phrase.

    Raises
    ------
    KeyError
        For a code without a wording.
    """
    parts = []
    for code in filter(None, codes.split(";")):
        name, _, detail = code.partition(":")
        shown = detail.replace(",", "、" if language == "zh" else ", ")
        text = REASONS[name.removesuffix(AT_BASELINE)].text(language).format(shown)
        parts.append(text + IN_BASELINE_YEAR.text(language) * name.endswith(AT_BASELINE))
    return ("；" if language == "zh" else "; ").join(parts)
