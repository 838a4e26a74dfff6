"""Make a folder for an office PC without a network: wheels, notebooks, rulebooks, sample, and what starts them.

``python .ci/office_pc.py OUT [--windows 3.13 …] [--linux 3.11 …]`` downloads each wheel of ``requirements.lock`` that
the program needs, checked against its hash. What is developed with stays out.
"""

from __future__ import annotations

import argparse
import base64
import html
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from packaging.markers import Marker

ROOT = Path(__file__).parents[1]
OFFICE = Path(__file__).parent / "office"
PICTURES = ROOT / "data" / "screenshots"
GLIBC = ("2_28", "2_27", "2_26", "2_24", "2_17", "2_5")
LINUX = (
    *(f"manylinux_{v}_x86_64" for v in GLIBC),
    "manylinux2014_x86_64",
    "manylinux2010_x86_64",
    "linux_x86_64",
)


@dataclass(frozen=True)
class Target:
    """A kind of machine: its system and version of Python."""

    system: str
    python: str

    @property
    def name(self) -> str:
        """Return what its requirements file is called by."""
        return f"{self.system}-{self.python}"

    @property
    def environment(self) -> dict[str, str]:
        """Return what markers ask for."""
        windows = self.system == "windows"
        return {
            "sys_platform": "win32" if windows else "linux", "os_name": "nt" if windows else "posix",
            "platform_system": "Windows" if windows else "Linux",
            "platform_machine": "AMD64" if windows else "x86_64",
            "python_version": self.python, "python_full_version": f"{self.python}.0",
            "implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": "",
        }  # fmt: skip

    @property
    def pip(self) -> list[str]:
        """Return what tells pip of the machine."""
        tags = ("win_amd64",) if self.system == "windows" else LINUX
        abi = f"cp{self.python.replace('.', '')}"
        platforms = [f"--platform={tag}" for tag in tags]
        return [*platforms, f"--python-version={self.python}", "--implementation=cp",
                *(f"--abi={a}" for a in (abi, "abi3", "none"))]  # fmt: skip


@dataclass(frozen=True)
class Locked:
    """One entry of the lock."""

    requirement: Requirement
    hashes: tuple[str, ...]

    def line(self) -> str:
        """Return the entry without its marker."""
        bare = f"{self.requirement.name}{self.requirement.specifier}"
        return " \\\n    ".join((bare, *self.hashes))


def lock_of(text: str) -> dict[str, list[Locked]]:
    """Return the entries of a lock by name; a name may stand there twice, under markers."""
    found: dict[str, list[Locked]] = {}
    for entry in re.split(r"\n(?=[a-zA-Z0-9])", text.replace("\\\n", " ")):
        words = entry.strip()
        if words and not words.startswith("#"):
            hashes = re.findall(r"--hash=\S+", words)
            requirement = Requirement(re.sub(r"\s*--hash=\S+", "", words).strip())
            found.setdefault(canonicalize_name(requirement.name), []).append(
                Locked(requirement, tuple(hashes))
            )
    return found


def needed(target: Target) -> list[Locked]:
    """Return the entries of the lock that the program needs on a machine, found from its own dependencies on."""
    lock = lock_of((ROOT / "requirements.lock").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [(Requirement(text), frozenset[str]()) for text in project["dependencies"]]
    chosen: dict[str, Locked] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement, _ = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) in seen or name not in lock:
            continue
        seen.add((name, extras))
        fitting = [e for e in lock[name] if _holds(e.requirement.marker, target, frozenset())]
        if not fitting:
            continue
        chosen[name] = fitting[0]
        try:
            told = requires(name) or []
        except ImportError:  # a package of another system: nothing is known of what it needs
            told = []
        more = (Requirement(text) for text in told)
        waiting += [(r, extras) for r in more if _holds(r.marker, target, extras)]
    return [chosen[name] for name in sorted(chosen)]


def _holds(marker: Marker | None, target: Target, extras: frozenset[str]) -> bool:
    if marker is None:
        return True
    return any(marker.evaluate(target.environment | {"extra": extra}) for extra in ("", *extras))


def download(target: Target, out: Path) -> None:
    """Write a machine's requirements file and fetch its wheels."""
    path = out / f"requirements-{target.name}.txt"
    path.write_text("\n".join(entry.line() for entry in needed(target)) + "\n", "utf-8", newline="\n")
    command = [
        sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps",
        "--require-hashes", "--only-binary=:all:", f"--dest={out / 'wheels'}", f"--requirement={path}",
    ]  # fmt: skip
    subprocess.run([*command, *target.pip], check=True)


def fill(out: Path) -> None:
    """Write everything but the wheels: the program itself, notebooks, rulebooks, sample, starters, the page."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out / "wheels")]
    subprocess.run(build, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for name in ("notebooks", "data/rulebooks", "data/samples/2017"):
        shutil.copytree(
            ROOT / name, out / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        )
    for path in OFFICE.iterdir():
        if path.suffix == ".cmd":  # Windows wants its own line ends
            (out / path.name).write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        elif path.suffix == ".sh":
            shutil.copy2(path, out / path.name)
    (out / "使用说明.html").write_text(page(), "utf-8", newline="\n")


def page() -> str:
    """Return the page that explains the folder, its pictures inside."""
    text = (OFFICE / "page.html").read_text("utf-8")

    def picture(found: re.Match[str]) -> str:
        content = base64.b64encode((PICTURES / found[1]).read_bytes()).decode()
        return f'<img alt="{html.escape(found[2])}" src="data:image/png;base64,{content}">'

    return re.sub(r"\{\{(\S+) (.+?)\}\}", picture, text)


def main() -> None:
    """Make the folder."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("out", type=Path)
    asked.add_argument("--windows", nargs="*", default=["3.13"], metavar="3.13")
    asked.add_argument("--linux", nargs="*", default=[own], metavar=own)
    given = asked.parse_args()
    if given.out.exists():
        sys.exit(f"已经有了，请先移走 · is there already, move it away first: {given.out}")
    (given.out / "wheels").mkdir(parents=True)
    fill(given.out)
    for system in ("linux", "windows"):
        for python in getattr(given, system):
            print(f"正在下载 · downloading: {system} Python {python}", file=sys.stderr)
            download(Target(system, python), given.out)
    size = sum(path.stat().st_size for path in given.out.rglob("*") if path.is_file())
    print(
        f"请把整个文件夹拷到办公电脑 · copy the whole folder to the office PC: {given.out} ({size >> 20} MB)"
    )


if __name__ == "__main__":
    main()
