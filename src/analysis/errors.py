"""The one kind of error a user is meant to read."""


class InputError(ValueError):
    """Input that cannot be used: one sentence that names the place and the mend."""
