"""Become another program, one that is asked to end when the process that started it ends.

Run as a file by the keeper of the server: `python -I -S launcher.py OWNER_PID PROGRAM ARGUMENT...`.
A function between fork and exec could do the same, but is not safe in a program with threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> None:
    """Tie this process to its owner, then become the program."""
    owner, *command = sys.argv[1:]
    os.umask(0o077)
    # Ignored or blocked signals would outlive the exec, and then nothing could ask it to stop.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM) != 0:
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != int(owner):
        sys.exit("the owner ended before its server began")
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
