"""Run one command and print its wall, user and system seconds and its peak memory in KiB.

Kept small on purpose, and run with `python -I -S`: a process starts from its launcher's memory, so
that the launcher's own size is the least peak that can be seen.
"""

import os
import sys
import time


def main() -> int:
    """Run the command given as arguments; its own output is dropped."""
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    started = time.perf_counter()
    child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
    _, status, used = os.wait4(child, 0)
    wall = time.perf_counter() - started
    print(wall, used.ru_utime, used.ru_stime, used.ru_maxrss)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
