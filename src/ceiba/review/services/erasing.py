"""Erases what was drawn from a person's forms: rows of the tray, flags, photos read, and reviewers' words."""

from collections.abc import Collection

from ceiba.registry.erasable import NOTHING_SAID
from ceiba.review.models import Flag, InTray, Photo, Review


def reviews_erase(*, submissions: Collection[int], files: Collection[str]) -> list[str]:
    """Erase what was made of these forms, and what was read of `files`, photos that no form names any more.

    In the caller's transaction, after the forms. Returns the hashes of thumbnails that no photo has any more. What
    was decided of a form stays, without the words: it is evidence.
    """
    InTray.objects.filter(pk__in=submissions).delete()
    Flag.objects.filter(submission__in=submissions).delete()
    Review.objects.filter(submission__in=submissions).exclude(reason="").update(reason=NOTHING_SAID)
    photos = Photo.objects.filter(sha256__in=files)
    thumbnails = set(photos.exclude(thumbnail="").values_list("thumbnail", flat=True))
    photos.delete()
    return sorted(
        thumbnails - set(Photo.objects.filter(thumbnail__in=thumbnails).values_list("thumbnail", flat=True))
    )
