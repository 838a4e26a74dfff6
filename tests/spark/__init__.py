"""The same figures on a cluster: run by `make test-spark`, in an environment of its own."""
