"""Every label a reader sees outside the notebooks' own prose, in Chinese and English."""

import re
from typing import NamedTuple

from analysis.errors import InputError, quoted
from analysis.publish.units import Language


class Words(NamedTuple):
    """One label in both languages."""

    zh: str
    en: str

    def text(self, language: Language) -> str:
        """The label in one language."""
        return self.zh if language == "zh" else self.en


LABELS: dict[str, Words] = {
    "13fyp": Words("“十三五”规划", "13th Five-Year Plan"),
    "14fyp": Words("“十四五”规划", "14th Five-Year Plan"),
    "outline-13fyp": Words("规划纲要", "Plan outline"),
    "outline-14fyp": Words("规划纲要", "Plan outline"),
    "services-13fyp": Words("服务业规划", "Services plan"),
    "services-14fyp": Words("服务业规划", "Services plan"),
    "commerce-14fyp": Words("商务规划", "Commerce plan"),
    "binding": Words("约束性", "Binding"),
    "expected": Words("预期性", "Indicative"),
    "": Words("未列属性", "No attribute printed"),
    "exceeded": Words("超额完成", "Exceeded"),
    "met": Words("完成", "Met"),
    "missed": Words("未完成", "Missed"),
    "not_comparable": Words("不可比", "Not comparable"),
    "no_number": Words("无数值目标", "No numeric target"),
    "equal": Words("相同", "Equal"),
    "rounding": Words("舍入差", "Rounding"),
    "wording": Words("写法不同", "Worded differently"),
    "holds": Words("成立", "Holds"),
    "stricter": Words("要求更高", "Stricter"),
    "looser": Words("要求更低", "Looser"),
    "other_basis": Words("年份或口径不同", "Other year or scope"),
    "implied_change": Words("隐含变化", "Implied change"),
    "different": Words("不一致", "Different"),
    "fails": Words("不成立", "Does not hold"),
    "kind_same_series": Words("表与表、表与注", "Tables and notes"),
    "kind_prose": Words("正文与表", "Text and tables"),
    "kind_claim": Words("说法重算", "Statements recomputed"),
    "kind_implied": Words("算术推算", "Arithmetic"),
    "check": Words("核对事项", "Check"),
    "verdict_and_note": Words("判定与说明", "Verdict and note"),
    "first_number": Words("甲", "First"),
    "second_number": Words("乙", "Second"),
    "difference": Words("相差", "Difference"),
    "number": Words("序号", "No."),
    "indicator": Words("指标", "Indicator"),
    "series_id": Words("序列代码", "Series"),
    "unit": Words("单位", "Unit"),
    "unit_inferred": Words("原表未列单位", "unit not printed"),
    "attribute": Words("属性", "Attribute"),
    "baseline": Words("基期值", "Baseline"),
    "target": Words("目标值", "Target"),
    "actual": Words("完成值", "Actual"),
    "gap": Words("差距", "Gap"),
    "change": Words("变化", "Change"),
    "each_year": Words("年均要求", "Implied annual pace"),
    "direction": Words("方向", "Better"),
    "up": Words("越高越好", "higher"),
    "down": Words("越低越好", "lower"),
    "neutral": Words("无优劣之分", "neither"),
    "measure": Words("类型", "Kind"),
    "level": Words("绝对量", "level"),
    "share": Words("比重", "share"),
    "growth": Words("增速", "growth rate"),
    "cumulative": Words("累计", "cumulative"),
    "verdict": Words("判定", "Verdict"),
    "basis": Words("口径", "Basis"),
    "as_printed": Words("按表列值", "As printed"),
    "plan_year": Words("按2020年值", "By the 2020 value"),
    "plan_year_estimate": Words("按2020年预计值", "By the 2020 forecast"),
    "gap_before": Words("与调整前目标之差", "Against the target before"),
    "source_line_name": Words("原文第{line}行", "Source line {line}"),
    "printed_unit": Words("原表单位", "Printed unit"),
    "five_years": Words("五年累计", "5-year cumulative"),
    "achieved": Words("提前实现", "Achieved early"),
    "ahead": Words("快于时序", "Ahead"),
    "on_track": Words("符合时序", "On track"),
    "behind": Words("滞后", "Behind"),
    "moving_away": Words("背离目标", "Moving away"),
    "no_status": Words("不作判定", "Not judged"),
    "significant": Words("显著进展", "Significant"),
    "moderate": Words("中等进展", "Moderate"),
    "insufficient": Words("进展不足", "Insufficient"),
    "away": Words("背离", "Away"),
    "latest": Words("最新值", "Latest value"),
    "progress": Words("完成进度", "Done"),
    "time": Words("时间进度", "Time elapsed"),
    "status": Words("状态", "Status"),
    "status_cagr": Words("增速比较法", "By growth ratio"),
    "required_pace": Words("今后每年需要", "Pace still required"),
    "reason": Words("原因", "Reason"),
    "before": Words("上一年", "Year before"),
    "now": Words("本年", "This year"),
    "growth_so_far": Words("平均", "mean"),
    "cumulative_so_far": Words("累计", "total"),
    "rules_disagree": Words("两种方法不一致", "the two rules disagree"),
    "reached": Words("已达到", "reached"),
    "basis_points": Words("依据", "Based on"),
    "median_path": Words("中位路径", "Median path"),
    "recent_mean": Words("近年平均", "Recent mean"),
    "attainment": Words("达到目标值", "Reaching the target"),
    "without_pandemic": Words("剔除疫情年份", "Without 2020–2022"),
    "unlikely": Words("不大可能", "Unlikely"),
    "even": Words("机会各半", "About even"),
    "likely": Words("较有可能", "Likely"),
    "other_definition": Words("口径已变，不给概率", "not given: the definition changed"),
    "too_few_points": Words("数据不足，不给概率", "not given: too few points"),
    "projection_no_value": Words("没有观测值", "no observed value"),
    "projection_other_unit": Words("观测值单位不同", "observed in another unit"),
    "projection_bounds_only": Words("只有下限", "only floors are known"),
    "projection_newer_bound": Words(
        "更新的值只有下限，已高于最后一个确切值", "a newer floor lies above the last exact value"
    ),
    "projection_too_old": Words("最新值太旧", "the latest value is too old"),
    "projection_sum_in_parts": Words(
        "五年累计数，逐年数据不全", "a five-year sum whose yearly values are incomplete"
    ),
    "prose_targets": Words(
        "只在正文里的目标，不在指标表内，本站不作判定：",
        "Targets in the text alone, in no table of indicators; this site does not judge them:",
    ),
    "prose_target": Words(
        "{document}第{line}行：{year}年{target}", "{document}, line {line}: {target} by {year}"
    ),
    "rate_a_year": Words("%/年", "% a year"),
    "growth_real": Words("实际增速", "real growth"),
    "growth_nominal": Words("名义增速", "nominal growth"),
    "growth_quantity": Words("数量增速", "growth in quantity"),
    "target_of": Words("{document}为{year}年定的目标", "target for {year}, {document}"),
    "sum_target_of": Words(
        "{document}为{year}年定的五年累计目标", "five-year total to {year}, {document}"
    ),
    "that_year_alone": Words("当年值", "that year alone"),
    "verdict_by": Words("{year}年目标的判定", "verdict on the target for {year}"),
    "nothing_known": Words(
        "既没有观测值，也没有指标表列出的目标。", "No observed value and no target in a table."
    ),
    "no_chart": Words("没有可以画的数值。", "There is no number to draw."),
    "mean_of_sum": Words("五年共{}，图示年均", "{} in five years, drawn as a yearly mean"),
    "mark_final": Words("终值或修订值", "Final or revised"),
    "mark_preliminary": Words("初步值", "Preliminary"),
    "mark_derived": Words("推算值", "Derived"),
    "mark_floor": Words("下限", "Floor"),
    "plan_path": Words("规划路径", "The plan's path"),
    "required_path": Words("今后需要的路径", "Path still required"),
    "break_line": Words("口径或基数改变", "Definition or base changes"),
    "no_target_printed": Words(
        "各规划的指标表没有为这个序列定目标。", "No plan's table sets a target for this series."
    ),
    "no_running_target": Words(
        "“十四五”的指标表没有为这个序列定目标。",
        "No table of the 14th plan sets a target for this series.",
    ),
    "target_in_words": Words(
        "目标用文字表述，不作推算。", "The target is in words: no projection."
    ),
    "targets_caption": Words(
        "各文件为这个序列定的目标", "Targets the documents set for this series"
    ),
    "progress_caption": Words("各年度报告的判定", "What each annual report said"),
    "values_caption": Words(
        "找到的全部观测值，采用的和未采用的", "Every value found, used and not used"
    ),
    "breaks_caption": Words("口径、基数或来源的改变", "Changes of definition, base or source"),
    "checks_caption": Words("与这个序列有关的核对", "Cross-checks that concern this series"),
    "no_break": Words(
        "没有记录到口径或来源的改变。", "No change of definition or source is on record."
    ),
    "no_check": Words("没有涉及这个序列的核对。", "No cross-check concerns this series."),
    "no_note": Words("各表的注没有提到这个序列。", "The tables' notes do not mention this series."),
    "download_values": Words("下载数值（CSV）", "Download the values (CSV)"),
    "download_chart": Words("下载图（SVG）", "Download the chart (SVG)"),
    "report": Words("年度报告", "Annual report"),
    "used": Words("是否采用", "Used"),
    "value_used": Words("采用", "used"),
    "value_same": Words("与采用的值相同", "same as the one used"),
    "value_not_used": Words("按取值次序未采用", "another comes first"),
    "value_set_aside": Words("搁置", "set aside"),
    "break_kind": Words("改变", "Change"),
    "break_reason": Words("说明", "What is known"),
    "break_definition_change": Words("口径改变", "definition changed"),
    "break_definition_doubt": Words("口径可能有变", "definition may have changed"),
    "break_survey_change": Words("调查方法改变", "survey changed"),
    "break_base_revision": Words("基数修订", "base revised"),
    "break_census": Words("人口普查改变基数", "census changed the base"),
    "break_currency": Words("计价币种不同", "other currency"),
    "break_source_mismatch": Words("来源或范围有别", "sources or coverage differ"),
    "break_vintage": Words("首次公布的数", "as first published"),
    "break_rounding": Words("下限、推算值或转引值", "floor, computed or second-hand"),
    "baseline_printed": Words("印发时的基期值", "Baseline as printed"),
    "baseline_revised": Words("修订后的基期值", "Baseline as revised"),
    "status_printed": Words("按印发基期", "From the printed one"),
    "status_revised": Words("按修订基期", "From the revised one"),
    "projection_too_few": Words(
        "同一口径的值太少（{n}个年份）", "too few values on one definition ({n})"
    ),
    "horizon": Words("提前年数", "Years ahead"),
    "all_horizons": Words("全部（含更长的）", "all, longer ones too"),
    "cases": Words("检验次数", "Cases"),
    "pooled": Words("本站", "this site"),
    "brier": Words("Brier评分（越低越好）", "Brier score (lower is better)"),
    "textbook": Words("模型自带", "models' own"),
    "mean_forecast": Words("平均概率", "Mean probability given"),
    "came_true": Words("实际达到", "Came true"),
    "value": Words("数值", "Value"),
    "archived": Words("{date}存档", "archived {date}"),
    "vintage": Words("版次", "Vintage"),
    "quality": Words("来源性质", "Kind of source"),
    "statistical_source": Words("来源", "Source"),
    "final": Words("终值", "final"),
    "revised": Words("修订值", "revised"),
    "preliminary": Words("初步值", "preliminary"),
    "derived": Words("推算值", "derived"),
    "official": Words("官方", "official"),
    "secondary": Words("转引", "secondary source"),
    "official_sources": Words("官方来源", "Official sources"),
    "secondary_sources": Words("转引来源", "Secondary sources"),
    "title_and_address": Words("标题与网址", "Title and address"),
    "publisher_of_source": Words("发布者", "Published by"),
    "values": Words("数值（个）", "Values"),
    "values_used": Words("采用（个）", "Used"),
    "printed_table": Words("专栏{number}", "Table {number}"),
    "tables_printed": Words("所载指标表", "Indicator tables"),
    "prose_numbers": Words("正文中的数（个）", "Numbers in its text"),
    "code": Words("代码", "Code"),
    "source": Words("原文行", "Source line"),
    "document": Words("文件", "Document"),
    "document_number": Words("文号", "Document no."),
    "publisher": Words("发布机关", "Published by"),
    "date": Words("日期", "Date"),
    "text_file": Words("文本文件", "Text file"),
    "lines": Words("行", "Lines"),
    "table": Words("表", "Table"),
    "implied": Words("隐含年均增长", "Implied growth a year"),
    "stated": Words("规划直接提出的增速", "Growth rate set by the plan"),
    "pace": Words("每年变化", "Change a year"),
    "annual_average": Words("年均数", "Average a year"),
    "years": Words("年数", "Years"),
    "year": Words("年份", "Year"),
    "note": Words("说明", "Note"),
    "count_by": Words("计数单位", "Counted by"),
    "by_number": Words("按指标", "by indicator"),
    "by_component": Words("按分项", "by component"),
    "total": Words("合计", "Total"),
    "pp": Words("百分点", "percentage points"),
    "original_target": Words("调整前目标", "Target before"),
    "revised_target": Words("表列目标", "Target printed"),
    "column": Words("列", "Column"),
    "meaning": Words("含义", "Meaning"),
    "file": Words("文件", "File"),
    "rows": Words("行数", "Rows"),
    "columns": Words("列数", "Columns"),
    "formula": Words("公式", "Formula"),
    "result": Words("结果", "Result"),
    "printed_line": Words("原文行", "Line"),
    "text": Words("原文", "Text"),
    "search_found": Words(
        "含“{q}”的页面：{n}；列出：{shown}", "Pages with “{q}”: {n}; listed: {shown}"
    ),
    "search_none": Words("没有含“{q}”的页面。", "No page has “{q}”."),
    "search_wait": Words("正在搜索……", "Searching…"),
    "search_offline": Words(
        "搜索需要启用脚本，并从网址（而不是本地文件）打开本站。也可以从下面的目录查找。",
        "Searching needs scripts, and the site opened from a web address, not from a local file. "
        "The list below leads to every page.",
    ),
    "with_census": Words("换成普查人口", "With the census population"),
    "census_verdict": Words("按普查人口判定", "Verdict with the census population"),
    "residents_caption": Words(
        "按估算人口计算的人均指标，换成普查人口",
        "Figures per resident computed with an estimated population, and with the census's",
    ),
    "compare_target_13": Words("“十三五”目标（2020）", "13th plan: target (2020)"),
    "compare_reached_13": Words("“十三五”完成值", "13th plan: reached"),
    "compare_asked_13": Words("“十三五”每年要求", "13th plan: asked a year"),
    "compare_achieved_13": Words("“十三五”每年实际", "13th plan: achieved a year"),
    "compare_baseline_14": Words("“十四五”基期值", "14th plan: baseline"),
    "compare_target_14": Words("“十四五”目标（2025）", "14th plan: target (2025)"),
    "compare_asked_14": Words("“十四五”每年要求", "14th plan: asked a year"),
    "compare_achieved_14": Words("“十四五”每年实际", "14th plan: achieved a year"),
    "compare_caption": Words(
        "两个规划都有目标的序列：每年要求与每年实际、目标与完成值",
        "Series with a target in both plans: pace asked for and achieved, target and result",
    ),
    "observed_start": Words(
        "自{year}年观测值{value}起算（规划纲要未列）",
        "from {value} observed in {year} (not printed in the plan outline)",
    ),
    "asks_for_less": Words("目标低于基期", "target below baseline"),
    "asked_14": Words("“十四五”要求的年均增长", "Asked for by the 14th plan"),
    "before_14": Words("规划前的年均增长", "Before the plan"),
    "since_2020": Words("基期年至2025年的年均增长", "Baseline year to 2025"),
    "ranked_caption": Words(
        "“十四五”绝对量目标按隐含年均增长排列", "The 14th plan's targets for levels, fastest first"
    ),
    "category": Words("类别", "Category"),
    "strips_filter": Words("筛选目标", "Filter the targets"),
    "strips_all": Words("全部", "All"),
    "strips_reset": Words("清除", "Clear"),
    "strips_shown": Words("显示{shown}个分项，共{all}个", "{shown} of {all} components shown"),
    "relative_gap": Words(
        "与目标的差距（占目标的%，正为优于目标）", "Gap to target (% of target; right is better)"
    ),
    "growth_axis": Words("每年增长（%）", "Growth a year (%)"),
}

