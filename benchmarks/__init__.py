"""How long the project's work takes, measured side by side: see `python -m benchmarks --help`."""
