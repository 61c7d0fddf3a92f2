"""The running plan at a glance: how many targets are judged, how, and why the rest is not."""

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from analysis.publish import progress
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.progress_cells import PLAN_END
from analysis.publish.reasons import KINDS, kind_of
from analysis.publish.summary import counted_twice
from analysis.publish.tables import status
from analysis.publish.units import Language
from analysis.publish.wording import label

FINAL = ("met", "missed")
"""Statuses of a plan that is over, shown even where none has them."""

TEMPLATE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<div class="glance">
{% for part in parts %}
<section>
<h3>{{ part.heading }}</h3>
<p>{{ part.judged }}</p>
<ul class="tiles">
{% for address, count, word in part.tiles %}
<li><a href="{{ address }}"><span class="value">{{ count }}</span> {{ word }}</a></li>
{% endfor %}
</ul>
<div class="squares" aria-hidden="true">
{%- for name in part.squares %}<span class="status-{{ name }}"></span>{% endfor -%}
</div>
{% if part.reasons %}
<p class="aside">{{ part.reasons }}</p>
{% endif %}
</section>
{% endfor %}
</div>
{% if twice %}
<p class="aside">{{ twice }}</p>
{% endif %}
""")


def glance(data: PlanData, as_of: int, language: Language) -> Html:
    """Judged, each status and the reasons for no verdict; binding and expected apart.

    Every count leads to its strips. Counts are by component, as in the annual report.
    """
    rows = progress.at(data, as_of)
    parts = [_part(rows[rows["attribute"] == name], name, as_of, language)
             for name in progress.ATTRIBUTES]  # fmt: skip
    return Html(TEMPLATE.render(parts=parts, twice=counted_twice(rows, language)))


def reasons(rows: pd.DataFrame) -> dict[str, int]:
    """How many components are not judged for each of ``reasons.KINDS``, the most first."""
    found = rows.loc[rows["status"] == "no_status", "reason"].map(kind_of)
    counts = {kind: int((found == kind).sum()) for kind in KINDS}
    ordered = sorted(counts, key=lambda kind: -counts[kind])
    return {kind: counts[kind] for kind in ordered if counts[kind]}


def _part(rows: pd.DataFrame, attribute: str, as_of: int, language: Language) -> dict[str, object]:
    counts = {name: int((rows["status"] == name).sum()) for name in progress.STATUSES}
    total, judged = len(rows), len(rows) - counts["no_status"]
    always = FINAL if as_of >= PLAN_END else ()
    shown = [name for name in progress.STATUSES if counts[name] or name in always]
    joint, end = ("、", "。") if language == "zh" else ("; ", ".")
    why = [
        f"{KINDS[kind].text(language)}{count}个" if language == "zh"
        else f"{KINDS[kind].text(language)}: {count}"
        for kind, count in reasons(rows).items()
    ]  # fmt: skip
    lead = {
        "zh": f"截至{as_of}年，{total}个分项中{judged}个可以判定。",
        "en": f"As of {as_of}, {judged} of {total} components can be judged.",
    }
    unjudged = {"zh": "不作判定的原因：", "en": "Why the rest is not judged: "}
    return {
        "heading": label(attribute, language),
        "judged": lead[language],
        "tiles": [
            (
                f"?status={name}&attribute={attribute}#targets",
                counts[name],
                status(name, language),
            )
            for name in shown
        ],
        "squares": [name.replace("_", "-") for name in shown for _ in range(counts[name])],
        "reasons": Markup(unjudged[language]) + joint.join(why) + end if why else "",
    }