MARKS = {
    "exceeded": "▲",
    "met": "●",
    "missed": "▼",
    "not_comparable": "◇",
    "no_number": "–",
    "achieved": "★",
    "ahead": "▲",
    "on_track": "●",
    "behind": "▽",
    "moving_away": "▼",
    "no_status": "–",
}
MARKS |= {"equal": "=", "rounding": "≈", "wording": "○", "holds": "●", "stricter": "▲"}
MARKS |= {"looser": "▽", "other_basis": "◇", "implied_change": "→", "different": "≠", "fails": "▼"}
"""Shapes that say a verdict or a status without colour."""

COMPARATORS: dict[str, Words] = {
    "=": Words("{}", "{}"),
    ">=": Words("≥{}", "≥\N{NO-BREAK SPACE}{}"),
    "<=": Words("≤{}", "≤\N{NO-BREAK SPACE}{}"),
    ">": Words(">{}", ">\N{NO-BREAK SPACE}{}"),
    "<": Words("<{}", "<\N{NO-BREAK SPACE}{}"),
    "~": Words("约{}", "about\N{NO-BREAK SPACE}{}"),
}

TARGET_TEXTS: dict[str, str] = {
    "与经济增长保持同步": "in step with economic growth",
    "与经济增长基本同步": "broadly in step with economic growth",
    "完成省下达目标": "meet the target set by the province",
}


