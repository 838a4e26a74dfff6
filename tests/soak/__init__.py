"""Long runs that must lose nothing; ``make soak``."""
