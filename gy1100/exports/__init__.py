"""Files as offices send them, read into the cells of recognised tables.

guard (which files, what they are, limits) -> formats (file to sheets of cells) -> layout (header, data, totals,
footers) -> matching (which table) -> records (typed columns with findings); `reading` does one file after the other.
"""
