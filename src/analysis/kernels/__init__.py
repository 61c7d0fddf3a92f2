"""Kernels that start warm: forks of a process that has imported the libraries already.

`zygote.py` is that process, `provisioner.py` is how jupyter_client starts kernels from it.
"""
