"""What is handed on of a built program: each package holds all of it, and none of it a ledger."""

import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import packages
import pytest
import reduce_fonts
import wine

from app import __version__


@pytest.fixture
def program(tmp_path):
    folder = tmp_path / "总务通"
    for name in ("总务通", "zongwu-cli", "_internal/data/课 桌.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, "utf-8")
    return folder


def test_the_portable_zip_keeps_its_ledger_beside_itself(program, tmp_path):
    with zipfile.ZipFile(packages.portable(program, tmp_path / "便携.zip")) as zipped:
        assert sorted(zipped.namelist()) == [
            "总务通/_internal/data/课 桌.csv", "总务通/portable.txt", "总务通/zongwu-cli", "总务通/总务通"]


def test_the_tar_holds_the_program_as_root_has_it(program, tmp_path):
    with tarfile.open(packages.tar(program, tmp_path / "zongwutong.tar.gz")) as packed:
        assert {member.uname for member in packed.getmembers()} == {"root"}
        assert "zongwutong/_internal/data/课 桌.csv" in packed.getnames()


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no dpkg here")
def test_the_debian_package_says_what_it_is_and_brings_commands_menu_and_licences(program, tmp_path):
    made = packages.deb(program, tmp_path / "zongwutong.deb")
    fields = subprocess.run(["dpkg-deb", "-f", made], check=True, capture_output=True, text=True).stdout
    assert f"Version: {__version__}\n" in fields
    subprocess.run(["dpkg-deb", "-x", made, tmp_path / "root"], check=True)
    assert (tmp_path / "root/usr/bin/zongwu-cli").readlink() == Path("/opt/zongwutong/zongwu-cli")
    assert (tmp_path / "root/opt/zongwutong/_internal/data/课 桌.csv").read_text("utf-8")
    assert "Exec=zongwu\n" in (tmp_path / "root/usr/share/applications/zongwutong.desktop").read_text("utf-8")
    assert "Noto Serif SC" in (tmp_path / "root/usr/share/doc/zongwutong/copyright").read_text("utf-8")


@pytest.mark.parametrize(("pack", "name"), [("portable", "a.zip"), ("tar", "a.tar.gz"), ("deb", "a.deb")])
def test_what_comes_out_of_a_package_is_the_program(program, tmp_path, pack, name):
    if pack == "deb" and shutil.which("dpkg-deb") is None:
        pytest.skip("no dpkg here")
    unpacked = packages.unpack(getattr(packages, pack)(program, tmp_path / name), tmp_path / "room")
    assert (unpacked / "_internal/data/课 桌.csv").read_text("utf-8") == "_internal/data/课 桌.csv"
    assert packages.unpack(Path("总务通-Setup.exe"), tmp_path) is None


def test_the_installer_removes_only_what_the_program_brought():
    script = packages.SETUP_SCRIPT.read_text("utf-8")
    removed = [line.strip() for line in script.splitlines() if line.strip().startswith(("RMDir", "Delete "))]
    assert 'RMDir "$INSTDIR"' in removed    # without /r: only where nothing else lies there
    assert [line for line in removed if "/r" in line] == ['RMDir /r "$INSTDIR\\_internal"']


def test_a_path_is_told_to_windows_as_its_drives_have_it():
    inside = wine.drive_c() / "总务通 试用" / "账本"
    assert wine.windows_words(inside) == "C:\\总务通 试用\\账本"
    assert wine.windows_words(Path("/srv/总 务")) == "Z:\\srv\\总 务"
    assert wine.windows_words("--data") == "--data"


def test_a_library_of_wine_in_the_program_stops_the_build(program):
    wine.require_own(program)
    (program / "_internal" / "ICUUC.dll").touch()
    with pytest.raises(SystemExit, match="混进了 Wine 的文件：ICUUC.dll"):
        wine.require_own(program)


def test_every_standard_character_is_in_both_reduced_faces_and_nothing_more():
    from app.paper.fonts import typeface

    standard = set(reduce_fonts.CHARACTERS.read_text("utf-8").strip())
    assert len(standard) == 8_105
    for role in ("bold", "sans_bold"):
        has = set(typeface(role).fonts[0].face.charToGlyph)
        assert {ord(char) for char in standard} <= has
        assert reduce_fonts.kept(has) == has
    assert reduce_fonts.kept({ord("龘"), ord("喆"), ord("☑"), 0xAC00}) == {ord("喆"), ord("☑")}
