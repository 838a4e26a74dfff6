"""How much memory and processor time a process may take: set by itself, before it reads the first byte.

POSIX has resource limits; Windows has job objects, whose limits a process may put upon itself.
"""

from __future__ import annotations

import ctypes

_PROCESS_TIME, _ACTIVE_PROCESS, _PROCESS_MEMORY, _NO_DIALOG = 0x2, 0x8, 0x100, 0x400
_EXTENDED_LIMITS = 9  # the kind of information that is set, JobObjectExtendedLimitInformation
_TICKS = 10_000_000  # a second


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION of the Windows API."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", ctypes.c_uint32),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority", ctypes.c_uint32),
        ("scheduling", ctypes.c_uint32),
    )


class JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of the Windows API."""

    _fields_ = (
        ("basic", BasicLimits),
        ("input_and_output", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


def limit(memory: int, seconds: int) -> bool:
    """Bound this process's memory (bytes) and processor time; where the system can, let it write and start nothing.

    Returns
    -------
    bool
        Whether the system keeps the bounds; the time by the clock is kept by the process that started this one.
    """
    try:
        import resource
    except ImportError:
        return _in_a_job(memory, seconds)
    limits = {"RLIMIT_AS": memory, "RLIMIT_CPU": seconds, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            _, hard = resource.getrlimit(kind)
            bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
            spare = 1 if name == "RLIMIT_CPU" and bound == most else 0  # the soft limit says what it was
            resource.setrlimit(kind, (bound, bound + spare))
    return True


def _in_a_job(memory: int, seconds: int) -> bool:
    """Put this process into a job of its own (Windows 8 and later), for as long as it lives."""
    library = getattr(ctypes, "WinDLL", None)
    if library is None:
        return False
    kernel = library("kernel32")
    for name in ("CreateJobObjectW", "GetCurrentProcess"):
        getattr(kernel, name).restype = ctypes.c_void_p
    flags = _PROCESS_TIME | _ACTIVE_PROCESS | _PROCESS_MEMORY | _NO_DIALOG
    basic = BasicLimits(process_time=seconds * _TICKS, flags=flags, processes=1)
    limits = JobLimits(basic=basic, process_memory=memory)
    job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
    size, own = ctypes.sizeof(limits), ctypes.c_void_p(kernel.GetCurrentProcess())
    bounded = kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), size)
    return bool(job.value and bounded and kernel.AssignProcessToJobObject(job, own))
