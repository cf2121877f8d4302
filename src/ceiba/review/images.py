"""Photos from outside, read without trusting them: what they are, when and where they were taken, how they look.

Nothing here raises for what a file holds: what cannot be read is told by its `fault`.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import IO, Any, Final

import imagehash
import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

BYTES_MAX: Final = 40_000_000
PIXELS_MAX: Final = 64_000_000
"""More than any telephone makes; a bomb decodes to far more."""
FORMATS: Final = ("JPEG", "PNG", "WEBP")
SIDE_MAX: Final = 480
_PLAIN_DEVIATION: Final = 6.0  # of 255: a lens covered, a wall; such pictures are all alike
_TEXT_MAX: Final = 80
_QUALITY: Final = 70
_DIFFERENCE_SIZE: Final = 64


@dataclass(frozen=True, slots=True)
class Photo:
    """What was read of a photo. `phash` is 64 bits as a signed number; None where the picture is too plain."""

    fault: str = ""  # "", too_big, not_an_image, too_many_pixels, broken
    width: int = 0
    height: int = 0
    phash: int | None = None
    thumbnail: bytes = b""
    taken_at: datetime | None = None  # in UTC; only if the camera told its offset
    taken_local: str = ""  # as the camera's clock said
    lon: float | None = None
    lat: float | None = None
    camera: str = ""
    software: str = ""


def read_photo(file: IO[bytes], size_bytes: int) -> Photo:
    """What the file holds, or its fault. Reads no more than `BYTES_MAX`, decodes no more than `PIXELS_MAX`."""
    if size_bytes > BYTES_MAX:
        return Photo(fault="too_big")
    try:
        with Image.open(io.BytesIO(file.read(BYTES_MAX)), formats=FORMATS) as image:
            if image.width * image.height > PIXELS_MAX:
                return Photo(fault="too_many_pixels", width=image.width, height=image.height)
            return _read(image)
    except UnidentifiedImageError:
        return Photo(fault="not_an_image")
    except Image.DecompressionBombError:
        return Photo(fault="too_many_pixels")
    except Exception:  # noqa: BLE001  # decoders raise anything for bytes made to break them
        return Photo(fault="broken")


def _read(image: Image.Image) -> Photo:
    width, height = image.width, image.height
    tags = _exif(image)
    image.draft("RGB", (4 * SIDE_MAX, 4 * SIDE_MAX))  # a JPEG is decoded at the size that is needed
    upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    drawn = io.BytesIO()
    upright.save(drawn, "WEBP", quality=_QUALITY)  # the bytes of the picture alone: no EXIF goes along
    return Photo(
        width=width, height=height, phash=perceptual_hash(upright), thumbnail=drawn.getvalue(), **tags
    )  # fmt: skip


def perceptual_hash(image: Image.Image) -> int | None:
    """The pHash of the picture (64 bits as Int64), or None where it is too plain to be told from others."""
    grey = image.convert("L").resize((_DIFFERENCE_SIZE, _DIFFERENCE_SIZE))
    if float(np.asarray(grey).std()) < _PLAIN_DEVIATION:
        return None
    bits = int(str(imagehash.phash(grey)), 16)
    return bits - (1 << 64) if bits >= 1 << 63 else bits


def _exif(image: Image.Image) -> dict[str, Any]:
    """Time, place and camera. A broken block of EXIF, or a part of it, is as good as none."""
    try:
        exif = image.getexif()
        main, camera = dict(exif), dict(exif.get_ifd(ExifTags.IFD.Exif))
        place = dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:  # noqa: BLE001  # as for the picture: anything may be in it
        return {}
    local = _text(camera.get(ExifTags.Base.DateTimeOriginal) or main.get(ExifTags.Base.DateTime))
    lon, lat = (
        _degrees(place, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180),
        _degrees(place, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90),
    )
    maker = (_text(main.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    return {
        "taken_local": local,
        "taken_at": _moment(local, _text(camera.get(ExifTags.Base.OffsetTimeOriginal))),
        "lon": lon if lat is not None else None,
        "lat": lat if lon is not None else None,
        "camera": " ".join(part for part in maker if part),
        "software": _text(main.get(ExifTags.Base.Software)),
    }


def _text(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value or "")
    return "".join(each for each in text if each.isprintable()).strip()[:_TEXT_MAX]


def _moment(local: str, offset: str) -> datetime | None:
    """`2026:03:10 12:00:00` and `-06:00` as a moment; None without an offset, for then nobody knows which."""
    try:
        naive = datetime.strptime(local, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  # the offset follows
        hours, minutes = offset[1:].split(":")
        ahead = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if offset[0] == "-" else 1)
        return naive.replace(tzinfo=timezone(ahead)).astimezone(UTC)
    except (ValueError, IndexError, OverflowError):
        return None


def _degrees(place: dict[int, Any], tag: int, ref: int, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in place[tag])
        value = degrees + minutes / 60 + seconds / 3600
        value = -value if _text(place.get(ref)) == negative else value
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return value if abs(value) <= most else None
