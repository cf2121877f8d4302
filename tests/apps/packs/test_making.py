from pathlib import Path

from ceiba.packs.verifying import verify_pack
from ceiba.packs.told import lines_of
from tests.apps.packs.conftest import Packed


def test_a_pack_is_right(packed: Packed) -> None:
    verdict = verify_pack(packed.pack)
    print("\n".join(f"{m} {t}" for m, t in lines_of(verdict, "en")))
    import subprocess
    print(subprocess.run(["find", str(packed.pack), "-type","f", "-size", "-3000k"], capture_output=True, text=True).stdout)
    import shutil
    shutil.rmtree("/tmp/apack", ignore_errors=True)
    shutil.copytree(packed.pack, "/tmp/apack")
    assert verdict.is_right
