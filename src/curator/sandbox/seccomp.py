"""A system call filter for Linux, written as the bytes that the kernel reads.

Namespaces hide the system; this closes doors of the kernel that a Python example never needs and
that namespaces leave open: memory that no limit counts, new namespaces, other processes' memory,
sockets of families that are not bound to a network namespace. What is not named here is allowed,
so that an ordinary program meets no surprise.

The format is classic BPF over ``struct seccomp_data`` (``linux/seccomp.h``): number at offset 0,
architecture at 4, arguments from 16, eight bytes each.
"""

from __future__ import annotations

import errno
import platform
import struct
from functools import cache

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000
# CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET,TIME}
_NEW_NAMESPACES = 0x7E020080
_FAMILIES = (1, 2, 10, 16)  # unix, inet, inet6, netlink
_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# Name: numbers on x86_64 and aarch64 (asm/unistd_64.h, asm-generic/unistd.h); -1 where absent.
_DENIED = {
    # memory that neither a process limit nor a folder's size counts
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194),
    "msgget": (68, 186), "semget": (64, 190), "mlockall": (151, 230),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    # large parts of the kernel that are not for examples
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "syslog": (103, 116),
    "quotactl": (179, 60), "personality": (135, 92), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "sethostname": (170, 161), "setdomainname": (171, 162),
    "vhangup": (153, 58), "iopl": (172, -1), "ioperm": (173, -1), "modify_ldt": (154, -1),
}  # fmt: skip
_CLONE, _CLONE3, _SOCKET = (56, 220), (435, 435), (41, 198)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _refuse(error: int) -> bytes:
    return _step(_RETURN, _ERRNO | error)


@cache
def filter_bytes(machine: str | None = None) -> bytes:
    """Return the filter for a machine, or nothing for one that has none here.

    Args:
        machine: As `platform.machine` names it; by default this one.
    """
    known = _ARCHITECTURES.get(machine or platform.machine())
    if known is None:
        return b""
    audit, column = known
    steps = [_step(_LOAD, 4), _step(_EQUAL, audit, 1, 0), _step(_RETURN, _KILL), _step(_LOAD, 0)]
    if column == 0:
        steps += [_step(_AT_LEAST, _X32, 0, 1), _step(_RETURN, _KILL)]
    # glibc falls back to clone, whose flags can be looked at, when clone3 is not there.
    steps += [_step(_EQUAL, _CLONE3[column], 0, 1), _refuse(errno.ENOSYS)]
    # Each of these two looks at an argument and ends, so neither has to load the number again.
    steps += [
        _step(_EQUAL, _CLONE[column], 0, 4),
        _step(_LOAD, 16),
        _step(_ANY_BIT, _NEW_NAMESPACES, 0, 1),
        _refuse(errno.EPERM),
        _step(_RETURN, _ALLOW),
    ]
    count = len(_FAMILIES)
    steps += [_step(_EQUAL, _SOCKET[column], 0, count + 3), _step(_LOAD, 16)]
    steps += [_step(_EQUAL, family, count - place) for place, family in enumerate(_FAMILIES)]
    steps += [_refuse(errno.EAFNOSUPPORT), _step(_RETURN, _ALLOW)]
    for numbers in _DENIED.values():
        if numbers[column] >= 0:
            steps += [_step(_EQUAL, numbers[column], 0, 1), _refuse(errno.EPERM)]
    return b"".join([*steps, _step(_RETURN, _ALLOW)])
