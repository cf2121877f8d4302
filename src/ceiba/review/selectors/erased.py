"""How much was drawn from forms: for whoever erases them."""

from collections.abc import Collection

from ceiba.registry.erasable import NOTHING_SAID
from ceiba.review.models import Flag, InTray, Review


def reviews_held(submissions: Collection[int]) -> int:
    """How many rows of the tray, flags and reviews with words these forms have."""
    reviews = Review.objects.filter(submission__in=submissions).exclude(reason__in=("", NOTHING_SAID))
    tray = InTray.objects.filter(pk__in=submissions).count()
    return tray + Flag.objects.filter(submission__in=submissions).count() + reviews.count()
