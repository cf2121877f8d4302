"""Photos that must not break the reader; then what is read of good ones."""

import io
import struct
import zlib
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from ceiba.review.images import BYTES_MAX, SIDE_MAX, read_photo


def picture(seed: int = 1, width: int = 800, height: int = 600) -> Image.Image:
    """Shapes of several sizes, as a field has."""
    drawn = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(drawn).resize((width, height), Image.Resampling.BICUBIC)


def saved(image: Image.Image, fmt: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, fmt, **options)
    return file.getvalue()


def read(data: bytes) -> Any:
    return read_photo(io.BytesIO(data), len(data))


def exif(offset: str = "-06:00", lat: Any = (15.0, 30.0, 0.0)) -> Image.Exif:
    tags = Image.Exif()
    tags[ExifTags.Base.Make] = "Motorola"
    tags[ExifTags.Base.Model] = "moto g"
    tags[ExifTags.Base.Software] = "Editor 3.1\x00"
    ifd = tags.get_ifd(ExifTags.IFD.Exif)
    ifd[ExifTags.Base.DateTimeOriginal] = "2026:03:10 12:00:00"
    ifd[ExifTags.Base.OffsetTimeOriginal] = offset
    gps = tags.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef] = lat, "N"
    gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef] = (90.0, 15.0, 36.0), "W"
    return tags


def bomb_png(side: int) -> bytes:
    """A few hundred kilobytes that say they are `side` times `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [9_000, 16_000, 2**31 - 1])
def test_a_decompression_bomb_is_not_decoded(side: int) -> None:
    assert read(bomb_png(side)).fault in {"too_many_pixels", "broken"}
    assert read(bomb_png(side)).thumbnail == b""


def test_a_file_of_200_megabytes_is_not_read() -> None:
    class Unread(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("read")

    assert read_photo(Unread(), 200_000_000).fault == "too_big"
    assert BYTES_MAX < 200_000_000


@pytest.mark.parametrize("data", [b"", b"<svg/>", b"GIF89a" + b"\0" * 50, b"%PDF-1.4", b"\xff\xd8\xff\xe0"])
def test_what_is_no_photo_says_so(data: bytes) -> None:
    found = read(data)
    assert found.fault in {"not_an_image", "broken"}
    assert found.phash is None


def test_a_truncated_photo_says_so() -> None:
    whole = saved(picture())
    assert read(whole[: len(whole) // 2]).fault == "broken"


@given(st.binary(max_size=400), st.integers(0, 3_000))
def test_no_bytes_raise(noise: bytes, at: int) -> None:
    data = bytearray(saved(picture(width=64, height=48), exif=exif()))
    data[at : at + len(noise)] = noise
    read(bytes(data))


def test_a_photo_is_read_with_its_time_place_and_camera() -> None:
    found = read(saved(picture(), exif=exif()))
    assert (found.fault, found.width, found.height) == ("", 800, 600)
    assert found.taken_at == datetime(2026, 3, 10, 18, tzinfo=UTC)
    assert (found.lon, found.lat) == (pytest.approx(-90.26), pytest.approx(15.5))
    assert (found.camera, found.software) == ("Motorola moto g", "Editor 3.1")


def test_a_camera_without_an_offset_tells_no_moment() -> None:
    found = read(saved(picture(), exif=exif(offset="")))
    assert found.taken_at is None
    assert found.taken_local == "2026:03:10 12:00:00"


@pytest.mark.parametrize("lat", [(400.0, 0.0, 0.0), (1.0,)])
def test_a_place_off_the_earth_is_none(lat: Any) -> None:
    found = read(saved(picture(), exif=exif(lat=lat)))
    assert (found.lon, found.lat) == (None, None)
    assert found.camera == "Motorola moto g"


def test_the_thumbnail_is_small_and_tells_nothing_but_the_picture() -> None:
    data = read(saved(picture(width=3000, height=2000), exif=exif())).thumbnail
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "WEBP"
        assert max(image.size) <= SIDE_MAX
        assert not dict(image.getexif())
    assert b"Motorola" not in data


def test_a_photo_sent_again_smaller_is_nearly_the_same_and_another_is_not() -> None:
    first = read(saved(picture(), quality=95)).phash
    again = read(saved(picture().resize((500, 375)), quality=40)).phash
    other = read(saved(picture(seed=2))).phash
    assert (first ^ again).bit_count() <= 3
    assert ((first ^ other) & (2**64 - 1)).bit_count() > 12


def test_a_covered_lens_is_like_no_other() -> None:
    assert read(saved(Image.new("RGB", (400, 300), "black"))).phash is None
