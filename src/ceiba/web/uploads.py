"""Files that browsers send: refused by their declared size before a byte of them is kept."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

FORM_BYTES = 100_000  # what a form's other fields may add


class SizeLimit(FileUploadHandler):
    """Lets files of a request beyond UPLOAD_BYTES_MAX go by unread; `is_too_large` tells the view."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: Any,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        """Remember the request's size."""
        self.too_large = int(content_length or 0) > settings.UPLOAD_BYTES_MAX + FORM_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Stop before the first file of a request that is too large."""
        super().new_file(*args, **kwargs)
        if self.too_large:
            raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the data on to whoever keeps it."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""


def is_too_large(request: HttpRequest) -> bool:
    """Whether the request's files were let go by because of its size."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_BYTES_MAX + FORM_BYTES
