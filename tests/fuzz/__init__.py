"""Mutated files of every format: each must end in a report or a clear refusal (``make fuzz``)."""
