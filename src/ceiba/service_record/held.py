"""Whether a person has a service record: it follows from determinations, and stays with them."""

from ceiba.service_record.models import ServiceRecord


def records_held(participant: int) -> int:
    """In how many programmes months were counted for a person."""
    return ServiceRecord.objects.filter(participant=participant).count()
