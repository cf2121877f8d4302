"""Who runs PostgreSQL's programs: whoever owns the launcher's folder, also when root asks.

PostgreSQL refuses root. A folder of root's is served by root in disguise: within a user namespace it is user
nobody, and outside the files stay its own. Where namespaces are refused, the folder is given to user nobody; and
where nobody cannot reach it, nobody gets the power to pass through closed folders, and no other.
"""

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.postgres.binaries import Binaries
from ceiba.postgres.home import Home, user_name

NOBODY: Final = 65534

register_messages(
    {
        "postgres.unreachable": {
            "es": "el usuario {user}, que haría correr PostgreSQL, no puede entrar en esta carpeta. Dele "
            "paso con «chmod o+x», o elija una carpeta de datos en otro lugar.",
            "en": "user {user}, who would run PostgreSQL, cannot enter this folder. Let it through with "
            "`chmod o+x`, or choose a data folder elsewhere.",
        },
        "postgres.namespace_refused": {
            "es": "este sistema no permite a root hacer correr PostgreSQL en un espacio de usuario propio: "
            "{reason}.",
            "en": "this system does not let root run PostgreSQL in a user namespace: {reason}.",
        },
        "postgres.user_refused": {
            "es": "este sistema no permite hacer correr PostgreSQL como usuario {user}: {reason}.",
            "en": "this system does not let PostgreSQL run as user {user}: {reason}.",
        },
        "postgres.root": {
            "es": "PostgreSQL no corre como root, y ninguna de las otras maneras fue posible. Corrija una "
            "de ellas, use Ceiba como un usuario ordinario, o indique un servidor propio en "
            "CEIBA_DATABASE_URL.",
            "en": "PostgreSQL does not run as root, and neither of the other ways was possible. Correct one "
            "of them, run Ceiba as an ordinary user, or name a server of your own in CEIBA_DATABASE_URL.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class RootTools:
    """The programs by which root becomes somebody whom PostgreSQL runs for; util-linux, which every Debian has."""

    unshare: str = "unshare"
    setpriv: str = "setpriv"


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs programs as `uid`, behind `prefix`; `switch` when this process is another user and must change.

    `passes` when no folder's mode stops it.
    """

    uid: int
    gid: int
    prefix: tuple[str, ...] = ()
    switch: bool = False
    passes: bool = False

    def run(
        self, program: Path, arguments: Sequence[str], folder: Path, lock: int | None = None, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run `program` in `folder`, with `text` as its input, to its end; it inherits the descriptor `lock`.

        The caller's environment, its PG* variables and its secrets, stays behind. Raises OSError when the
        program cannot be started.
        """
        return subprocess.run(  # noqa: S603 - programs of the wheel and RootTools, arguments of our own making
            [*self.prefix, program, *arguments],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            pass_fds=() if lock is None else (lock,),
            umask=0o077,
            input=text,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=() if self.switch else None,
        )

    def hindrance(self, home: Home, binaries: Binaries) -> Problem | None:
        """What keeps this runner from serving `home`: a folder it cannot enter, or a system that refuses."""
        for path in (binaries.program("postgres"), home.folder):
            closed = None if self.passes else closed_folder(path, self.uid, self.gid)
            if closed is not None:
                return Problem("postgres.unreachable", Where(file=str(closed)), {"user": user_name(self.uid)})
        try:
            tried = self.run(binaries.program("postgres"), ["--version"], Path("/"))
        except (OSError, subprocess.SubprocessError) as error:
            reason = str(error)
        else:
            reason = "" if tried.returncode == 0 else tried.stderr.strip() or f"exit code {tried.returncode}"
        if not reason:
            return None
        code = "postgres.namespace_refused" if self.uid == 0 else "postgres.user_refused"
        return Problem(code, values={"user": user_name(self.uid), "reason": reason})


def find_runner(home: Home, binaries: Binaries, tools: RootTools) -> Runner:
    """The runner for `home`, which exists; gives it to nobody where root has no other way.

    Raises CeibaError with what hindered each way that was tried (postgres.unreachable, namespace_refused,
    user_refused, root), and OSError.
    """
    if os.geteuid() != 0:
        return Runner(os.geteuid(), os.getegid())
    owner = home.folder.stat()
    hindrances = []
    for runner in _ways(owner.st_uid, owner.st_gid, tools):
        hindrance = runner.hindrance(home, binaries)
        if hindrance is None:
            if runner.uid != owner.st_uid:
                home.give_to(runner.uid, runner.gid)
            return runner
        hindrances.append(hindrance)
    if owner.st_uid == 0:
        hindrances.append(Problem("postgres.root"))
    raise CeibaError(hindrances)


def _ways(uid: int, gid: int, tools: RootTools) -> tuple[Runner, ...]:
    """How root may serve a folder of `uid`'s, the least power first."""
    if uid != 0:
        return Runner(uid, gid, switch=True), _passing(uid, gid, tools.setpriv)
    nobody = nobody_runner()
    namespace = (tools.unshare, "--user", f"--map-user={nobody.uid}", f"--map-group={nobody.gid}", "--")
    return Runner(0, 0, prefix=namespace), nobody, _passing(nobody.uid, nobody.gid, tools.setpriv)


def _passing(uid: int, gid: int, setpriv: str) -> Runner:
    """A user whom no folder stops: for data below /root in a container, where namespaces are refused."""
    # Without the secure bit, access(2), with which PostgreSQL looks for its own programs, leaves the power out.
    power = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")
    become = (f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *power, "--")
    return Runner(uid, gid, prefix=(setpriv, *become), passes=True)


def nobody_runner() -> Runner:
    """User nobody, by the system's number for it."""
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return Runner(NOBODY, NOBODY, switch=True)
    return Runner(nobody.pw_uid, nobody.pw_gid, switch=True)


def closed_folder(path: Path, uid: int, gid: int) -> Path | None:
    """The first folder above `path` that `uid` may not pass through, by its mode; no access list is read."""
    for folder in reversed(path.parents):
        found = folder.stat()
        if found.st_uid == uid:
            passes = stat.S_IXUSR
        elif found.st_gid == gid:
            passes = stat.S_IXGRP
        else:
            passes = stat.S_IXOTH
        if not found.st_mode & passes:
            return folder
    return None
