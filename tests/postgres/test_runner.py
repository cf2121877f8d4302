"""Who runs PostgreSQL: an ordinary user, root in a namespace, nobody, the folder's owner, or no one."""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from ceiba.core.kernel.errors import CeibaError
from ceiba.postgres.binaries import find_binaries
from ceiba.postgres.runner import RootTools, closed_folder, nobody_runner
from ceiba.postgres.server import Server, State

# Some user of this system who is neither root nor nobody: initdb wants one with a name.
ORDINARY = next(user.pw_uid for user in pwd.getpwall() if user.pw_uid not in (0, 65534))
REFUSED = RootTools(unshare="/bin/false")
ALL_REFUSED = RootTools(unshare="/bin/false", setpriv="/bin/false")
WRITES = "print(server.start())"
TELLS = """
from ceiba.core.kernel.errors import CeibaError
try:
    server.start()
except CeibaError as error:
    print(*[problem.code for problem in error.problems])
    print(error.text("en"), file=sys.stderr)
"""

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def nobody_enters():
    """Skip where user nobody cannot reach the programs, as in a virtual environment under /root."""
    closed = closed_folder(find_binaries().program("postgres"), nobody_runner().uid, nobody_runner().gid)
    if closed:
        pytest.skip(f"user nobody cannot enter {closed}")


@pytest.fixture
def ordinary_python(nobody_enters):
    """A Python that an ordinary user can run with our sources."""
    for python in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        tried = (
            subprocess.run(
                [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"],
                user=ORDINARY,
                group=ORDINARY,
                extra_groups=(),
                cwd="/",
                check=False,
            )
            if closed_folder(Path(python), ORDINARY, ORDINARY) is None and Path(python).exists()
            else None
        )
        if tried and tried.returncode == 0:
            return python
    pytest.skip("an ordinary user can run no Python of this system")


@pytest.fixture
def as_ordinary(command, ordinary_python):
    """Run code as an ordinary user; its output and errors."""

    def run(code, folder):
        options = {"user": ORDINARY, "group": ORDINARY, "extra_groups": (), "cwd": "/"}
        return command(code, folder, python=ordinary_python, **options).communicate(timeout=60)

    return run


def owner_of_process(pid):
    return Path(f"/proc/{pid}").stat().st_uid


@only_root
def test_root_runs_it_in_a_namespace_and_keeps_the_files(stopped, postmaster_of, species):
    if subprocess.run(["unshare", "--user", "true"], check=False).returncode:
        pytest.skip("this system refuses user namespaces")
    assert species(stopped.start()) == ["ceiba"]
    assert (stopped.data_dir / "cluster").stat().st_uid == 0
    status = Path(f"/proc/{postmaster_of(stopped).pid}/status").read_text()
    assert "CapEff:\t0000000000000000" in status, "the disguise has none of root's powers"


@only_root
@pytest.mark.parametrize("unshare", ["/bin/false", "/no/such/unshare"])
def test_refused_namespace_falls_to_nobody_with_the_same_data(
    stopped, unshare, postmaster_of, species, nobody_enters
):
    nobody = nobody_runner().uid
    refused = Server(stopped.data_dir, wait_s=30, tools=RootTools(unshare))
    assert species(refused.start()) == ["ceiba"]
    assert owner_of_process(postmaster_of(refused).pid) == nobody
    refused.stop()
    # From now on the folder is nobody's, also where namespaces are allowed.
    assert species(stopped.start()) == ["ceiba"]
    assert owner_of_process(postmaster_of(stopped).pid) == nobody


@only_root
def test_refused_namespace_on_a_new_folder(folder, nobody_enters):
    with psycopg.connect(Server(folder / "db", wait_s=30, tools=REFUSED).start()) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)
    assert folder.stat().st_uid == 0, "only the launcher's own folder is given away"


@only_root
def test_folder_closed_to_nobody_is_passed_with_that_power_and_no_other(stopped, postmaster_of, species):
    if not shutil.which("setpriv"):
        pytest.skip("setpriv, which gives the power, is not installed")
    stopped.data_dir.parent.chmod(0o700)
    passing = Server(stopped.data_dir, wait_s=30, tools=REFUSED)
    assert species(passing.start()) == ["ceiba"]
    pid = postmaster_of(passing).pid
    assert owner_of_process(pid) == nobody_runner().uid
    assert "CapEff:\t0000000000000002" in Path(f"/proc/{pid}/status").read_text(), "CAP_DAC_OVERRIDE alone"
    passing.stop()
    # The folder is nobody's from now on, and still behind a closed one.
    assert species(Server(stopped.data_dir, wait_s=30).start()) == ["ceiba"]


