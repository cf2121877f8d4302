"""Pictures as a phone's camera makes them: a hill, a sky and rows of saplings, with EXIF; and signatures."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from PIL import ExifTags, Image, ImageDraw, ImageEnhance

from ceiba.synth.streams import stream

_SIZE: Final = (400, 300)
_SIGNED: Final = (240, 90)
_CAMERAS: Final = (("Samsung", "SM-A155M"), ("Motorola", "moto g24"), ("Xiaomi", "Redmi 13C"))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be made: the same `name` is the same scene. `retaken`: once more from the same spot."""

    name: str
    at: datetime
    lon: float
    lat: float
    signed: bool = False
    retaken: bool = False

    def jpeg(self, seed: int) -> bytes:
        """Its bytes; the same for the same picture and seed."""
        rng = stream(seed, f"picture {self.name}")
        image = _signature(rng) if self.signed else _landscape(rng)
        if self.retaken:
            image = ImageEnhance.Brightness(image).enhance(1.03)
        file = io.BytesIO()
        options = {} if self.signed else {"exif": self._exif(rng)}
        image.save(file, "JPEG", quality=72 if self.retaken else 80, **options)
        return file.getvalue()

    def _exif(self, rng: np.random.Generator) -> Image.Exif:
        exif = Image.Exif()
        maker, model = _CAMERAS[rng.integers(len(_CAMERAS))]
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = maker, model
        details = exif.get_ifd(ExifTags.IFD.Exif)
        details[ExifTags.Base.DateTimeOriginal] = f"{self.at:%Y:%m:%d %H:%M:%S}"
        details[ExifTags.Base.OffsetTimeOriginal] = f"{self.at:%z}"[:3] + ":" + f"{self.at:%z}"[3:]
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        place[ExifTags.GPS.GPSLatitudeRef] = "N" if self.lat >= 0 else "S"
        place[ExifTags.GPS.GPSLatitude] = _sexagesimal(self.lat)
        place[ExifTags.GPS.GPSLongitudeRef] = "E" if self.lon >= 0 else "W"
        place[ExifTags.GPS.GPSLongitude] = _sexagesimal(self.lon)
        return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(round(abs(degrees) * 3600, 2), 60)
    return float(minutes // 60), float(minutes % 60), round(seconds, 2)


def _landscape(rng: np.random.Generator) -> Image.Image:
    """No two alike: the hills, the light, what stands near and how the rows run are drawn each time."""
    width, height = _SIZE
    image = Image.new("RGB", _SIZE, tuple(rng.integers((120, 160, 190), (215, 225, 255)).tolist()))
    draw = ImageDraw.Draw(image)
    for layer in range(3):
        x = np.linspace(0, width, 9)
        y = height * (0.2 + 0.2 * layer) + rng.normal(0, 42 - 9 * layer, 9)
        green = np.array((60, 100, 50)) + rng.integers(-45, 60, 3) - 12 * layer
        ridge = [*zip(x.tolist(), y.tolist(), strict=True), (width, height), (0, height)]
        draw.polygon(ridge, fill=tuple(green.clip(0, 255).tolist()))
    _rows(draw, rng)
    for _ in range(rng.integers(2, 5)):  # trees that stand near: they make most of what tells pictures apart
        middle, foot, size = rng.uniform(0, width), rng.uniform(0.5, 1) * height, rng.uniform(45, 125)
        shade = tuple(rng.integers((10, 40, 10), (90, 130, 70)).tolist())
        draw.rectangle((middle - size / 14, foot - size, middle + size / 14, foot), fill=(84, 60, 42))
        draw.ellipse((middle - size / 2, foot - 1.9 * size, middle + size / 2, foot - 0.7 * size), fill=shade)
    return image


def _rows(draw: ImageDraw.ImageDraw, rng: np.random.Generator) -> None:
    """Rows of saplings on bare soil, the nearer the larger."""
    width, height = _SIZE
    soil = tuple(rng.integers((90, 65, 40), (160, 115, 80)).tolist())
    top = rng.uniform(0.66, 0.8) * height
    draw.polygon([(0, top + rng.uniform(-14, 14)), (width, top), (width, height), (0, height)], fill=soil)
    slant = rng.uniform(-0.6, 0.6)
    for depth in range(4):
        y = top + (depth + 0.6) * (height - top) / 4.2
        tall = 7 + 4 * depth
        for step in range(-width, 2 * width, 26 + 14 * depth):
            x = step + slant * (y - top)
            draw.line((x, y, x, y - tall), fill=(60, 80, 30), width=1 + depth // 2)
            draw.ellipse((x - tall / 3, y - 1.5 * tall, x + tall / 3, y - 0.7 * tall), fill=(46, 120, 42))


def _signature(rng: np.random.Generator) -> Image.Image:
    image = Image.new("RGB", _SIGNED, "white")
    steps = rng.normal((9, 0), (11, 26), (22, 2))
    way = np.cumsum(steps, axis=0) * (1, 0.4) + (14, rng.uniform(30, 60))
    ImageDraw.Draw(image).line([tuple(point) for point in way.tolist()], fill=(20, 30, 90), width=3)
    return image
