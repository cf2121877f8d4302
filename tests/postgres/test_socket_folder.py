"""The socket's folder: the launcher's own while its path fits, else a short one that all derive alike."""

import os
import shutil
import stat

import pytest

from ceiba.postgres import socket_folder as module
from ceiba.postgres.home import Home
from ceiba.postgres.server import Server
from ceiba.postgres.socket_folder import SOCKET, make_socket_folder, socket_folder


@pytest.fixture
def short_root(folder, monkeypatch):
    """A stand-in for /tmp."""
    root = folder / "tmp"
    root.mkdir(mode=0o777)
    monkeypatch.setattr(module, "SHORT_ROOT", root)
    return root


@pytest.fixture
def deep(short_root, folder, template):
    """A data folder whose path is longer than a socket's may be, with a cluster in it."""
    deep = folder / ("d" * 60) / ("ñ" * 30)
    deep.parent.mkdir()
    shutil.copytree(template, deep, symlinks=True)
    return deep


def test_long_path_starts_and_two_commands_agree(deep, short_root, species, monkeypatch):
    url = Server(deep, wait_s=30).start()
    assert species(url) == ["ceiba"]
    monkeypatch.setenv("TMPDIR", "/elsewhere")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1")
    assert Server(deep).start() == url
    (made,) = short_root.iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert made.stat().st_uid == deep.stat().st_uid
    Server(deep).stop()


def test_another_s_folder_in_the_short_place_is_refused(deep, short_root, code_of):
    place = socket_folder(Home(deep))
    elsewhere = short_root / "elsewhere"
    elsewhere.mkdir()
    place.symlink_to(elsewhere)
    assert code_of(Server(deep).start) == "postgres.socket_folder_taken"
    place.unlink()
    place.mkdir(mode=0o777)
    if os.geteuid() == 0:
        os.chown(place, 12345, 12345)
        assert code_of(Server(deep).start) == "postgres.socket_folder_taken"


def test_loose_mode_is_tightened(deep):
    home = Home(deep)
    place = socket_folder(home)
    place.mkdir()
    place.chmod(0o777)
    assert make_socket_folder(home, os.geteuid(), os.getegid()) == place
    assert stat.S_IMODE(place.stat().st_mode) == 0o700


def test_107_bytes_fit_and_108_do_not(folder):
    room = 107 - len(os.fsencode(folder / "x" / SOCKET)) + 1
    fits, too_long = (Home(folder / ("x" * length)) for length in (room, room + 1))
    assert len(os.fsencode(fits.folder / SOCKET)) == 107
    assert socket_folder(fits) == fits.folder
    assert socket_folder(too_long) != too_long.folder


@pytest.mark.parametrize("name", ["año $(x)' \"", "with,comma"])
def test_odd_names_serve(folder, short_root, name, template, species):
    shutil.copytree(template, folder / name, symlinks=True)
    server = Server(folder / name, wait_s=30)
    assert species(server.start()) == ["ceiba"]
    assert server.start() == server.url
    server.stop()
