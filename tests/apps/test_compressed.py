"""Texts go compressed to who takes them so; a part of a file, a picture and what is unchanged do not."""

import gzip

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from ceiba.web.compressed import CompressedText

pytestmark = pytest.mark.django_db
STYLES = "/static/web/parts.css"
GZIP = {"Accept-Encoding": "gzip"}


def body(response: HttpResponse) -> bytes:
    return b"".join(response) if response.streaming else response.content


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        (STYLES, {}),
        (STYLES, GZIP | {"Range": "bytes=0-499"}),
        ("/static/web/no-such-file.css", GZIP),
        ("/static/filler/icon-192.png", GZIP),
    ],
)
def test_what_goes_as_it_is(client: Client, address: str, headers: dict[str, str]) -> None:
    response = client.get(address, headers=headers)
    assert "Content-Encoding" not in response.headers
    assert body(response)


def test_a_file_is_sent_compressed_and_not_again(client: Client) -> None:
    whole = body(client.get(STYLES))
    response = client.get(STYLES, headers=GZIP)
    small = body(response)
    assert gzip.decompress(small) == whole
    assert len(small) < len(whole) / 2
    assert "Accept-Encoding" in response.headers["Vary"]
    again = client.get(STYLES, headers=GZIP | {"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    other = client.get(STYLES, headers=GZIP | {"If-None-Match": 'W/"other"'})
    assert (other.status_code, gzip.decompress(body(other))) == (200, whole)


def test_a_page_is_sent_compressed_with_a_length_that_nobody_can_guess_by() -> None:
    page = HttpResponse("<p>ceiba</p>" * 200)
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = "gzip, br"
    lengths = set()
    for _ in range(20):
        sent = CompressedText(lambda _: page).process_response(request, HttpResponse(page.content))
        assert gzip.decompress(sent.content) == page.content
        lengths.add(len(sent.content))
    assert len(lengths) > 1
