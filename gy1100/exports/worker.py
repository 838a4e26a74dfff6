"""Reads files for the process that began this one: ``python -m gy1100.exports.worker``.

Readers, files and what they give go through pipes; with the other end of them, however that comes, this process ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import subprocess

    from .cached import Reader
    from .reading import FileRead


def main() -> None:
    """Answer question after question; Ctrl-C is for the one that asks, which ends this process then.

    It is not ignored but passed over, so that what this process begins does not ignore it.
    """
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while (question := _next(sys.stdin.buffer)) is not None:
        pickle.dump(_answer(*question), answers)
        answers.flush()


def _next(questions: BinaryIO) -> Any:
    try:
        return pickle.load(questions)  # noqa: S301 - from the process that began this one
    except EOFError:
        return None


def _answer(reader: Reader, *given: Any) -> FileRead | None:
    try:
        return reader.read(*given)
    except Exception:  # noqa: BLE001 - it is read once more where it was asked for, and raised there
        return None


def answer_of(process: subprocess.Popen[bytes], reader: Reader, *given: Any) -> FileRead | None:
    """Return what a reader gives in another process, None where it failed.

    Raises
    ------
    OSError, EOFError, pickle.UnpicklingError
        If that process ended in the middle.
    """
    assert process.stdin is not None and process.stdout is not None
    pickle.dump((reader, *given), process.stdin)
    process.stdin.flush()
    answer: FileRead | None = pickle.load(process.stdout)  # noqa: S301 - from our own process
    return answer


if __name__ == "__main__":
    main()
