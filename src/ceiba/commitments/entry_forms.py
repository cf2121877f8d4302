"""The forms by which people enter sources, parties and what was promised, delivered and answered."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ceiba.commitments.given import AnswerGiven, Citation, DeliveryGiven, SourceGiven, TermsGiven
from ceiba.commitments.models import TEXT_MAX, PartyKind, Source
from ceiba.commitments.selectors.parties import Called
from ceiba.commitments.spoken import unit_name
from ceiba.commitments.units import currencies
from ceiba.core.commitments import UNITS, Answered, Kind
from ceiba.web.labels import label
from ceiba.web.words import words

Choices = list[tuple[str, Any]]
ANY_DAY = _("A day, a month or a year: 2022-05-20, 2022-05 or 2022. Write only what the source says.")
EMPTY = ("", "—")


class QuantityField(forms.DecimalField):
    """A number, also with commas between thousands."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=22, decimal_places=2, required=False, **options)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        """The number without its commas and spaces."""
        return super().to_python(str(value or "").replace(",", "").replace(" ", "") or None)


def _day(label_: Any, *, required: bool = True, help_text: Any = ANY_DAY) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "2022-05-20"})
    return forms.CharField(label=label_, max_length=10, required=required, help_text=help_text, widget=widget)


def _text(label_: Any, rows: int = 2, **options: Any) -> forms.CharField:
    options.setdefault("max_length", 500)
    return forms.CharField(label=label_, widget=forms.Textarea(attrs={"rows": rows}), **options)


class SourceForm(forms.Form):
    """A document or an address, and what was pasted of it."""

    title = forms.CharField(label=_("Title"), max_length=300)
    publisher = forms.CharField(label=_("Publisher"), max_length=200, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=1_000, required=False, help_text=_("https://… Ceiba does not open it.")
    )
    published_on = _day(_("Published on"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the text"), choices=[("es", "Español"), ("en", "English")]
    )
    text = _text(
        _("Text"), 14, max_length=TEXT_MAX, required=False, strip=False,
        help_text=_("Paste the statement as plain text. Without a text you enter the commitment by hand."),
    )  # fmt: skip

    def given(self) -> SourceGiven:
        """What was entered, line ends as they are in Unix."""
        data = dict(self.cleaned_data)
        data["text"] = data["text"].replace("\r\n", "\n").strip()
        return SourceGiven(**data)


class PartyForm(forms.Form):
    """A party and what it is called."""

    kind = forms.ChoiceField(label=_("What it is"))
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        required=False,
        help_text=_("Two letters: MX, GT, US. Empty for none."),
    )
    name_es = forms.CharField(label=_("Name in Spanish"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    aliases = _text(
        _("Also called"), 4, max_length=2_000, required=False,
        help_text=_("One a line: short names and adjectives that statements use (México, mexicano, Mexican)."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind, label("party", kind)) for kind in PartyKind.values]  # type: ignore[attr-defined]

    def names(self) -> Mapping[str, Any]:
        """The names, as services take them."""
        data = self.cleaned_data
        return {
            "name_es": data["name_es"],
            "name_en": data["name_en"],
            "aliases": data["aliases"].splitlines(),
        }


class CitedForm(forms.Form):
    """What every entry says of where it is from. A candidate's source is given, not chosen."""

    source = forms.ChoiceField(label=_("Source"))
    sentence = _text(
        _("The very sentence"), 3, max_length=4_000, required=False,
        help_text=_("Word for word as it stands in the source."),
    )  # fmt: skip
    place = forms.CharField(
        label=_("Where in the source"),
        max_length=200,
        required=False,
        help_text=_("Page, paragraph, minute."),
    )
    found_at = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sources: Iterable[Source], **options: Any) -> None:
        super().__init__(*args, **options)
        self._choices("source", [EMPTY, *((str(source.pk), _titled(source)) for source in sources)])

    def _choices(self, name: str, choices: Choices | list[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def cited(self) -> Citation:
        """The citation that was entered."""
        data = self.cleaned_data
        return Citation(
            source=int(data["source"]),
            sentence=data["sentence"],
            place=data["place"],
            found_at=data["found_at"],
        )


class TermsForm(CitedForm):
    """What was promised."""

    promiser = forms.ChoiceField(label=_("Who promised or proposed"))
    receiver = forms.ChoiceField(label=_("To whom"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("commitment", "Kind"))
    quantity = QuantityField(label=_("Quantity"), help_text=_("Empty where the source gives none."))
    unit = forms.ChoiceField(label=_("Unit or currency"), required=False)
    subject_es = _text(_("What, in Spanish"), required=False)
    subject_en = _text(_("What, in English"), required=False)
    said_on = _day(_("Said on"))
    due_on = _day(_("Due on"), required=False, help_text=_("Empty where the source gives none."))
    agreement = forms.CharField(
        label=_("Funding agreement"),
        max_length=64,
        required=False,
        help_text=_("Its code, where there is one."),
    )
    field_order = (
        "promiser", "receiver", "kind", "quantity", "unit", "subject_es", "subject_en", "said_on", "due_on", "source",
        "sentence", "place", "agreement",
    )  # fmt: skip

    def __init__(self, *args: Any, parties: Mapping[int, Called], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(str(number), words(called)) for number, called in parties.items()]
        self._choices("promiser", [EMPTY, *named])
        self._choices("receiver", [("", _("not said")), *named])
        self._choices("kind", [(kind.value, label("commitment_kind", kind)) for kind in Kind])
        self._choices("unit", unit_choices())

    def given(self) -> TermsGiven:
        """What was entered."""
        data = self.cleaned_data
        names = ("quantity", "unit", "subject_es", "subject_en", "said_on", "due_on", "agreement")
        return TermsGiven(
            cited=self.cited(),
            promiser=int(data["promiser"]),
            receiver=int(data["receiver"]) if data["receiver"] else None,
            kind=Kind(data["kind"]),
            **{name: data[name] for name in names},
        )


class DeliveryForm(CitedForm):
    """Evidence of delivery; `of` is chosen where it comes from a statement."""

    of = forms.ChoiceField(label=_("Of which commitment"))
    on = _day(_("Delivered on"))
    quantity = QuantityField(label=_("Quantity"), help_text=_("Empty where the source gives none."))
    unit = forms.ChoiceField(label=_("Unit or currency"), required=False)
    completes = forms.BooleanField(
        label=_("The source says that this was all of it"), required=False,
        help_text=_("Only for commitments without a quantity: with one, the quantities decide."),
    )  # fmt: skip
    note = _text(_("What was delivered"), required=False)
    field_order = ("of", "on", "quantity", "unit", "completes", "note", "source", "sentence", "place")

    def __init__(self, *args: Any, commitments: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self._choices("of", [EMPTY, *commitments] if len(commitments) != 1 else commitments)
        self._choices("unit", unit_choices())

    def given(self) -> DeliveryGiven:
        """What was entered."""
        names = ("on", "quantity", "unit", "completes", "note")
        return DeliveryGiven(cited=self.cited(), **{name: self.cleaned_data[name] for name in names})


class AnswerForm(CitedForm):
    """What was said afterwards; `of` is chosen where it comes from a statement."""

    of = forms.ChoiceField(label=_("Of which commitment"))
    said = forms.ChoiceField(label=_("What was answered"))
    on = _day(_("Answered on"), help_text=_("Of no answer: the day of the source that says so."))
    note = _text(_("In which words"), required=False)
    field_order = ("of", "said", "on", "note", "source", "sentence", "place")

    def __init__(self, *args: Any, commitments: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self._choices("of", [EMPTY, *commitments] if len(commitments) != 1 else commitments)
        self._choices("said", [(said.value, label("answered", said)) for said in Answered])

    def given(self) -> AnswerGiven:
        """What was entered."""
        data = self.cleaned_data
        return AnswerGiven(cited=self.cited(), on=data["on"], said=Answered(data["said"]), note=data["note"])


class WhyForm(forms.Form):
    """Why something is corrected or retracted."""

    why = _text(
        _("Why"), 3, max_length=2_000, help_text=_("Whoever confirms it, and whoever audits, reads this.")
    )


def unit_choices() -> list[Any]:
    """Units to choose from: what is counted, and currencies."""
    counted = [(unit, unit_name(unit)) for unit in UNITS]
    return [EMPTY, (_("Counted"), counted), (_("Money"), [(code, code) for code in currencies()])]


def _titled(source: Source) -> str:
    return " · ".join(filter(None, (source.title, source.publisher, source.published_on)))
