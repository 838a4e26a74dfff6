"""Make the folder for this machine, install it inside a network namespace without a network, and use it there.

``python -m tests.office_pc`` (root: it makes the namespace).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
OFFLINE = ["unshare", "--net", "bash", "-euc"]
USED = """
ip link set lo up
if getent hosts example.org > /dev/null; then exit 1; fi
./start.sh install
./start.sh year-end --reports all --lang zh
.venv/bin/pip --disable-pip-version-check check
GY1100_PASSWORD=only-for-this-test ./start.sh desk --no-browser --port 8899 > desk.log 2>&1 & desk=$!
./start.sh lab --no-browser --port 8898 --IdentityProvider.token=t > lab.log 2>&1 & lab=$!
python3 - << 'END'
import time, urllib.request
for address in ("http://127.0.0.1:8899/login", "http://127.0.0.1:8898/lab?token=t"):
    for attempt in range(300):
        try:
            print(address, urllib.request.urlopen(address, timeout=5).status)
            break
        except OSError:
            time.sleep(0.5)
    else:
        raise SystemExit(f"no answer: {address}")
END
kill $desk $lab
"""


def main() -> None:
    """Do it; whatever does not work ends with an error."""
    if shutil.which("unshare") is None:
        sys.exit("needs unshare (util-linux) and root")
    with tempfile.TemporaryDirectory(prefix="gy1100-") as temporary:
        made, moved = Path(temporary) / "made", Path(temporary) / "办公 电脑"
        subprocess.run([sys.executable, ROOT / ".ci" / "office_pc.py", made, "--windows"], check=True)
        made.rename(moved)  # a name as offices give them
        subprocess.run([*OFFLINE, USED], cwd=moved, check=True)
        ours, theirs = Path(temporary) / "ours", moved / "output" / "sample"
        command = [sys.executable, "-m", "gy1100.cli", "year-end", "--out", ours]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        differing = [
            name
            for name in (
                "scores.csv",
                "ranking.csv",
                "cadres.csv",
                "parts.csv",
                "scores.xlsx",
                "year_end.html",
            )
            if (ours / name).read_bytes() != (theirs / name).read_bytes()
        ]
        assert differing == [], differing
        assert (
            len(list((theirs / "reports").glob("*.docx"))) == len(list((ours / "reports").glob("*.docx"))) > 0
        )
    print("installed and used without a network: the same bytes")


if __name__ == "__main__":
    main()
