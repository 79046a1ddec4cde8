"""Programs that try to get out, stay behind or cheat; each a real attempt.

Those of `ESCAPES` print BREACH when they get somewhere. ``{home}``, ``{outside}``, ``{tcp}``,
``{udp}``, ``{unix}``, ``{abstract}`` and ``{victim}`` are filled in by the test with what really
exists outside: a file with a secret, a folder that can be written to, listening sockets, a process.
"""

from __future__ import annotations

ESCAPES: dict[str, str] = {
    "read a file of the home folder": """
try:
    print("BREACH", open({home!r}).read())
except OSError:
    pass
""",
    "walk up from the private folder": """
import os
for path in ("../../../../.." + {home!r}, "/proc/self/root" + {home!r}, "/proc/1/root" + {home!r}):
    try:
        print("BREACH", os.stat(path))
    except OSError:
        pass
""",
    "read the password file": """
for path in ("/etc/shadow", "/etc/passwd", "/etc/ssh/ssh_host_rsa_key"):
    try:
        print("BREACH", open(path).read()[:20])
    except OSError:
        pass
""",
    "read the environment": """
import os
for value in os.environ.values():
    if "canary" in value:
        print("BREACH", value)
import subprocess
if b"canary" in subprocess.run(["/usr/bin/env"], capture_output=True).stdout:
    print("BREACH")
""",
    "read the environment of other processes": """
import glob
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        if b"canary" in open(path, "rb").read():
            print("BREACH", path)
    except OSError:
        pass
""",
    "see other processes": """
import os
if os.path.exists("/proc/{victim}") and int("{victim}") > 50:
    print("BREACH")
if len([name for name in os.listdir("/proc") if name.isdigit()]) > 4:
    print("BREACH", os.listdir("/proc"))
""",
    "signal another process": """
import os, signal
try:
    os.kill({victim}, signal.SIGKILL)
    print("BREACH")
except OSError:
    pass
""",
    "signal everything": """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
try:
    os.kill(-1, signal.SIGTERM)
except OSError:
    pass
""",
    "end the parent": """
import os, signal
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV):
    os.kill(os.getppid(), number)
""",
    "write outside": """
import os
for path in ({outside!r}, "/usr/lib", "/root", "/", "/dev", "/proc/sys/kernel", "/var/tmp"):
    try:
        open(path + "/canary-written", "w").write("x")
        print("BREACH", path)
    except OSError:
        pass
""",
    "change the interpreter": """
import os, sys
try:
    open(os.__file__, "a").write("#")
    print("BREACH")
except OSError:
    pass
try:
    os.remove(sys.executable)
    print("BREACH")
except OSError:
    pass
""",
    "connect by TCP": """
import socket
for host in ("127.0.0.1", "localhost", "::1", "10.0.0.1"):
    try:
        socket.create_connection((host, {tcp}), timeout=0.3).sendall(b"x")
        print("BREACH", host)
    except OSError:
        pass
""",
    "send by UDP": """
import socket
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for host in ("127.0.0.1", "10.255.255.255"):
    try:
        sender.sendto(b"x", (host, {udp}))
    except OSError:
        pass
""",
    "connect by a Unix socket": """
import socket
for address in ({unix!r}, "\\0" + {abstract!r}, "/run/docker.sock", "/run/dbus/system_bus_socket"):
    try:
        socket.socket(socket.AF_UNIX).connect(address)
        print("BREACH", address)
    except OSError:
        pass
""",
    "open sockets of other families": """
import socket
for family, kind in ((40, 1), (17, 3), (38, 5), (29, 3), (16, 3)):
    try:
        made = socket.socket(family, kind)
        if family != 16:
            print("BREACH", made)
    except OSError:
        pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)
    print("BREACH raw")
except OSError:
    pass
""",
    "ask for a name": """
import socket
try:
    print("BREACH", socket.gethostbyname("example.com"))
except OSError:
    pass
""",
    "leave by ctypes": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.open({home!r}.encode(), 0) >= 0:
    print("BREACH")
if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0:
    print("BREACH mount")
if libc.unshare(0x10000000) == 0:
    print("BREACH namespace")
if libc.ptrace(16, 1, None, None) == 0:
    print("BREACH ptrace")
if libc.setuid(0) == 0:
    print("BREACH root")
""",
    "make a namespace by a raw system call": """
import ctypes, platform
libc = ctypes.CDLL(None)
numbers = {{"x86_64": (56, 435, 272), "aarch64": (220, 435, 97)}}[platform.machine()]
if libc.syscall(numbers[0], 0x10000000 | 17, 0, 0, 0, 0) > 0:
    print("BREACH clone")
if libc.syscall(numbers[2], 0x10000000 | 0x20000) == 0:
    print("BREACH unshare")
""",
    "posix.system": """
import posix
posix.system("cat " + {home!r} + " && echo BREACH")
posix.system("echo x > " + {outside!r} + "/canary-written && echo BREACH")
""",
    "_posixsubprocess": """
import _posixsubprocess, os, subprocess
calls = []
def spy(*arguments):
    calls.append(arguments)
    return _posixsubprocess.fork_exec(*arguments)
subprocess._fork_exec = spy
subprocess._USE_POSIX_SPAWN = False
subprocess.run(["/bin/cat", {home!r}])
again = list(calls[0])
again[12], again[13] = os.pipe()
_posixsubprocess.fork_exec(*again)
os.wait()
""",
    "reload what may have been patched": """
import importlib, os, io, _io, builtins
importlib.reload(os)
importlib.reload(io)
for opener in (os.open, _io.open, builtins.open, _io.FileIO):
    try:
        opener({home!r}, 0) if opener is os.open else opener({home!r})
        print("BREACH", opener)
    except OSError:
        pass
""",
    "a symbolic link out": """
import os, pathlib
os.symlink({home!r}, "link")
os.symlink({outside!r}, "folder")
try:
    print("BREACH", pathlib.Path("link").read_text())
except OSError:
    pass
try:
    pathlib.Path("folder/canary-written").write_text("x")
    print("BREACH")
except OSError:
    pass
""",
    "a hard link out": """
import os
for path in ({home!r}, os.__file__, "/usr/bin/env"):
    try:
        os.link(path, "hard")
        open("hard", "a").write("x")
        print("BREACH", path)
    except OSError:
        pass
""",
    "a device made by hand": """
import os, stat
try:
    os.mknod("disk", stat.S_IFBLK | 0o666, os.makedev(254, 0))
    print("BREACH", open("disk", "rb").read(1))
except OSError:
    pass
for path in ("/dev/vda", "/dev/sda", "/dev/mem", "/dev/kmsg", "/dev/kvm", "/dev/fuse"):
    try:
        open(path, "rb")
        print("BREACH", path)
    except OSError:
        pass
""",
    "a set-user-id program": """
import os, subprocess
for name in ("/usr/bin/su", "/bin/mount", "/usr/bin/sudo", "/usr/bin/newgrp"):
    if os.path.exists(name):
        made = subprocess.run([name, "-c", "id"], capture_output=True, stdin=subprocess.DEVNULL)
        if b"uid=0" in made.stdout:
            print("BREACH", name)
for line in open("/proc/self/status"):
    if line.startswith("NoNewPrivs") and line.split()[1] != "1":
        print("BREACH", line)
    if line.startswith(("CapEff", "CapPrm")) and int(line.split()[1], 16):
        print("BREACH", line)
""",
    "the supervisor's memory": """
import os
for path in ("/proc/1/mem", "/proc/1/environ", "/proc/1/maps", "/proc/1/fd", "/proc/1/fd/1",
             "/proc/1/fd/2", "/proc/1/fd/5"):
    try:
        os.listdir(path) if path.endswith("fd") else os.open(path, os.O_RDONLY)
        print("BREACH", path)
    except OSError:
        pass
""",
    "its own memory": """
import os
for path in ("/proc/self/mem", "/proc/thread-self/mem", "/proc/self/task/%d/mem" % os.getpid()):
    try:
        os.open(path, os.O_RDWR)
        print("BREACH", path)
    except OSError:
        pass
""",
    "kernel settings": """
import os
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches",
             "/proc/sys/kernel/hostname", "/sys/power/state"):
    try:
        # To be let in is enough: what is written there would change this machine.
        os.open(path, os.O_WRONLY)
        print("BREACH", path)
    except OSError:
        pass
