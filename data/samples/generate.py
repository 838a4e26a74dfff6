"""Make the synthetic sample ``data/samples/2017``: a year of a city that never was.

Run ``python data/samples/generate.py [FOLDER]``; the same bytes come out each time (seeded, no clock).

Nothing in it is genuine but the names of places and units. Cadres and youths are invented: names are drawn
at random, every telephone number begins with 199 0000, links lead to example.com, and each file says 示例数据
in its title. The nine units (``office/units.yaml``) have characters of their own:

- 利州区 and 青川县 are strong, 朝天区 is weak, 旺苍县 crams before the deadlines;
- 剑阁县 is hit by false logs, 苍溪县 works well but its materials come late or not at all;
- 昭化区 sees much coming and going; of 经开区 too few logs were checked and one element is not judged yet;
- 工业园区 has very few cadres, no exemplar and another element that is not judged yet.

The files (``office/files.yaml``) hold what a reader meets in practice: title rows, 合计 rows (their sums are
right), several sheets in one workbook, one table over several files, days that two exports share, headers
under other names, dates as cells, serial numbers and text in half a dozen forms, units under old and short
names, csv in GB18030 and UTF-8. The logs hold repeated and too-short texts, texts that go from hand to hand,
logs after the end of a post, false logs that spot checks found, and logs recorded long after. The sample
reads without any error; repairs and notes are intended.
"""

from __future__ import annotations

import sys
from pathlib import Path

from office.sheets import write_office
from office.year import make_year


def main(arguments: list[str]) -> int:
    """Write the sample into the folder named, or beside this file."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent / "2017"
    for path in write_office(make_year(), folder):
        print(f"{path.stat().st_size:>9,}  {path.name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
