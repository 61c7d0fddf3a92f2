"""Which kinds of break have which effect; the kinds themselves are those of ``breaks.csv``."""

MEANING = ("definition_change", "definition_doubt", "survey_change")
"""After them a series measures something else, or may."""

INCOMPARABLE = (*MEANING, "census", "currency")
"""After them a value is not held against an earlier baseline; a revised base keeps its terms."""

NO_RATE = (*INCOMPARABLE, "base_revision")
"""Across them two levels give no growth rate."""

CUTTING = (*MEANING, "census", "base_revision")
"""They end a segment that a model may use; a segment has one currency already."""

AT_BASELINE = ("census",)
"""Those that also count in the year of a printed baseline: the census came after the plans."""
