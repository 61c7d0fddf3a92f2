"""How wrong projections have been, and whether their intervals and probabilities kept their word.

Every series is forecast again from every earlier year (rolling origin) and compared with what
followed. Coverage and Brier score are computed with each series judged by the errors of the
others only, so that no width has seen the series it is judged by. Errors of overlapping horizons
are not independent: the number of series says more about certainty than the number of cases.
"""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.measures.projection import MODELS, Floats, fill_gaps, paths, scale_of, unsteadiness
from analysis.measures.widths import LEVELS, Widths, band_of, pooled_widths
from analysis.measures.windows import Settings, Window, all_segments

AMBITIONS = (0.5, 1.0, 1.5)
"""Pretended targets for the Brier score: the window's mean change times this, every year."""
DECIMALS = 6

ERROR_COLUMNS = [
    *["series_id", "scale", "origin", "n", "horizon", "year", "model"],
    *["actual", "centre", "textbook_sd", "unit", "last", "slope"],
]
CALIBRATION_COLUMNS = [
    *["as_of", "pandemic", "model", "interval", "horizon", "n", "series"],
    *["coverage80", "coverage95", "n_events", "brier"],
]
RELIABILITY_COLUMNS = [
    *["as_of", "pandemic", "interval", "p_band", "n", "series", "mean_forecast", "share_attained"],
]


def rolling_errors(windows: Iterable[Window], settings: Settings) -> pd.DataFrame:
    """Forecast each window from each of its years and compare with what followed.

    Parameters
    ----------
    windows
        Stretches of series, from ``all_segments``.

    Returns
    -------
    pandas.DataFrame
        One row per series, origin, later point and model. ``actual``, ``centre``,
        ``textbook_sd``, ``unit``, ``last`` and ``slope`` (of the window up to the origin) are on
        the model scale; ``n`` counts the points up to the origin.
    """
    rows: list[tuple[object, ...]] = []
    for window in windows:
        scale = scale_of(window.measure, window.unit)
        values = scale.forward(window.values)
        for n in range(settings.min_interval, window.n):
            years, known = window.years[:n], values[:n]
            origin = int(years[-1])
            found = paths(years, known, int(window.years[-1]) - origin, settings.recent_years)
            series = fill_gaps(years, known)
            facts = (unsteadiness(series), series[-1], np.diff(series).mean())
            for year, actual in zip(window.years[n:], values[n:], strict=True):
                h = int(year) - origin
                case = (window.series_id, scale.name, origin, n, h, int(year))
                rows += [
                    (*case, model, actual, path.centre[h - 1], path.sd[h - 1], *facts)
                    for model, path in found.items()
                ]
    return pd.DataFrame(rows, columns=ERROR_COLUMNS)


def errors_until(
    observed: pd.DataFrame, breaks: pd.DataFrame, as_of: int, settings: Settings
) -> pd.DataFrame:
    """Errors of all level and share series that could be known by the end of ``as_of``."""
    return rolling_errors(all_segments(observed, breaks, as_of, settings), settings)


