"""As whom PostgreSQL runs: it refuses to be root, so root lends it the user `nobody`."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class NobodyCannotReach(Exception):
    """Root's folder is closed to `nobody`, and this machine offers no way to lend it the right to pass."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who runs the server's programs."""

    uid: int
    prefix: tuple[str, ...] = ()
    """A command to put in front."""
    popen: tuple[tuple[str, Any], ...] = ()
    """Arguments for subprocess.Popen."""

    def own(self, folder: Path) -> None:
        """Makes the folder if need be, and gives it to this identity alone."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != self.uid:
            os.chown(folder, self.uid, -1)
        folder.chmod(0o700)


def identity(*must_reach: Path) -> Identity:
    """The identity that can reach these paths: oneself, or `nobody` for root.

    A folder that is closed to others (a home, a temporary folder) stays closed: instead of widening its
    permissions, the server alone gets the capability to pass through it. Raises NobodyCannotReach.
    """
    if os.geteuid() != 0:
        return Identity(os.geteuid())
    nobody = pwd.getpwnam("nobody")
    barrier = next((barrier for path in must_reach if (barrier := _barrier(path))), None)
    if barrier is None:
        return Identity(nobody.pw_uid, popen=(("user", nobody.pw_uid), ("group", nobody.pw_gid), ("extra_groups", ())))
    setpriv = shutil.which("setpriv")
    capability = _capability()
    if setpriv is None or capability is None:
        raise NobodyCannotReach(str(barrier))
    # no_setuid_fixup: without it access(2) would ignore the capability, and PostgreSQL asks access(2).
    prefix = (
        setpriv,
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
        f"--inh-caps=-all,+{capability}",
        f"--ambient-caps=-all,+{capability}",
        f"--bounding-set=-all,+{capability}",
        "--securebits=+no_setuid_fixup",
    )
    return Identity(nobody.pw_uid, prefix=prefix)


def _barrier(path: Path) -> Path | None:
    """The first folder on the way, or the file itself, that others may not enter or run."""
    for part in (*reversed(path.parents), path):
        if not part.stat().st_mode & stat.S_IXOTH:
            return part
    return None


def _capability() -> str | None:
    """The capability to pass through closed folders, if this root has it (containers drop some)."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:  # not Linux
        return None
    bounding = next((int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapBnd")), 0)
    # dac_override (bit 1) also covers programs that only their owner may run; dac_read_search is bit 2.
    return next((name for bit, name in ((1, "dac_override"), (2, "dac_read_search")) if bounding >> bit & 1), None)
