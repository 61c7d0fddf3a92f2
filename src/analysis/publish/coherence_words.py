"""What every comparison is called and says, in Chinese and English.

The sentences are templates: numbers are put in by ``publish.coherence``, never written here.
"""

from dataclasses import dataclass

from analysis.publish.wording import Words


@dataclass(frozen=True)
class Wording:
    """An arithmetic check: its title, what stands on either side, and its sentence."""

    title: Words
    left: Words
    right: Words
    note: Words


PLACES: dict[str, Words] = {
    "outline-13fyp": Words("规划纲要专栏1", "table 1 of the plan outline"),
    "outline-14fyp": Words("规划纲要专栏2", "table 2 of the plan outline"),
    "services-13fyp": Words("服务业规划专栏1", "table 1 of the services plan"),
    "services-14fyp": Words("服务业规划专栏2", "table 2 of the services plan"),
    "commerce-14fyp": Words("商务规划专栏1", "table 1 of the commerce plan"),
    "outline": Words("规划纲要", "plan outline"),
    "services": Words("服务业规划", "services plan"),
    "commerce": Words("商务规划", "commerce plan"),
    "consumption": Words("国际消费中心城市方案", "consumption-city programme"),
}
NOTE_PLACE = Words("{place}的表注", "the notes to {place}")
PROSE_PLACE = Words("{place}正文第{line}行", "line {line} of the {place}")

PAIR_NOTES: dict[str, Words] = {
    "equal": Words(
        "{left_place}与{right_place}列的数相同：{left}。",
        "The same number in {left_place} and {right_place}: {left}.",
    ),
    "rounding": Words(
        "{left_place}为{left}，{right_place}为{right}，相差{difference}，是舍入位数不同。",
        "{left} in {left_place}, {right} in {right_place}; the difference of {difference} is one "
        "of rounding.",
    ),
    "wording": Words(
        "数相同，写法不同：{left_place}为{left}，{right_place}为{right}。",
        "The same number, worded differently: {left} in {left_place}, {right} in {right_place}.",
    ),
    "holds": Words(
        "{left_place}为{left}，{right_place}为{right}，两者相符。",
        "{left} in {left_place}, {right} in {right_place}: the two fit.",
    ),
    "fails": Words(
        "{left_place}为{left}，{right_place}为{right}，两者不能同时成立。",
        "{left} in {left_place}, {right} in {right_place}: both cannot hold.",
    ),
    "stricter": Words(
        "{left_place}为{left}，{right_place}为{right}：前者的要求更高。",
        "{left} in {left_place}, {right} in {right_place}: the first asks for more.",
    ),
    "looser": Words(
        "{left_place}为{left}，{right_place}为{right}：前者的要求更低。",
        "{left} in {left_place}, {right} in {right_place}: the first asks for less.",
    ),
    "different": Words(
        "{left_place}为{left}，{right_place}为{right}，相差{difference}；两个数的口径看来相同。",
        "{left} in {left_place}, {right} in {right_place}, a difference of {difference}; the two "
        "seem to count the same.",
    ),
}
APART_NOTES: dict[str, Words] = {
    "year": Words(
        "{left_place}列的是{left_year}年的{left}，{right_place}列的是{right_year}年的{right}；"
        "年份不同，不能当作同一个数比较。",
        "{left} ({left_year}) in {left_place}, {right} ({right_year}) in {right_place}: the years "
        "differ, so the two are not one number.",
    ),
    "span": Words(
        "{left_place}的{left}是五年年均，{right_place}的{right}按一年的增速理解；时段不同，"
        "不能直接比较。",
        "{left} in {left_place} is a five-year mean; {right} in {right_place} is read as one "
        "year's rate. The periods differ, so the two cannot be compared.",
    ),
    "scope": Words(
        "{left_place}的{left}说的是“{other_name}”，{right_place}的{right}是表中指标的数；"
        "两个名称的范围不同。",
        "{left} in {left_place} is for “{other_name}”, {right} in {right_place} for the table's "
        "indicator; the two names differ in scope.",
    ),
    "span_and_scope": Words(
        "{left_place}的{left}是“{other_name}”的五年均值，{right_place}的{right}按整个指标一年的"
        "增速理解；时段和范围不同，不能直接比较。",
        "{left} in {left_place} is a five-year mean for “{other_name}”; {right} in {right_place} "
        "is read as one year's rate of the whole indicator. Period and scope differ, so the two "
        "cannot be compared.",
    ),
}
"""For numbers of another basis, by what sets them apart."""

