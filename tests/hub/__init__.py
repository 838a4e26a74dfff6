"""The desk behind JupyterHub: run by `make test-hub`, with the hub in an environment of its own."""
