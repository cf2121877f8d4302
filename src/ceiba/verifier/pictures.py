"""The QR code in a picture of a printed constancia."""

from io import BytesIO
from typing import Final

import zxingcpp
from PIL import Image, UnidentifiedImageError

from ceiba.core.kernel.errors import CeibaError, Problem, register_messages

register_messages(
    {
        "verifier.no_code": {
            "es": "no se encontró un código QR en la imagen. Tome la foto de frente, con luz, y guárdela como JPEG "
            "o PNG.",
            "en": "no QR code was found in the picture. Take it from straight above, in good light, as JPEG or PNG.",
        },
        "verifier.codes": {
            "es": "hay {count} códigos QR en la imagen. Recórtela para que quede solo el de la constancia.",
            "en": "there are {count} QR codes in the picture. Cut it so that the constancia's alone is left.",
        },
    }
)
_BEGINNINGS: Final = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_DRAWN: Final = (b"<svg", b"<?xml", b"%PDF")
SIDE_MOST: Final = 3000  # pixels: what a telephone takes is larger than what reading it needs


def is_picture(data: bytes) -> bool:
    """Whether a file is a picture, of pixels or drawn (which cannot be read): no constancia begins so."""
    return data.startswith(_BEGINNINGS + _DRAWN)


def scanned(data: bytes) -> str:
    """The text of the one QR code in a picture. Raises CeibaError (verifier.no_code, verifier.codes)."""
    try:
        with Image.open(BytesIO(data)) as picture:
            picture.thumbnail((SIDE_MOST, SIDE_MOST))
            found = zxingcpp.read_barcodes(
                picture.convert("L"), formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
            )
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise CeibaError(Problem("verifier.no_code")) from error
    texts = {code.text for code in found}
    if not texts:
        raise CeibaError(Problem("verifier.no_code"))
    if len(texts) > 1:
        raise CeibaError(Problem("verifier.codes", values={"count": len(texts)}))
    return texts.pop()
