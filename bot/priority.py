"""Lets a process give way to this one wherever they compete for the processor."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

NICENESS = 10
"""More than one's own: about a tenth of the time of whoever wants the same core."""

if sys.platform == "win32":
    CREATION_FLAGS = subprocess.BELOW_NORMAL_PRIORITY_CLASS

    def give_way(pid: int) -> None:
        """It was created so."""

else:
    CREATION_FLAGS = 0

    def give_way(pid: int) -> None:
        """`pid` leads a session of its own. A system that does not let it is one where it competes."""
        niceness = min(19, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PGRP, pid, niceness)  # a process alone would be its first thread alone
        group = Path(f"/proc/{pid}/autogroup")  # where Linux shares between sessions first, and niceness is within one
        with contextlib.suppress(OSError):
            if group.exists():
                group.write_text(str(niceness))
