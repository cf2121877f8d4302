"""What the pathway holds of a person: consents, looks and answers stay; words beside consents can be erased."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from ceiba.accounts.models import User
from ceiba.core.referrals import Moved, Said
from ceiba.pathway.models import Consent, Entry, Look, Movement, Referral
from ceiba.pathway.selectors.sharing import live_consents
from ceiba.pathway.services.consents import consent_withdraw


def pathway_held(participant: int, now: datetime) -> Mapping[str, int]:
    """Consents live, and words beside any; consents in all, looks, and places on lists with what came of them."""
    consents = Consent.objects.filter(participant=participant)
    return {
        "sharing": live_consents(now).filter(participant=participant).count(),
        "consent_notes": consents.exclude(note="").count(),
        "consents": consents.count(),
        "looks": Look.objects.filter(participant=participant).count(),
        "referrals": Entry.objects.filter(participant=participant).count(),
    }


def referral_live(participant: int) -> bool:
    """Whether the answer to a place offered has not come, or they were accepted for a season and are not back."""
    for referral in Referral.objects.filter(entry__participant=participant).select_related("batch"):
        answer = referral.answers.filter(replaced_by=None).first()
        if answer is None:
            return True
        ended = Q(moved=Moved.RETURNED) | Q(moved=Moved.NO_SHOW)
        is_season = referral.batch.season_from is not None
        if (
            answer.said == Said.ACCEPTED
            and is_season
            and not Movement.objects.filter(ended, referral=referral).exists()
        ):
            return True
    return False


def sharing_erase(*, participant: int, by: User, now: datetime) -> None:
    """Take every consent back, and erase the words beside them. In the caller's transaction, of somebody erased."""
    for consent in live_consents(now).filter(participant=participant):
        consent_withdraw(consent=consent, by=by, now=now)
    Consent.objects.filter(participant=participant).exclude(note="").update(note="")
