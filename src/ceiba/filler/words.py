"""Every text of the pages of forms, which scripts draw: without a network there is nobody else to say them."""

from typing import Final

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from ceiba.filler.component_texts import COMPONENT_TEXTS

PAGE_TEXTS: Final = (
    _("One moment…"),
    _("Go on"),
    _("Sending…"),
    _("Waits for the network."),
    _("Photos sent: {sent} of {all}."),
    _("No answer from the server. It is tried again {when}."),
    _("The server could not take it now ({status}). It is tried again {when}."),
    _("The server did not take it ({status}). It stays here."),
    _("The server says: {words}"),
    _("Try again"),
    _("Save a copy"),
    _("at {time}"),
    _("Finished {when}"),
    _("Last change {when}"),
    _("What is waiting here ({count}) is kept, and is sent when you sign in again. Sign out?"),
    _("Connected"),
    _("No network"),
    _("Forms need an encrypted connection: open this page with https."),
    _("Forms and lists as of {when}"),
    _("Forms and lists have not been fetched yet."),
    _("Storage used: {used} of {all}"),
    _("Delete"),
    _("Delete these answers for ever?"),
    _("Sign in"),
    _("Sign in again to send. What you fill in meanwhile is kept here."),
    _("Sign in once with a network; afterwards the forms open without one."),
    _("Your role fills in no forms."),
    _(
        "This browser may no longer hold forms: they were removed from it. "
        "What was not sent is kept; sign in to send it."
    ),
    _("This form is not on this device. Open the list of forms once with a network."),
    _("Kept on this device. It is sent as soon as there is a network."),
    _(
        "The answers could not be kept: the device has no room left. Send what is waiting, or free some space."
    ),
    _("Answers so far are kept on this device: {when}"),
    _("These answers are open in another window already."),
    _("Its correction is finished here, and waits to be sent."),
    _("This is not returned to you, or its correction has arrived already."),
    _("What was returned opens only with a network: it is not on this device. Try again when there is one."),
    _("Sign in to open what was returned to you."),
    _("This form could not be opened: {why}"),
    _("Version {version}"),
    _("Back to the forms"),
    _("Today"),
    _("Clear"),
    _("Choose a date"),
    _("Choose a month"),
    _("Choose a year"),
    _("Month before"),
    _("Month after"),
    _("Year before"),
    _("Year after"),
    _("Decade before"),
    _("Decade after"),
    _("Nothing to choose from"),
    _("Nothing found"),
    _("Close"),
    _("Choices"),
    _("Nothing chosen"),
)


def words() -> dict[str, str]:
    """The texts in the language of the page, by the text in English."""
    return {text: gettext(text) for text in (*PAGE_TEXTS, *COMPONENT_TEXTS)}


def language() -> str:
    """The language of the page: "es" or "en"."""
    return (get_language() or "es").split("-")[0]