SOURCE_WORDS: dict[str, Words] = {
    "public repository": Words("公开代码库", "public repository"),
    "public transcription of communiqués": Words(
        "公报的公开转录", "public transcription of communiqués"
    ),
    "press page": Words("报刊网页", "press page"),
    "this dataset": Words("本站推算", "this site's computation"),
    "reprint": Words("转载", "reprint"),
    "文档转载": Words("文档转载", "document reprint"),
    "转载": Words("转载", "reprint"),
    "政府网附件镜像": Words("政府网附件镜像", "mirror of a government site's attachment"),
    "政府网镜像": Words("政府网镜像", "mirror on a government site"),
    "镜像": Words("镜像", "mirror"),
    "论坛转引": Words("论坛转引", "quoted in a forum"),
}
"""What describes a source in its publisher's place or beside it; longer words go first."""


def label(key: str, language: Language) -> str:
    """The label for a key; raises KeyError for a key without one."""
    return LABELS[key].text(language)


def source_name(publisher: str, language: Language) -> str:
    """A publisher as ``sources.csv`` names it, with what is no name in the reader's language."""
    found = re.search("|".join(map(re.escape, SOURCE_WORDS)), publisher)
    if not found:
        return publisher
    return publisher.replace(found[0], SOURCE_WORDS[found[0]].text(language), 1)


def compared(text: str, comparator: str, language: Language) -> str:
    """A value with its comparator in words or signs; empty for an empty value."""
    return COMPARATORS[comparator].text(language).format(text) if text else ""


def target_text(text: str, language: Language) -> str:
    """A target in words; raises InputError for words without an English rendering."""
    if text not in TARGET_TEXTS:
        raise InputError(
            f"the target {quoted(text)} has no English rendering; add it to TARGET_TEXTS in "
            "src/analysis/publish/wording.py."
        )
    return text if language == "zh" else TARGET_TEXTS[text]
