"""What was returned to a user, to be corrected in the browser: their own, until a correction of it has come."""

from dataclasses import dataclass

from ceiba.accounts.models import User
from ceiba.core.forms.safe_xml import UnsafeXml, as_text, read_xml
from ceiba.filler.offers import Offer, offer_of, version_offered_to
from ceiba.review.selectors.returned import returned_to
from ceiba.submissions.browse import attachments_of, replaced_by, sent_as
from ceiba.submissions.models import Attachment


@dataclass(frozen=True, slots=True)
class Correction:
    """A submission to be corrected: its form in the version that it was sent by, its XML, and its files by name."""

    offer: Offer
    xml: str
    files: tuple[Attachment, ...]


def correction_of(user: User, instance_id: str) -> Correction | None:
    """What the user corrects; None for what is not theirs, was not returned, or has been corrected.

    None too where the user is not offered the form, or nobody can read it.
    """
    own = returned_to(user.pk).filter(submission__instance_id=instance_id).exists()
    if not own or replaced_by(instance_id):
        return None
    found = sent_as(instance_id)
    version = version_offered_to(user, found.form_code, found.form_version)
    if version is None:
        return None
    try:
        xml = as_text(read_xml(bytes(found.xml)))
    except UnsafeXml:
        return None
    files = {each.name: each for each in attachments_of([found.pk]) if each.is_named}
    return Correction(offer_of(user, version), xml, tuple(files.values()))
