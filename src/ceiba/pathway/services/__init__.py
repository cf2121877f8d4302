"""Writes consents and looks, and takes a referral batch from opening to return."""

from ceiba.pathway.services.batches import batch_close, batch_open
from ceiba.pathway.services.consents import (
    ConsentGiven,
    consent_give,
    consent_withdraw,
    look_record,
    recipient_register,
)
from ceiba.pathway.services.drawing import batch_draw, outside_number_record
from ceiba.pathway.services.due import batches_keep
from ceiba.pathway.services.referrals import answer_record, movement_record, places_refer

__all__ = [
    "ConsentGiven",
    "answer_record",
    "batch_close",
    "batch_draw",
    "batch_open",
    "batches_keep",
    "consent_give",
    "consent_withdraw",
    "look_record",
    "movement_record",
    "outside_number_record",
    "places_refer",
    "recipient_register",
]