for path, text in (("/proc/self/uid_map", b"0 0 1"), ("/proc/self/oom_score_adj", b"-1000")):
    try:
        os.write(os.open(path, os.O_WRONLY), text)
        print("BREACH", path)
    except OSError:
        pass
""",
    "terminal escapes": r"""
import sys
sys.stdout.write("\x1b[2J\x1b]52;c;aGk=\x07\x1b[?1049h\u202e\r")
sys.stderr.write("\x1b]0;title\x07")
try:
    open("/dev/tty", "w").write("\x1b[2J")
    print("BREACH")
except OSError:
    pass
""",
    "raise the limits again": """
import resource
for name in ("RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_NPROC", "RLIMIT_FSIZE", "RLIMIT_NOFILE"):
    number = getattr(resource, name)
    try:
        resource.setrlimit(number, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("BREACH", name)
    except (ValueError, OSError):
        pass
""",
    "a daemon that outlives its parent": """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(3):
            os.close(number)
        while True:
            time.sleep(0.01)
    os._exit(0)
os.wait()
""",
    "a child that holds the output open": """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time\\nwhile True: time.sleep(0.01)"],
                 start_new_session=True)
""",
}

CHEATS: dict[str, str] = {
    "guess the token": """
import os
for number in range(3, 64):
    try:
        os.write(number, b"E00000020" + b"0" * 32)
    except OSError:
        pass
