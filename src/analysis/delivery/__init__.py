"""From a built site to a served one: checked, published in one step, taken back, verified."""