@only_root
def test_folder_closed_to_nobody_is_named_and_nothing_is_given_away(stopped, code_of):
    stopped.data_dir.parent.chmod(0o700)
    refused = Server(stopped.data_dir, tools=ALL_REFUSED)
    with pytest.raises(CeibaError) as caught:
        refused.start()
    codes = [problem.code for problem in caught.value.problems]
    assert codes == [
        "postgres.namespace_refused",
        "postgres.unreachable",
        "postgres.user_refused",
        "postgres.root",
    ]
    home = stopped.data_dir
    assert {path.stat().st_uid for path in (home, *home.rglob("*"))} == {0}
    assert code_of(refused.start) == "postgres.namespace_refused"


@only_root
def test_no_namespace_and_no_other_user(folder, command, nobody_enters):
    if not shutil.which("setpriv"):
        pytest.skip("setpriv, which takes root's powers away, is not installed")
    powerless = ["setpriv", "--bounding-set=-setuid,-setgid", "--inh-caps=-setuid,-setgid"]
    refused = "Server(Path(sys.argv[1]), tools=RootTools('/bin/false')).start()"
    code = "from ceiba.postgres.runner import RootTools\n" + TELLS.replace("server.start()", refused)
    output, error = command(code, folder / "db", before=powerless).communicate(timeout=30)
    user_refused = ["postgres.user_refused"] * 2
    assert output.split() == ["postgres.namespace_refused", *user_refused, "postgres.root"], error


@only_root
def test_ordinary_user_runs_it_plainly_and_root_serves_it_as_that_user(folder, as_ordinary, postmaster_of):
    os.chown(folder, ORDINARY, ORDINARY)
    url, error = as_ordinary(WRITES, folder / "db")
    assert (url.strip(), error) == (Server(folder / "db").url, "")
    assert owner_of_process(postmaster_of(Server(folder / "db")).pid) == ORDINARY

    server = Server(folder / "db", wait_s=30)
    server.stop()
    with psycopg.connect(server.start()) as database:
        assert database.execute("SELECT 1").fetchone() == (1,)
    assert owner_of_process(postmaster_of(server).pid) == ORDINARY
    owners = {path.lstat().st_uid for path in (folder / "db").rglob("*")}
    assert owners == {ORDINARY}, "what root touched stays usable for the owner"
    assert as_ordinary("server.stop()", folder / "db") == ("", "")
    assert server.status().state is State.STOPPED


@only_root
def test_root_makes_the_folder_for_its_owner(folder, as_ordinary, postmaster_of):
    os.chown(folder, ORDINARY, ORDINARY)
    server = Server(folder / "db", wait_s=30)
    server.start()
    assert owner_of_process(postmaster_of(server).pid) == ORDINARY
    assert as_ordinary("server.stop()", folder / "db") == ("", "")
    assert server.status().state is State.STOPPED


@only_root
def test_root_that_may_not_look_into_processes_as_in_a_container(stopped, command, nobody_enters):
    if not shutil.which("setpriv"):
        pytest.skip("setpriv, which takes root's powers away, is not installed")
    nobody = nobody_runner()
    Server(stopped.data_dir, wait_s=30, tools=REFUSED).start()
    blind = ["setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"]
    code = "print(server.status().state, server.start()); server.stop(); print(server.status().state)"
    output, error = command(code, stopped.data_dir, before=blind).communicate(timeout=30)
    assert (output.split(), error) == (["running", stopped.url, "stopped"], "")
    assert stopped.data_dir.stat().st_uid == nobody.uid


@only_root
def test_another_user_s_database_is_told(stopped, as_ordinary):
    output, error = as_ordinary(TELLS, stopped.data_dir)
    assert output.strip() == "postgres.other_owner", error
    assert pwd.getpwuid(0).pw_name in error


@only_root
def test_unwritable_folder_is_told_to_an_ordinary_user(folder, as_ordinary):
    for place in (folder / "db", folder / "not" / "yet"):
        output, error = as_ordinary(TELLS, place)
        assert output.strip() == "postgres.unwritable", error
        assert str(folder) in error
    assert list(folder.iterdir()) == []


def test_unwritable_folder_is_told(folder, code_of):
    if os.geteuid() == 0:
        place = Path("/proc/ceiba")
    else:
        folder.chmod(0o500)
        place = folder
    assert code_of(Server(place).start) in ("postgres.unwritable", "postgres.file_error")


def test_file_in_the_folder_s_place_is_told(folder, code_of):
    (folder / "db").write_text("")
    assert code_of(Server(folder / "db").start) == "postgres.file_error"


@pytest.mark.parametrize(
    ("mode", "uid", "gid", "closed"),
    [
        (0o700, "other", "other", True),
        (0o711, "other", "other", False),
        (0o705, "other", "same", True),
        (0o710, "other", "same", False),
        (0o077, "same", "other", True),
        (0o700, "same", "other", False),
    ],
)
def test_closed_folder_reads_modes_as_the_system_does(folder, mode, uid, gid, closed):
    inner = folder / "inner"
    inner.mkdir()
    found = inner.stat()
    inner.chmod(mode)
    who = (found.st_uid + (uid == "other"), found.st_gid + (gid == "other"))
    assert closed_folder(inner / "file", *who) == (inner if closed else None)
    inner.chmod(0o700)