def judged_cases(errors: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Judge each series by the errors of the others.

    Parameters
    ----------
    errors
        From ``rolling_errors``.

    Returns
    -------
    pandas.DataFrame
        A row per error and kind of interval (``pooled``, ``textbook``): whether the 80 and 95 %
        intervals covered (``in80``, ``in95``) and, per ambition, the forecast probability of
        ending above the pretended target and whether that came true (``p50``, ``hit50``, …);
        the probability is empty where the window has too few points for one.
    """
    parts = []
    for _, own in errors.groupby("model", sort=False):
        parts.append(_judge(own, "textbook", *_textbook(own), settings))
        for series_id, mine in own.groupby("series_id", sort=False):
            widths = pooled_widths(own[own["series_id"] != series_id])
            if widths is not None:
                parts.append(_judge(mine, "pooled", *_pooled(mine, widths), settings))
    return pd.concat(parts, ignore_index=True)


Halves = dict[int, Floats]
Above = Callable[[Floats], Floats]


def _pooled(cases: pd.DataFrame, widths: Widths) -> tuple[Halves, Above]:
    unit = widths.unit(cases["scale"], cases["unit"])
    horizon = cases["horizon"].to_numpy()
    halves = {level: unit * widths.half_width(horizon, level) for level in LEVELS}
    return halves, lambda distance: widths.probability_above(distance / unit, horizon)


def _textbook(cases: pd.DataFrame) -> tuple[Halves, Above]:
    sd = cases["textbook_sd"].to_numpy()
    halves = {level: sd * norm.ppf(0.5 + level / 200) for level in LEVELS}
    return halves, lambda distance: norm.sf(distance / np.maximum(sd, np.finfo(float).tiny))


def _judge(
    cases: pd.DataFrame, interval: str, halves: Halves, above: Above, settings: Settings
) -> pd.DataFrame:
    centre, actual = cases["centre"].to_numpy(), cases["actual"].to_numpy()
    judged = cases[["series_id", "origin", "n", "horizon", "model"]].assign(interval=interval)
    for level, half in halves.items():
        judged[f"in{level}"] = np.abs(actual - centre) <= half
    enough = cases["n"].to_numpy() >= settings.min_probability
    for ambition in AMBITIONS:
        pretended = cases["last"] + ambition * cases["horizon"] * cases["slope"]
        mark = pretended.to_numpy()
        name = f"{100 * ambition:.0f}"
        judged[f"p{name}"] = np.where(enough, above(mark - centre), np.nan)
        judged[f"hit{name}"] = actual >= mark
    return judged


def _events(judged: pd.DataFrame) -> pd.DataFrame:
    parts = [
        judged[["series_id", "model", "interval", "horizon"]].assign(
            p=judged[f"p{100 * ambition:.0f}"], hit=judged[f"hit{100 * ambition:.0f}"]
        )
        for ambition in AMBITIONS
    ]
    return pd.concat(parts, ignore_index=True).dropna(subset=["p"])


def calibration_table(
    observed: pd.DataFrame,
    breaks: pd.DataFrame,
    as_of: int,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Coverage and Brier score by model, kind of interval and horizon, leave-one-series-out.

    Parameters
    ----------
    observed, breaks
        As for ``projection_table``; nothing after ``as_of`` is used.

    Returns
    -------
    pandas.DataFrame
        ``horizon`` 0 stands for all together. ``coverage80`` and ``coverage95`` are shares (0 to
        1) of the ``n`` cases of ``series`` series; ``brier`` is the mean squared error of the
        probability of ``n_events`` pretended targets (an even bet scores 0.25).
    """
    chosen = settings or Settings()
    errors = errors_until(observed, breaks, as_of, chosen)
    return calibration_of(errors, as_of, chosen)


def calibration_of(errors: pd.DataFrame, as_of: int, settings: Settings) -> pd.DataFrame:
    """``calibration_table`` of errors already computed."""
    if errors.empty:
        return pd.DataFrame(columns=CALIBRATION_COLUMNS)
    judged = judged_cases(errors, settings)
    events = _events(judged)
    events["brier"] = (events["p"] - events["hit"]) ** 2
    keys = ["model", "interval", "horizon"]
    parts = []
    for cases, bets in [(judged, events), (judged.assign(horizon=0), events.assign(horizon=0))]:
        covered = cases.groupby(keys).agg(
            n=("in80", "size"),
            series=("series_id", "nunique"),
            coverage80=("in80", "mean"),
            coverage95=("in95", "mean"),
        )
        scored = bets.groupby(keys).agg(n_events=("p", "size"), brier=("brier", "mean"))
        parts.append(covered.join(scored))
    table = pd.concat(parts).reset_index()
    table["n_events"] = table["n_events"].fillna(0).astype(int)
    table["order"] = table["model"].map(MODELS.index)
    table = table.sort_values(["order", "interval", "horizon"], ignore_index=True)
    table = table.assign(as_of=as_of, pandemic=settings.pandemic)
    rates = ["coverage80", "coverage95", "brier"]
    return table.assign(**{name: table[name].round(DECIMALS) for name in rates})[
        CALIBRATION_COLUMNS
    ]


def reliability_table(errors: pd.DataFrame, as_of: int, settings: Settings) -> pd.DataFrame:
    """How often pretended targets came true, by the band the median path put them in.

    Parameters
    ----------
    errors
        From ``errors_until``.

    Returns
    -------
    pandas.DataFrame
        ``mean_forecast`` and ``share_attained`` are shares (0 to 1) of ``n`` pretended targets.
    """
    if errors.empty:
        return pd.DataFrame(columns=RELIABILITY_COLUMNS)
    events = _events(judged_cases(errors[errors["model"] == "median"], settings))
    events["p_band"] = band_of(events["p"])
    table = events.groupby(["interval", "p_band"]).agg(
        n=("p", "size"),
        series=("series_id", "nunique"),
        mean_forecast=("p", "mean"),
        share_attained=("hit", "mean"),
    )
    table = table.round(DECIMALS).reset_index().assign(as_of=as_of, pandemic=settings.pandemic)
    return table[RELIABILITY_COLUMNS]
