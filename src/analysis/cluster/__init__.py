"""Notebook runs on a Dask cluster: `make report SCHEDULER=tcp://host:port`."""
