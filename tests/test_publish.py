"""Publishing: whole or not at all, whatever fails, whoever else writes."""

from __future__ import annotations

import errno
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gy1100 import staging
from gy1100.errors import Busy, CannotWrite
from gy1100.manifest import hashes, owned_files, write_manifest, write_run
from gy1100.staging import publish

FILES = ("scores.csv", "reports/a.html", "reports/b.html")
MOST_CALLS = 200


def fill(folder: Path, word: str) -> None:
    """Write a result whose every file says ``word``."""
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(word)
    write_manifest(folder, {"package": {"name": "gy1100"}, "word": word}, {})


def words(out: Path) -> set[str]:
    """Return what the files of a result say; one word, unless old and new are mixed."""
    found = {(out / name).read_text() if (out / name).exists() else "missing" for name in FILES}
    manifest = json.loads((out / "manifest.json").read_text()) if out.exists() else {"word": "missing"}
    return found | {manifest["word"]}


def leftovers(out: Path) -> list[str]:
    """Return temporary files and folders beside a result."""
    return [path.name for path in out.parent.iterdir() if path.name.startswith(staging.STAGING)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return an output folder that holds an old result and a file of somebody else."""
    folder = tmp_path / "结果"
    with publish(folder) as stage:
        fill(stage, "old")
    (folder / "批示.docx").write_text("theirs")
    (folder / "附件").mkdir()
    (folder / "附件" / "照片.jpg").write_text("theirs")
    return folder


def test_result_appears_with_the_usual_rights(tmp_path: Path) -> None:
    """A published folder has the rights of any folder, not those of a temporary one."""
    with publish(tmp_path / "deep" / "out") as stage:
        fill(stage, "new")
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "deep" / "out").stat().st_mode & 0o777 == 0o777 & ~mask
    assert leftovers(tmp_path / "deep" / "out") == []


def test_old_files_go_and_foreign_files_stay(out: Path) -> None:
    """Files that an earlier run wrote and this one did not are gone; what others put there is kept."""
    with publish(out) as stage:
        (stage / "only.csv").write_text("new")
        write_manifest(stage, {"package": {"name": "gy1100"}}, {})
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert names == {"only.csv", "manifest.json", "批示.docx", "附件/照片.jpg"}
    assert leftovers(out) == []


def test_foreign_files_are_not_overwritten(tmp_path: Path) -> None:
    """A folder that we did not write keeps a file of the same name, and the run says which one is in the way."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "scores.csv").write_text("theirs")
    with pytest.raises(CannotWrite, match=r"scores\.csv"), publish(tmp_path / "out") as stage:
        fill(stage, "new")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["scores.csv"]
    assert (tmp_path / "out" / "scores.csv").read_text() == "theirs"


def test_failing_run_changes_nothing(out: Path) -> None:
    """An error inside the block leaves the old result as it was and nothing beside it."""
    with pytest.raises(ZeroDivisionError), publish(out) as stage:
        fill(stage, "new")
        _ = 1 / 0
    assert words(out) == {"old"} and leftovers(out) == []


def failing_at(k: int, act: Callable[[], None], patch: pytest.MonkeyPatch) -> list[str]:
    """Make the k-th system call that writes call ``act`` first; return the log of calls."""
    calls: list[str] = []

    def counted(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **kwargs: object) -> object:
            calls.append(name)
            if len(calls) == k:
                act()
            return function(*args, **kwargs)

        return wrapped

    for name in ("fsync", "rename", "link", "mkdir", "open", "write"):
        patch.setattr(os, name, counted(name, getattr(os, name)))
    patch.setattr(io, "open", counted("io.open", io.open))
    patch.setattr(staging, "exchange", counted("exchange", staging.exchange))
    return calls


def full() -> None:
    """Report a full disk."""
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("swap", [True, False], ids=["exchange", "two renames"])
def test_each_failing_call_leaves_old_or_new(out: Path, swap: bool) -> None:
    """With the first, second, third … write, flush, link or rename failing the result is the old or the new one."""
    for k in range(1, MOST_CALLS):
        with pytest.MonkeyPatch.context() as patch:
            if not swap:
                patch.setattr(staging, "exchange", lambda one, other: False)
            calls = failing_at(k, full, patch)
            try:
                with publish(out) as stage:
                    fill(stage, "new")
            except CannotWrite:
                pass
        assert words(out) in ({"old"}, {"new"}), f"call {k}: {calls[-1]}"
        assert (out / "附件" / "照片.jpg").read_text() == "theirs", f"call {k}: {calls[-1]}"
        if len(calls) < k:
            break
        with publish(out) as stage:
            fill(stage, "old")
        assert leftovers(out) == [], f"call {k}: {calls[-1]}"
    assert 20 < k < MOST_CALLS - 1 and words(out) == {"new"}


@pytest.mark.skipif(os.name == "nt", reason="kills by fork")
@pytest.mark.parametrize("swap", [True, False], ids=["exchange", "two renames"])
def test_death_at_each_call_leaves_old_or_new(out: Path, swap: bool) -> None:
    """A process that dies at any write leaves old or new; the next run brings back what stood aside and tidies up."""
    for k in range(1, MOST_CALLS):
        pid = os.fork()
        if pid == 0:
            patch = pytest.MonkeyPatch()
            if not swap:
                patch.setattr(staging, "exchange", lambda one, other: False)
            failing_at(k, lambda: os._exit(9), patch)
            with publish(out) as stage:
                fill(stage, "new")
            os._exit(0)
        died = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9
        assert words(out) in ({"old"}, {"new"}) or (not swap and not out.exists())
        with pytest.raises(KeyError), publish(out):
            raise KeyError
        assert words(out) in ({"old"}, {"new"}) and leftovers(out) == []
        assert (out / "附件" / "照片.jpg").read_text() == "theirs"
        with publish(out) as stage:
            fill(stage, "old")
        if not died:
            break
    assert 20 < k < MOST_CALLS - 1


def test_kill_at_any_time(out: Path) -> None:
    """kill -9 at thirty different moments never leaves old and new mixed."""
    script = (
        "import sys, itertools; from pathlib import Path; from gy1100.staging import publish\n"
        "import test_publish\n"
        "print('ready', flush=True)\n"
        "for n in itertools.count():\n"
        "    with publish(Path(sys.argv[1])) as stage: test_publish.fill(stage, 'new%d' % n)\n"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parent)])
    for n in range(15):
        run = subprocess.Popen(
            [sys.executable, "-c", script, str(out)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert run.stdout is not None and run.stdout.readline() == b"ready\n"
        time.sleep(0.003 + 0.0037 * n)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        assert len(words(out)) == 1 and "missing" not in words(out)
        assert (out / "批示.docx").exists()


def test_second_run_is_told_who_holds_the_folder(out: Path) -> None:
    """Two runs at once: the second stops with status 75 and names process, machine and since when."""
    with publish(out) as stage:
        with pytest.raises(Busy, match=rf"{os.getpid()}.*\d{{4}}-\d\d-\d\d") as stop, publish(out):
            pass
        fill(stage, "new")
    assert stop.value.exit_code == 75
    assert words(out) == {"new"} and leftovers(out) == []


def test_lock_of_a_dead_run_is_free(out: Path) -> None:
    """A lock file that a killed run left behind holds nobody up."""
    staging._beside(out, ".lock").write_text('{"pid": 1, "host": "x", "since": "?"}')
    with publish(out) as stage:
        fill(stage, "new")
    assert words(out) == {"new"} and leftovers(out) == []


@pytest.mark.skipif(os.name == "nt", reason="limits of Unix")
def test_full_disk_keeps_the_old_result(out: Path) -> None:
    """A file that meets a real limit of the system ends the run with status 73, and the old result stands."""
    script = (
        "import resource, sys; from pathlib import Path; from gy1100.staging import publish; import gy1100.errors\n"
        "import gy1100.words; gy1100.words.catalogue()\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n"
        "    with publish(sys.argv[1]) as stage: (stage / 'scores.csv').write_text('x' * 100_000)\n"
        "except gy1100.errors.CannotWrite as error: sys.exit(error.exit_code)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    assert subprocess.run([sys.executable, "-c", script, str(out)], env=env, check=False).returncode == 73
    assert words(out) == {"old"} and leftovers(out) == []


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EIO])
def test_write_protected_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """Where nothing can be written the run says so with status 73."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(staging.tempfile, "mkdtemp", refuse)
    with pytest.raises(CannotWrite) as stop, publish(tmp_path / "out"):
        pass
    assert stop.value.exit_code == 73 and not (tmp_path / "out").exists()


def test_folders_that_must_not_be_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current folder and those above it, the home folder and a file are no output folders."""
    (tmp_path / "here" / "below").mkdir(parents=True)
    (tmp_path / "file").write_text("")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", str(tmp_path / "here" / "below"))
    for folder in (".", "..", "below", "../file", "/"):
        with pytest.raises(CannotWrite), publish(folder):
            pass


def test_inside_a_publication_the_folder_itself_is_given(tmp_path: Path) -> None:
    """A notebook that writes while its command publishes writes into the same folder, and all appears at once."""
    out = tmp_path / "out"
    with publish(out) as stage:
        with publish(stage) as inner:
            assert inner == stage
            fill(inner, "new")
        assert not out.exists()
    assert words(out) == {"new"}


def test_file_systems_without_hard_links(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Foreign files are copied where they cannot be linked."""

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(errno.EPERM, "no hard links")

    monkeypatch.setattr(os, "link", refuse)
    with publish(out) as stage:
        fill(stage, "new")
    assert words(out) == {"new"} and (out / "附件" / "照片.jpg").read_text() == "theirs"


def test_latecomers_are_kept(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that somebody saves into the folder while it is being switched is not lost."""
    exchange = staging.exchange

    def slow(one: Path, other: Path) -> bool:
        (other / "迟到.txt").write_text("theirs")
        return exchange(one, other)

    monkeypatch.setattr(staging, "exchange", slow)
    with publish(out) as stage:
        fill(stage, "new")
    assert (out / "迟到.txt").read_text() == "theirs"


def test_long_names(tmp_path: Path) -> None:
    """A folder name of the greatest length leaves room for our own names beside it."""
    out = tmp_path / ("名" * 85)
    with publish(out) as stage:
        fill(stage, "new")
    assert words(out) == {"new"}


def test_manifest_lists_every_other_file(tmp_path: Path) -> None:
    """Every file but itself, run.json and bundle.zip has its hash there, sorted; a folder without one is not ours."""
    fill(tmp_path, "new")
    write_run(tmp_path, {"started": "now"})
    content = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert list(content["files"]) == sorted(FILES) == list(hashes(tmp_path))
    assert owned_files(tmp_path) == {*FILES, "manifest.json", "run.json", "bundle.zip"}
    (tmp_path / "manifest.json").write_text("[]")
    assert owned_files(tmp_path) == frozenset()
    shutil.rmtree(tmp_path / "reports")
    assert "started" in json.loads((tmp_path / "run.json").read_text("utf-8"))
