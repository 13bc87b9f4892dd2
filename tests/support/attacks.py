"""Scripts that attack. Each prints GOT where it was granted what it must not have.

`World` sets the names in capitals before them. All run with what `PRELUDE` imports.
"""

PRELUDE = """
import contextlib, ctypes, mmap, os, resource, signal, socket, struct, subprocess, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
def attempt(work):
    try:
        result = work()
    except BaseException as error:
        print(type(error).__name__, error)
    else:
        print("GOT", result)
def quietly(work):
    with contextlib.suppress(BaseException):
        print(work())
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result >= 0:
        print("GOT call", number, result)
"""

READING = {
    "a secret file": "attempt(lambda: open(SECRET).read())",
    "the users": "attempt(lambda: open('/etc/passwd').read(9))",
    "a folder": "attempt(lambda: os.listdir(os.path.dirname(SECRET)))",
    "the home folder": "attempt(lambda: os.listdir(os.path.expanduser('~')))",
    "by NumPy": "import numpy as np\nattempt(lambda: bytes(np.fromfile(SECRET, 'u1')))",
    "by Matplotlib": "import matplotlib.pyplot as plt\nattempt(lambda: plt.imread(SECRET))",
    "as a font": "from matplotlib.ft2font import FT2Font\nattempt(lambda: FT2Font(SECRET))",
    "by a link": "attempt(lambda: (os.symlink(SECRET, TARGETS[1]), open(TARGETS[1]).read()))",
    "by O_PATH": (
        "fd = os.open(SECRET, os.O_PATH)\n"
        "attempt(lambda: os.read(fd, 99))\n"
        "attempt(lambda: open(f'/proc/self/fd/{fd}').read())"
    ),
    "by a mapping": "attempt(lambda: mmap.mmap(os.open(SECRET, os.O_RDONLY), 0, prot=mmap.PROT_READ)[:])",
    "the environment": (
        "quietly(lambda: dict(os.environ))\n"
        "for pid in ('self', os.getppid(), MAIN, VICTIM):\n"
        "    quietly(lambda: open(f'/proc/{pid}/environ').read())\n"
        "    quietly(lambda: open(f'/proc/{pid}/cmdline').read() and 'GOT')"
    ),
    "inherited descriptors": (
        "for fd in range(300):\n"
        "    with contextlib.suppress(OSError):\n"
        "        os.fstat(fd)\n"
        "        print('GOT' if fd > 3 else '', fd)\n"
        "    if fd > 3:\n"
        "        quietly(lambda: os.pread(fd, 99, 0))"
    ),
    "another's memory": (
        "quietly(lambda: open(f'/proc/{VICTIM}/mem', 'rb').read(9) and 'GOT')\n"
        "buffer = ctypes.create_string_buffer(8)\n"
        "local = struct.pack('PN', ctypes.addressof(buffer), 8)\n"
        "call(310, VICTIM, local, 1, local, 1, 0)"
    ),
    "another's descriptor": (
        "attempt(lambda: os.pidfd_open(MAIN))\n"
        "call(438, 3, 0, 0)\n"
        "for pid in (os.getppid(), MAIN, VICTIM):\n"
        "    for fd in range(20):\n"
        "        quietly(lambda: os.open(f'/proc/{pid}/fd/{fd}', os.O_RDONLY) and 'GOT')"
    ),
}

