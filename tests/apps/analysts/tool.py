"""A tool of an analyst, which asks with the token of a session."""

import json
from typing import Any

from django.test import Client
from django.utils import timezone

from ceiba.accounts.models import User
from ceiba.analysts.services import session_open

FORM = "/v1/projects/{project}/forms/ca-visit"


class Tool:
    """Asks for addresses below a form of the project (`/submissions`), or for whole ones (`/v1/projects`)."""

    def __init__(self, token: str, project: int) -> None:
        self.token = token
        self.form = FORM.format(project=project)
        self.project = project

    def ask(self, address: str, method: str = "GET", **query: Any) -> Any:
        """The answer as it is."""
        whole = address if address.startswith("/v1/") else f"{self.form}{address}"
        headers = {"Authorization": f"Bearer {self.token}"}
        if method != "GET":
            return Client().generic(method, whole, headers=headers)
        return Client().get(whole, query, headers=headers)

    def read(self, address: str, **query: Any) -> Any:
        """The JSON of an answer that must be good."""
        answer = self.ask(address, **query)
        text = content(answer)
        assert answer.status_code == 200, text
        return json.loads(text)

    def status(self, address: str, method: str = "GET", **query: Any) -> int:
        """The status, once it is seen that a refusal has Central's shape."""
        answer = self.ask(address, method, **query)
        if answer.status_code >= 400:
            said = json.loads(content(answer))
            assert int(said["code"]) == answer.status_code and said["message"]
        content(answer)
        return int(answer.status_code)

    def table(self, name: str = "Submissions", **options: Any) -> list[dict[str, Any]]:
        """The rows of a table of OData."""
        return list(self.read(f".svc/{name}", **{f"${k}": v for k, v in options.items()})["value"])

    def ids(self, **options: Any) -> list[str]:
        """The submissions that are in the table, in its order."""
        return [row["__id"] for row in self.table(**options)]


def content(answer: Any) -> bytes:
    """The whole body; a file is closed once it is read."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def tool_of(user: User) -> Tool:
    """A tool signed in as the user."""
    from ceiba.analysts.models import Project
    from ceiba.analysts.services import projects_number

    projects_number()
    project = Project.objects.get(programme="ca")
    return Tool(session_open(user=user, now=timezone.now()).token, project.pk)
