"""The worked example of a projection and its interval."""

import numpy as np

from analysis.measures.calibration import errors_until
from analysis.measures.forecast import widths_by_model
from analysis.measures.projection import unsteadiness
from analysis.measures.windows import Settings, target_window
from analysis.publish.data import PlanData
from analysis.publish.display import Html
from analysis.publish.units import Language
from analysis.publish.worked import Step, Worked, Writer, only, show

PROJECTED_FROM, PROJECTED_TO = 2025, 2030
FITTED = 1e-5
"""How far fitted models may differ between processors, relative to their size."""


def projected(data: PlanData, language: Language) -> Html:
    """A projection with its interval: three models, their median, and the pooled width."""
    write, settings = Writer(data, language), Settings()
    row = write.row("services-14fyp", "services-value-added")
    series_id, steps = row["series_id"], PROJECTED_TO - PROJECTED_FROM
    window = target_window(
        data.observed, data.breaks, series_id, row["measure"], row["unit"], PROJECTED_FROM, settings
    )
    errors = errors_until(data.observed, data.breaks, PROJECTED_FROM, settings)
    width = widths_by_model(errors, series_id)["median"]
    if width is None:
        raise ValueError("the example of a projection has no pooled width")
    drift, damped, theta, median = (
        only(
            data.projections,
            series_id=series_id, as_of=PROJECTED_FROM, year=PROJECTED_TO, model=model,
        )
        for model in ("drift", "ets_damped", "theta", "median")
    )  # fmt: skip
    means = [model["mean"] for model in (drift, damped, theta)]
    first, last, span = window.values[0], window.values[-1], int(np.ptp(window.years))
    walk = float(last * (last / first) ** (steps / span))
    unit, multiple = unsteadiness(np.log(window.values)), float(width.half_width(steps, 80))
    centre, half = float(np.median(means)), unit * multiple
    start, end, middle = (write.digits(first), write.digits(last), write.digits(centre, 3))
    three = "; ".join(write.digits(mean, 3) for mean in means)
    spread, power = f"{write.digits(unit, 8)} × {write.digits(multiple, 6)}", write.digits(half, 6)
    models = write.lead(
        "带漂移的随机游走、阻尼趋势、Theta（后两种由程序拟合）的中位数",
        "Median of drift, damped trend and Theta (the latter two are fitted)",
    )
    wide = write.lead(
        "对数上的半宽，即年变化的标准差乘以其他序列往年误差给出的倍数",
        "Half-width in logarithms, the standard deviation of the yearly changes times the multiple "
        "that the other series' past errors give",
    )
    example = Worked(
        "projection",
        write.say(
            f"由{PROJECTED_FROM}年推算到{PROJECTED_TO}年，80%区间",
            f"From {PROJECTED_FROM} to {PROJECTED_TO}, with the 80% interval",
        ),
        write.name(row),
        [write.observed(series_id, "level", int(year))[1] for year in window.years],
        [
            write.step(
                write.lead("带漂移的随机游走", "Random walk with drift")
                + f"{end} × ({end} ÷ {start})^({steps}/{span})",
                "mean", walk, drift,
            ),
            write.step(models + three, "mean", centre, median),
            Step(f"{wide}{spread} = {power}"),
            write.step(f"{middle} × e^(−{power})", "lo80", centre * float(np.exp(-half)), median),
            write.step(f"{middle} × e^{power}", "hi80", centre * float(np.exp(half)), median),
        ],
        "projections.csv",
        FITTED,
    )  # fmt: skip
    return show([example], language)
