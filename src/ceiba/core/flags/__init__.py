"""Flags: what about a submission a person should look at, each with the evidence that shows why.

A flag is never proof and never changes pay by itself: a rule may name it, as any other evidence.
"""

from ceiba.core.flags.counts import HEAPS, copied_counts, heaped_counts
from ceiba.core.flags.frames import COUNTS, FLAGS, PHOTOS, SIGHTINGS, STRANGERS, WORK
from ceiba.core.flags.kinds import FLAG_KINDS, FlagKind, FlagLimits
from ceiba.core.flags.photos import BANDS, BITS_MAX, band_probes, bands, duplicate_photos, near_photos
from ceiba.core.flags.places import accuracy_zero, outside, outside_portfolio
from ceiba.core.flags.times import impossible_speed, odd_hours, shared_device, shared_phone

__all__ = [
    "BANDS",
    "BITS_MAX",
    "COUNTS",
    "FLAGS",
    "FLAG_KINDS",
    "HEAPS",
    "PHOTOS",
    "SIGHTINGS",
    "STRANGERS",
    "WORK",
    "FlagKind",
    "FlagLimits",
    "accuracy_zero",
    "band_probes",
    "bands",
    "copied_counts",
    "duplicate_photos",
    "heaped_counts",
    "impossible_speed",
    "near_photos",
    "odd_hours",
    "outside",
    "outside_portfolio",
    "shared_device",
    "shared_phone",
]