WRITING = {
    "files everywhere": "for path in TARGETS:\n    attempt(lambda: open(path, 'w'))",
    "by NumPy": "import numpy as np\nfor path in TARGETS:\n    quietly(lambda: np.zeros(9).tofile(path))",
    "by Pillow": (
        "from PIL import Image\n"
        "for path in TARGETS:\n    quietly(lambda: Image.new('L', (2, 2)).save(path, 'PNG'))"
    ),
    "by the canvas": (
        "import matplotlib.pyplot as plt\n"
        "plt.plot([1, 2])\n"
        "quietly(lambda: plt.gcf().canvas.print_png(TARGETS[0]))\n"
        "quietly(lambda: plt.gcf().canvas.print_pdf(TARGETS[0]))"
    ),
    "many files": (
        "for place in range(2000):\n"
        "    with contextlib.suppress(OSError):\n"
        "        open(f'{TARGETS[0]}{place}', 'wb').write(b'x' * 10**6)\n"
        "        print('GOT', place)"
    ),
    "a folder": (
        "quietly(lambda: libc.mkdir(TARGETS[0].encode(), 0o777) == 0 and 'GOT')\nos.makedirs(TARGETS[1])"
    ),
    "links": (
        "for link in (os.symlink, os.link):\n"
        "    attempt(lambda: link(SECRET, TARGETS[0]))\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.savefig(TARGETS[0])"
    ),
    "over a file": (
        "for mode in ('w', 'a', 'r+'):\n    attempt(lambda: open(KEPT, mode))\n"
        "attempt(lambda: os.truncate(KEPT, 0))\n"
        "attempt(lambda: os.open(KEPT, os.O_RDONLY | os.O_TRUNC))"
    ),
    "over Matplotlib itself": (
        "import matplotlib\n"
        "path = matplotlib.__file__\n"
        "for flags in (os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_APPEND):\n"
        "    attempt(lambda: os.open(path, flags))\n"
        "attempt(lambda: open(os.path.dirname(path) + '/planted.py', 'w'))\n"
        "attempt(lambda: open(matplotlib.get_cachedir() + '/planted', 'w'))"
    ),
    "what a file is": (
        "attempt(lambda: os.chmod(KEPT, 0o777))\n"
        "attempt(lambda: os.utime(KEPT, (0, 0)))\n"
        "attempt(lambda: os.chown(KEPT, 12345, 12345))\n"
        "attempt(lambda: os.rename(KEPT, TARGETS[0]))\n"
        "attempt(lambda: os.unlink(KEPT))\n"
        "attempt(lambda: os.setxattr(KEPT, 'user.x', b'y'))"
    ),
    "memory files": (
        "attempt(lambda: os.memfd_create('x'))\n"
        "attempt(lambda: open('/dev/shm/attack', 'w'))\n"
        "call(29, 4242, 4096, 0o1666)\n"
        "call(240, TARGETS[0].encode(), 0o102, 0o666, 0)"
    ),
    "the kernel's settings": (
        "for path in ('/proc/self/oom_score_adj', '/proc/self/mem', '/proc/sys/kernel/hostname'):\n"
        "    attempt(lambda: open(path, 'r+'))"
    ),
    "a core": "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\nctypes.string_at(0)",
}

NETWORK = {
    "TCP": "attempt(lambda: socket.create_connection(TCP, 2))",
    "UDP": "attempt(lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', UDP))",
    "unix": "attempt(lambda: socket.socket(socket.AF_UNIX).connect(UNIX))",
    "abstract unix": "attempt(lambda: socket.socket(socket.AF_UNIX).connect(ABSTRACT))",
    "listening": "attempt(lambda: socket.create_server(('127.0.0.1', 0)))",
    "raw and netlink": (
        "attempt(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))\n"
        "attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW))\n"
        "attempt(socket.socketpair)"
    ),
    "names": (
        "quietly(lambda: socket.getaddrinfo('localhost', 80))\n"
        "attempt(lambda: socket.gethostbyname('example.org'))"
    ),
}

