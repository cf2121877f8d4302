"""For monitoring: whether the site and its database answer."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from ceiba.accounts.permissions import public


@public
def health(request: HttpRequest) -> JsonResponse:
    """200 and `ok`, or 503 when the database does not answer. Names nobody and counts nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "database", "database": False}, status=503)
    return JsonResponse({"status": "ok", "database": True})
