"""The folder for an office PC, made and used where there is no network: ``make test-bundle``."""