os._exit(0)
assert double(1) == 3
""",
    "write a report to every descriptor": """
import os
line = b"0" * 32 + b"0 9000 1 1 \\nT000000021!E000000031:0"
for number in range(3, 64):
    try:
        os.write(number, line)
    except OSError:
        pass
os._exit(0)
assert double(1) == 3
""",
    "print a pass": """
print("passed", "1 assert held.", flush=True)
import os
os._exit(0)
assert double(1) == 3
""",
    "patch builtins": """
import builtins
for name in ("sorted", "len", "exec", "compile", "print", "int", "bool"):
    setattr(builtins, name, lambda *a, **k: 0)
builtins.AssertionError = builtins.Exception = type("Quiet", (BaseException,), {})
assert double(1) == 3
""",
    "exit functions": """
import atexit, os
atexit.register(os._exit, 0)
assert double(1) == 3
""",
    "patch sys.exit and the hooks": """
import sys, os
sys.exit = lambda *a: None
sys.excepthook = lambda *a: os._exit(0)
sys.unraisablehook = lambda *a: None
assert double(1) == 3
""",
    "call what the frames hold": """
import sys
frame = sys._getframe()
while frame is not None:
    for space in (frame.f_locals, frame.f_globals):
        for name, value in list(space.items()):
            if name in ("finish", "send", "token", "prepare", "supervise") and callable(value):
                value()
    frame = frame.f_back
import os
os._exit(0)
assert double(1) == 3
""",
    "call the finish that memory holds": """
import gc, os
for thing in gc.get_objects():
    if getattr(thing, "__name__", "") == "finish":
        thing()
os._exit(0)
assert double(1) == 3
""",
    "call the finish that memory holds, past a hidden assert": """
import gc, os
def test():
    assert double(1) == 3
for thing in gc.get_objects():
    if getattr(thing, "__name__", "") == "finish":
        for cell in thing.__closure__:
            if isinstance(cell.cell_contents, set):
                cell.cell_contents.add(0)
        thing()
os._exit(0)
""",
    "a semantic lie about the mark": """
import sys
for constant in sys._getframe().f_code.co_consts:
    if type(constant).__name__ == "Ledger":
        constant.mark(0)
        import os
        os._exit(0)
assert double(1) == 3
""",
    "replace the reporter": """
import sys, os
frame = sys._getframe()
while frame.f_back is not None:
    frame = frame.f_back
for name in list(frame.f_globals):
    frame.f_globals[name] = lambda *a, **k: os._exit(0)
assert double(1) == 3
""",
    "jump over the assert": """
import sys
def jump(frame, event, arg):
    if event == "line" and frame.f_lineno == 9 and frame.f_code.co_name == "<module>":
        frame.f_lineno = 10
    return jump
sys.settrace(jump)
sys._getframe().f_trace = jump
nothing = 0
assert double(1) == 3
print("over it")
assert True
""",
    "a signal handler that reads frames": """
import signal, os
def handler(number, frame):
    while frame is not None:
        finish = frame.f_locals.get("finish") or frame.f_locals.get("send")
        if finish:
            finish(b"E", frame.f_locals.get("token", b"") + b"1:0")
        frame = frame.f_back
    os._exit(0)
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.01)
while True:
    pass
assert double(1) == 3
""",
    "skip the asserts by a caught exit": """
try:
    raise SystemExit(0)
    assert double(1) == 3
except SystemExit:
    pass
""",
    "become another program": """
import os
os.execv("/bin/true", ["true"])
assert double(1) == 3
""",
    "end in a fork": """
import os
if os.fork():
    os._exit(0)
assert double(1) == 3
""",
    "run without asserts": """
import subprocess, sys
raise SystemExit(subprocess.run([sys.executable, "-O", "-c", "assert False"]).returncode)
assert double(1) == 3
""",
    "jump over the assert and claim it": """
import sys
def jump(frame, event, arg):
    if event == "line" and frame.f_lineno == 13 and frame.f_code.co_name == "<module>":
        for constant in frame.f_code.co_consts:
            if type(constant).__name__ == "Ledger":
                constant.mark(0)
        frame.f_lineno = 14
    return jump
