"""Packed backups: a .zip with a manifest and the ledger compressed by LZMA, told whole only after it was read back.

LZMA at its quick setting keeps a tenth of a ledger (zlib a sixth), at 40 MB a second; both come with Python. What is
encrypted does not shrink and stays as it is.
"""

import io
import json
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from app import __version__
from app.core import clock
from app.core.errors import Refused
from app.core.progress import Progress, silent
from app.store import contents, copying
from app.store.contents import MANIFEST, Contents
from app.store.database import FILE_NAME

MEMBER = f"{FILE_NAME}.xz"
PRESET = 1
# RuntimeError: an archive with a password, or packed in a way that Python does not know.
_BROKEN = (zipfile.BadZipFile, lzma.LZMAError, zlib.error, KeyError, ValueError, TypeError, AttributeError, EOFError, RuntimeError)
NOT_OURS = "这份备份已损坏，或者不是总务通的备份，没有恢复。请换一份备份。"


class WholeFile(io.FileIO):
    """A file written without a buffer: what the disk does not take is told by the write, not when the file is collected."""

    def write(self, content: Any, /) -> int:
        """Write all of it and give its length."""
        left = memoryview(content).cast("B")
        length = len(left)
        while left:
            left = left[super().write(left):]
        return length


@contextmanager
def broken_archive() -> Iterator[None]:
    """Turn whatever a damaged or foreign archive raises into one sentence."""
    try:
        yield
    except _BROKEN as trouble:
        raise Refused(NOT_OURS) from trouble


def manifest(holds: Contents, sums: dict[str, str], size: int) -> str:
    """Give the manifest of an archive: whose and how much it holds, the SHA-256 of each member and the ledger's size before packing."""
    told = {"program": "zongwutong", "version": __version__, "made_at": clock.now().isoformat(), **contents.to_manifest(holds),
            "size": size, "sha256": sums}
    return json.dumps(told, ensure_ascii=False, indent=1)


def pack(plain: Path, part: Path, holds: Contents, progress: Progress = silent) -> None:
    """Write a checked plain file into the new archive ``part``, and read it back; ``Refused`` where it differs."""
    total, done = plain.stat().st_size, 0
    with WholeFile(part, "w") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, manifest(holds, {FILE_NAME: copying.sha256_of(plain)}, total))
        packing = lzma.LZMACompressor(preset=PRESET)
        stored = zipfile.ZipInfo(MEMBER)    # without a time: a clock may stand before 1980, where no archive can
        with plain.open("rb") as file, archive.open(stored, "w", force_zip64=True) as member:
            while block := file.read(copying.BLOCK):
                progress(done, total, "压缩备份")
                member.write(packing.compress(block))
                done += len(block)
            member.write(packing.flush())
    copying.flush(part)
    require_whole(part, progress)


def require_whole(path: Path, progress: Progress = silent) -> None:
    """Read a packed backup to its end; ``Refused`` where its ledger is not what was packed."""
    with broken_archive(), zipfile.ZipFile(path) as archive, ledger_in(archive) as file:
        if copying.sha256_of_stream(_Told(file, progress)) != expected_sums(archive)[FILE_NAME]:  # type: ignore[arg-type]
            raise Refused(f"备份“{path.name}”已损坏。")


class _Told:
    """A stream that tells how far it was read."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        self.file, self.progress, self.done = file, progress, 0

    def read(self, size: int) -> bytes:
        """Read on, and tell."""
        self.progress(self.done, 0, "核对备份")
        block = self.file.read(size)
        self.done += len(block)
        return block


def expected_sums(archive: zipfile.ZipFile) -> dict[str, str]:
    """Give the sums that an archive's manifest tells, by member."""
    told = json.loads(archive.read(MANIFEST))["sha256"]
    return {str(name): str(value) for name, value in told.items()}


def unpacked_size(archive: zipfile.ZipFile) -> int:
    """Give how many bytes the ledger of a packed backup has when it is unpacked."""
    return int(json.loads(archive.read(MANIFEST))["size"])


@contextmanager
def ledger_in(archive: zipfile.ZipFile) -> Iterator[IO[bytes]]:
    """Give the ledger of an archive as a stream, packed by LZMA or only by the archive itself."""
    if MEMBER in archive.namelist():
        with archive.open(MEMBER) as packed, lzma.LZMAFile(packed) as file:
            yield file
    else:
        with archive.open(FILE_NAME) as file:
            yield file


def unpack(path: Path, target: Path, progress: Progress = silent) -> None:
    """Write the ledger of a packed backup into the new file ``target``; ``Refused`` where it is damaged."""
    with broken_archive(), zipfile.ZipFile(path) as archive, ledger_in(archive) as file, target.open("wb") as plain:
        while block := file.read(copying.BLOCK):
            progress(plain.tell(), 0, "展开备份")
            plain.write(block)
        plain.flush()
        os.fsync(plain.fileno())
        if copying.sha256_of(target) != expected_sums(archive)[FILE_NAME]:
            raise Refused(f"备份“{path.name}”已损坏。请换一份备份。")