IN_SENTENCES: dict[str, Words] = {
    "=": Words("{}", "{}"),
    ">=": Words("{}以上", "at least {}"),
    "<=": Words("{}以下", "at most {}"),
    ">": Words("超过{}", "over {}"),
    "<": Words("不足{}", "under {}"),
    "~": Words("约{}", "about {}"),
}

ARITHMETIC: dict[str, Wording] = {
    "services-share-2025": Wording(
        Words("服务业占比：2025年目标值的含义", "Services share: what the 2025 values imply"),
        Words("2025年服务业增加值/地区生产总值", "2025 value added over 2025 GDP"),
        Words("2020年占比", "share in 2020"),
        Words(
            "服务业增加值目标{value}除以约{gdp}的地区生产总值，占比为{left}，比2020年的{right}低"
            "{fall}；按总量的舍入范围为{low}至{high}，而正文中的增加值是下限，所以占比未必下降。",
            "The target of {value} over GDP of about {gdp} is {left}, {fall} below the {right} of "
            "2020; GDP's rounding leaves {low} to {high}, and the text gives the value as a "
            "floor, so the share need not fall.",
        ),
    ),
    "strategic-emerging-2025": Wording(
        Words("战略性新兴产业：占比与增加值", "Strategic industries: share and value"),
        Words("占比目标×地区生产总值", "target share of GDP, as a value"),
        Words("增加值目标", "target for the value"),
        Words(
            "占比{share}乘约{gdp}为{left}，与正文的“突破{floor}”相符；只看这个下限，占比为{floor_share}。",
            "{share} of about {gdp} is {left}, which fits “over {floor}” in the text; that floor "
            "alone would be {floor_share}.",
        ),
    ),
    "gdp-nominal-and-real": Wording(
        Words("地区生产总值：总量与增速", "GDP: the level and the growth rate"),
        Words("总量隐含的年均增速（若按现价）", "growth the level implies, if in current prices"),
        Words("年均增速目标（不变价）", "growth target, constant prices"),
        Words(
            "由{first}到约{last}，年均增长{left}（按舍入范围{low}至{high}）；若总量按现价计，而约{right}的"
            "增速目标按不变价计，两者之间隐含每年约{deflator}的价格上涨。",
            "From {first} to about {last} is {left} a year ({low} to {high} by rounding); with the "
            "level in current prices and the target of about {right} real, prices would rise by "
            "some {deflator} a year.",
        ),
    ),
    "employment-2025": Wording(
        Words("劳动生产率隐含的从业人员", "Employment that labour productivity implies"),
        Words("2025年", "2025"),
        Words("2020年", "2020"),
        Words(
            "地区生产总值除以全员劳动生产率，2020年为{right}，2025年为{left}，年均增长{rate}；"
            "前提是两者都按现价计，文件没有说明劳动生产率的价格口径。",
            "GDP over labour productivity is {right} in 2020 and {left} in 2025, growth of {rate} "
            "a year, if both are in current prices; the documents do not say so for productivity.",
        ),
    ),
    "growth-and-productivity": Wording(
        Words("增速与劳动生产率", "Growth and labour productivity"),
        Words("地区生产总值年均增速目标", "GDP growth target"),
        Words("劳动生产率隐含的年均增速", "growth labour productivity implies"),
        Words(
            "地区生产总值每年增长约{left}，劳动生产率每年增长{right}；若都按不变价计，从业人员每年须增加约"
            "{employment_rate}。",
            "GDP is to grow by about {left} a year and labour productivity by {right}; were both "
            "real, employment would grow by some {employment_rate} a year.",
        ),
    ),
    "foreign-investment-mean": Wording(
        Words("实际使用外资：五年累计与基期", "Foreign investment: five-year total and base year"),
        Words("五年累计的年均数", "yearly mean of the five-year total"),
        Words("2020年", "2020"),
        Words(
            "五年累计{total}，年均{left}，2020年为{right}；若逐年匀速增长，每年增长{rate}即可达到。",
            "{total} in five years is {left} a year, against {right} in 2020; steady growth of "
            "{rate} a year reaches it.",
        ),
    ),
    "outward-investment-stock": Wording(
        Words("对外投资：存量与年度额", "Outward investment: stock and yearly flow"),
        Words("正文的2025年存量目标", "stock target in the text"),
        Words("按表列年度额推算的存量", "stock the table's flow leads to"),
        Words(
            "存量从{stock}到{left}，每年只需新增{yearly}；表列年度额从{first}升至{last}，按匀速增长推算"
            "存量达{right}（不计撤资）。两个目标中，存量的要求较低。",
            "From {stock} to {left} takes {yearly} a year; the table's flow, rising steadily from "
            "{first} to {last}, leads to {right} (withdrawals left aside). Of the two, the stock "
            "asks for less.",
        ),
    ),
    "modern-services-growth": Wording(
        Words("现代服务业：占比与增加值", "Modern services: share and value"),
        Words("现代服务业隐含的年均增速", "growth implied for modern services"),
        Words("服务业隐含的年均增速", "growth implied for all services"),
        Words(
            "占比乘增加值，现代服务业由{first}到{last}，年均增长{left}；服务业整体为{right}，其余服务业为"
            "{other}（若均按现价计）。",
            "Share times value, modern services go from {first} to {last}, {left} a year; all "
            "services {right}, the rest {other} (if all are in current prices).",
        ),
    ),
    "metro-length-2025": Wording(
        Words("地铁运营里程", "Metro length in operation"),
        Words("国际消费中心城市方案的2025年目标", "2025 target of the consumption-city programme"),
        Words("规划纲要列出的现状", "length the plan outline gives"),
        Words(
            "规划纲要列出的里程为{right}，国际消费中心城市方案要求2025年达{left}，五年增加{difference}，每年"
            "{yearly}，年均增长{rate}。",
            "The plan outline gives {right}; the consumption-city programme asks for {left} by "
            "2025, {difference} more in five years, {yearly} or {rate} a year.",
        ),
    ),
    "services-share-2020": Wording(
        Words("2020年服务业占比", "Services share in 2020"),
        Words("增加值/地区生产总值", "value added over GDP"),
        Words("列出的占比", "share printed"),
        Words(
            "服务业规划的增加值除以规划纲要的地区生产总值为{left}，列出的占比为{right}。",
            "Value added in the services plan over GDP in the outline is {left}; {right} is "
            "printed.",
        ),
    ),
    "finance-share-2020": Wording(
        Words("2020年金融业占比", "Financial sector share in 2020"),
        Words("增加值/地区生产总值", "value added over GDP"),
        Words("列出的占比", "share printed"),
        Words(
            "服务业规划正文的金融业增加值除以规划纲要的地区生产总值为{left}，列出的占比为{right}。",
            "Value added in the services plan's text over GDP in the outline is {left}; {right} is "
            "printed.",
        ),
    ),
    "gdp-per-capita-actual-2020": Wording(
        Words("2020年人均地区生产总值（完成值）", "GDP per capita 2020, as reached"),
        Words("总量/常住人口", "GDP over population"),
        Words("列出的人均值", "value printed"),
        Words(
            "地区生产总值除以估算的常住人口为{left}，列出的是约{right}。",
            "GDP over the estimated population is {left}; about {right} is printed.",
        ),
    ),
    "gdp-per-capita-target-2020": Wording(
        Words("2020年人均地区生产总值（目标值）", "GDP per capita 2020, as planned"),
        Words("总量目标/人口目标", "GDP target over population target"),
        Words("人均目标", "target printed"),
        Words(
            "“十三五”的总量目标除以人口目标为{left}，人均目标为{right}。",
            "The 13th plan's GDP target over its population target is {left}; the target printed "
            "is {right}.",
        ),
    ),
    "services-growth-margin": Wording(
        Words("服务业增速与总量增速", "Services growth and GDP growth"),
        Words("服务业增速减去领先幅度", "services growth less its lead"),
        Words("地区生产总值年均增速", "GDP growth, annual average"),
        Words(
            "服务业规划正文的服务业年均增速减去其领先地区生产总值的幅度为{left}，规划纲要列出的是{right}。",
            "Services growth less its lead over GDP, both in the services plan's text, is {left}; "
            "the outline prints {right}.",
        ),
    ),
    "modern-services-change": Wording(
        Words("现代服务业占比的升幅", "Rise of the modern services share"),
        Words("表列两年之差", "difference of the table's two years"),
        Words("正文的升幅", "rise in the text"),
        Words(
            "服务业规划专栏1的两年之差为{left}，正文说提升{right}。",
            "The services plan's table 1 rises by {left}, its text says {right}.",
        ),
    ),
    "imports-share-2020": Wording(
        Words("进口占比与增速", "Imports: share and growth"),
        Words("由2015年占比与两项增速推算", "from the 2015 share and two growth rates"),
        Words("列出的2020年占比", "2020 share printed"),
        Words(
            "以进口和进出口的年均增速推算，2020年进口占比为{left}，正文列出的是{right}。",
            "Carried on by the mean growth of imports and of trade, the share of 2020 is {left}; "
            "the text prints {right}.",
        ),
    ),
    "retail-target-revision": Wording(
        Words("社会消费品零售总额：下调后的目标", "Retail sales: the target after its revision"),
        Words("原目标减下调额", "former target less the cut"),
        Words("表列目标", "target printed"),
        Words(
            "表注的原目标减去下调额为{left}，表列目标为{right}。",
            "The notes' former target less the cut is {left}; the table prints {right}.",
        ),
    ),
    "binding-all-met": Wording(
        Words("约束性指标全部完成", "All binding indicators met"),
        Words("完成或超额完成的约束性指标", "binding indicators met or exceeded"),
        Words("约束性指标", "binding indicators"),
        Words(
            "按专栏1重算，{right}项约束性指标（{parts}个分项）中完成或超额完成{left}项（{parts_met}个分项）。",
            "By table 1, {left} of {right} binding indicators ({parts_met} of {parts} components) "
            "were met or exceeded.",
        ),
    ),
    "indicator-count": Wording(
        Words("主要指标的项数", "Number of main indicators"),
        Words("专栏1的序号数", "numbers in table 1"),
        Words("正文的项数", "number in the text"),
        Words(
            "专栏1列有{left}项指标，正文说{right}项。",
            "Table 1 prints {left} indicators, the text says {right}.",
        ),
    ),
    "energy-and-pollutants-met": Wording(
        Words("节能降碳和减排目标完成", "Energy, carbon and pollutant targets met"),
        Words("完成或超额完成的分项", "components met or exceeded"),
        Words("有关分项", "components concerned"),
        Words(
            "按专栏1重算，能耗、二氧化碳和四种主要污染物共{right}个分项中，完成或超额完成{left}个。",
            "By table 1, {left} of {right} components (energy, carbon and four pollutants) were "
            "met or exceeded.",
        ),
    ),
    "goods-trade-early": Wording(
        Words("货物进出口提前完成目标", "Merchandise trade target met early"),
        Words("2019年", "2019"),
        Words("2020年目标", "target for 2020"),
        Words(
            "2019年的{left}达到目标{right}；同一表注列出的2020年数为{later}。",
            "The {left} of 2019 reached the target of {right}; the same notes give {later} for "
            "2020.",
        ),
    ),
    "market-procurement-increase": Wording(
        Words("市场采购出口额的增长倍数", "Increase of market-procurement exports"),
        Words("由两端数值计算", "from the two values"),
        Words("正文的倍数", "increase in the text"),
        Words(
            "由{first}到{last}，增长{left}，正文说{right}。",
            "From {first} to {last} is an increase of {left}; the text says {right}.",
        ),
    ),
    "cross-border-increase": Wording(
        Words("跨境电商规模的增长倍数", "Increase of cross-border e-commerce"),
        Words("由两端数值计算", "from the two values"),
        Words("正文的倍数", "increase in the text"),
        Words(
            "由{first}到{last}，增长{left}，正文说{right}。",
            "From {first} to {last} is an increase of {left}; the text says {right}.",
        ),
    ),
    "foreign-enterprises-increase": Wording(
        Words("新设外商直接投资企业的增幅", "Increase of new foreign-invested enterprises"),
        Words("由两端数值计算", "from the two values"),
        Words("正文的增幅", "increase in the text"),
        Words(
            "由{first}到{last}，增长{left}，正文说{right}。",
            "From {first} to {last} is an increase of {left}; the text says {right}.",
        ),
    ),
}

INPUT_UNITS: dict[str, str] = {
    **dict.fromkeys(["value", "gdp", "total", "later"], "亿元"),
    **dict.fromkeys(["low", "high", "share", "floor_share", "deflator"], "%"),
    **dict.fromkeys(["rate", "employment_rate", "other"], "%"),
    **dict.fromkeys(["parts", "parts_met"], ""),
}
"""Units of the further numbers in the sentences; the others have the check's own unit."""

UNITS_OF_CHECK: dict[str, dict[str, str]] = {
    "gdp-nominal-and-real": {"first": "亿元", "last": "亿元"},
    "modern-services-growth": {"first": "亿元", "last": "亿元"},
    "market-procurement-increase": {"first": "亿元", "last": "亿元"},
    "cross-border-increase": {"first": "亿元", "last": "亿元"},
    "foreign-enterprises-increase": {"first": "家", "last": "家"},
}