sys.settrace(jump)
sys._getframe().f_trace = jump
nothing = 0
assert double(1) == 3
nothing = 1
""",
    "a profile function that waits for the finish": """
import sys
def profile(frame, event, arg):
    if frame.f_code.co_name == "finish":
        frame.f_locals["held"].add(0)
sys.setprofile(profile)
def never_called():
    assert double(1) == 3
""",
    "a number that is counted, and looks at who counts": """
import os, sys
class Number(int):
    def __lt__(self, other):
        names = sys._getframe(1).f_locals
        for value in list(names.values()):
            if isinstance(value, bytes):
                names["send"](b"D", value)
        names["held"].add(0)
        os._exit(0)
def never_called():
    assert double(1) == 3
for constant in never_called.__code__.co_consts:
    if type(constant).__name__ == "Ledger":
        constant.mark(Number(7))
        constant.mark(Number(9))
""",
    "an assert that fails in a thread at the end": """
import threading, time
def late():
    time.sleep(0.05)
    assert double(1) == 3
threading.Thread(target=late).start()
assert double(1) == 2
""",
    "native code that ends well": """
import ctypes
ctypes.pythonapi.Py_IncRef(ctypes.py_object(1))
assert double(1) == 2
""",
    "close the channel": """
import os
os.closerange(3, 64)
assert double(1) == 3
""",
    "flood the channel": """
import os
for number in range(3, 12):
    try:
        for step in range(200):
            os.write(number, b"N" * 65536)
    except OSError:
        pass
assert double(1) == 2
""",
}

# What each may end as: several doors can close on it, and which is first is a matter of timing.
BOMBS: dict[str, tuple[str, set[str]]] = {
    "forks": (
        """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
""",
        {"timed out", "killed", "memory"},
    ),
    "threads": (
        """
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(60,)).start()
""",
        {"failed", "timed out"},
    ),
    "memory": ("held = [0]\nwhile True:\n    held = held * 2\n", {"memory"}),
    "memory in many processes": (
        """
import os, time
for number in range(8):
    if os.fork() == 0:
        break
held = bytearray(100 << 20)
for place in range(0, len(held), 4096):
    held[place] = 1
time.sleep(60)
""",
        {"memory"},
    ),
    "shared memory": (
        """
import mmap
held = []
while True:
    held.append(mmap.mmap(-1, 16 << 20))
    held[-1].write(b"x" * (16 << 20))
""",
        {"memory", "failed"},
    ),
    "memory that waits in sockets": (
        """
import os, socket, time
os.fork()
server = socket.create_server(("127.0.0.1", 0), backlog=100)
held = []
try:
    while True:
        sender = socket.create_connection(server.getsockname())
        held += [sender, server.accept()]
        sender.setblocking(False)
        try:
            while True:
                sender.send(b"x" * 65536)
        except BlockingIOError:
            pass
except OSError:
    time.sleep(60)
""",
        {"killed", "timed out"},
    ),
    "disk": (
        """
number = 0
while True:
    number += 1
    open(f"file{number}", "wb").write(b"x" * (1 << 20))
""",
        {"failed"},
    ),
    "one large file": (
        """
with open("file", "wb") as file:
    while True:
        file.write(b"x" * (1 << 20))
""",
        {"failed"},
    ),
    "many files": (
        """
number = 0
while True:
    number += 1
    open(f"file{number}", "wb").close()
""",
        {"killed"},
    ),
    "output": ("while True:\n    print('x' * 10_000)\n", {"output flood"}),
    "output by many": (
        """
import os
os.fork()
os.fork()
while True:
    os.write(2, b"x" * 10_000)
""",
        {"output flood"},
    ),
    "a loop": ("while True:\n    pass\n", {"timed out"}),
    "a loop that ignores signals": (
        """
import signal
for number in range(1, 32):
    if number not in (9, 19):
        signal.signal(number, signal.SIG_IGN)
while True:
    pass
""",
        {"timed out"},
    ),
    "a loop in native code": ("10 ** 10 ** 9\n", {"timed out", "memory"}),
    "endless recursion": (
        """
import sys
sys.setrecursionlimit(10 ** 9)
def f(x):
    return f((x,)) + 1
f(1)
""",
        {"failed", "killed", "memory", "timed out"},
    ),
    "open files": ("held = []\nwhile True:\n    held.append(open('/dev/zero'))\n", {"failed"}),
    "code too deep to compile": ("x = " + "(" * 5000 + ")" * 5000 + "\n", {"failed", "memory"}),
    "a wait for input": ("input()\n", {"failed"}),
}