PROCESSES = {
    "a fork": "attempt(os.fork)\nattempt(lambda: libc.fork() >= 0 or 1 / 0)\nattempt(os.forkpty)",
    "a fork bomb": (
        "for _ in range(400):\n"
        "    with contextlib.suppress(OSError):\n"
        "        if os.fork() == 0:\n            time.sleep(60)\n            os._exit(0)\n"
        "        print('GOT')"
    ),
    "vfork and clone": (
        "call(58)\n"
        "call(56, 0x11, 0, 0, 0, 0)\n"
        "call(56, 0x00010900 | 0x100, 0, 0, 0, 0)\n"
        "call(435, struct.pack('QQQQQQQQ', 0, 0, 0, 0, 17, 0, 0, 0), 64)"
    ),
    "a daemon": (
        "def leave():\n"
        "    if os.fork() == 0:\n        os.setsid()\n        time.sleep(60)\n"
        "    return 'a daemon'\n"
        "attempt(leave)"
    ),
    "threads": (
        "started = 0\n"
        "for _ in range(2000):\n"
        "    with contextlib.suppress(RuntimeError):\n"
        "        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n"
        "        started += 1\n"
        "print('GOT' if started else 'no', 'threads')"
    ),
    "a shell": (
        "shell = ['/bin/sh', '-c', f'echo GOT; touch {TARGETS[0]}']\n"
        "attempt(lambda: subprocess.run(shell))\n"
        "attempt(lambda: os.execv(shell[0], shell))\n"
        "attempt(lambda: os.posix_spawn(shell[0], shell, {}))\n"
        "quietly(lambda: os.system(shell[2]))\n"
        "quietly(lambda: os.popen(shell[2]).read())"
    ),
    "a shell through Matplotlib": (
        "import matplotlib\nquietly(lambda: matplotlib.os.system(f'touch {TARGETS[0]}'))"
    ),
    "execveat": "fd = os.open('/usr', os.O_PATH)\ncall(322, fd, b'bin/true', 0, 0, 0)",
    "signals": (
        "for pid in (VICTIM, MAIN, os.getppid(), 1, -1, 0):\n"
        "    attempt(lambda: os.kill(pid, signal.SIGKILL))\n"
        "call(234, VICTIM, VICTIM, 9)\ncall(200, VICTIM, 9)\n"
        "call(129, VICTIM, 9, bytes(128))\ncall(424, 3, 9, 0, 0)"
    ),
    "a signal through a pipe": (
        "import fcntl\n"
        "attempt(lambda: fcntl.fcntl(1, fcntl.F_SETOWN, VICTIM))\n"
        "attempt(lambda: fcntl.fcntl(1, 10, signal.SIGKILL))\n"
        "quietly(lambda: fcntl.fcntl(1, fcntl.F_SETFL, os.O_WRONLY | os.O_ASYNC))\n"
        "attempt(lambda: fcntl.ioctl(1, 0x5452, struct.pack('i', 1)))\n"
        "print('x' * 10000)"
    ),
    "ptrace": (
        "for pid in (VICTIM, MAIN, os.getppid()):\n"
        "    call(101, 16, pid, 0, 0)\n"
        "    call(101, 0x4206, pid, 0, 0)"
    ),
    "another's limits": (
        "attempt(lambda: resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (1, 1)))\n"
        "attempt(lambda: os.sched_setaffinity(VICTIM, [0]))\n"
        "attempt(lambda: os.setpriority(os.PRIO_PROCESS, VICTIM, 19))"
    ),
    "its own limits": (
        "attempt(lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))\n"
        "attempt(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1)))"
    ),
}

KERNEL = {
    "namespaces": (
        "for flag in (0x10000000, 0x00020000, 0x40000000, 0x20000000):\n    call(272, flag)\n"
        "quietly(lambda: call(308, os.open('/proc/self/ns/net', os.O_RDONLY), 0))"
    ),
    "mounts": (
        "call(165, b'x', b'/tmp', b'tmpfs', 0, 0)\ncall(161, b'/')\n"
        "call(428, -100, b'/', 1)\ncall(430, b'tmpfs', 0)"
    ),
    "rights": (
        "for work in (lambda: os.setuid(0), lambda: os.setgroups([0]), lambda: os.setresuid(1, 2, 3)):\n"
        "    attempt(work)\n"
        "call(126, struct.pack('Ii', 0x20080522, 0), struct.pack('6I', *[2**32 - 1] * 6))"
    ),
    "rare calls": (
        "numbers = (425, 321, 298, 323, 248, 250, 246, 175, 169, 164, 227, 212, 304, 303, 434, 444, 319)\n"
        "for number in numbers:\n    call(number, 0, 0, 0, 0, 0)"
    ),
    "its own confinement": (
        "call(157, 22, 0, 0, 0, 0)\ncall(157, 38, 0, 0, 0, 0)\ncall(317, 1, 0, 0)\n"
        "attempt(lambda: open('/proc/self/attr/current', 'w'))"
    ),
    "32-bit calls": (
        "page = libc.mmap; page.restype = ctypes.c_void_p\n"
        "at = page(None, 4096, 7, 0x62, -1, 0)\n"
        "path = TARGETS[0].encode() + bytes(1)\n"
        "ctypes.memmove(at + 64, path, len(path))\n"
        "name = struct.pack('I', at + 64)\n"
        "code = b'\\xb8\\x27\\0\\0\\0\\xbb' + name + b'\\xb9\\xff\\x01\\0\\0\\xcd\\x80\\xc3'\n"
        "ctypes.memmove(at, code, len(code))\n"
        "print(ctypes.CFUNCTYPE(ctypes.c_int)(at)() == 0 and 'GOT')"
    ),
    "x32 calls": "call(0x40000000 | 57)\ncall(0x40000000 | 83, TARGETS[0].encode(), 0o777)",
    "the terminal": "import fcntl\nattempt(lambda: fcntl.ioctl(0, 0x5412, b'x'))",
}
