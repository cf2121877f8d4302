"""The settings the server is started with, for the memory of this machine."""

import os
from pathlib import Path
from typing import Final

from ceiba.postgres.home import MIB

CONTAINER_LIMITS: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def memory_mib() -> int:
    """MiB of memory that this system, or the container in it, has."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    limits = [path.read_text().strip() for path in CONTAINER_LIMITS if path.exists()]
    return min([physical, *(int(limit) for limit in limits if limit.isdecimal())]) // MIB


def server_options(memory: int, socket_folder: Path) -> list[str]:
    """The settings as options of the program `postgres`."""
    return [f"--{name}={value}" for name, value in server_settings(memory, socket_folder).items()]


def server_settings(memory: int, socket_folder: Path) -> dict[str, str]:
    """PostgreSQL's settings for `memory` MiB: reachable by the socket alone, durable, and modest.

    They go on the command line, so that nothing in the cluster's files can switch durability off.
    """
    return {
        # Durable: what was answered "received" is there after a power cut.
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        # Private: no network, and a socket that only its owner may use.
        "listen_addresses": "",
        "port": "5432",  # part of the socket's name
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        # Sized for a small machine that runs Ceiba as well.
        "shared_buffers": f"{min(max(memory // 4, 32), 1024)}MB",
        "effective_cache_size": f"{max(memory // 2, 64)}MB",
        "maintenance_work_mem": f"{min(max(memory // 16, 32), 512)}MB",
        "work_mem": f"{min(max(memory // 128, 4), 64)}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",  # solid-state disks
        "jit": "off",  # the wheel has none; said, so that plans are the same on a server that has
        "timezone": "UTC",
        "log_timezone": "UTC",
        # A log file a weekday, the week before overwritten.
        "logging_collector": "on",
        "log_directory": "../log",
        "log_filename": "postgresql-%a.log",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
    }
